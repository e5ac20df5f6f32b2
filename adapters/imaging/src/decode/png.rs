//! PNG, row by row from the body as it arrives.

use png::{
    BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Info, Limits, Reader, ScaledFloat, Transformations,
};
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;

use super::{Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, read_failed, truncated};
use crate::pixels::{Layout, Pixels, side};
use crate::samples::from_16;
use crate::sink::{Form, Sink};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    let mut decoder = Decoder::new_with_options(body, options);
    // What the decoder allocates for itself: rows, and the profile that it inflates.
    decoder.set_limits(Limits {
        bytes: usize::try_from(job.limits.metadata_bytes.max(1024 * 1024)).unwrap_or(usize::MAX),
    });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| told(&error))?;
    let info = reader.info();
    let size = Size::new(info.width, info.height).ok_or_else(|| malformed("a PNG without width or height"))?;
    if size != job.header.info.stored {
        return Err(internal("PNG: the size has changed since it was planned"));
    }
    let profile = profile(info);
    let (colour, depth) = reader.output_color_type();
    let layout = match colour {
        ColorType::Grayscale => Layout::Grey,
        ColorType::Rgb => Layout::Rgb,
        ColorType::GrayscaleAlpha | ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(internal("PNG: the palette was not expanded")),
    };
    let convert = Convert { grey_alpha: colour == ColorType::GrayscaleAlpha, deep: depth == BitDepth::Sixteen };
    let mut sink = job.sink(&Form::whole(size, layout))?;
    let truncated = if reader.info().interlaced {
        let mut pixels = Pixels::zeroed(size, layout)?;
        let truncated = job.ended_early(interlaced(&mut reader, &mut pixels, convert, &job))?;
        sink.picture(&pixels)?;
        truncated
    } else {
        rows(&mut reader, (size, layout), &mut sink, convert, &job)?
    };
    Ok(Shrunk { pictures: sink.finish()?, profile, truncated, stopped_early: false })
}

/// Hands over row after row; whether the picture ended early.
fn rows(
    reader: &mut Reader<&mut Body<'_>>,
    (size, layout): (Size, Layout),
    sink: &mut Sink<'_>,
    convert: Convert,
    job: &Job<'_>,
) -> Result<bool, RenderError> {
    let mut stored = vec![0; reader.output_line_size(size.width()).ok_or_else(too_long)?];
    let mut row = vec![0; side(size.width()) * layout.channels()];
    let mut is_truncated = false;
    for _ in 0..size.height() {
        let target = if convert.is_needed() { &mut stored } else { &mut row };
        if !is_truncated {
            let read = match reader.read_row(target).map_err(|error| told(&error)) {
                Ok(Some(_)) => Ok(()),
                Ok(None) => Err(truncated("the PNG ends before its last row")),
                Err(error) => Err(error),
            };
            is_truncated = job.ended_early(read)?;
        }
        if is_truncated {
            target.fill(0);
        }
        if convert.is_needed() {
            convert.row(&stored, &mut row);
        }
        sink.row(0, &row)?;
    }
    Ok(is_truncated)
}

fn interlaced(
    reader: &mut Reader<&mut Body<'_>>,
    pixels: &mut Pixels,
    convert: Convert,
    job: &Job<'_>,
) -> Result<(), RenderError> {
    let read =
        |reader: &mut Reader<_>, target: &mut [u8]| reader.next_frame(target).map(|_| ()).map_err(|error| told(&error));
    if !convert.is_needed() {
        return read(reader, pixels.data_mut());
    }
    let length = reader.output_line_size(pixels.size().width()).ok_or_else(too_long)?;
    let mut stored = vec![0; reader.output_buffer_size().ok_or_else(too_long)?];
    let result = read(reader, &mut stored);
    for (from, to) in stored.chunks_exact(length).zip(pixels.rows_mut()) {
        job.watch.check()?;
        convert.row(from, to);
    }
    result
}

fn too_long() -> RenderError {
    over_limit("PNG: a row is more than this machine can address")
}

/// From what the decoder gives to what we hold.
#[derive(Clone, Copy)]
struct Convert {
    /// Lightness and opacity become colour and opacity.
    grey_alpha: bool,
    /// 16 bits become 8.
    deep: bool,
}

impl Convert {
    fn is_needed(self) -> bool {
        self.grey_alpha || self.deep
    }

    fn row(self, from: &[u8], to: &mut [u8]) {
        let reduced: Vec<u8>;
        let from = if self.deep {
            let (samples, _) = from.as_chunks::<2>();
            reduced = samples.iter().map(|sample| from_16(u16::from_be_bytes(*sample))).collect();
            &reduced
        } else {
            from
        };
        if self.grey_alpha {
            let ((pairs, _), (pixels, _)) = (from.as_chunks::<2>(), to.as_chunks_mut::<4>());
            for ([grey, alpha], pixel) in pairs.iter().zip(pixels) {
                *pixel = [*grey, *grey, *grey, *alpha];
            }
        } else {
            for (sample, target) in from.iter().zip(to) {
                *target = *sample;
            }
        }
    }
}

/// What the colours mean: `cICP`, `iCCP`, `sRGB`, or `gAMA` with or without `cHRM`, in this order
/// (PNG specification, third edition, 4.3).
fn profile(info: &Info<'_>) -> Profile {
    // Other numbers than those of full-range RGB are an error there, and left out.
    if let Some(numbers) = info.coding_independent_code_points.filter(|it| it.matrix_coefficients == 0)
        && numbers.is_video_full_range_image
    {
        let (primaries, transfer) = (numbers.color_primaries.into(), numbers.transfer_function.into());
        return Profile::Numbers { primaries, transfer };
    }
    if let Some(profile) = &info.icc_profile {
        return Profile::Icc(profile.to_vec());
    }
    let Some(gamma) = info.gama_chunk.filter(|_| info.srgb.is_none()).map(|gamma| f64::from(gamma.into_value())) else {
        return Profile::Standard;
    };
    let Some(places) = info.chrm_chunk else { return Profile::Gamma(gamma) };
    let places = [places.white, places.red, places.green, places.blue];
    Profile::Places { gamma, places: places.map(|(x, y)| [x, y].map(ScaledFloat::into_value)) }
}

fn told(error: &DecodingError) -> RenderError {
    match error {
        DecodingError::IoError(error) => read_failed("PNG", error),
        DecodingError::LimitsExceeded => over_limit("PNG: a row or a profile over limits.metadata_bytes"),
        DecodingError::Format(error) => malformed(format!("PNG: {error}")),
        DecodingError::Parameter(error) => internal(format!("PNG: {error}")),
    }
}
