//! Rows out of bytes: one module a format, one decode a picture, all outputs made on the way.
//!
//! Most hand their rows to the `sink` as they come; BMP, AVIF, HEIC, interlaced pictures and some
//! kinds of WebP are decoded whole first. Decoders give 8 bits a channel and colours as stored (inks
//! stay inks): the profile is applied when the picture is small. What is missing of a truncated
//! picture is black, or transparent where there is transparency; of a JPEG or a lossy WebP that is
//! made smaller it is grey.

mod avif;
mod bmp;
mod gif;
#[cfg(feature = "heic")]
mod heic;
mod heif;
pub(crate) mod jpeg;
mod lzw;
mod padded;
mod png;
pub(crate) mod tiff;
mod webp;
mod yuv;

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::Plan;
use thumbgate_core::port::ImageInfo;

use crate::body::Body;
use crate::header::Header;
use crate::pixels::Pixels;
use crate::sink::{Form, Sink};
use crate::watch::Watch;

/// What a decoder works on.
pub(crate) struct Job<'a> {
    pub(crate) header: Header,
    pub(crate) limits: &'a Limits,
    /// How long the source is said to be.
    pub(crate) length: u64,
    pub(crate) plan: &'a Plan,
    pub(crate) watch: &'a Watch,
}

impl<'a> Job<'a> {
    /// Where rows of this form go.
    fn sink(&self, form: &Form) -> Result<Sink<'a>, RenderError> {
        Sink::new(form, &self.header.info, self.plan, self.watch)
    }

    /// Whether what was read ended early, where that is allowed.
    fn ended_early(&self, read: Result<(), RenderError>) -> Result<bool, RenderError> {
        match read {
            Ok(()) => Ok(false),
            Err(RenderError::Truncated(_)) if self.limits.allow_truncated => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// What the numbers of the pixels mean, besides their layout.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Profile {
    /// sRGB, or its lightness; inks without a profile.
    Standard,
    /// What an ICC profile says.
    Icc(Vec<u8>),
    /// What H.273's numbers say, as AVIF, HEIC and PNG have them.
    Numbers {
        /// Which red, green and blue are meant.
        primaries: u16,
        /// How lightness becomes light.
        transfer: u16,
    },
    /// What PNG's `gAMA` says: the exponent of the transfer function, such as 0.45455.
    Gamma(f64),
    /// What PNG's `gAMA` and `cHRM` say.
    Places {
        gamma: f64,
        /// Where white, red, green and blue are in CIE 1931's diagram, x and y.
        places: [[f32; 2]; 4],
    },
}

impl Profile {
    /// The header's profile, or none.
    fn embedded(profile: Option<Vec<u8>>) -> Self {
        profile.map_or(Self::Standard, Self::Icc)
    }
}

/// A whole decoded picture, as stored: not turned, not converted.
#[derive(Debug)]
struct Decoded {
    pixels: Pixels,
    profile: Profile,
    /// Whether it ended early.
    truncated: bool,
}

/// The outputs' pictures, of their sizes, and as stored: not turned, not converted.
#[derive(Debug)]
pub(crate) struct Shrunk {
    pub(crate) pictures: Vec<Pixels>,
    pub(crate) profile: Profile,
    /// Whether the source ended early.
    pub(crate) truncated: bool,
    /// Whether enough was seen before the source's end.
    pub(crate) stopped_early: bool,
}

/// Decodes the picture, or its first frame.
///
/// # Errors
/// By kind. What the body failed with is not among them: ask the body.
pub(crate) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let (info, plan, watch) = (job.header.info.clone(), job.plan, job.watch);
    let decoded = match info.format {
        SourceFormat::Jpeg => return jpeg::decode(body, job),
        SourceFormat::Png => return png::decode(body, job),
        SourceFormat::WebP => return webp::decode(body, job),
        SourceFormat::Gif => return gif::decode(body, job),
        SourceFormat::Bmp => bmp::decode(body, job)?,
        SourceFormat::Tiff => return tiff::decode(body, job),
        SourceFormat::Avif | SourceFormat::Heic => heif::decode(body, job)?,
    };
    decoded.shrunk(&info, plan, watch)
}

impl Decoded {
    /// The outputs' pictures of the whole one.
    fn shrunk(self, info: &ImageInfo, plan: &Plan, watch: &Watch) -> Result<Shrunk, RenderError> {
        let Self { pixels, profile, truncated } = self;
        let mut sink = Sink::new(&Form::whole(pixels.size(), pixels.layout()), info, plan, watch)?;
        sink.picture(&pixels)?;
        drop(pixels);
        Ok(Shrunk { pictures: sink.finish()?, profile, truncated, stopped_early: false })
    }
}
