//! GIF: everything before the first frame's pixels (GIF89a, 18 to 23).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Prefix, Read, bare, known, memory, more};
use crate::error::malformed;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some([w0, w1, h0, h1, flags, _, _]) = prefix.get::<7>(6) else { return Ok(more(13)) };
    let (mut width, mut height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    if width != 0 && height != 0 {
        prefix.sized(SourceFormat::Gif, width.into(), height.into())?;
    }
    let mut at = 13 + table_bytes(flags);
    let mut transparent = false;
    loop {
        prefix.metadata(at)?;
        let Some([introducer]) = prefix.get(at) else { return Ok(more(at + 1)) };
        match introducer {
            0x2c => break,
            0x21 => {
                let Some(head) = prefix.get::<4>(at + 1) else { return Ok(more(at + 5)) };
                if let [0xf9, 4, flags, _] = head {
                    transparent = flags & 1 == 1;
                }
                let Some(end) = skip_blocks(prefix.bytes, at + 2) else {
                    prefix.metadata(prefix.bytes.len())?;
                    return Ok(more(prefix.bytes.len() + 1));
                };
                at = end;
            }
            0x3b => return Err(malformed("GIF: the end comes before any frame")),
            other => return Err(malformed(format!("GIF: no block begins with {other:#04x}"))),
        }
    }
    let Some([_, x0, x1, y0, y1, w0, w1, h0, h1, flags]) = prefix.get::<10>(at) else { return Ok(more(at + 10)) };
    let number = |low, high| u32::from(u16::from_le_bytes([low, high]));
    let (left, top) = (number(x0, x1), number(y0, y1));
    let (frame_width, frame_height) = (number(w0, w1), number(h0, h1));
    if width == 0 || height == 0 {
        // A canvas without a size takes the first frame's, as browsers do.
        (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    }
    let size = prefix.sized(SourceFormat::Gif, width.into(), height.into())?;
    let covers = left == 0 && top == 0 && frame_width >= size.width() && frame_height >= size.height();
    let alpha = transparent || !covers;
    let progressive = flags & 0x40 != 0;
    // An interlaced frame takes the canvas; the first may be empty, and a later one be interlaced.
    let is_held = progressive || frame_width == 0 || frame_height == 0;
    let held = if !is_held {
        0
    } else if alpha {
        4
    } else {
        3
    };
    let info = ImageInfo {
        colour: ColourModel::Palette,
        alpha,
        progressive,
        frames: None,
        // One row of any frame, and one of the canvas.
        decode_bytes: memory(size, held, 5 * u64::from(u16::MAX)),
        ..bare(SourceFormat::Gif, size)
    };
    Ok(known(info, None))
}

/// The bytes of a colour table, by the packed field that announces it.
fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a run of sub-blocks ends.
fn skip_blocks(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
