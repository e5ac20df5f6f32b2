//! How much smaller than stored a picture is decoded.

/// The part of the stored size that comes out of the decoder.
///
/// A block of 8 x 8 samples becomes one of 8, 4, 2 or 1 a side, by the inverse transform of that
/// size: only the coefficients that it takes are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Scale {
    /// Every sample.
    #[default]
    Full,
    /// Half the width and half the height.
    Half,
    /// A quarter of each.
    Quarter,
    /// An eighth of each: the mean of every block.
    Eighth,
}

impl Scale {
    /// Every scale, from the largest picture to the smallest.
    pub const ALL: [Self; 4] = [Self::Full, Self::Half, Self::Quarter, Self::Eighth];

    /// What sides are divided by: 1, 2, 4 or 8.
    ///
    /// ```
    /// assert_eq!(thumbgate_jpeg::Scale::Quarter.divisor(), 4);
    /// ```
    #[must_use]
    pub const fn divisor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }

    /// The smallest scale at which a picture of `shrink` times the wanted size keeps at least
    /// `headroom` samples for each wanted one.
    ///
    /// With a headroom of 2 a good filter hides that the picture was shrunk before.
    ///
    /// ```
    /// use thumbgate_jpeg::Scale;
    /// // 4000 to 320 is 12.5: a quarter leaves 3.1, an eighth would leave 1.6.
    /// assert_eq!(Scale::for_shrink(4000.0 / 320.0, 2.0), Scale::Quarter);
    /// assert_eq!(Scale::for_shrink(4000.0 / 320.0, 1.5), Scale::Eighth);
    /// assert_eq!(Scale::for_shrink(1.0, 2.0), Scale::Full);
    /// ```
    #[must_use]
    pub fn for_shrink(shrink: f64, headroom: f64) -> Self {
        let fits = |scale: &Self| shrink / f64::from(scale.divisor()) >= headroom;
        Self::ALL.into_iter().rev().find(fits).unwrap_or_default()
    }

    /// The next larger picture.
    ///
    /// ```
    /// use thumbgate_jpeg::Scale;
    /// assert_eq!((Scale::Eighth.larger(), Scale::Full.larger()), (Scale::Quarter, Scale::Full));
    /// ```
    #[must_use]
    pub const fn larger(self) -> Self {
        match self {
            Self::Full | Self::Half => Self::Full,
            Self::Quarter => Self::Half,
            Self::Eighth => Self::Quarter,
        }
    }

    /// Samples on a side of what a block becomes: 8, 4, 2 or 1.
    pub(crate) const fn block_side(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }
}

/// A scale for each component of a picture.
///
/// Components that were stored with fewer samples than others can be shrunk less, so that colour
/// keeps its detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scales([Scale; 4]);

impl Scales {
    /// What `scale` says of each component, by its number.
    #[must_use]
    pub fn by_component(scale: impl Fn(usize) -> Scale) -> Self {
        Self(std::array::from_fn(scale))
    }

    /// A component's scale.
    #[must_use]
    pub fn of(&self, component: usize) -> Scale {
        self.0.get(component).copied().unwrap_or_default()
    }
}

impl From<Scale> for Scales {
    /// The same for all components.
    fn from(scale: Scale) -> Self {
        Self([scale; 4])
    }
}
