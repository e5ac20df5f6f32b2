//! PNG: the chunks before the first pixels (PNG specification, third edition, 5 and 11).
//!
//! An `eXIf` chunk after the pixels is not looked for: that would take the whole body before
//! anything can be planned, and encoders write it in front.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::port::{ColourModel, ImageInfo};
use thumbgate_core::shrink::DecodeBytes;

use super::{Prefix, Read, bare, known, memory, more};
use crate::error::malformed;
use crate::ifd::exif_orientation;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some(header) = prefix.get::<25>(8) else { return Ok(more(33)) };
    let [_, _, _, length, b'I', b'H', b'D', b'R', w3, w2, w1, w0, h3, h2, h1, h0, depth, colour, _, _, interlace, ..] =
        header
    else {
        return Err(malformed("PNG: the first chunk is no IHDR"));
    };
    if length != 13 {
        return Err(malformed("PNG: an IHDR of a wrong length"));
    }
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    let size = prefix.sized(SourceFormat::Png, width.into(), height.into())?;
    let mut info = ImageInfo {
        colour: match colour {
            0 | 4 => ColourModel::Grey,
            3 => ColourModel::Palette,
            2 | 6 => ColourModel::Rgb,
            _ => return Err(malformed(format!("PNG: no colour type is {colour}"))),
        },
        bit_depth: depth,
        alpha: matches!(colour, 4 | 6),
        progressive: interlace != 0,
        ..bare(SourceFormat::Png, size)
    };
    let mut at = 33;
    loop {
        let Some([l3, l2, l1, l0, kind @ ..]) = prefix.get::<8>(at) else { return Ok(more(at + 8)) };
        let length = usize::try_from(u32::from_be_bytes([l3, l2, l1, l0])).unwrap_or(usize::MAX);
        match &kind {
            b"IDAT" | b"IEND" => break,
            b"eXIf" => {
                prefix.metadata(length)?;
                let Some(block) = prefix.bytes.get(at + 8..at + 8 + length) else { return Ok(more(at + 8 + length)) };
                info.orientation = exif_orientation(block);
            }
            b"acTL" => {
                let Some(frames) = prefix.get(at + 8) else { return Ok(more(at + 12)) };
                info.frames = Some(u32::from_be_bytes(frames));
            }
            b"tRNS" => info.alpha = true,
            b"iCCP" => info.icc_profile = true,
            _ => {}
        }
        at = at.saturating_add(length).saturating_add(12);
        prefix.metadata(at)?;
    }
    info.decode_bytes = decode_bytes(&info);
    Ok(known(info, None))
}

/// Rows stream; an interlaced picture is held whole, as it is stored and as ours.
fn decode_bytes(info: &ImageInfo) -> DecodeBytes {
    let ours = match (info.colour, info.alpha) {
        (ColourModel::Grey, false) => 1,
        (_, false) => 3,
        (_, true) => 4,
    };
    let channels = match (info.colour, info.alpha) {
        (ColourModel::Grey, false) => 1,
        (ColourModel::Grey, true) => 2,
        (_, false) => 3,
        (_, true) => 4,
    };
    let stored = channels * if info.bit_depth == 16 { 2 } else { 1 };
    let rows = u64::from(info.stored.width()) * stored * 4;
    memory(info.stored, if info.progressive { ours + stored } else { 0 }, rows)
}
