//! The format by content. Suffixes and media types are what a client claims, so nobody looks.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;

use crate::error::unsupported;

/// So many bytes tell every format apart.
pub(crate) const ENOUGH: u64 = 18;

/// Beginnings of what people upload as pictures and what is not decoded here.
const KNOWN_OTHERS: &[(usize, &[u8], &str)] = &[
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "animated AVIF"),
    (4, b"ftypheic", "HEIC"),
    (4, b"ftypheix", "HEIC"),
    (4, b"ftypmif1", "HEIF"),
    (4, b"ftypmsf1", "HEIF"),
    (4, b"ftyp", "an MP4 or QuickTime container"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "Photoshop"),
    (0, b"<svg", "SVG"),
    (0, b"<?xml", "XML, perhaps SVG"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"qoif", "QOI"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"\x1f\x8b", "gzip"),
];

/// The format, `None` while there are too few bytes to tell.
///
/// # Errors
/// `Unsupported`, naming what it is where that is known.
pub(crate) fn format(bytes: &[u8], whole: bool) -> Result<Option<SourceFormat>, RenderError> {
    let found = match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(SourceFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(SourceFormat::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(SourceFormat::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(SourceFormat::WebP),
        // `BM` alone begins many a text: the length of the second header must be one in use, too.
        [b'B', b'M', _, _, _, _, _, _, _, _, _, _, _, _, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => {
            Some(SourceFormat::Bmp)
        }
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(SourceFormat::Tiff),
        _ => None,
    };
    if found.is_some() {
        return Ok(found);
    }
    if bytes.is_empty() && whole {
        return Err(unsupported("nothing at all: the object is empty"));
    }
    if !whole && u64::try_from(bytes.len()).is_ok_and(|length| length < ENOUGH) {
        return Ok(None);
    }
    let begins = |at: usize, magic: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let other = KNOWN_OTHERS.iter().find(|(at, magic, _)| begins(*at, magic));
    Err(unsupported(match other {
        Some((_, _, name)) => format!("{name} is not decoded here"),
        None => "this is no picture, or one of an unknown format".to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::{RenderError, format};

    #[test]
    fn what_it_is_instead_is_told() {
        for (bytes, name) in [
            (&b"\0\0\0\x20ftypavif"[..], "AVIF"),
            (b"%PDF-1.7", "PDF"),
            (b"BM is a beginning", "no picture"),
            (b"", "empty"),
        ] {
            match format(bytes, true) {
                Err(RenderError::Unsupported(text)) => assert!(text.contains(name), "{text}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_few_bytes_decide_nothing_yet() {
        assert!(matches!(format(b"RIFF", false), Ok(None)));
        assert!(matches!(format(b"", false), Ok(None)));
    }
}
