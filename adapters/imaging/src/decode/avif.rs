//! One AV1 picture, through `re_rav1d`.
//!
//! Nothing interrupts the decoder, so its work is bounded before: the units (OBUs) of the stream
//! are counted, a picture of many hidden frames is refused, and so are frames that are larger
//! than the item says it is. (Given one unit at a time, it loses memory with each picture.)

mod sequence;

use re_rav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;

use self::sequence::Sequence;
use super::Job;
use super::yuv::{Form, Frame, Sampling, Signal};
use crate::error::{internal, malformed, over_limit, truncated};
use crate::pixels::side;

/// Kinds of units (AV1, 6.2.2).
const SEQUENCE_HEADER: u8 = 1;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;

/// The most frames that one picture is made of: four layers, and as many that are not shown.
const FRAMES_MAX: usize = 8;

/// A decoded picture, and what its numbers mean.
pub(super) struct Av1 {
    picture: Picture,
    form: Form,
    /// Bytes of a row of lightness and of a row of colour.
    strides: [usize; 2],
    planes: Vec<re_rav1d::Plane>,
}

/// Decodes the data of an `av01` item of this size and depth; `operating_point` is its `a1op`.
pub(super) fn frame(
    data: &[u8],
    size: Size,
    depth: u8,
    operating_point: Option<&[u8]>,
    job: &Job<'_>,
) -> Result<Av1, RenderError> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(size.pixels()).unwrap_or(u32::MAX));
    if let Some(point) = operating_point.and_then(|content| content.first()) {
        settings.set_operating_point(u32::from(point & 0x1f));
    }
    let sequence = check(data, depth)?;
    let mut decoder = Decoder::with_settings(&settings).map_err(told)?;
    job.watch.check()?;
    match decoder.send_data(data.to_vec(), None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(told(error)),
    }
    match next(&mut decoder)? {
        Some(picture) => Av1::new(picture, sequence),
        None => Err(malformed("AVIF: a stream without a picture")),
    }
}

/// Looks over the units of a stream before the decoder sees them; gives the first sequence header.
fn check(data: &[u8], depth: u8) -> Result<Option<Sequence>, RenderError> {
    let (mut sequence, mut frames, mut rest) = (None, 0, data);
    while !rest.is_empty() {
        let unit = Unit::read(rest).ok_or_else(|| truncated("the AVIF ends within a picture"))?;
        rest = unit.rest;
        if matches!(unit.kind, FRAME_HEADER | FRAME) {
            frames += 1;
        }
        if frames > FRAMES_MAX {
            return Err(over_limit(format!("AVIF: more than {FRAMES_MAX} frames in one picture")));
        }
        if unit.kind == SEQUENCE_HEADER {
            let found = Sequence::read(unit.content).ok_or_else(|| malformed("AVIF: a broken sequence header"))?;
            // What memory it takes was estimated from the depth that the container says.
            if found.is_deep && depth == 8 {
                return Err(malformed("AVIF: a picture of more bits than were announced"));
            }
            sequence = sequence.or(Some(found));
        }
    }
    Ok(sequence)
}

fn next(decoder: &mut Decoder) -> Result<Option<Picture>, RenderError> {
    match decoder.get_picture() {
        Ok(picture) => Ok(Some(picture)),
        Err(Error::Again) => Ok(None),
        Err(error) => Err(told(error)),
    }
}

/// One unit of a stream (AV1, 5.3).
struct Unit<'a> {
    kind: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Unit<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let first = *bytes.first()?;
        let (has_extension, has_size) = (first & 4 != 0, first & 2 != 0);
        let head = 1 + usize::from(has_extension);
        // Only the last unit may leave its size out.
        let (content_at, length) = if has_size {
            let (length, width) = leb128(bytes.get(head..)?)?;
            (head + width, length)
        } else {
            (head, bytes.len().checked_sub(head)?)
        };
        let (whole, rest) = bytes.split_at_checked(content_at.checked_add(length)?)?;
        Some(Self { kind: (first >> 3) & 0xf, content: whole.get(content_at..)?, rest })
    }
}

/// A number of seven bits a byte, and how many bytes it takes (AV1, 4.10.5).
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value: u64 = 0;
    for (nth, byte) in (0..8).zip(bytes) {
        value |= u64::from(byte & 0x7f) << (7 * nth);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, nth + 1));
        }
    }
    None
}

fn told(error: Error) -> RenderError {
    match error {
        Error::NotEnoughMemory => over_limit("AVIF: the decoder found no memory"),
        Error::UnknownError(_) => malformed("AVIF: a frame that is larger than it was announced, or damaged"),
        Error::InvalidArgument => malformed("AVIF: the AV1 stream is damaged"),
        Error::UnsupportedBitstream => malformed("AVIF: the AV1 stream uses what no profile has"),
        other => internal(format!("AVIF: {other}")),
    }
}

impl Av1 {
    fn new(picture: Picture, sequence: Option<Sequence>) -> Result<Self, RenderError> {
        let sampling = match picture.pixel_layout() {
            PixelLayout::I400 => Sampling::Grey,
            PixelLayout::I420 => Sampling::Quarter,
            PixelLayout::I422 => Sampling::Half,
            PixelLayout::I444 => Sampling::Full,
        };
        let depth = u32::try_from(picture.bit_depth()).unwrap_or(0);
        if !(8..=12).contains(&depth) {
            return Err(internal(format!("AVIF: {depth} bits")));
        }
        let signal = sequence.map_or(Signal { matrix: 2, full_range: false }, |sequence| Signal {
            matrix: sequence.matrix,
            full_range: sequence.full_range,
        });
        let form = Form { width: side(picture.width()), height: side(picture.height()), depth, sampling, signal };
        let stride = |plane| usize::try_from(picture.stride(plane)).unwrap_or(0);
        let strides = [stride(PlanarImageComponent::Y), stride(PlanarImageComponent::U)];
        let mut planes = vec![picture.plane(PlanarImageComponent::Y)];
        if sampling != Sampling::Grey {
            planes.extend([PlanarImageComponent::U, PlanarImageComponent::V].map(|plane| picture.plane(plane)));
        }
        Ok(Self { picture, form, strides, planes })
    }
}

impl Frame for Av1 {
    fn form(&self) -> Form {
        self.form
    }

    fn read(&self, plane: usize, row: usize, samples: &mut [u16]) {
        let Some(bytes) = self.planes.get(plane) else { return };
        let stride = self.strides.get(plane.min(1)).copied().unwrap_or(0);
        let bytes = bytes.get(row * stride..).unwrap_or_default();
        if self.picture.bit_depth() == 8 {
            for (sample, byte) in samples.iter_mut().zip(bytes) {
                *sample = u16::from(*byte);
            }
        } else {
            for (sample, bytes) in samples.iter_mut().zip(bytes.as_chunks().0) {
                *sample = u16::from_ne_bytes(*bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME, FRAMES_MAX, RenderError, Unit, check, leb128};

    #[test]
    fn units_never_reach_over_the_end() {
        let unit = Unit::read(&[0x0a, 2, 7, 8, 9]).unwrap();
        assert_eq!((unit.kind, unit.content, unit.rest), (1, &[7, 8][..], &[9][..]));
        assert_eq!(Unit::read(&[0x32 & !2, 1, 2]).unwrap().content, [1, 2]);
        for hostile in [&[][..], &[0x0a], &[0x0a, 4, 1, 2, 3], &[0x0e, 0], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff]] {
            assert!(Unit::read(hostile).is_none(), "{hostile:?}");
        }
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26]), Some((624_485, 3)));
        assert_eq!(leb128(&[0xff; 9]), None);
    }

    #[test]
    fn frames_are_counted_before_they_are_decoded() {
        let frame = [FRAME << 3 | 2, 1, 0];
        assert!(check(&frame.repeat(FRAMES_MAX), 8).is_ok());
        assert!(matches!(check(&frame.repeat(FRAMES_MAX + 1), 8), Err(RenderError::Limit(_))));
        assert!(matches!(check(&frame[..2], 8), Err(RenderError::Truncated(_))));
    }
}
