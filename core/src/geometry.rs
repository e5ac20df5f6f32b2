//! Sizes, rectangles, and how a picture is fitted into a wanted box.

use std::cmp::Ordering;
use std::fmt;

/// A size in pixels. Invariant: both sides are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// A size; `None` when a side is zero.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self { width, height })
    }

    /// The width in pixels, at least 1.
    #[must_use]
    pub fn width(self) -> u32 {
        self.width
    }

    /// The height in pixels, at least 1.
    #[must_use]
    pub fn height(self) -> u32 {
        self.height
    }

    /// The number of pixels.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// A part of a picture, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Distance from the left edge.
    pub x: u32,
    /// Distance from the upper edge.
    pub y: u32,
    /// The part's size.
    pub size: Size,
}

/// How a picture is fitted into the wanted box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// Whole and undistorted, at most as large as the box.
    Inside,
    /// Whole and undistorted, at least as large as the box.
    Outside,
    /// Exactly the box, undistorted, what hangs over is cropped away.
    Cover,
    /// Exactly the box, whole and undistorted, the rest is background.
    Contain,
    /// Exactly the box, distorted where it must be.
    Fill,
}

impl Fit {
    /// Every fit, in the order of documentation.
    pub const ALL: [Self; 5] = [Self::Inside, Self::Outside, Self::Cover, Self::Contain, Self::Fill];

    /// The name used in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::Cover => "cover",
            Self::Contain => "contain",
            Self::Fill => "fill",
        }
    }

    /// The fit that a name means.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fit| fit.as_str() == name)
    }
}

/// Which part of a picture stays when [`Fit::Cover`] crops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gravity {
    /// The middle.
    Center,
    /// The upper edge.
    North,
    /// The upper right corner.
    NorthEast,
    /// The right edge.
    East,
    /// The lower right corner.
    SouthEast,
    /// The lower edge.
    South,
    /// The lower left corner.
    SouthWest,
    /// The left edge.
    West,
    /// The upper left corner.
    NorthWest,
    /// Where the most detail is; found by the renderer.
    Attention,
}

impl Gravity {
    /// Every gravity, in the order of documentation.
    pub const ALL: [Self; 10] = [
        Self::Center,
        Self::North,
        Self::NorthEast,
        Self::East,
        Self::SouthEast,
        Self::South,
        Self::SouthWest,
        Self::West,
        Self::NorthWest,
        Self::Attention,
    ];

    /// The name used in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Center => "center",
            Self::North => "north",
            Self::NorthEast => "north-east",
            Self::East => "east",
            Self::SouthEast => "south-east",
            Self::South => "south",
            Self::SouthWest => "south-west",
            Self::West => "west",
            Self::NorthWest => "north-west",
            Self::Attention => "attention",
        }
    }

    /// The gravity that a name means.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gravity| gravity.as_str() == name)
    }

    /// Where the crop stands in the slack, in halves: 0 start, 1 middle, 2 end; `(x, y)`.
    fn halves(self) -> (u64, u64) {
        match self {
            Self::Center | Self::Attention => (1, 1),
            Self::North => (1, 0),
            Self::NorthEast => (2, 0),
            Self::East => (2, 1),
            Self::SouthEast => (2, 2),
            Self::South => (1, 2),
            Self::SouthWest => (0, 2),
            Self::West => (0, 1),
            Self::NorthWest => (0, 0),
        }
    }
}

/// The wanted box: one or both sides. Invariant: at least one side is given, none is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WantedBox {
    width: Option<u32>,
    height: Option<u32>,
}

impl WantedBox {
    /// A box; `None` when both sides are absent or one is zero.
    #[must_use]
    pub fn new(width: Option<u32>, height: Option<u32>) -> Option<Self> {
        let valid = (width.is_some() || height.is_some()) && width != Some(0) && height != Some(0);
        valid.then_some(Self { width, height })
    }

    /// The wanted width, where one is wanted.
    #[must_use]
    pub fn width(self) -> Option<u32> {
        self.width
    }

    /// The wanted height, where one is wanted.
    #[must_use]
    pub fn height(self) -> Option<u32> {
        self.height
    }
}

impl fmt::Display for WantedBox {
    /// Writes `320x320`, `320x` or `x320`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(width) = self.width {
            write!(f, "{width}")?;
        }
        f.write_str("x")?;
        if let Some(height) = self.height {
            write!(f, "{height}")?;
        }
        Ok(())
    }
}

/// The geometry of one rendition: crop the upright source, scale the crop, place it on a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Placement {
    /// The part of the upright source that is used.
    pub crop: Rect,
    /// The size that this part is scaled to.
    pub scaled: Size,
    /// The size of the output.
    pub canvas: Size,
    /// Where on the canvas the scaled part lies; the rest is background.
    pub at: (u32, u32),
}

/// Fits an upright source into a wanted box.
///
/// Without `enlarge` nothing is scaled up: `Inside` and `Outside` keep the source's size where
/// the box asks for more; `Contain` keeps the box and puts the source on it at its own size;
/// `Cover` and `Fill` shrink the *box* to what the source can fill, `Cover` keeping the box's
/// aspect ratio. With one side absent every fit but `Fill` follows the source's aspect ratio, and
/// `Fill` keeps the source's other side.
///
/// ```
/// use thumbgate_core::geometry::{Fit, Gravity, Size, WantedBox, place};
/// let source = Size::new(4000, 3000).unwrap();
/// let wanted = WantedBox::new(Some(320), Some(320)).unwrap();
/// assert_eq!(place(source, wanted, Fit::Inside, Gravity::Center, false).canvas, Size::new(320, 240).unwrap());
/// assert_eq!(place(source, wanted, Fit::Cover, Gravity::Center, false).canvas, Size::new(320, 320).unwrap());
/// ```
#[must_use]
pub fn place(source: Size, wanted: WantedBox, fit: Fit, gravity: Gravity, enlarge: bool) -> Placement {
    let bounds = match (wanted.width, wanted.height) {
        (Some(width), Some(height)) => Size { width, height },
        (width, height) if fit == Fit::Fill => {
            Size { width: width.unwrap_or(source.width), height: height.unwrap_or(source.height) }
        }
        (Some(width), None) => Size { width, height: scale(source.height, width, source.width) },
        (None, Some(height)) => Size { width: scale(source.width, height, source.height), height },
        (None, None) => source,
    };
    match fit {
        Fit::Inside => whole(source, keep_ratio(source, bounds, enlarge, Ordering::Less)),
        Fit::Outside => whole(source, keep_ratio(source, bounds, enlarge, Ordering::Greater)),
        Fit::Fill => {
            let (mut width, mut height) = (bounds.width, bounds.height);
            if !enlarge {
                (width, height) = (width.min(source.width), height.min(source.height));
            }
            whole(source, Size { width, height })
        }
        Fit::Contain => {
            let scaled = keep_ratio(source, bounds, enlarge, Ordering::Less);
            let at = ((bounds.width - scaled.width) / 2, (bounds.height - scaled.height) / 2);
            Placement { canvas: bounds, at, ..whole(source, scaled) }
        }
        Fit::Cover => cover(source, bounds, gravity, enlarge),
    }
}

/// The whole source, scaled to `size`, and nothing around it.
fn whole(source: Size, size: Size) -> Placement {
    Placement { crop: Rect { x: 0, y: 0, size: source }, scaled: size, canvas: size, at: (0, 0) }
}

/// `side * numerator / denominator`, rounded to the nearest, at least 1.
///
/// `denominator` is a side of a [`Size`] and so never zero.
fn scale(side: u32, numerator: u32, denominator: u32) -> u32 {
    let (side, numerator, denominator) = (u64::from(side), u64::from(numerator), u64::from(denominator.max(1)));
    let rounded = (side * numerator + denominator / 2) / denominator;
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

/// The source's shape, touching the box from within (`Less`) or from without (`Greater`).
fn keep_ratio(source: Size, bounds: Size, enlarge: bool, side: Ordering) -> Size {
    let ratio_width = u64::from(bounds.width) * u64::from(source.height);
    let ratio_height = u64::from(bounds.height) * u64::from(source.width);
    // The box is narrower than the source's shape: from within, its width decides.
    let by_width = (ratio_width <= ratio_height) == (side == Ordering::Less);
    let fitted = if by_width {
        Size { width: bounds.width, height: scale(source.height, bounds.width, source.width) }
    } else {
        Size { width: scale(source.width, bounds.height, source.height), height: bounds.height }
    };
    let larger = fitted.width > source.width || fitted.height > source.height;
    if larger && !enlarge { source } else { fitted }
}

/// The largest part of the source with the box's shape, scaled to the box.
fn cover(source: Size, bounds: Size, gravity: Gravity, enlarge: bool) -> Placement {
    let ratio_width = u64::from(bounds.width) * u64::from(source.height);
    let ratio_height = u64::from(bounds.height) * u64::from(source.width);
    let part = if ratio_width <= ratio_height {
        Size { width: scale(source.height, bounds.width, bounds.height).min(source.width), height: source.height }
    } else {
        Size { width: source.width, height: scale(source.width, bounds.height, bounds.width).min(source.height) }
    };
    let too_large = bounds.width > part.width || bounds.height > part.height;
    let scaled = if too_large && !enlarge { part } else { bounds };
    let (x_halves, y_halves) = gravity.halves();
    let offset = |slack: u32, halves: u64| u32::try_from(u64::from(slack) * halves / 2).unwrap_or(0);
    let crop = Rect {
        x: offset(source.width - part.width, x_halves),
        y: offset(source.height - part.height, y_halves),
        size: part,
    };
    Placement { crop, scaled, canvas: scaled, at: (0, 0) }
}

#[cfg(test)]
mod tests;
