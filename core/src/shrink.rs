//! How much smaller than stored a source may be decoded.

use crate::geometry::{Placement, Size};

/// How many times smaller than stored, both ways, a picture is decoded.
///
/// Formats that are made of small blocks can be decoded so at a fraction of the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shrink {
    /// At its own size.
    One,
    /// Half as wide and half as high.
    Two,
    /// A quarter of each.
    Four,
    /// An eighth of each.
    Eight,
}

/// Samples that are left for each pixel of an output, so that a good filter hides that the picture
/// was shrunk before: what libvips keeps, too. With less, detail turns into moiré.
const HEADROOM: u64 = 2;

impl Shrink {
    /// Every shrink, from the largest picture to the smallest.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Four, Self::Eight];

    /// The factor: 1, 2, 4 or 8.
    #[must_use]
    pub const fn factor(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The most that leaves enough for an output.
    ///
    /// ```
    /// use thumbgate_core::geometry::{Fit, Gravity, Size, WantedBox, place};
    /// use thumbgate_core::shrink::Shrink;
    /// let wanted = WantedBox::new(Some(320), Some(320)).unwrap();
    /// let shrink = |width, height| {
    ///     let source = Size::new(width, height).unwrap();
    ///     Shrink::for_output(&place(source, wanted, Fit::Inside, Gravity::Center, false))
    /// };
    /// assert_eq!((shrink(6000, 4000), shrink(4000, 3000)), (Shrink::Eight, Shrink::Four));
    /// assert_eq!((shrink(1280, 720), shrink(1279, 720)), (Shrink::Two, Shrink::One));
    /// ```
    #[must_use]
    pub fn for_output(placement: &Placement) -> Self {
        Self::leaving(HEADROOM, placement.crop.size, placement.scaled)
    }

    /// The most that leaves `samples` for each pixel, across and down, where a part of the picture
    /// of size `from` is drawn at size `to`.
    #[must_use]
    pub fn leaving(samples: u64, from: Size, to: Size) -> Self {
        let fits = |shrink: &Self| {
            let least = samples * u64::from(shrink.factor());
            u64::from(from.width()) >= least * u64::from(to.width())
                && u64::from(from.height()) >= least * u64::from(to.height())
        };
        Self::ALL.into_iter().rev().find(fits).unwrap_or(Self::One)
    }
}

/// What decoding a picture is estimated to hold at its peak, in bytes, without outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeBytes([u64; 4]);

impl DecodeBytes {
    /// The same, however small the picture is wanted.
    #[must_use]
    pub const fn always(bytes: u64) -> Self {
        Self([bytes; 4])
    }

    /// What `bytes` says of each shrink.
    #[must_use]
    pub fn by_shrink(bytes: impl Fn(Shrink) -> u64) -> Self {
        Self(Shrink::ALL.map(bytes))
    }

    /// The bytes at a shrink.
    #[must_use]
    pub const fn at(self, shrink: Shrink) -> u64 {
        let [one, two, four, eight] = self.0;
        match shrink {
            Shrink::One => one,
            Shrink::Two => two,
            Shrink::Four => four,
            Shrink::Eight => eight,
        }
    }
}
