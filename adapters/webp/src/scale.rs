//! How much smaller than stored a picture is given.

/// The size that planes are given at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scale {
    /// Lightness at its own size, colour at half of it, as stored.
    Full,
    /// Both at half the picture's size.
    Half,
    /// Both at a quarter.
    Quarter,
    /// Both at an eighth.
    Eighth,
}

impl Scale {
    /// Every scale, from the largest picture to the smallest.
    pub const ALL: [Self; 4] = [Self::Full, Self::Half, Self::Quarter, Self::Eighth];

    /// Pixels of the picture that a sample of lightness covers, each way: 1, 2, 4 or 8.
    #[must_use]
    pub const fn divisor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }

    /// The same of a sample of colour, which is never finer than every second pixel.
    #[must_use]
    pub const fn colour_divisor(self) -> u32 {
        match self {
            Self::Full => 2,
            other => other.divisor(),
        }
    }
}
