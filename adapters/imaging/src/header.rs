//! What a picture is, from its first bytes: nothing is decoded, nothing large is allocated.
//!
//! One module a format. Each reads a growing prefix of the body and either knows everything that
//! planning needs or says how much more it takes. Sizes are checked against the limits as soon as
//! they are seen, so an oversized picture is refused after a few hundred bytes.

mod bmp;
mod gif;
mod heif;
mod jpeg;
mod png;
mod sniff;
mod tiff;
mod webp;

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::Size;
use thumbgate_core::limits::Limits;
use thumbgate_core::orientation::Orientation;
use thumbgate_core::plan::check_source;
use thumbgate_core::port::{ColourModel, ImageInfo};
use thumbgate_core::shrink::DecodeBytes;

use crate::error::{malformed, over_limit};

/// What every decode holds besides pixels and the source: tables, windows, rows.
const DECODER_BYTES: u64 = 1024 * 1024;

/// What the header told.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) info: ImageInfo,
    /// The embedded colour profile, where the header holds it as it is.
    pub(crate) profile: Option<Vec<u8>>,
}

/// How far reading came.
#[derive(Debug)]
pub(crate) enum Read {
    /// Everything is known.
    Known(Box<Header>),
    /// At least this many bytes, from the beginning, are needed to get further.
    More(u64),
}

/// The beginning of a body, and what is known of the whole.
#[derive(Clone, Copy)]
pub(crate) struct Prefix<'a> {
    /// The first bytes.
    pub(crate) bytes: &'a [u8],
    /// Whether these are all.
    pub(crate) whole: bool,
    /// How long the whole is said to be.
    pub(crate) length: u64,
    pub(crate) limits: &'a Limits,
}

impl Prefix<'_> {
    fn get<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()
    }

    /// Refuses a size that is over the limits, before anything else is looked at.
    fn sized(&self, format: SourceFormat, width: u64, height: u64) -> Result<Size, RenderError> {
        let side = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let size = Size::new(side(width), side(height))
            .ok_or_else(|| malformed(format!("a {format} without width or height")))?;
        check_source(&bare(format, size), self.limits)?;
        Ok(size)
    }

    /// Refuses metadata that is over its limit.
    fn metadata(&self, bytes: usize) -> Result<(), RenderError> {
        if u64::try_from(bytes).is_ok_and(|bytes| bytes <= self.limits.metadata_bytes) {
            return Ok(());
        }
        let max = self.limits.metadata_bytes;
        Err(over_limit(format!("metadata of {bytes} bytes, more than the {max} of limits.metadata_bytes")))
    }
}

/// Reads what has come so far.
///
/// # Errors
/// `Unsupported` for what is no picture, `Malformed` and `Limit` as soon as it is certain.
pub(crate) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some(format) = sniff::format(prefix.bytes, prefix.whole)? else {
        return Ok(Read::More(sniff::ENOUGH));
    };
    match format {
        SourceFormat::Jpeg => jpeg::read(prefix),
        SourceFormat::Png => png::read(prefix),
        SourceFormat::WebP => webp::read(prefix),
        SourceFormat::Gif => gif::read(prefix),
        SourceFormat::Bmp => bmp::read(prefix),
        SourceFormat::Tiff => tiff::read(prefix),
        SourceFormat::Avif | SourceFormat::Heic => heif::read(prefix),
    }
}

/// A header of which nothing but format and size is known; formats fill in the rest.
fn bare(format: SourceFormat, stored: Size) -> ImageInfo {
    ImageInfo {
        format,
        stored,
        orientation: Orientation::Upright,
        colour: ColourModel::Rgb,
        bit_depth: 8,
        alpha: false,
        icc_profile: false,
        progressive: false,
        frames: Some(1),
        decode_bytes: DecodeBytes::always(0),
    }
}

/// An estimate of memory: so many bytes a pixel, and what is held besides.
fn memory(size: Size, per_pixel: u64, besides: u64) -> DecodeBytes {
    let pixels = size.pixels().saturating_mul(per_pixel);
    DecodeBytes::always(
        pixels.saturating_add(besides).saturating_add(filter(size.width(), 4)).saturating_add(DECODER_BYTES),
    )
}

/// What a filter holds of rows of so many pixels: as many as it reaches, in `f32`.
fn filter(width: u32, channels: u64) -> u64 {
    const ROWS: u64 = 40;
    u64::from(width) * channels * 4 * ROWS
}

fn known(info: ImageInfo, profile: Option<Vec<u8>>) -> Read {
    Read::Known(Box::new(Header { info, profile }))
}

fn more(at: usize) -> Read {
    Read::More(u64::try_from(at).unwrap_or(u64::MAX))
}
