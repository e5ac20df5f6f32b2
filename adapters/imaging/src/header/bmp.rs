//! BMP: the file header and the fixed part of the one that follows it.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Prefix, Read, bare, known, memory, more};

/// The length of OS/2's first header, whose sides have 16 bits.
const CORE_HEADER: u8 = 12;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some([header, _, _, _]) = prefix.get(14) else { return Ok(more(54)) };
    let (width, height, depth) = if header == CORE_HEADER {
        let Some([w0, w1, h0, h1, _, _, depth, _]) = prefix.get::<8>(18) else { return Ok(more(26)) };
        (u32::from(u16::from_le_bytes([w0, w1])), u32::from(u16::from_le_bytes([h0, h1])), depth)
    } else {
        let Some([w0, w1, w2, w3, h0, h1, h2, h3, _, _, depth, _]) = prefix.get::<12>(18) else { return Ok(more(30)) };
        // A negative height tells that the first row is the upper one.
        let height = i32::from_le_bytes([h0, h1, h2, h3]).unsigned_abs();
        (u32::from_le_bytes([w0, w1, w2, w3]), height, depth)
    };
    let size = prefix.sized(SourceFormat::Bmp, width.into(), height.into())?;
    let info = ImageInfo {
        colour: if depth <= 8 { ColourModel::Palette } else { ColourModel::Rgb },
        bit_depth: depth.clamp(1, 8),
        // Whether the fourth byte of a pixel is opacity shows only in the masks: the decoder knows.
        alpha: depth >= 16,
        decode_bytes: memory(size, 4, prefix.length),
        ..bare(SourceFormat::Bmp, size)
    };
    Ok(known(info, None))
}
