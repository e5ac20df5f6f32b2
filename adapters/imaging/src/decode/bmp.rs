//! BMP, through `image` on the whole source in memory; what it does not know is in `rare`.

mod rare;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder as _, ImageError};
use thumbgate_core::error::RenderError;

use super::padded::Padded;
use super::{Decoded, Job, Profile};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, read_failed, unsupported};
use crate::pixels::{Layout, Pixels};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let mut source = body.collect(job.length)?;
    if let Some(runs) = rare::runs(&source) {
        let (pixels, result) = rare::draw(runs, job.header.info.stored, job.watch)?;
        let truncated = job.ended_early(result)?;
        return Ok(Decoded { pixels, profile: Profile::Standard, truncated });
    }
    rare::adapt(&mut source);
    let mut is_truncated = false;
    let mut result = attempt(Padded::new(&source, 0), &job);
    if matches!(result, Err(RenderError::Truncated(_))) && job.limits.allow_truncated {
        // What is missing is zero; no BMP that is not run-length coded has more than 4 bytes a pixel.
        let wanted = job.header.info.stored.pixels().saturating_mul(4).saturating_add(4096);
        is_truncated = true;
        result = attempt(Padded::new(&source, wanted), &job);
    }
    Ok(Decoded { pixels: result?, profile: Profile::Standard, truncated: is_truncated })
}

fn attempt(source: Padded<'_>, job: &Job<'_>) -> Result<Pixels, RenderError> {
    job.watch.check()?;
    let decoder = BmpDecoder::new(source).map_err(told)?;
    let size = job.header.info.stored;
    if decoder.dimensions() != (size.width(), size.height()) {
        return Err(internal("BMP: the size has changed since it was planned"));
    }
    let layout = match decoder.color_type() {
        ColorType::L8 => Layout::Grey,
        ColorType::Rgb8 => Layout::Rgb,
        ColorType::Rgba8 => Layout::Rgba,
        other => return Err(internal(format!("BMP: no picture is {other:?}"))),
    };
    let mut pixels = Pixels::zeroed(size, layout)?;
    decoder.read_image(pixels.data_mut()).map_err(told)?;
    Ok(pixels)
}

fn told(error: ImageError) -> RenderError {
    match error {
        ImageError::IoError(error) => read_failed("BMP", &error),
        ImageError::Limits(error) => over_limit(format!("BMP: {error}")),
        ImageError::Unsupported(error) => unsupported(format!("BMP: {error}")),
        other => malformed(format!("BMP: {other}")),
    }
}
