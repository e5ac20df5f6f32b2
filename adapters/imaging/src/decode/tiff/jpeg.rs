//! Strips and tiles that are JPEGs, through `thumbgate-jpeg`.
//!
//! New ones (TIFF technical note 2) may have their tables in a tag. Old ones (TIFF 6.0, section
//! 22) are one JPEG for the whole picture, or its parts stand all over the file. What components
//! mean is said by the directory, never by the JPEG.

use std::io::{self, Chain, Read};

use thumbgate_core::error::RenderError;
use thumbgate_jpeg::{Component, DecodeError, Decoder, Limits, Scale};

use super::fields::Fields;
use super::rows::{MakeRows, Rows};
use crate::decode::jpeg::told;
use crate::error::{malformed, over_limit, truncated, unsupported};
use crate::ifd::Directory;

const TABLES: u16 = 347;
const OLD_PROCESS: u16 = 512;
const OLD_OFFSET: u16 = 513;
const OLD_RESTART: u16 = 515;
const OLD_QUANTISATION: u16 = 519;
const OLD_DC: u16 = 520;
const OLD_AC: u16 = 521;

const START: [u8; 2] = [0xff, 0xd8];
const END: [u8; 2] = [0xff, 0xd9];

/// What every JPEG of the chunks begins with: the tables, without the marker of an end.
pub(super) fn tables(directory: &Directory<'_>) -> Vec<u8> {
    let tables = directory.bytes(TABLES).and_then(Result::ok).unwrap_or_default();
    let tables = tables.strip_suffix(&END).unwrap_or(tables);
    if tables.starts_with(&START) { tables.to_vec() } else { START.to_vec() }
}

/// Makes chunks with tables of an old picture.
pub(super) fn old(fields: &mut Fields, directory: &Directory<'_>, source: &[u8]) -> Result<(), RenderError> {
    let whole = directory.number(OLD_OFFSET).filter(|at| slice(source, *at, 2).is_some_and(|begin| begin == START));
    if let Some(at) = whole {
        fields.chunk = (fields.width, fields.height);
        fields.is_planar = false;
        fields.offsets = vec![at];
        // The length that is said is often that of something else.
        fields.lengths = Vec::new();
        fields.tables = START.to_vec();
        return Ok(());
    }
    if directory.number(OLD_PROCESS).unwrap_or(1) != 1 {
        return Err(unsupported("a TIFF of old JPEG without loss"));
    }
    fields.tables = old_tables(fields, directory, source)?;
    Ok(())
}

/// The segments that lead to the scan.
fn old_tables(fields: &Fields, directory: &Directory<'_>, source: &[u8]) -> Result<Vec<u8>, RenderError> {
    let components = fields.samples_of_plane().min(4);
    let mut tables = START.to_vec();
    let mut segment = |marker: u8, content: &[u8]| {
        tables.extend([0xff, marker]);
        tables.extend(u16::try_from(content.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
        tables.extend(content);
    };
    for (tag, marker, class) in [(OLD_QUANTISATION, 0xdb, 0), (OLD_DC, 0xc4, 0), (OLD_AC, 0xc4, 0x10)] {
        let places = directory.numbers(tag, components);
        for (nth, at) in (0_u8..4).zip(places) {
            let lost = || truncated("the TIFF ends before a table of its JPEG");
            let length = if tag == OLD_QUANTISATION {
                64
            } else {
                let counts = slice(source, at, 16).ok_or_else(lost)?;
                16 + counts.iter().copied().map(usize::from).sum::<usize>()
            };
            let table = slice(source, at, length).ok_or_else(lost)?;
            segment(marker, &[&[class | nth], table].concat());
        }
    }
    let restart = directory.number(OLD_RESTART).and_then(|every| u16::try_from(every).ok()).unwrap_or(0);
    segment(0xdd, &restart.to_be_bytes());
    let side = |pixels: usize| u16::try_from(pixels).map_err(|_| malformed("TIFF: a JPEG of more than 65,535 pixels"));
    let ([h1, h0], [w1, w0]) = (side(fields.chunk.1)?.to_be_bytes(), side(fields.chunk.0)?.to_be_bytes());
    let (across, down) = if components == 3 { fields.chroma.shared } else { (1, 1) };
    let sampling = u8::try_from(across * 16 + down).unwrap_or(0x11);
    let count = u8::try_from(components).unwrap_or(4);
    let (mut frame, mut scan) = (vec![8, h1, h0, w1, w0, count], vec![count]);
    for nth in 0..count {
        frame.extend([nth + 1, if nth == 0 { sampling } else { 0x11 }, nth]);
        scan.extend([nth + 1, nth * 0x11]);
    }
    scan.extend([0, 63, 0]);
    // Four tables of each kind are legal in extended sequential JPEGs.
    segment(0xc1, &frame);
    segment(0xda, &scan);
    Ok(tables)
}

fn slice(source: &[u8], at: u64, length: usize) -> Option<&[u8]> {
    source.get(usize::try_from(at).ok()?..)?.get(..length)
}

/// What makes rows of whole pixels: the components' samples side by side.
pub(super) struct Together<'a> {
    rows: thumbgate_jpeg::Rows<Chain<&'a [u8], &'a [u8]>>,
    components: Vec<Component>,
    sampling_max: (u8, u8),
    width: usize,
}

/// The rows of a strip or tile.
pub(super) fn rows<'a>(packed: &'a [u8], fields: &'a Fields, memory: u64) -> Result<Rows<Together<'a>>, RenderError> {
    let rest = packed.strip_prefix(&START).unwrap_or(packed);
    let decoder = Decoder::with_limits(fields.tables.chain(rest), Limits::default()).map_err(told)?;
    let info = decoder.info();
    let width = fields.chunk.0;
    if usize::try_from(info.width) != Ok(width) || info.components.len() != fields.samples_of_plane() {
        let (found, samples) = (info.width, info.components.len());
        return Err(malformed(format!("TIFF: a JPEG of {found} pixels and {samples} samples for {width} pixels")));
    }
    if info.memory(Scale::Full) > memory {
        return Err(over_limit("TIFF: a JPEG over limits.memory"));
    }
    let (components, sampling_max) = (info.components.clone(), info.sampling_max());
    Ok(Rows::new(Together { rows: decoder.rows(Scale::Full).map_err(told)?, components, sampling_max, width }))
}

impl MakeRows for Together<'_> {
    fn next_rows(&mut self, made: &mut Vec<u8>) -> io::Result<()> {
        made.clear();
        let Some(strip) = self.rows.next_strip().map_err(failed)? else { return Ok(()) };
        let (across, down) = self.sampling_max;
        let samples = self.components.len();
        let tallest = self.components.iter().position(|it| it.vertical == down).unwrap_or(0);
        let height = strip.rows(tallest).count();
        made.resize(height * self.width * samples, 0);
        for (nth, component) in self.components.iter().enumerate() {
            let rows: Vec<&[u8]> = strip.rows(nth).collect();
            for (y, to) in made.chunks_exact_mut(self.width * samples).enumerate() {
                let from = y * usize::from(component.vertical) / usize::from(down);
                let Some(row) = rows.get(from).or(rows.last()) else { continue };
                let to = to.chunks_exact_mut(samples).filter_map(|pixel| pixel.get_mut(nth));
                spread(row, (component.horizontal, across), to);
            }
        }
        Ok(())
    }
}

/// A row's samples, each as often as pixels share it.
fn spread<'a>(row: &[u8], (share, of): (u8, u8), to: impl Iterator<Item = &'a mut u8>) {
    if share == of {
        to.zip(row).for_each(|(to, sample)| *to = *sample);
    } else {
        let from = |x: usize| row.get(x * usize::from(share) / usize::from(of)).or(row.last());
        for (x, to) in to.enumerate() {
            *to = from(x).copied().unwrap_or(0);
        }
    }
}

fn failed(error: DecodeError) -> io::Error {
    match error {
        DecodeError::Truncated(_) => io::Error::from(io::ErrorKind::UnexpectedEof),
        DecodeError::Read(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("JPEG: {other}")),
    }
}
