//! The RIFF file around the frame (RFC 9649, 2).

use crate::error::DecodeError;

/// The most chunks before the picture; the format knows seven kinds.
const CHUNKS_MAX: usize = 1000;

const FLAG_ANIMATION: u8 = 0x02;
const FLAG_ALPHA: u8 = 0x10;

/// The frame in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    /// Its bytes, as many as there are.
    pub(crate) frame: &'a [u8],
    /// Whether there should be more.
    pub(crate) is_cut: bool,
    /// The canvas, where the file has one.
    pub(crate) canvas: Option<(u32, u32)>,
}

/// Finds the lossy picture.
pub(crate) fn find(file: &[u8]) -> Result<Found<'_>, DecodeError> {
    let Some((head, mut rest)) = file.split_first_chunk::<12>() else {
        return Err(DecodeError::Truncated("its first chunk"));
    };
    if !head.starts_with(b"RIFF") || !head.ends_with(b"WEBP") {
        return Err(DecodeError::Malformed("no WebP begins like this"));
    }
    let mut canvas = None;
    for _ in 0..CHUNKS_MAX {
        let Some(([k0, k1, k2, k3, l0, l1, l2, l3], content)) = rest.split_first_chunk::<8>() else {
            return Err(DecodeError::Truncated("its picture"));
        };
        let length = usize::try_from(u32::from_le_bytes([*l0, *l1, *l2, *l3])).unwrap_or(usize::MAX);
        let whole = content.get(..length);
        match &[*k0, *k1, *k2, *k3] {
            b"VP8 " => return Ok(Found { frame: whole.unwrap_or(content), is_cut: whole.is_none(), canvas }),
            b"VP8L" => return Err(DecodeError::Unsupported("a lossless WebP")),
            b"ANIM" | b"ANMF" => return Err(DecodeError::Unsupported("an animated WebP")),
            b"VP8X" => canvas = Some(extended(content)?),
            _ => {}
        }
        // Chunks stand at even places; the last one's padding may be missing.
        rest = content.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    Err(DecodeError::Malformed("too many chunks come before the picture"))
}

/// The canvas of a picture that is nothing but a lossy one.
fn extended(content: &[u8]) -> Result<(u32, u32), DecodeError> {
    let Some([flags, _, _, _, w0, w1, w2, h0, h1, h2]) = content.first_chunk::<10>() else {
        return Err(DecodeError::Truncated("its picture"));
    };
    if flags & FLAG_ANIMATION != 0 {
        return Err(DecodeError::Unsupported("an animated WebP"));
    }
    if flags & FLAG_ALPHA != 0 {
        return Err(DecodeError::Unsupported("a WebP with transparency"));
    }
    let side = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
    Ok((side([*w0, *w1, *w2]), side([*h0, *h1, *h2])))
}
