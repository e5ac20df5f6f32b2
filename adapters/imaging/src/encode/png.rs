//! PNG, through `png`: the filter is chosen row by row.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use thumbgate_core::error::RenderError;

use crate::error::internal;
use crate::pixels::{Layout, Pixels};

pub(super) fn encode(pixels: &Pixels) -> Result<Vec<u8>, RenderError> {
    let colour = match pixels.layout() {
        Layout::Grey => ColorType::Grayscale,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
        Layout::Cmyk => return Err(internal("PNG: inks were left")),
    };
    let failed = |error| internal(format!("PNG: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.size().width(), pixels.size().height());
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels.data()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
