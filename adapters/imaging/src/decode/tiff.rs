//! TIFF: the first directory's picture, through `tiff` on the whole source in memory.
//!
//! What the decoder gives (1 to 64 bits, whole numbers or floats, chunky or planar, palettes,
//! `YCbCr`, inks) becomes 8 bits a channel here.

use std::io::Cursor;

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;
use thumbgate_core::port::ColourModel;
use tiff::decoder::{BufferLayoutPreference, Decoder, Limits};
use tiff::tags::{SampleFormat, Tag};
use tiff::{ColorType, TiffError};

use super::jpeg::rgb;
use super::{Decoded, Job, Profile};
use crate::body::Body;
use crate::error::{malformed, over_limit, read_failed, truncated, unsupported};
use crate::ifd::{self, Found};
use crate::pixels::{Layout, Pixels, side};
use crate::samples::{from_16, from_bits, narrow};

/// The largest value of a tag that the decoder may hold, such as strip offsets.
const TAG_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most numbers of a palette: three of each 8-bit index.
const PALETTE_MAX: usize = 3 * 256;

/// The photometric interpretation of plain greys (TIFF 6.0).
const BLACK_IS_ZERO: u16 = 1;

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let mut source = body.collect(job.length)?;
    let palette = palette(&mut source, job.header.info.colour)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(job.limits.memory).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    limits.ifd_value_size = TAG_BYTES_MAX;
    let mut decoder = Decoder::new(Cursor::new(&source)).map_err(told)?.with_limits(limits);
    let size = job.header.info.stored;
    if decoder.dimensions().map_err(told)? != (size.width(), size.height()) {
        return Err(malformed("TIFF: the directory says two sizes"));
    }
    let form = Form::of(&mut decoder, palette)?;
    job.watch.check()?;
    let mut stored = vec![0; form.layout.complete_len];
    let is_truncated = match decoder.read_image_bytes(&mut stored).map_err(told) {
        Ok(()) => false,
        // Strips and tiles that came before the end are in their places.
        Err(RenderError::Truncated(_)) if job.limits.allow_truncated => true,
        Err(error) => return Err(error),
    };
    job.watch.check()?;
    let pixels = form.pixels(size, &stored, &job)?;
    Ok(Decoded { pixels, profile: Profile::embedded(job.header.profile), truncated: is_truncated })
}

/// The colours of a palette: all reds, then all greens, then all blues.
///
/// The decoder knows no palettes, but indices are greys to it as soon as the directory says so.
fn palette(source: &mut [u8], colour: ColourModel) -> Result<Vec<u16>, RenderError> {
    if colour != ColourModel::Palette {
        return Ok(Vec::new());
    }
    let palette = match ifd::read(source) {
        Found::Directory(directory) => directory.numbers(Tag::ColorMap.to_u16(), PALETTE_MAX),
        Found::More(_) | Found::Nothing => Vec::new(),
    };
    if palette.len() < 3 || !ifd::overwrite_short(source, Tag::PhotometricInterpretation.to_u16(), BLACK_IS_ZERO) {
        return Err(malformed("TIFF: a palette without colours"));
    }
    Ok(palette.into_iter().map(|colour| u16::try_from(colour).unwrap_or(u16::MAX)).collect())
}

/// How the decoder's buffer is to be read.
struct Form {
    colour: ColorType,
    layout: BufferLayoutPreference,
    /// Samples of one pixel in the buffer.
    samples: usize,
    bits: u8,
    /// All reds, greens and blues of a palette; empty where samples are no indices.
    palette: Vec<u16>,
    alpha: Alpha,
}

/// What the sample after the colours is (TIFF 6.0, `ExtraSamples`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alpha {
    None,
    /// Colours are multiplied by it.
    Associated,
    Plain,
}

impl Form {
    fn of(decoder: &mut Decoder<Cursor<&Vec<u8>>>, palette: Vec<u16>) -> Result<Self, RenderError> {
        let colour = decoder.colortype().map_err(told)?;
        let layout = decoder.image_buffer_layout().map_err(told)?;
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples).map_err(told)?.unwrap_or_default();
        let alpha = match extra.first() {
            Some(1) => Alpha::Associated,
            Some(2) => Alpha::Plain,
            _ => Alpha::None,
        };
        let samples = match colour {
            ColorType::Gray(_) => 1,
            ColorType::GrayA(_) => 2,
            ColorType::RGB(_) | ColorType::YCbCr(_) => 3,
            ColorType::RGBA(_) | ColorType::CMYK(_) => 4,
            ColorType::CMYKA(_) => 5,
            ColorType::Multiband { num_samples, .. } => usize::from(num_samples),
            other => return Err(unsupported(format!("a TIFF of {other:?}"))),
        };
        let bits = colour.bit_depth();
        if !palette.is_empty() && (samples > 1 || bits > 8) {
            return Err(unsupported(format!("a TIFF with a palette of {bits} bits, {samples} samples")));
        }
        let is_known = match layout.sample_format {
            SampleFormat::Uint => matches!(bits, 1 | 2 | 4 | 8 | 16 | 32 | 64),
            SampleFormat::IEEEFP => matches!(bits, 32 | 64),
            _ => false,
        };
        if !is_known {
            return Err(unsupported(format!("a TIFF of {bits} bits, {:?}", layout.sample_format)));
        }
        Ok(Self { colour, layout, samples, bits, palette, alpha })
    }

    fn pixels(&self, size: Size, stored: &[u8], job: &Job<'_>) -> Result<Pixels, RenderError> {
        let layout = match self.colour {
            ColorType::Gray(_) if self.palette.is_empty() => Layout::Grey,
            ColorType::Gray(_) => Layout::Rgb,
            ColorType::Multiband { .. } if self.alpha == Alpha::None => Layout::Grey,
            ColorType::RGB(_) | ColorType::YCbCr(_) => Layout::Rgb,
            ColorType::CMYK(_) | ColorType::CMYKA(_) => Layout::Cmyk,
            _ => Layout::Rgba,
        };
        let mut pixels = Pixels::zeroed(size, layout)?;
        let planes = self.layout.planes.max(1);
        let per_plane = if planes > 1 { 1 } else { self.samples };
        let row_samples = side(size.width()) * per_plane;
        let row_bytes = self.layout.row_stride.map_or(0, Into::into);
        let plane_bytes = self.layout.plane_stride.map_or(stored.len(), Into::into);
        if row_bytes == 0 {
            return Err(malformed("TIFF: rows without bytes"));
        }
        let mut unpacked = vec![Vec::new(); planes];
        for (y, row) in pixels.rows_mut().enumerate() {
            job.watch.check()?;
            for (plane, samples) in unpacked.iter_mut().enumerate() {
                let at = plane * plane_bytes + y * row_bytes;
                self.unpack(stored.get(at..at + row_bytes).unwrap_or_default(), row_samples, samples);
            }
            self.row(&unpacked, per_plane, row);
        }
        Ok(pixels)
    }

    /// One plane's row in 8 bits a sample; of palettes, the indices.
    fn unpack(&self, row: &[u8], count: usize, samples: &mut Vec<u8>) {
        samples.clear();
        let is_float = self.layout.sample_format == SampleFormat::IEEEFP;
        match self.bits {
            8 => samples.extend_from_slice(row.get(..count).unwrap_or(row)),
            16 => samples.extend(row.as_chunks().0.iter().map(|bytes| from_16(u16::from_ne_bytes(*bytes)))),
            32 if is_float => {
                samples.extend(row.as_chunks().0.iter().map(|bytes| from_float(f32::from_ne_bytes(*bytes).into())));
            }
            64 if is_float => {
                samples.extend(row.as_chunks().0.iter().map(|bytes| from_float(f64::from_ne_bytes(*bytes))));
            }
            32 => samples.extend(row.as_chunks().0.iter().map(|bytes| narrow(u32::from_ne_bytes(*bytes) >> 24))),
            64 => samples.extend(
                row.as_chunks().0.iter().map(|bytes| u8::try_from(u64::from_ne_bytes(*bytes) >> 56).unwrap_or(255)),
            ),
            bits => {
                let mask = narrow((1 << bits) - 1);
                let is_index = !self.palette.is_empty();
                let in_byte = |byte: u8| (1..=8 / bits).map(move |nth| (byte >> (8 - nth * bits)) & mask);
                let scale = |sample| if is_index { sample } else { from_bits(sample, bits) };
                samples.extend(row.iter().flat_map(|byte| in_byte(*byte)).map(scale).take(count));
            }
        }
        samples.resize(count, 0);
    }

    fn row(&self, planes: &[Vec<u8>], per_plane: usize, row: &mut [u8]) {
        let channels = match self.colour {
            ColorType::Gray(_) => 1,
            _ => self.samples,
        };
        let sample = |x: usize, nth: usize| {
            let found = if planes.len() > 1 {
                planes.get(nth).and_then(|plane| plane.get(x))
            } else {
                planes.first().and_then(|plane| plane.get(x * per_plane + nth))
            };
            found.copied().unwrap_or(0)
        };
        let width = planes.first().map_or(0, |plane| plane.len() / per_plane.max(1));
        let out = row.len() / width.max(1);
        for (x, pixel) in row.chunks_exact_mut(out.max(1)).enumerate() {
            let [first, second, third, fourth] =
                [0, 1, 2, 3].map(|nth| if nth < channels { sample(x, nth) } else { 255 });
            let made = match self.colour {
                ColorType::Gray(_) if !self.palette.is_empty() => self.indexed(usize::from(first)),
                ColorType::YCbCr(_) => {
                    let [red, green, blue] = rgb(first, second, third);
                    [red, green, blue, 255]
                }
                ColorType::GrayA(_) | ColorType::Multiband { .. } => self.plain([first, first, first, second]),
                ColorType::RGBA(_) => self.plain([first, second, third, fourth]),
                _ => [first, second, third, fourth],
            };
            for (target, value) in pixel.iter_mut().zip(made) {
                *target = value;
            }
        }
    }

    fn indexed(&self, index: usize) -> [u8; 4] {
        let entries = self.palette.len() / 3;
        let [red, green, blue] = [0, 1, 2].map(|nth| self.palette.get(nth * entries + index).copied().unwrap_or(0));
        [from_16(red), from_16(green), from_16(blue), 255]
    }

    /// Colours that are multiplied by their opacity, without it.
    fn plain(&self, [red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
        match self.alpha {
            Alpha::Associated => {
                let divided = |value: u8| match alpha {
                    0 => 0,
                    alpha => narrow((u32::from(value) * 255 + u32::from(alpha) / 2) / u32::from(alpha)),
                };
                [divided(red), divided(green), divided(blue), alpha]
            }
            Alpha::None | Alpha::Plain => [red, green, blue, alpha],
        }
    }
}

/// A float of 0 to 1 in 8 bits.
fn from_float(value: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 to 255 before; what is no number becomes 0"
    )]
    let sample = (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    sample
}

fn told(error: TiffError) -> RenderError {
    match error {
        TiffError::IoError(error) => read_failed("TIFF", &error),
        TiffError::LimitsExceeded | TiffError::IntSizeError => over_limit("TIFF: over limits.memory"),
        TiffError::UnsupportedError(error) => unsupported(format!("TIFF: {error}")),
        TiffError::FormatError(error) => malformed(format!("TIFF: {error}")),
        other => truncated(format!("TIFF: {other}")),
    }
}
