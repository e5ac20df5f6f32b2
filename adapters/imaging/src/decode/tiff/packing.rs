//! The bytes of a strip or tile, unpacked as they are read.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use flate2::read::ZlibDecoder;
use thumbgate_core::error::RenderError;

use super::fields::{Fields, GROUP_3, GROUP_4, HUFFMAN, JPEG, LZW, Meaning, NONE, OLD_JPEG};
use super::{chroma, fax, jpeg, packbits};
use crate::decode::lzw;
use crate::error::{truncated, unsupported};

const DEFLATE: u16 = 8;
const OLD_DEFLATE: u16 = 32_946;
const PACK_BITS: u16 = 32_773;
const WORD_ALIGNED_HUFFMAN: u16 = 32_771;

/// The rows of a strip or tile, each a whole number of bytes.
///
/// # Errors
/// `Truncated` where it lies beyond the end, `Unsupported` for other compressions.
pub(super) fn open<'a>(
    source: &'a [u8],
    fields: &'a Fields,
    nth: usize,
    plane: usize,
    memory: u64,
) -> Result<Box<dyn Read + 'a>, RenderError> {
    let place = plane * fields.chunks() + nth;
    let Some(packed) = packed(source, fields, place)? else {
        // A tile that stands nowhere is empty, as those of sparse files are.
        return Ok(Box::new(io::repeat(0)));
    };
    if matches!(fields.compression, OLD_JPEG | JPEG) {
        return Ok(Box::new(jpeg::rows(packed, fields, memory)?));
    }
    let packed = if fields.lowest_first {
        Cow::Owned(packed.iter().map(|byte| byte.reverse_bits()).collect())
    } else {
        Cow::Borrowed(packed)
    };
    let width = fields.chunk.0 * fields.samples_of_plane();
    let unpacked: Box<dyn Read + 'a> = match fields.compression {
        NONE => Box::new(Cursor::new(packed)),
        HUFFMAN | GROUP_3 | GROUP_4 | WORD_ALIGNED_HUFFMAN => {
            if fields.bits != 1 {
                return Err(unsupported(format!("a TIFF of {} bits in CCITT's compression", fields.bits)));
            }
            let code = match fields.compression {
                GROUP_4 => fax::Code::Group4,
                GROUP_3 if fields.group_3_options & 1 == 1 => fax::Code::Group3TwoWays,
                GROUP_3 => fax::Code::Group3,
                HUFFMAN => fax::Code::Huffman { align: 8 },
                _ => fax::Code::Huffman { align: 16 },
            };
            Box::new(fax::rows(packed, code, width))
        }
        LZW => Box::new(lzw::Unpacked::tiff(packed)),
        DEFLATE | OLD_DEFLATE => Box::new(ZlibDecoder::new(Cursor::new(packed))),
        PACK_BITS => Box::new(packbits::Unpacked::new(packed)),
        other => return Err(unsupported(format!("a TIFF of compression {other}"))),
    };
    if fields.meaning == Meaning::YCbCr && fields.chroma.is_shared() {
        return Ok(chroma::spread(unpacked, fields, plane));
    }
    Ok(unpacked)
}

/// The bytes of a strip or tile as they stand in the source; nothing of one that is left out.
fn packed<'a>(source: &'a [u8], fields: &Fields, place: usize) -> Result<Option<&'a [u8]>, RenderError> {
    let beyond = || truncated(format!("the TIFF ends before part {place} of its picture"));
    let offset = *fields.offsets.get(place).ok_or_else(beyond)?;
    let length = fields.lengths.get(place).copied();
    if offset == 0 {
        return if length == Some(0) { Ok(None) } else { Err(beyond()) };
    }
    let rest = usize::try_from(offset).ok().and_then(|at| source.get(at..)).filter(|rest| !rest.is_empty());
    let rest = rest.ok_or_else(beyond)?;
    // How much it takes without compression is known better than what old writers say.
    let length = length.filter(|length| *length > 0 && fields.compression != NONE);
    let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(rest.len());
    Ok(Some(rest.get(..length).unwrap_or(rest)))
}
