//! GIF: the first frame on its canvas, row by row from the body as it arrives. Only an interlaced
//! frame needs the whole canvas.

mod blocks;

use std::io::{self, Read};

use thumbgate_core::error::RenderError;

use self::blocks::{Blocks, Frame};
use super::lzw::Unpacked;
use super::{Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{malformed, read_failed};
use crate::pixels::{Layout, Pixels, side};
use crate::sink::{Form, Sink};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let (frame, table) = blocks::first_frame(body, job.watch)?;
    let mut bits = [0];
    body.read_exact(&mut bits).map_err(|error| told(&error))?;
    let [bits] = bits;
    if !(1..=8).contains(&bits) {
        return Err(malformed(format!("GIF: pixels of {bits} bits")));
    }
    let mut indices = Unpacked::gif(Blocks::new(body), bits);
    let palette = Palette::new(&table, frame.transparent);
    let (size, layout) = (job.header.info.stored, if job.header.info.alpha { Layout::Rgba } else { Layout::Rgb });
    let mut sink = job.sink(&Form::whole(size, layout))?;
    let truncated = if frame.interlaced {
        let mut pixels = Pixels::zeroed(size, layout)?;
        let truncated = job.ended_early(draw(frame, &mut indices, &palette, &mut pixels, &job))?;
        sink.picture(&pixels)?;
        truncated
    } else {
        send(frame, &mut indices, &palette, layout, &mut sink, &job)?
    };
    Ok(Shrunk { pictures: sink.finish()?, profile: Profile::Standard, truncated, stopped_early: false })
}

/// The pixel of every index; one beyond the table is black, as in browsers, and a transparent one
/// is as clear as what is below the first frame.
struct Palette([[u8; 4]; 256]);

impl Palette {
    fn new(table: &[u8], transparent: Option<u8>) -> Self {
        let mut pixels = [[0, 0, 0, 255]; 256];
        for (pixel, [red, green, blue]) in pixels.iter_mut().zip(table.as_chunks::<3>().0) {
            *pixel = [*red, *green, *blue, 255];
        }
        if let Some(pixel) = transparent.and_then(|index| pixels.get_mut(usize::from(index))) {
            *pixel = [0; 4];
        }
        Self(pixels)
    }

    /// Pixels of indices, in a row of RGB or RGBA.
    fn draw(&self, indices: &[u8], layout: Layout, row: &mut [u8]) {
        let pixel = |index: &u8| self.0.get(usize::from(*index)).copied().unwrap_or_default();
        if layout == Layout::Rgba {
            for (to, index) in row.as_chunks_mut::<4>().0.iter_mut().zip(indices) {
                *to = pixel(index);
            }
        } else {
            for (to, index) in row.as_chunks_mut::<3>().0.iter_mut().zip(indices) {
                let [red, green, blue, _] = pixel(index);
                *to = [red, green, blue];
            }
        }
    }
}

/// Hands over the canvas's rows as the frame's come; whether it ended early.
fn send(
    frame: Frame,
    unpacked: &mut Unpacked<'_>,
    palette: &Palette,
    layout: Layout,
    sink: &mut Sink<'_>,
    job: &Job<'_>,
) -> Result<bool, RenderError> {
    let (channels, size) = (layout.channels(), job.header.info.stored);
    let (mut indices, mut row) = (vec![0; frame.width], vec![0; side(size.width()) * channels]);
    let mut is_truncated = false;
    for y in 0..side(size.height()) {
        let is_of_frame = y >= frame.top && y - frame.top < frame.height;
        if is_of_frame && !is_truncated {
            is_truncated = job.ended_early(next(unpacked, &mut indices))?;
        }
        if is_of_frame && !is_truncated {
            palette.draw(&indices, layout, row.get_mut(frame.left * channels..).unwrap_or_default());
        } else {
            row.fill(0);
        }
        sink.row(0, &row)?;
    }
    Ok(is_truncated)
}

/// Draws what lies within the canvas; of a frame that is larger, one row at a time is held.
fn draw(
    frame: Frame,
    unpacked: &mut Unpacked<'_>,
    palette: &Palette,
    pixels: &mut Pixels,
    job: &Job<'_>,
) -> Result<(), RenderError> {
    let (layout, stride) = (pixels.layout(), pixels.stride());
    let visible_rows = side(pixels.size().height()).saturating_sub(frame.top).min(frame.height);
    let mut indices = vec![0; frame.width];
    // Passes: the first row and the distance of the next (GIF89a, appendix E).
    for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
        // Of the last pass, what comes after the last visible row is nobody's business.
        let rows = if step == 2 { visible_rows } else { frame.height };
        for row in (first..rows).step_by(step) {
            job.watch.check()?;
            next(unpacked, &mut indices)?;
            if row < visible_rows {
                let start = (frame.top + row) * stride + frame.left * layout.channels();
                let end = (frame.top + row + 1) * stride;
                palette.draw(&indices, layout, pixels.data_mut().get_mut(start..end).unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// The next row's indices.
fn next(unpacked: &mut Unpacked<'_>, indices: &mut [u8]) -> Result<(), RenderError> {
    unpacked.read_exact(indices).map_err(|error| told(&error))
}

/// The port's word for a failed read.
fn told(error: &io::Error) -> RenderError {
    read_failed("GIF", error)
}
