//! GIF: the first frame on its canvas, row by row from the body as it arrives. Only an interlaced
//! frame needs the whole canvas.

use std::io::Read;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};
use thumbgate_core::error::RenderError;

use super::{Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{malformed, over_limit, read_failed, truncated};
use crate::pixels::{Layout, Pixels, side};
use crate::sink::{Form, Sink};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    // What the decoder keeps besides rows are profiles and XMP.
    let kept = NonZeroU64::new(job.limits.metadata_bytes).unwrap_or(NonZeroU64::MIN);
    options.set_memory_limit(MemoryLimit::Bytes(kept));
    let mut decoder = options.read_info(body).map_err(told)?;
    let frame = loop {
        job.watch.check()?;
        let frame = decoder.next_frame_info().map_err(told)?.ok_or_else(|| malformed("a GIF without a frame"))?;
        // A frame without pixels shows nothing; the next one may.
        if frame.width > 0 && frame.height > 0 {
            break Frame {
                left: frame.left.into(),
                top: frame.top.into(),
                width: frame.width.into(),
                height: frame.height.into(),
                interlaced: frame.interlaced,
                transparent: frame.transparent,
            };
        }
    };
    let palette = Palette::new(decoder.palette().map_err(told)?, frame.transparent);
    let (size, layout) = (job.header.info.stored, if job.header.info.alpha { Layout::Rgba } else { Layout::Rgb });
    let mut sink = job.sink(&Form::whole(size, layout))?;
    let truncated = if frame.interlaced {
        let mut pixels = Pixels::zeroed(size, layout)?;
        let result = frame.draw(&mut decoder, &palette, &mut pixels, &job);
        let truncated = allowed(result, &job)?;
        sink.picture(&pixels)?;
        truncated
    } else {
        frame.send(&mut decoder, &palette, layout, &mut sink, &job)?
    };
    Ok(Shrunk { pictures: sink.finish()?, profile: Profile::Standard, truncated, stopped_early: false })
}

/// Whether a frame ended early, where that is allowed.
fn allowed(result: Result<(), RenderError>, job: &Job<'_>) -> Result<bool, RenderError> {
    match result {
        Ok(()) => Ok(false),
        Err(RenderError::Truncated(_)) if job.limits.allow_truncated => Ok(true),
        Err(error) => Err(error),
    }
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

/// Where a frame lies, and how its rows come.
#[derive(Clone, Copy)]
struct Frame {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    interlaced: bool,
    transparent: Option<u8>,
}

impl Frame {
    /// Hands over the canvas's rows as the frame's come; whether it ended early.
    fn send<R: Read>(
        self,
        decoder: &mut Decoder<R>,
        palette: &Palette,
        layout: Layout,
        sink: &mut Sink<'_>,
        job: &Job<'_>,
    ) -> Result<bool, RenderError> {
        let (channels, size) = (layout.channels(), job.header.info.stored);
        let (mut indices, mut row) = (vec![0; self.width], vec![0; side(size.width()) * channels]);
        let mut is_truncated = false;
        for y in 0..side(size.height()) {
            if is_truncated || y < self.top || y - self.top >= self.height {
                row.fill(0);
            } else if allowed(next(decoder, &mut indices), job)? {
                is_truncated = true;
                row.fill(0);
            } else {
                let part = row.get_mut(self.left * channels..).unwrap_or_default();
                palette.draw(&indices, layout, part);
            }
            sink.row(0, &row)?;
        }
        Ok(is_truncated)
    }

    /// Draws what lies within the canvas; of a frame that is larger, one row at a time is held.
    fn draw<R: Read>(
        self,
        decoder: &mut Decoder<R>,
        palette: &Palette,
        pixels: &mut Pixels,
        job: &Job<'_>,
    ) -> Result<(), RenderError> {
        let (layout, stride) = (pixels.layout(), pixels.stride());
        let visible_rows = side(pixels.size().height()).saturating_sub(self.top).min(self.height);
        let mut indices = vec![0; self.width];
        // Passes: the first row and the distance of the next (GIF89a, appendix E).
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            // Of the last pass, what comes after the last visible row is nobody's business.
            let rows = if step == 2 { visible_rows } else { self.height };
            for row in (first..rows).step_by(step) {
                job.watch.check()?;
                next(decoder, &mut indices)?;
                if row < visible_rows {
                    let start = (self.top + row) * stride + self.left * layout.channels();
                    let end = (self.top + row + 1) * stride;
                    palette.draw(&indices, layout, pixels.data_mut().get_mut(start..end).unwrap_or_default());
                }
            }
        }
        Ok(())
    }
}

/// The next row's indices.
fn next<R: Read>(decoder: &mut Decoder<R>, indices: &mut [u8]) -> Result<(), RenderError> {
    if decoder.fill_buffer(indices).map_err(told)? {
        return Ok(());
    }
    Err(truncated("the GIF's pixels end before its frame does"))
}

fn told(error: DecodingError) -> RenderError {
    match error {
        DecodingError::Io(error) => read_failed("GIF", &error),
        DecodingError::UnexpectedEof => truncated("the GIF ends early"),
        DecodingError::MemoryLimit | DecodingError::OutOfMemory => {
            over_limit("GIF: metadata over limits.metadata_bytes")
        }
        other => malformed(format!("GIF: {other}")),
    }
}
