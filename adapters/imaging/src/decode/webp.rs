//! WebP: the picture or the first frame, through `image-webp` on the whole source in memory.

use image_webp::{DecodingError, WebPDecoder};
use thumbgate_core::error::RenderError;

use super::padded::Padded;
use super::{Decoded, Job, Profile};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, read_failed, truncated};
use crate::pixels::{Layout, Pixels};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let source = body.collect(job.length)?;
    let missing_to = missing_to(&source, &job)?;
    let is_truncated = missing_to.is_some();
    let source = Padded::new(&source, missing_to.unwrap_or(0));
    let mut decoder = WebPDecoder::new(source).map_err(told)?;
    decoder.set_memory_limit(usize::try_from(job.limits.memory).unwrap_or(usize::MAX));
    let size = job.header.info.stored;
    if decoder.dimensions() != (size.width(), size.height()) {
        return Err(malformed("WebP: the picture has another size than its canvas"));
    }
    // The canvas of an animation begins transparent, not in the colour that it proposes.
    if decoder.is_animated() {
        decoder.set_background_color([0; 4]).map_err(told)?;
    }
    let layout = if decoder.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let mut pixels = Pixels::zeroed(size, layout)?;
    if decoder.output_buffer_size() != Some(pixels.data().len()) {
        return Err(internal("WebP: the decoder wants another buffer"));
    }
    job.watch.check()?;
    match decoder.read_image(pixels.data_mut()).map_err(told) {
        Ok(()) => {}
        Err(error) if is_truncated => {
            return Err(truncated(format!("the WebP ends so early that nothing can be shown ({error})")));
        }
        Err(error) => return Err(error),
    }
    Ok(Decoded { pixels, profile: Profile::embedded(job.header.profile), truncated: is_truncated })
}

/// How long the source should be if it ends early; if that is allowed, zeros stand for what is
/// missing, which the arithmetic decoder takes for a picture that goes on.
fn missing_to(source: &[u8], job: &Job<'_>) -> Result<Option<u64>, RenderError> {
    let Some([l0, l1, l2, l3]) = source.get(4..8) else { return Err(truncated("the WebP ends in its header")) };
    let announced = u64::from(u32::from_le_bytes([*l0, *l1, *l2, *l3])) + 8;
    let there = u64::try_from(source.len()).unwrap_or(u64::MAX);
    // An odd last chunk whose padding byte was left out is whole all the same.
    if there + 1 >= announced {
        return Ok(None);
    }
    if !job.limits.allow_truncated {
        return Err(truncated(format!("the WebP has {there} of {announced} bytes")));
    }
    Ok(Some(announced.min(job.limits.source_bytes)))
}

fn told(error: DecodingError) -> RenderError {
    match error {
        DecodingError::IoError(error) => read_failed("WebP", &error),
        DecodingError::ImageTooLarge | DecodingError::MemoryLimitExceeded => over_limit("WebP: over limits.memory"),
        DecodingError::NotEnoughInitData => truncated("the WebP ends early"),
        other => malformed(format!("WebP: {other}")),
    }
}
