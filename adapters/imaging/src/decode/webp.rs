//! WebP, from the whole source in memory: the picture or the first frame.
//!
//! A lossy picture that is made at least six times smaller goes through `thumbgate-webp`, plane by
//! plane and row by row. Where it stays larger, what that leaves out would show (ADR 11), so it goes
//! through `image-webp`, as do lossless pictures, those with transparency, and animations: whole.

use image_webp::{DecodingError, WebPDecoder};
use thumbgate_core::error::RenderError;
use thumbgate_core::shrink::Shrink;
use thumbgate_webp::{DecodeError, Decoder, Plane, Scale};

use super::padded::Padded;
use super::{Decoded, Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, read_failed, truncated, unsupported};
use crate::pixels::{Layout, Pixels, side};
use crate::planar::Model;
use crate::sink::{self, Form};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let source = body.collect(job.length)?;
    let missing_to = missing_to(&source, &job)?;
    if let Some(scale) = scale(&job) {
        match Decoder::new(&source) {
            Ok(decoder) => return rows(decoder, scale, job),
            Err(DecodeError::Unsupported(_)) => {}
            Err(error) => return Err(lossy_told(error)),
        }
    }
    let (info, plan, watch) = (job.header.info.clone(), job.plan, job.watch);
    whole(&source, missing_to, job)?.shrunk(&info, plan, watch)
}

/// Samples that are left for each pixel of an output. Means of blocks are softer than what other
/// formats are shrunk by, and with fewer it would show; the resampler leaves as many.
const LEFT: u64 = 3;

/// The scale that is decoded at, if all outputs are so small that nothing that is left out shows.
fn scale(job: &Job<'_>) -> Option<Scale> {
    let upright = job.header.info.upright();
    let shrinks = job.plan.outputs().iter().map(|output| {
        let (part, size) = output.drawn(upright);
        Shrink::leaving(LEFT, part.size, size)
    });
    match shrinks.min()? {
        Shrink::One => None,
        Shrink::Two => Some(Scale::Half),
        Shrink::Four => Some(Scale::Quarter),
        Shrink::Eight => Some(Scale::Eighth),
    }
}

/// A lossy picture, as it comes.
fn rows(decoder: Decoder<'_>, scale: Scale, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let info = *decoder.info();
    let stored = job.header.info.stored;
    if (info.width, info.height) != (stored.width(), stored.height()) {
        return Err(malformed("WebP: the picture has another size than its canvas"));
    }
    let plane = |plane| {
        let (width, height) = info.plane_size(plane, scale);
        let covers = if plane == Plane::Luma { scale.divisor() } else { scale.colour_divisor() };
        sink::Plane { size: (side(width), side(height)), covers: (f64::from(covers), f64::from(covers)) }
    };
    let mut sink = job.sink(&Form { model: Model::Video, planes: Plane::ALL.map(plane).to_vec() })?;
    let mut rows = if job.limits.allow_truncated {
        decoder.rows_allowing_truncation(scale)
    } else {
        decoder.rows(scale).map_err(lossy_told)?
    };
    while let Some(strip) = rows.next_strip().map_err(lossy_told)? {
        for (number, plane) in Plane::ALL.into_iter().enumerate() {
            strip.rows(plane).try_for_each(|row| sink.row(number, row))?;
        }
    }
    Ok(Shrunk {
        pictures: sink.finish()?,
        profile: Profile::embedded(job.header.profile),
        truncated: rows.ending().truncated,
        stopped_early: false,
    })
}

/// A picture of any kind, whole.
fn whole(source: &[u8], missing_to: Option<u64>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let is_truncated = missing_to.is_some();
    let source = Padded::new(source, missing_to.unwrap_or(0));
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

fn lossy_told(error: DecodeError) -> RenderError {
    match error {
        DecodeError::Malformed(what) => malformed(format!("WebP: {what}")),
        DecodeError::Truncated(what) => truncated(format!("the WebP ends before {what}")),
        DecodeError::Unsupported(what) => unsupported(what),
        other => internal(format!("WebP: {other}")),
    }
}

fn told(error: DecodingError) -> RenderError {
    match error {
        DecodingError::IoError(error) => read_failed("WebP", &error),
        DecodingError::ImageTooLarge | DecodingError::MemoryLimitExceeded => over_limit("WebP: over limits.memory"),
        DecodingError::NotEnoughInitData => truncated("the WebP ends early"),
        other => malformed(format!("WebP: {other}")),
    }
}
