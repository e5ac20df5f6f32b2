//! EXIF orientation: how a stored picture is turned to stand upright.

use crate::geometry::{Rect, Size};

/// The eight orientations (EXIF 2.32, tag 0x0112): what to do to the stored picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orientation {
    /// 1: as stored.
    #[default]
    Upright,
    /// 2: mirror left and right.
    MirrorHorizontal,
    /// 3: turn by half.
    Rotate180,
    /// 4: mirror top and bottom.
    MirrorVertical,
    /// 5: mirror along the diagonal from the upper left.
    Transpose,
    /// 6: turn a quarter clockwise.
    Rotate90,
    /// 7: mirror along the diagonal from the upper right.
    Transverse,
    /// 8: turn a quarter counter-clockwise.
    Rotate270,
}

impl Orientation {
    /// The orientation of an EXIF value; `None` outside 1 to 8.
    #[must_use]
    pub fn from_exif(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Upright,
            2 => Self::MirrorHorizontal,
            3 => Self::Rotate180,
            4 => Self::MirrorVertical,
            5 => Self::Transpose,
            6 => Self::Rotate90,
            7 => Self::Transverse,
            8 => Self::Rotate270,
            _ => return None,
        })
    }

    /// The EXIF value, 1 to 8.
    #[must_use]
    pub fn exif(self) -> u8 {
        match self {
            Self::Upright => 1,
            Self::MirrorHorizontal => 2,
            Self::Rotate180 => 3,
            Self::MirrorVertical => 4,
            Self::Transpose => 5,
            Self::Rotate90 => 6,
            Self::Transverse => 7,
            Self::Rotate270 => 8,
        }
    }

    /// Whether width and height change places.
    #[must_use]
    pub fn transposes(self) -> bool {
        matches!(self, Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270)
    }

    /// The size of the upright picture.
    #[must_use]
    pub fn upright(self, stored: Size) -> Size {
        if self.transposes() { stored.transposed() } else { stored }
    }

    /// The part of the stored picture that becomes `part` of the upright one.
    ///
    /// `part` must lie within the upright picture; parts that do not are cut to it.
    #[must_use]
    pub fn stored_part(self, stored: Size, part: Rect) -> Rect {
        let upright = self.upright(stored);
        let right = upright.width().saturating_sub(part.x.saturating_add(part.size.width()));
        let below = upright.height().saturating_sub(part.y.saturating_add(part.size.height()));
        let (x, y) = match self {
            Self::Upright => (part.x, part.y),
            Self::MirrorHorizontal => (right, part.y),
            Self::Rotate180 => (right, below),
            Self::MirrorVertical => (part.x, below),
            Self::Transpose => (part.y, part.x),
            Self::Rotate90 => (part.y, right),
            Self::Transverse => (below, right),
            Self::Rotate270 => (below, part.x),
        };
        let size = if self.transposes() { part.size.transposed() } else { part.size };
        Rect { x, y, size }
    }
}

#[cfg(test)]
mod tests {
    use super::Orientation;
    use crate::geometry::{Rect, Size};

    #[test]
    fn exif_values_lead_back() {
        for value in 1..=8 {
            assert_eq!(Orientation::from_exif(value).map(|o| u32::from(o.exif())), Some(value));
        }
        assert_eq!(Orientation::from_exif(0), None);
        assert_eq!(Orientation::from_exif(9), None);
    }

    /// Where the stored pixel (x, y) of a width x height picture lands, from the EXIF definition
    /// of which corner row 0 and column 0 are.
    fn lands(orientation: Orientation, stored: Size, x: u32, y: u32) -> (u32, u32) {
        let (w, h) = (stored.width() - 1, stored.height() - 1);
        match orientation {
            Orientation::Upright => (x, y),
            Orientation::MirrorHorizontal => (w - x, y),
            Orientation::Rotate180 => (w - x, h - y),
            Orientation::MirrorVertical => (x, h - y),
            Orientation::Transpose => (y, x),
            Orientation::Rotate90 => (h - y, x),
            Orientation::Transverse => (h - y, w - x),
            Orientation::Rotate270 => (y, w - x),
        }
    }

    #[test]
    fn a_part_is_found_again_in_the_stored_picture() {
        let stored = Size::new(7, 4).unwrap();
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let part = Rect { x: 1, y: 2, size: Size::new(2, 1).unwrap() };
            let found = orientation.stored_part(stored, part);
            let mut landed = Vec::new();
            for y in found.y..found.y + found.size.height() {
                for x in found.x..found.x + found.size.width() {
                    landed.push(lands(orientation, stored, x, y));
                }
            }
            landed.sort_unstable();
            assert_eq!(landed, [(1, 2), (2, 2)], "orientation {value}");
        }
    }
}
