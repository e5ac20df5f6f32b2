//! WebP, lossy, through libwebp (its own C, built with the crate; no threads).

use thumbgate_core::error::RenderError;
use thumbgate_core::rendition::Quality;
use webp::{Encoder, PixelLayout};

use crate::compose::coloured;
use crate::error::internal;
use crate::pixels::{Layout, Pixels};

pub(super) fn encode(pixels: &Pixels, quality: Quality) -> Result<Vec<u8>, RenderError> {
    let grey;
    let (pixels, layout) = match pixels.layout() {
        Layout::Grey => {
            grey = coloured(pixels)?;
            (&grey, PixelLayout::Rgb)
        }
        Layout::Rgb => (pixels, PixelLayout::Rgb),
        Layout::Rgba => (pixels, PixelLayout::Rgba),
        Layout::Cmyk => return Err(internal("WebP: inks were left")),
    };
    let encoder = Encoder::new(pixels.data(), layout, pixels.size().width(), pixels.size().height());
    let bytes = encoder.encode_simple(false, quality.get().into());
    bytes.map(|bytes| bytes.to_vec()).map_err(|error| internal(format!("WebP: {error:?}")))
}
