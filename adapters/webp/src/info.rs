//! What a picture is, from its header.

use crate::scale::Scale;

/// The planes of a picture, in the order in which they are numbered.
///
/// Samples are those of video (ITU-R BT.601): lightness from 16 for black to 235 for white, colour
/// around 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plane {
    /// Lightness, Y'.
    Luma,
    /// Difference to blue, Cb.
    Blue,
    /// Difference to red, Cr.
    Red,
}

impl Plane {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Luma, Self::Blue, Self::Red];
}

/// What the header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// Pixels across, 1 to 16383.
    pub width: u32,
    /// Pixels down, 1 to 16383.
    pub height: u32,
    /// Whether the picture asks for a loop filter, which is not run.
    pub is_filtered: bool,
}

impl Info {
    /// Samples of a row of a plane, and rows of it.
    #[must_use]
    pub fn plane_size(&self, plane: Plane, scale: Scale) -> (u32, u32) {
        let divisor = if plane == Plane::Luma { scale.divisor() } else { scale.colour_divisor() };
        (self.width.div_ceil(divisor), self.height.div_ceil(divisor))
    }

    /// Bytes that decoding holds at most, without the file itself.
    #[must_use]
    pub fn memory(&self) -> u64 {
        // Three planes of 16 or 8 rows, their last rows, modes and marks: all by macroblocks.
        u64::from(self.width.div_ceil(16)) * 700 + 32 * 1024
    }
}
