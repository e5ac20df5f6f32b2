//! The format by content. Suffixes and media types are what a client claims, so nobody looks.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;

use crate::boxes::Head;
use crate::error::{malformed, unsupported};

/// So many bytes tell every format apart.
pub(crate) const ENOUGH: u64 = 18;

/// The longest `ftyp` box that is waited for: 60 brands.
const BRANDS_BYTES_MAX: u64 = 256;

/// The longest run of blanks before a text that is told.
const BLANKS_MAX: usize = 64;

/// Beginnings of what people upload as pictures and what is not decoded here.
const KNOWN_OTHERS: &[(usize, &[u8], &str)] = &[
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript with a preview"),
    (0, b"8BPS", "Photoshop"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"qoif", "QOI"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (8, b"AVI LIST", "an AVI video"),
    (0, b"FLV\x01", "a Flash video"),
    (0, b"\0\0\x01\xba", "an MPEG video"),
    (0, b"OggS", "an Ogg video or sound"),
    (4, b"moov", "a QuickTime container"),
    (4, b"mdat", "a QuickTime container"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw picture (Fujifilm RAF)"),
    (0, b"IIU\0", "a camera's raw picture (Panasonic RW2)"),
    (0, b"IIRO", "a camera's raw picture (Olympus ORF)"),
    (0, b"IIRS", "a camera's raw picture (Olympus ORF)"),
    (0, b"MMOR", "a camera's raw picture (Olympus ORF)"),
    (0, b"\0MRM", "a camera's raw picture (Minolta MRW)"),
    (0, b"FOVb", "a camera's raw picture (Sigma X3F)"),
    (6, b"HEAPCCDR", "a camera's raw picture (Canon CRW)"),
];

/// Beginnings of texts, in small letters, behind blanks.
const KNOWN_TEXTS: &[(&[u8], &str)] = &[
    (b"<svg", "SVG"),
    (b"<?xml", "XML, perhaps SVG"),
    (b"<!doctype svg", "SVG"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<head", "HTML"),
    (b"<!--", "HTML or SVG"),
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
        [b'I', b'I', 42, 0, _, _, _, _, b'C', b'R', ..] => {
            return Err(unsupported("a camera's raw picture (Canon CR2) is not decoded here"));
        }
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(SourceFormat::Tiff),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return heif(bytes, whole),
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
    let other = KNOWN_OTHERS.iter().find(|(at, magic, _)| begins(*at, magic)).map(|(_, _, name)| *name);
    Err(unsupported(match other.or_else(|| text(bytes)) {
        Some(name) => format!("{name} is not decoded here"),
        None => "this is no picture, or one of an unknown format".to_owned(),
    }))
}

/// What a container of boxes holds, by its brands (ISO/IEC 14496-12, 4.3): which picture of HEIF
/// is meant is told by its tables, so the brand only has to be one of them.
fn heif(bytes: &[u8], whole: bool) -> Result<Option<SourceFormat>, RenderError> {
    let Some(head) = Head::read(bytes) else { return Err(malformed("a container that begins with nothing")) };
    let length = head.bytes.unwrap_or(BRANDS_BYTES_MAX).min(BRANDS_BYTES_MAX);
    let there = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(length);
    let end = usize::try_from(there).unwrap_or(usize::MAX);
    let brands = bytes.get(head.head_bytes..end).unwrap_or_default().as_chunks::<4>().0;
    let major = brands.first();
    let of = |brand: &[u8; 4]| match brand {
        b"avif" | b"avis" => Some(SourceFormat::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"mif2" | b"msf1" => {
            Some(SourceFormat::Heic)
        }
        _ => None,
    };
    if let Some(format) = major.and_then(of) {
        return Ok(Some(format));
    }
    if there < length && !whole {
        return Ok(None);
    }
    // The second four bytes are a version.
    if let Some(format) = brands.iter().skip(2).find_map(of) {
        return Ok(Some(format));
    }
    let name = match major.unwrap_or(b"    ") {
        b"crx " => "a camera's raw picture (Canon CR3)",
        b"jp2 " | b"jpx " | b"jpm " => "JPEG 2000",
        b"jxl " => "JPEG XL",
        b"avci" | b"avcs" => "H.264 in HEIF",
        _ => "an MP4 or QuickTime container",
    };
    Err(unsupported(format!("{name} is not decoded here")))
}

/// What a text is, by its first word.
fn text(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let blanks = text.iter().take(BLANKS_MAX).take_while(|byte| byte.is_ascii_whitespace()).count();
    let text = text.get(blanks..)?;
    let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    KNOWN_TEXTS.iter().find(|(word, _)| begins(word)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{RenderError, SourceFormat, format};

    #[test]
    fn what_it_is_instead_is_told() {
        for (bytes, name) in [
            (&b"\0\0\0\x14ftypisom\0\0\0\0mp41"[..], "MP4"),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "QuickTime"),
            (b"\0\0\0\x14ftypcrx \0\0\0\0isom", "CR3"),
            (b"\0\0\0\x14ftypavci\0\0\0\0avci", "H.264"),
            (b"\0\0\0\x08moov", "QuickTime"),
            (b"II*\0\x10\0\0\0CR\x02\0", "CR2"),
            (b"FUJIFILMCCD-RAW 0201", "Fujifilm"),
            (b"IIU\0\x18\0\0\0", "Panasonic"),
            (b"IIRO\x08\0\0\0", "Olympus"),
            (b"MMOR\0\0\0\x08", "Olympus"),
            (b"\0MRM\0\0", "Minolta"),
            (b"FOVb\0\0", "Sigma"),
            (b"II\x1a\0\0\0HEAPCCDR", "CRW"),
            (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88", "WebM"),
            (b"RIFF\0\0\0\0AVI LIST", "AVI"),
            (b"\0\0\x01\xba\x44", "MPEG"),
            (b"FLV\x01\x05", "Flash"),
            (b"OggS\0\x02", "Ogg"),
            (b"%PDF-1.7", "PDF"),
            (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
            (b"\xc5\xd0\xd3\xc6\x1e\0", "PostScript"),
            (b"<svg xmlns=", "SVG"),
            (b"\xef\xbb\xbf\r\n  <SVG width=", "SVG"),
            (b"<!DOCTYPE svg PUBLIC", "SVG"),
            (b"<?xml version=", "SVG"),
            (b"\n<!DOCTYPE HTML>", "HTML"),
            (b"<html lang=en>", "HTML"),
            (b"PK\x03\x04\x14\0", "zip"),
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
    fn brands_tell_pictures_from_films() {
        for (bytes, expected) in [
            (&b"\0\0\0\x14ftypavif\0\0\0\0mif1"[..], SourceFormat::Avif),
            (b"\0\0\0\x14ftypavis\0\0\0\0mif1", SourceFormat::Avif),
            (b"\0\0\0\x14ftypheic\0\0\0\0mif1", SourceFormat::Heic),
            (b"\0\0\0\x14ftypmif1\0\0\0\0heic", SourceFormat::Heic),
            (b"\0\0\0\x18ftypMiHB\0\0\0\0miafheic", SourceFormat::Heic),
            (b"\0\0\0\x18ftypisom\0\0\0\0iso8avif", SourceFormat::Avif),
        ] {
            assert!(matches!(format(bytes, false), Ok(Some(found)) if found == expected), "{bytes:?}");
        }
        assert!(matches!(format(b"\0\0\0\x18ftypisom\0\0\0\0iso8", false), Ok(None)));
        assert!(matches!(format(b"\xff\xff\xff\xffftypisom\0\0\0\0iso8", true), Err(RenderError::Unsupported(_))));
    }

    #[test]
    fn a_few_bytes_decide_nothing_yet() {
        assert!(matches!(format(b"RIFF", false), Ok(None)));
        assert!(matches!(format(b"", false), Ok(None)));
    }
}
