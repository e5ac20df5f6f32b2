//! Finished pixels to bytes: one module a format. Nothing but pixels is written.

#[cfg(feature = "avif")]
mod avif;
mod huffman;
mod jpeg;
mod png;
mod webp;

use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::rendition::Quality;

use crate::pixels::Pixels;

/// Whether this build writes the format.
///
/// AVIF is written when the crate was built with its feature `avif`.
///
/// ```
/// use thumbgate_core::format::OutputFormat;
/// assert!(thumbgate_imaging::can_encode(OutputFormat::WebP));
/// ```
#[must_use]
pub fn can_encode(format: OutputFormat) -> bool {
    match format {
        OutputFormat::Jpeg | OutputFormat::Png | OutputFormat::WebP => true,
        OutputFormat::Avif => cfg!(feature = "avif"),
    }
}

/// The formats that this build writes, in the order of documentation.
///
/// Applications look here before they begin, so that a rendition that cannot be made is refused
/// with the configuration and not once for every picture.
pub fn encodable() -> impl Iterator<Item = OutputFormat> {
    OutputFormat::ALL.into_iter().filter(|format| can_encode(*format))
}

/// Refuses a format that this build does not write.
///
/// # Errors
/// `Unsupported`, saying what to build with.
pub(crate) fn check(format: OutputFormat) -> Result<(), RenderError> {
    if can_encode(format) {
        return Ok(());
    }
    Err(RenderError::Unsupported(format!(
        "{format} is not written by this build: build thumbgate-imaging with its feature `{format}`"
    )))
}

/// Encodes a finished picture of greys, RGB or RGBA.
pub(crate) fn encode(pixels: &Pixels, format: OutputFormat, quality: Quality) -> Result<Vec<u8>, RenderError> {
    match format {
        OutputFormat::Jpeg => jpeg::encode(pixels, quality),
        OutputFormat::Png => png::encode(pixels),
        OutputFormat::WebP => webp::encode(pixels, quality),
        #[cfg(feature = "avif")]
        OutputFormat::Avif => avif::encode(pixels, quality),
        #[cfg(not(feature = "avif"))]
        OutputFormat::Avif => check(format).map(|()| Vec::new()),
    }
}
