//! JPEG: the segments up to the first scan (ITU-T T.81, annex B).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::Size;
use thumbgate_core::orientation::Orientation;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Header, Prefix, Read, bare, memory, more};
use crate::error::{malformed, unsupported};
use crate::ifd::exif_orientation;

/// What the decoder is told of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Colour components, 1, 3 or 4.
    pub(crate) components: usize,
    /// The colour transform of Adobe's segment (Adobe technical note 5116): 0 none, 1 `YCbCr`, 2 YCCK.
    pub(crate) adobe: Option<u8>,
    /// Whether a sequential picture's components come one after the other.
    pub(crate) is_in_separate_scans: bool,
}

/// The frame header.
struct StartOfFrame {
    size: Size,
    depth: u8,
    progressive: bool,
    components: usize,
    /// Blocks of 64 coefficients, all components together.
    blocks: u64,
}

#[derive(Default)]
struct Seen {
    frame: Option<StartOfFrame>,
    adobe: Option<u8>,
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
        if is_frame(marker) && seen.frame.is_none() {
            let Some(fixed) = prefix.get::<8>(at) else { return Ok(more(at + 8)) };
            let [_, _, _, h1, h0, w1, w0, _] = fixed;
            let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
            prefix.sized(SourceFormat::Jpeg, width.into(), height.into())?;
        }
        let Some(segment) = prefix.bytes.get(at + 2..at + length) else { return Ok(more(at + length)) };
        if marker == 0xda {
            let scanned = segment.first().map_or(0, |count| usize::from(*count));
            return finish(seen, scanned, prefix);
        }
        seen.segment(marker, segment)?;
        at += length;
    }
}

/// Where the code of the next marker stands.
pub(crate) fn next_marker(bytes: &[u8], from: usize) -> Option<usize> {
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
    fn segment(&mut self, marker: u8, segment: &[u8]) -> Result<(), RenderError> {
        match marker {
            marker if is_frame(marker) && self.frame.is_none() => self.frame = Some(frame(marker, segment)?),
            0xe1 if self.orientation.is_none() && segment.starts_with(b"Exif\0") => {
                self.orientation = Some(exif_orientation(segment.get(6..).unwrap_or_default()));
            }
            0xe2 => {
                if let Some([number, count, chunk @ ..]) = segment.strip_prefix(b"ICC_PROFILE\0") {
                    self.profile.push((*number, *count, chunk.to_vec()));
                }
            }
            0xee => {
                if let Some([_, _, _, _, _, _, transform, ..]) = segment.strip_prefix(b"Adobe") {
                    self.adobe = Some(*transform);
                }
            }
            _ => {}
        }
        Ok(())
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

fn frame(marker: u8, segment: &[u8]) -> Result<StartOfFrame, RenderError> {
    let short = || malformed("JPEG: the frame header is too short");
    let [depth, h1, h0, w1, w0, count, rest @ ..] = segment else { return Err(short()) };
    let components = usize::from(*count);
    match marker {
        0xc0..=0xc2 => {}
        0xc9..=0xcf => return Err(unsupported("a JPEG with arithmetic coding")),
        0xc3 | 0xc7 => return Err(unsupported("a lossless JPEG")),
        _ => return Err(unsupported("a hierarchical JPEG")),
    }
    if *depth != 8 {
        return Err(unsupported(format!("a JPEG of {depth} bits a channel")));
    }
    if !matches!(components, 1 | 3 | 4) {
        return Err(unsupported(format!("a JPEG of {components} components")));
    }
    let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
    let size = Size::new(width.into(), height.into()).ok_or_else(|| malformed("a JPEG without width or height"))?;
    let (specs, _) = rest.as_chunks::<3>();
    let factors = specs.get(..components).ok_or_else(short)?;
    let factors = factors.iter().map(|[_, sampling, _]| (u64::from(sampling >> 4), u64::from(sampling & 15)));
    let (h_max, v_max) = factors.clone().fold((1, 1), |(h_max, v_max), (h, v)| (h.max(h_max), v.max(v_max)));
    let units = u64::from(width).div_ceil(8 * h_max) * u64::from(height).div_ceil(8 * v_max);
    let blocks = factors.map(|(h, v)| units * h * v).sum();
    Ok(StartOfFrame { size, depth: *depth, progressive: marker == 0xc2, components, blocks })
}

fn finish(mut seen: Seen, scanned: usize, prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let profile = seen.profile();
    let Some(frame) = seen.frame else { return Err(malformed("JPEG: a scan without a frame")) };
    // Scans that bring components or bits one after the other are kept as 16-bit numbers, and for
    // the former as samples, too, before they become pixels.
    let is_in_separate_scans = !frame.progressive && scanned < frame.components;
    let coefficients = match (frame.progressive, is_in_separate_scans) {
        (true, _) => frame.blocks * 64 * 2,
        (false, true) => frame.blocks * 64 * 3,
        (false, false) => 0,
    };
    let per_pixel = u64::try_from(frame.components).unwrap_or(4);
    let info = ImageInfo {
        orientation: seen.orientation.unwrap_or_default(),
        colour: match frame.components {
            1 => ColourModel::Grey,
            3 => ColourModel::Rgb,
            _ => ColourModel::Cmyk,
        },
        bit_depth: frame.depth,
        icc_profile: profile.is_some(),
        progressive: frame.progressive,
        decode_bytes: memory(frame.size, per_pixel, coefficients.saturating_add(prefix.length)),
        ..bare(SourceFormat::Jpeg, frame.size)
    };
    let jpeg = Some(Frame { components: frame.components, adobe: seen.adobe, is_in_separate_scans });
    Ok(Read::Known(Box::new(Header { info, profile, jpeg })))
}
