//! JPEG: the segments up to the first scan (ITU-T T.81, annex B).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::orientation::Orientation;
use thumbgate_core::port::{ColourModel, ImageInfo};
use thumbgate_core::shrink::DecodeBytes;
use thumbgate_jpeg::{DecodeError, Decoder, Process};

use super::{Header, Prefix, Read, bare, filter, more};
use crate::decode::jpeg::{scale, told};
use crate::error::malformed;
use crate::ifd::exif_orientation;

#[derive(Default)]
struct Seen {
    has_frame: bool,
    lacks_lines: bool,
    orientation: Option<Orientation>,
    profile: Vec<(u8, u8, Vec<u8>)>,
}

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let mut seen = Seen::default();
    let mut at = 2;
    loop {
        // Anything between segments is passed over, as every decoder does.
        let Some(marker_at) = next_marker(prefix.bytes, at) else {
            prefix.metadata(prefix.bytes.len())?;
            return Ok(more(prefix.bytes.len() + 1));
        };
        prefix.metadata(marker_at)?;
        let Some([marker]) = prefix.get(marker_at) else { return Ok(more(marker_at + 1)) };
        at = marker_at + 1;
        if matches!(marker, 0x01 | 0xd0..=0xd8) {
            continue;
        }
        if marker == 0xd9 {
            return Err(malformed("JPEG: the end comes before any scan"));
        }
        let Some(length) = prefix.get(at).map(|length| usize::from(u16::from_be_bytes(length))) else {
            return Ok(more(at + 2));
        };
        if length < 2 {
            return Err(malformed("JPEG: a segment shorter than its own length"));
        }
        // The frame is looked at as soon as its size has come, the rest of a segment when it is whole.
        if is_frame(marker) && !seen.has_frame {
            let Some(fixed) = prefix.get::<8>(at) else { return Ok(more(at + 8)) };
            let [_, _, _, h1, h0, w1, w0, _] = fixed;
            let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
            // A height of zero is told behind the first scan (T.81, B.2.5): the decoder looks for it.
            prefix.sized(SourceFormat::Jpeg, width.into(), height.max(1).into())?;
            seen.lacks_lines = height == 0;
        }
        let Some(segment) = prefix.bytes.get(at + 2..at + length) else { return Ok(more(at + length)) };
        if marker == 0xda {
            return finish(seen, prefix);
        }
        seen.segment(marker, segment);
        at += length;
    }
}

/// Where the code of the next marker stands.
fn next_marker(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += bytes.get(at..)?.iter().position(|byte| *byte != 0xff)?;
        if bytes.get(at) != Some(&0) {
            return Some(at);
        }
    }
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

impl Seen {
    fn segment(&mut self, marker: u8, segment: &[u8]) {
        match marker {
            marker if is_frame(marker) => self.has_frame = true,
            0xe1 if self.orientation.is_none() && segment.starts_with(b"Exif\0") => {
                self.orientation = Some(exif_orientation(segment.get(6..).unwrap_or_default()));
            }
            0xe2 => {
                if let Some([number, count, chunk @ ..]) = segment.strip_prefix(b"ICC_PROFILE\0") {
                    self.profile.push((*number, *count, chunk.to_vec()));
                }
            }
            _ => {}
        }
    }

    /// The profile, if its chunks are numbered 1 to n without gaps (ICC.1, annex B.4), in any
    /// order; otherwise none, as libjpeg decides.
    fn profile(&mut self) -> Option<Vec<u8>> {
        self.profile.sort_by_key(|(number, ..)| *number);
        let count = self.profile.len();
        let numbered = self
            .profile
            .iter()
            .zip(1..)
            .all(|((number, of, _), expected)| usize::from(*number) == expected && usize::from(*of) == count);
        let whole: Vec<u8> = self.profile.drain(..).flat_map(|(_, _, chunk)| chunk).collect();
        (numbered && !whole.is_empty()).then_some(whole)
    }
}

/// Everything is there that the decoder asks for before it decodes.
fn finish(mut seen: Seen, prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let decoder = match Decoder::new(prefix.bytes) {
        // The number of lines may stand further on.
        Err(DecodeError::Malformed(_)) if seen.lacks_lines && !prefix.whole => {
            prefix.metadata(prefix.bytes.len())?;
            return Ok(more(prefix.bytes.len() + 1));
        }
        other => other.map_err(told)?,
    };
    let jpeg = decoder.info();
    let size = prefix.sized(SourceFormat::Jpeg, jpeg.width.into(), jpeg.height.into())?;
    let profile = seen.profile();
    let components = jpeg.components.len();
    let channels = u64::try_from(components).unwrap_or(4);
    let info = ImageInfo {
        orientation: seen.orientation.unwrap_or_default(),
        colour: match components {
            1 => ColourModel::Grey,
            3 => ColourModel::Rgb,
            _ => ColourModel::Cmyk,
        },
        bit_depth: jpeg.precision,
        icc_profile: profile.is_some(),
        progressive: jpeg.process == Process::Progressive,
        decode_bytes: DecodeBytes::by_shrink(|shrink| {
            // Colour may be kept at the next larger scale; not that of a progressive picture.
            let whole = scale(shrink);
            jpeg.memory(if jpeg.process == Process::Sequential { whole.larger() } else { whole })
                + filter(jpeg.width.div_ceil(shrink.factor()), channels)
        }),
        ..bare(SourceFormat::Jpeg, size)
    };
    Ok(Read::Known(Box::new(Header { info, profile })))
}
