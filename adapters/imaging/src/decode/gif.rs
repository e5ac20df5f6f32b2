//! GIF: the first frame on its canvas, from the body as it arrives.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use thumbgate_core::error::RenderError;

use super::{Decoded, Job, Profile};
use crate::body::Body;
use crate::error::{malformed, over_limit, read_failed, truncated};
use crate::pixels::{Layout, Pixels, side};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    let memory = NonZeroU64::new(job.limits.memory).unwrap_or(NonZeroU64::MIN);
    options.set_memory_limit(MemoryLimit::Bytes(memory));
    let mut decoder = options.read_info(body).map_err(told)?;
    let (left, top, width, height, transparent) = loop {
        job.watch.check()?;
        let frame = decoder.next_frame_info().map_err(told)?.ok_or_else(|| malformed("a GIF without a frame"))?;
        let [left, top, width, height] = [frame.left, frame.top, frame.width, frame.height].map(usize::from);
        // A frame without pixels shows nothing; the next one may.
        if width > 0 && height > 0 {
            break (left, top, width, height, frame.transparent);
        }
    };
    let palette = decoder.palette().map_err(told)?.to_vec();
    let mut indices = vec![0; width * height];
    let mut is_truncated = false;
    if let Err(error) = decoder.read_into_buffer(&mut indices).map_err(told) {
        if !matches!(error, RenderError::Truncated(_)) || !job.limits.allow_truncated {
            return Err(error);
        }
        is_truncated = true;
    }
    job.watch.check()?;
    let size = job.header.info.stored;
    let layout = if job.header.info.alpha { Layout::Rgba } else { Layout::Rgb };
    let mut pixels = Pixels::zeroed(size, layout)?;
    let visible = side(size.width()).saturating_sub(left).min(width);
    for (from, to) in indices.chunks_exact(width).zip(pixels.rows_mut().skip(top)) {
        let to = to.get_mut(left * layout.channels()..).unwrap_or_default();
        for (index, pixel) in from.iter().take(visible).zip(to.chunks_exact_mut(layout.channels())) {
            if Some(*index) == transparent {
                continue;
            }
            // An index beyond the palette is black, as in browsers.
            let at = usize::from(*index) * 3;
            let colour = palette.get(at..at + 3).unwrap_or(&[0, 0, 0]);
            for (target, sample) in pixel.iter_mut().zip(colour.iter().chain(&[255])) {
                *target = *sample;
            }
        }
    }
    Ok(Decoded { pixels, profile: Profile::Standard, truncated: is_truncated })
}

fn told(error: DecodingError) -> RenderError {
    match error {
        DecodingError::Io(error) => read_failed("GIF", &error),
        DecodingError::UnexpectedEof => truncated("the GIF ends early"),
        DecodingError::MemoryLimit | DecodingError::OutOfMemory => over_limit("GIF: a frame over limits.memory"),
        // The pixels end before the frame does; the decoder has no kind of its own for that.
        DecodingError::Format(error) if error.to_string().contains("truncated") => truncated(format!("GIF: {error}")),
        other => malformed(format!("GIF: {other}")),
    }
}
