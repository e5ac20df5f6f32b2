//! WebP: the RIFF chunks (RFC 9649, 2).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::Size;
use thumbgate_core::port::ImageInfo;
use thumbgate_core::shrink::{DecodeBytes, Shrink};

use super::{DECODER_BYTES, Prefix, Read, bare, filter, known, memory, more};
use crate::error::malformed;
use crate::ifd::exif_orientation;

const FLAG_ANIMATION: u8 = 0x02;
const FLAG_EXIF: u8 = 0x08;
const FLAG_ALPHA: u8 = 0x10;
const FLAG_PROFILE: u8 = 0x20;

/// Bytes a pixel while decoding: the picture (4), `VP8L`'s own copy or `VP8`'s planes and alpha
/// (4), and for animations the canvas that frames are put on.
const STILL_BYTES: u64 = 8;
const ANIMATED_BYTES: u64 = 12;

/// Bytes that a lossy picture takes for each macroblock of a row.
const ROW_BYTES: u64 = 1024;

/// The most chunks that are no frames. The format knows seven kinds.
const CHUNKS_MAX: usize = 1000;

/// The shortest frame: its own fields, and the header of the picture in it.
const FRAME_BYTES_MIN: usize = 24;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some(kind) = prefix.get::<4>(12) else { return Ok(more(30)) };
    match &kind {
        b"VP8 " => lossy(prefix),
        b"VP8L" => lossless(prefix),
        b"VP8X" => extended(prefix),
        _ => Err(malformed("WebP: the first chunk is no picture")),
    }
}

/// What a lossy picture without transparency takes: made much smaller, it comes in rows.
fn lossy_bytes(size: Size, source: u64) -> DecodeBytes {
    let width = size.width();
    // Three planes, which are all as wide where they are smaller than stored.
    let rows = u64::from(width.div_ceil(16)) * ROW_BYTES + filter(width, 3);
    DecodeBytes::by_shrink(|shrink| match shrink {
        Shrink::One | Shrink::Two => memory(size, STILL_BYTES, source).at(shrink),
        Shrink::Four | Shrink::Eight => source.saturating_add(rows).saturating_add(DECODER_BYTES),
    })
}

/// How much of the source the decoder may hold: where it may end early, what it says of itself.
fn source_bytes(prefix: Prefix<'_>) -> u64 {
    let announced = prefix.get(4).filter(|_| prefix.limits.allow_truncated);
    let announced = announced.map_or(0, |length| u64::from(u32::from_le_bytes(length)) + 8);
    prefix.length.max(announced.min(prefix.limits.source_bytes))
}

/// RFC 6386, 9.1: a frame tag of 3 bytes, a start code of 3, two sides of 14 bits.
fn lossy(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some([_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) = prefix.get::<10>(20) else {
        return if prefix.bytes.len() < 30 {
            Ok(more(30))
        } else {
            Err(malformed("WebP: the lossy picture has no start code"))
        };
    };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let size = prefix.sized(SourceFormat::WebP, side(w0, w1).into(), side(h0, h1).into())?;
    let decode_bytes = lossy_bytes(size, source_bytes(prefix));
    Ok(known(ImageInfo { decode_bytes, ..bare(SourceFormat::WebP, size) }, None))
}

/// RFC 9649, 3.4: a signature, two sides of 14 bits less one, an alpha bit.
fn lossless(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some([0x2f, bits @ ..]) = prefix.get::<5>(20) else {
        return if prefix.bytes.len() < 25 {
            Ok(more(25))
        } else {
            Err(malformed("WebP: the lossless picture has no signature"))
        };
    };
    let bits = u32::from_le_bytes(bits);
    let (width, height) = ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
    let size = prefix.sized(SourceFormat::WebP, width.into(), height.into())?;
    let decode_bytes = memory(size, STILL_BYTES, source_bytes(prefix));
    let alpha = (bits >> 28) & 1 == 1;
    Ok(known(ImageInfo { alpha, decode_bytes, ..bare(SourceFormat::WebP, size) }, None))
}

fn extended(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let Some([flags, _, _, _, w0, w1, w2, h0, h1, h2]) = prefix.get::<10>(20) else { return Ok(more(30)) };
    let side = |b0, b1, b2| u64::from(u32::from_le_bytes([b0, b1, b2, 0])) + 1;
    let size = prefix.sized(SourceFormat::WebP, side(w0, w1, w2), side(h0, h1, h2))?;
    let animated = flags & FLAG_ANIMATION != 0;
    let mut wanted = flags & (FLAG_EXIF | FLAG_PROFILE);
    let mut info = ImageInfo {
        alpha: flags & FLAG_ALPHA != 0,
        frames: if animated { None } else { Some(1) },
        decode_bytes: memory(size, if animated { ANIMATED_BYTES } else { STILL_BYTES }, source_bytes(prefix)),
        ..bare(SourceFormat::WebP, size)
    };
    let mut profile = None;
    // EXIF stands behind the pixels, so a picture that says it has some is read to its end.
    let (mut at, mut chunks, mut has_picture) = (30, 0, false);
    let mut is_lossy = false;
    while wanted != 0 {
        if !has_picture {
            prefix.metadata(at)?;
        }
        let Some([k0, k1, k2, k3, l0, l1, l2, l3]) = prefix.get::<8>(at) else {
            if prefix.whole {
                break;
            }
            return Ok(more(at + 8));
        };
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let kind = [k0, k1, k2, k3];
        is_lossy = is_lossy || (!has_picture && &kind == b"VP8 ");
        has_picture = has_picture || matches!(&kind, b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF");
        if &kind != b"ANMF" || length < FRAME_BYTES_MIN {
            chunks += 1;
            if chunks > CHUNKS_MAX {
                return Err(malformed(format!("WebP: more than {CHUNKS_MAX} chunks")));
            }
        }
        if matches!(&kind, b"ICCP" | b"EXIF") {
            prefix.metadata(length)?;
            let Some(content) = prefix.bytes.get(at + 8..at + 8 + length) else {
                if prefix.whole {
                    break;
                }
                return Ok(more(at + 8 + length));
            };
            if &kind == b"ICCP" {
                wanted &= !FLAG_PROFILE;
                info.icc_profile = true;
                profile = Some(content.to_vec());
            } else {
                wanted &= !FLAG_EXIF;
                info.orientation = exif_orientation(content);
            }
        }
        at = at.saturating_add(length).saturating_add(length % 2).saturating_add(8);
    }
    if !animated && !info.alpha {
        if !has_picture {
            match prefix.get::<4>(at) {
                Some(kind) => is_lossy = &kind == b"VP8 ",
                None if prefix.whole => {}
                None => return Ok(more(at + 4)),
            }
        }
        if is_lossy {
            info.decode_bytes = lossy_bytes(size, source_bytes(prefix));
        }
    }
    Ok(known(info, profile))
}
