//! Pixels out of bytes: one module a format, one decode a picture.
//!
//! Decoders give 8 bits a channel and colours as stored (inks stay inks): the profile is applied
//! when the picture is small. What is missing of a truncated picture is zero: black, or
//! transparent where there is transparency.

mod avif;
mod bmp;
mod gif;
#[cfg(feature = "heic")]
mod heic;
mod heif;
mod jpeg;
mod markers;
mod padded;
mod png;
mod scans;
mod tiff;
mod webp;
mod yuv;

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::limits::Limits;

use crate::body::Body;
use crate::header::Header;
use crate::pixels::Pixels;
use crate::watch::Watch;

/// What a decoder works on.
pub(crate) struct Job<'a> {
    pub(crate) header: Header,
    pub(crate) limits: &'a Limits,
    /// How long the source is said to be.
    pub(crate) length: u64,
    pub(crate) watch: &'a Watch,
}

/// What the numbers of the pixels mean, besides their layout.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Profile {
    /// sRGB, or its lightness; inks without a profile.
    Standard,
    /// What an ICC profile says.
    Icc(Vec<u8>),
    /// What H.273's numbers say, as AVIF and HEIC have them.
    Numbers {
        /// Which red, green and blue are meant.
        primaries: u16,
        /// How lightness becomes light.
        transfer: u16,
    },
    /// What PNG's `gAMA` says: the exponent of the transfer function, such as 0.45455.
    Gamma(f64),
}

impl Profile {
    /// The header's profile, or none.
    fn embedded(profile: Option<Vec<u8>>) -> Self {
        profile.map_or(Self::Standard, Self::Icc)
    }
}

/// A decoded picture, as stored: not turned, not converted.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    pub(crate) profile: Profile,
    /// Whether it ended early.
    pub(crate) truncated: bool,
}

/// Decodes the picture, or its first frame.
///
/// # Errors
/// By kind. What the body failed with is not among them: ask the body.
pub(crate) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    match job.header.info.format {
        SourceFormat::Jpeg => jpeg::decode(body, job),
        SourceFormat::Png => png::decode(body, job),
        SourceFormat::WebP => webp::decode(body, job),
        SourceFormat::Gif => gif::decode(body, job),
        SourceFormat::Bmp => bmp::decode(body, job),
        SourceFormat::Tiff => tiff::decode(body, job),
        SourceFormat::Avif | SourceFormat::Heic => heif::decode(body, job),
    }
}
