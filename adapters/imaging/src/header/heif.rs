//! AVIF and HEIC: what the `meta` box says, wherever it stands.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Prefix, Read, bare, known, memory, more};
use crate::boxes::{Head, Parts};
use crate::error::{malformed, truncated, unsupported};
use crate::heif::Still;

/// The most boxes that are looked at before the `meta` box.
const BOXES_MAX: usize = 1000;

/// Bytes a pixel while decoding, besides the picture: planes of 8 bits without subsampling, or of
/// 16, and what the decoder knows of each block.
const AV1_BYTES: u64 = 4;
const DEEP_AV1_BYTES: u64 = 7;
/// HEVC's planes are of 32 bits, and copied once when they are filtered or cut to their size.
const HEVC_BYTES: u64 = 16;
const HEVC_FULL_BYTES: u64 = 28;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let (at, head) = match find(prefix)? {
        Place::Found(at, head) => (at, head),
        Place::More(at) => return Ok(more(at)),
    };
    let length = head.bytes.unwrap_or(prefix.length.saturating_sub(u64::try_from(at).unwrap_or(0)));
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    prefix.metadata(length)?;
    let end = at.saturating_add(length);
    let Some(content) = prefix.bytes.get(at.saturating_add(head.head_bytes)..end) else {
        if prefix.whole {
            return Err(truncated("the HEIF ends in its tables"));
        }
        return Ok(more(end));
    };
    let still = Still::read(content)?;
    let format = still.format;
    prefix.sized(format, still.coded.width().into(), still.coded.height().into())?;
    if format == SourceFormat::Heic && !cfg!(feature = "heic") {
        return Err(unsupported("HEIC is not decoded by this build: build it with the feature `heic`"));
    }
    let coded_bytes = match format {
        SourceFormat::Avif if still.samples.depth == 8 => AV1_BYTES,
        SourceFormat::Avif => DEEP_AV1_BYTES,
        _ if still.samples.is_subsampled => HEVC_BYTES,
        _ => HEVC_FULL_BYTES,
    };
    let size = still.seen();
    let pixel_bytes = if still.opacity.is_some() { 4 } else { 3 };
    let is_grey = still.samples.grey && still.opacity.is_none();
    let profile = still.profile.map(<[u8]>::to_vec);
    let info = ImageInfo {
        orientation: still.orientation,
        colour: if still.samples.grey { ColourModel::Grey } else { ColourModel::Rgb },
        bit_depth: still.samples.depth,
        alpha: still.opacity.is_some(),
        icc_profile: profile.is_some(),
        frames: if is_sequence(prefix.bytes) { None } else { Some(1) },
        decode_bytes: memory(
            still.coded,
            if is_grey { 1 } else { pixel_bytes } + if still.window.is_some() { pixel_bytes } else { 0 },
            // One coded picture at a time is held: the whole, or a tile.
            prefix.length.saturating_mul(2).saturating_add(still.piece.pixels().saturating_mul(coded_bytes)),
        ),
        ..bare(format, size)
    };
    Ok(known(info, profile))
}

enum Place {
    Found(usize, Head),
    More(usize),
}

/// The `meta` box on the top level.
fn find(prefix: Prefix<'_>) -> Result<Place, RenderError> {
    let mut at = 0;
    for _ in 0..BOXES_MAX {
        let rest = prefix.bytes.get(at..).unwrap_or_default();
        let Some(head) = Head::read(rest) else {
            if prefix.whole || rest.len() >= 16 {
                break;
            }
            return Ok(Place::More(at + 16));
        };
        if head.kind == *b"meta" {
            return Ok(Place::Found(at, head));
        }
        let next = head.bytes.and_then(|bytes| usize::try_from(bytes).ok()).and_then(|bytes| at.checked_add(bytes));
        let Some(next) = next else { break };
        if u64::try_from(next).is_ok_and(|next| next > prefix.length) {
            return Err(truncated("the HEIF ends before its tables"));
        }
        at = next;
        if at >= prefix.bytes.len() && !prefix.whole {
            return Ok(Place::More(at + 16));
        }
    }
    if Parts::new(prefix.bytes).any(|part| part.kind == *b"moov") {
        return Err(unsupported("a HEIF sequence without a still picture is not decoded here"));
    }
    Err(malformed("HEIF: no tables"))
}

/// Whether the file says that it is a sequence, too.
fn is_sequence(bytes: &[u8]) -> bool {
    let brands = Parts::new(bytes).find(b"ftyp").unwrap_or_default();
    brands.as_chunks::<4>().0.iter().any(|brand| matches!(brand, b"avis" | b"hevc" | b"hevx" | b"msf1"))
}
