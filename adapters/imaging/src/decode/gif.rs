//! GIF: the first frame on its canvas, row by row from the body as it arrives.

use std::io::Read;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};
use thumbgate_core::error::RenderError;

use super::{Decoded, Job, Profile};
use crate::body::Body;
use crate::error::{malformed, over_limit, read_failed, truncated};
use crate::pixels::{Layout, Pixels, side};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
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
    let palette = decoder.palette().map_err(told)?.to_vec();
    let layout = if job.header.info.alpha { Layout::Rgba } else { Layout::Rgb };
    let mut pixels = Pixels::zeroed(job.header.info.stored, layout)?;
    let is_truncated = match frame.draw(&mut decoder, &palette, &mut pixels, &job) {
        Ok(()) => false,
        Err(RenderError::Truncated(_)) if job.limits.allow_truncated => true,
        Err(error) => return Err(error),
    };
    Ok(Decoded { pixels, profile: Profile::Standard, truncated: is_truncated })
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
    /// Draws what lies within the canvas; of a frame that is larger, one row at a time is held.
    fn draw<R: Read>(
        self,
        decoder: &mut Decoder<R>,
        palette: &[u8],
        pixels: &mut Pixels,
        job: &Job<'_>,
    ) -> Result<(), RenderError> {
        let (channels, stride) = (pixels.layout().channels(), pixels.stride());
        let visible_rows = side(pixels.size().height()).saturating_sub(self.top).min(self.height);
        let colours = self.colours(palette);
        let mut indices = vec![0; self.width];
        // Passes of an interlaced frame: the first row and the distance of the next (GIF89a, appendix E).
        let passes: &[(usize, usize)] = if self.interlaced { &[(0, 8), (4, 8), (2, 4), (1, 2)] } else { &[(0, 1)] };
        for (nth, (first, step)) in passes.iter().enumerate() {
            // Of the last pass, what comes after the last visible row is nobody's business.
            let rows = if nth + 1 == passes.len() { visible_rows } else { self.height };
            for row in (*first..rows).step_by(*step) {
                job.watch.check()?;
                if !decoder.fill_buffer(&mut indices).map_err(told)? {
                    return Err(truncated("the GIF's pixels end before its frame does"));
                }
                if row < visible_rows {
                    let start = (self.top + row) * stride + self.left * channels;
                    let end = (self.top + row + 1) * stride;
                    let to = pixels.data_mut().get_mut(start..end).unwrap_or_default();
                    if channels == 4 {
                        draw_row(&indices, &colours, to.as_chunks_mut::<4>().0);
                    } else {
                        draw_row(
                            &indices,
                            &colours.map(|[red, green, blue, _]| [red, green, blue]),
                            to.as_chunks_mut::<3>().0,
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// What each index looks like; one beyond the palette is black, as in browsers.
    fn colours(self, palette: &[u8]) -> [[u8; 4]; 256] {
        let mut colours = [[0, 0, 0, 255]; 256];
        for (to, [red, green, blue]) in colours.iter_mut().zip(palette.as_chunks::<3>().0) {
            *to = [*red, *green, *blue, 255];
        }
        if let Some(clear) = self.transparent.and_then(|index| colours.get_mut(usize::from(index))) {
            // The canvas below is empty.
            *clear = [0; 4];
        }
        colours
    }
}

fn draw_row<const CHANNELS: usize>(indices: &[u8], colours: &[[u8; CHANNELS]; 256], to: &mut [[u8; CHANNELS]]) {
    for (index, pixel) in indices.iter().zip(to) {
        *pixel = colours.get(usize::from(*index)).copied().unwrap_or([0; CHANNELS]);
    }
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
