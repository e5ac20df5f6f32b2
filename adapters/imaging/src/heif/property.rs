//! Properties of items: sizes, depths, colours, turns (ISO/IEC 23008-12, 6.5).

use thumbgate_core::geometry::{Rect, Size};
use thumbgate_core::orientation::Orientation;

use crate::boxes::Fields;

/// What the numbers of a picture mean (ITU-T H.273), as `colr` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nclx {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full_range: bool,
}

/// One `colr` property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour<'a> {
    Numbers(Nclx),
    Profile(&'a [u8]),
}

/// `colr`; other kinds of it are ignored.
pub(crate) fn colour(content: &[u8]) -> Option<Colour<'_>> {
    let mut fields = Fields::new(content);
    match &fields.kind()? {
        b"prof" | b"rICC" => Some(Colour::Profile(fields.rest())),
        b"nclx" => Some(Colour::Numbers(Nclx {
            primaries: fields.u16()?,
            transfer: fields.u16()?,
            matrix: fields.u16()?,
            full_range: fields.u8()? & 0x80 != 0,
        })),
        _ => None,
    }
}

/// `ispe`: width and height before any transformation.
pub(crate) fn extents(content: &[u8]) -> Option<(u32, u32)> {
    let mut fields = Fields::new(content);
    fields.version()?;
    Some((fields.u32()?, fields.u32()?))
}

/// `auxC`: whether what it describes is opacity.
pub(crate) fn is_opacity(content: &[u8]) -> bool {
    let mut fields = Fields::new(content);
    fields.version();
    // MIAF's name, and the one of HEVC before it.
    matches!(fields.text(), b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" | b"urn:mpeg:hevc:2015:auxid:1")
}

/// What the configuration of a coded picture tells of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Samples {
    pub(crate) depth: u8,
    pub(crate) grey: bool,
    /// Whether there are fewer samples of colour than of lightness.
    pub(crate) is_subsampled: bool,
}

/// `av1C` (AV1 Codec ISO Media File Format Binding, 2.3).
pub(crate) fn av1_samples(content: &[u8]) -> Option<Samples> {
    let bits = *content.get(2)?;
    let depth = match (bits & 0x40 != 0, bits & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some(Samples { depth, grey: bits & 0x10 != 0, is_subsampled: bits & 0x0c != 0 })
}

/// `hvcC` (ISO/IEC 14496-15, 8.3.3): the chroma format and the depth.
pub(crate) fn hevc_samples(content: &[u8]) -> Option<Samples> {
    let (chroma, depth) = (*content.get(16)?, *content.get(17)?);
    Some(Samples { depth: (depth & 7) + 8, grey: chroma & 3 == 0, is_subsampled: chroma & 3 < 3 })
}

/// `irot`: so many quarters against the clock.
pub(crate) fn rotation(content: &[u8]) -> Option<Orientation> {
    Some(match content.first()? & 3 {
        0 => Orientation::Upright,
        1 => Orientation::Rotate270,
        2 => Orientation::Rotate180,
        _ => Orientation::Rotate90,
    })
}

/// `imir`: zero swaps top and bottom, one left and right.
pub(crate) fn mirror(content: &[u8]) -> Option<Orientation> {
    Some(if content.first()? & 1 == 0 { Orientation::MirrorVertical } else { Orientation::MirrorHorizontal })
}

/// `clap` (ISO/IEC 14496-12, 12.1.4.2): the part that is to be seen, where it is whole pixels
/// and lies within.
pub(crate) fn window(content: &[u8], stored: Size) -> Option<Rect> {
    let mut fields = Fields::new(content);
    let mut ratio = || Some((i64::from(fields.u32()?.cast_signed()), i64::from(fields.u32()?.cast_signed())));
    let (width, height, right, down) = (ratio()?, ratio()?, ratio()?, ratio()?);
    let (x, width) = range(width, right, stored.width())?;
    let (y, height) = range(height, down, stored.height())?;
    Some(Rect { x, y, size: Size::new(width, height)? })
}

/// Where a window of `length` begins whose middle is `offset` from the middle of `side`.
fn range((length, length_over): (i64, i64), (offset, offset_over): (i64, i64), side: u32) -> Option<(u32, u32)> {
    let side = i64::from(side);
    if length_over <= 0 || offset_over <= 0 || length % length_over != 0 {
        return None;
    }
    let length = length / length_over;
    // (side - length) / 2 + offset, over twice the offset's denominator.
    let start = (side - length).checked_mul(offset_over)?.checked_add(offset.checked_mul(2)?)?;
    let over = offset_over.checked_mul(2)?;
    // Half a pixel is possible with odd differences; it is cut at the whole one before.
    let start = start.div_euclid(over);
    let is_within = length > 0 && start >= 0 && start.checked_add(length)? <= side;
    is_within.then_some(())?;
    Some((u32::try_from(start).ok()?, u32::try_from(length).ok()?))
}

/// The orientation of what is turned by `first` and then by `second`.
pub(crate) fn turned(first: Orientation, second: Orientation) -> Orientation {
    let (a, b) = (axes(first), axes(second));
    let product =
        [b[0] * a[0] + b[1] * a[2], b[0] * a[1] + b[1] * a[3], b[2] * a[0] + b[3] * a[2], b[2] * a[1] + b[3] * a[3]];
    (1..=8).filter_map(Orientation::from_exif).find(|found| axes(*found) == product).unwrap_or_default()
}

/// Where right and down of the stored picture point to in the upright one: a matrix of rows.
fn axes(orientation: Orientation) -> [i8; 4] {
    match orientation {
        Orientation::Upright => [1, 0, 0, 1],
        Orientation::MirrorHorizontal => [-1, 0, 0, 1],
        Orientation::Rotate180 => [-1, 0, 0, -1],
        Orientation::MirrorVertical => [1, 0, 0, -1],
        Orientation::Transpose => [0, 1, 1, 0],
        Orientation::Rotate90 => [0, -1, 1, 0],
        Orientation::Transverse => [0, -1, -1, 0],
        Orientation::Rotate270 => [0, 1, -1, 0],
    }
}

#[cfg(test)]
mod tests {
    use thumbgate_core::geometry::{Rect, Size};
    use thumbgate_core::orientation::Orientation::{
        self, MirrorHorizontal, MirrorVertical, Rotate90, Rotate180, Rotate270, Transpose, Transverse, Upright,
    };

    use super::{turned, window};

    #[test]
    fn turns_follow_each_other() {
        for (first, second, both) in [
            (Rotate90, Rotate90, Rotate180),
            (Rotate90, Rotate270, Upright),
            (Rotate90, MirrorHorizontal, Transpose),
            (MirrorHorizontal, Rotate90, Transverse),
            (MirrorVertical, MirrorHorizontal, Rotate180),
        ] {
            assert_eq!(turned(first, second), both, "{first:?} {second:?}");
        }
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            assert_eq!(turned(Upright, orientation), orientation);
            assert_eq!(turned(orientation, Upright), orientation);
        }
    }

    #[test]
    fn windows_lie_within() {
        let stored = Size::new(100, 60).unwrap();
        let clap = |numbers: [i32; 8]| {
            let content: Vec<u8> = numbers.into_iter().flat_map(i32::to_be_bytes).collect();
            window(&content, stored)
        };
        let size = Size::new(50, 20).unwrap();
        assert_eq!(clap([50, 1, 20, 1, 0, 1, 0, 1]), Some(Rect { x: 25, y: 20, size }));
        assert_eq!(clap([50, 1, 20, 1, -50, 2, 40, 2]), Some(Rect { x: 0, y: 40, size }));
        for hostile in [
            [50, 1, 20, 1, -26, 1, 0, 1],
            [101, 1, 20, 1, 0, 1, 0, 1],
            [0, 1, 20, 1, 0, 1, 0, 1],
            [-50, 1, 20, 1, 0, 1, 0, 1],
            [50, 0, 20, 1, 0, 1, 0, 1],
            [50, 1, 20, 1, 0, -1, 0, 1],
            [i32::MIN, 1, i32::MAX, 1, i32::MIN, i32::MAX, i32::MAX, i32::MAX],
        ] {
            assert_eq!(clap(hostile), None, "{hostile:?}");
        }
    }
}
