//! What a GIF is made of (GIF89a, 17 to 23): the way to the first frame, and its sub-blocks.

use std::io::{self, BufRead, Read};

use thumbgate_core::error::RenderError;

use super::told;
use crate::error::malformed;
use crate::watch::Watch;

/// Where a frame lies, and how its rows come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) interlaced: bool,
    pub(super) transparent: Option<u8>,
}

/// Goes to the pixels of the first frame that has any; its colours come with it.
pub(super) fn first_frame(body: &mut impl BufRead, watch: &Watch) -> Result<(Frame, Vec<u8>), RenderError> {
    let [.., flags, _, _] = bytes::<13>(body)?;
    let global = table(body, flags)?;
    let mut transparent = None;
    loop {
        watch.check()?;
        match bytes(body)? {
            [0x21] => {
                let [label] = bytes(body)?;
                if let Some(found) = extension(body, label)? {
                    transparent = found;
                }
            }
            [0x2c] => {
                let [x0, x1, y0, y1, w0, w1, h0, h1, flags] = bytes(body)?;
                let local = table(body, flags)?;
                let number = |low, high| usize::from(u16::from_le_bytes([low, high]));
                let (width, height) = (number(w0, w1), number(h0, h1));
                // A frame without pixels shows nothing; the next one may.
                if width == 0 || height == 0 {
                    let [_] = bytes(body)?;
                    io::copy(&mut Blocks::new(body), &mut io::sink()).map_err(|error| told(&error))?;
                    transparent = None;
                    continue;
                }
                let (left, top, interlaced) = (number(x0, x1), number(y0, y1), flags & 0x40 != 0);
                let table = local.or(global).ok_or_else(|| malformed("GIF: a frame without colours"))?;
                return Ok((Frame { left, top, width, height, interlaced, transparent }, table));
            }
            [0x3b] => return Err(malformed("a GIF without a frame")),
            [other] => return Err(malformed(format!("GIF: no block begins with {other:#04x}"))),
        }
    }
}

/// Passes over an extension; of the one about drawing comes which index is transparent.
fn extension(body: &mut impl BufRead, label: u8) -> Result<Option<Option<u8>>, RenderError> {
    let mut blocks = Blocks::new(body);
    let mut found = None;
    if label == 0xf9 {
        let mut control = [0; 4];
        if blocks.read_exact(&mut control).is_ok() {
            let [flags, _, _, index] = control;
            found = Some((flags & 1 == 1).then_some(index));
        }
    }
    io::copy(&mut blocks, &mut io::sink()).map_err(|error| told(&error))?;
    Ok(found)
}

fn bytes<const N: usize>(body: &mut impl BufRead) -> Result<[u8; N], RenderError> {
    let mut bytes = [0; N];
    body.read_exact(&mut bytes).map_err(|error| told(&error))?;
    Ok(bytes)
}

/// A colour table, by the packed field that announces it.
fn table(body: &mut impl BufRead, flags: u8) -> Result<Option<Vec<u8>>, RenderError> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let mut table = vec![0; 3 << ((flags & 7) + 1)];
    body.read_exact(&mut table).map_err(|error| told(&error))?;
    Ok(Some(table))
}

/// The content of sub-blocks, until the one without any.
pub(super) struct Blocks<'a, R> {
    body: &'a mut R,
    left: usize,
    has_ended: bool,
}

impl<'a, R: BufRead> Blocks<'a, R> {
    pub(super) fn new(body: &'a mut R) -> Self {
        Self { body, left: 0, has_ended: false }
    }
}

impl<R: BufRead> Read for Blocks<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.has_ended {
            let mut length = [0];
            self.body.read_exact(&mut length)?;
            let [length] = length;
            self.left = length.into();
            self.has_ended = length == 0;
        }
        let wanted = self.left.min(buffer.len());
        let count = self.body.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        if count == 0 && wanted > 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        self.left -= count;
        Ok(count)
    }
}
