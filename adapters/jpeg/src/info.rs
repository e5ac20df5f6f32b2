//! What a picture is, as its header tells.

use crate::scale::Scale;

/// How samples were coded (T.81, table B.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Process {
    /// Every block at once: baseline and extended sequential.
    Sequential,
    /// Coarse first, finer in later scans.
    Progressive,
}

/// What the components of a picture mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColourSpace {
    /// Lightness.
    Grey,
    /// Lightness and two differences of colour (JFIF 1.02).
    YCbCr,
    /// Red, green, blue.
    Rgb,
    /// Four inks, as stored: with an Adobe segment 255 is no ink.
    Cmyk,
    /// Lightness, two differences of colour, and black, as stored (Adobe technical note 5116).
    Ycck,
}

/// One component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Its identifier in the frame.
    pub id: u8,
    /// Horizontal sampling, 1 to 4.
    pub horizontal: u8,
    /// Vertical sampling, 1 to 4.
    pub vertical: u8,
}

/// What is known before a sample is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// Width in pixels, 1 to 65,535.
    pub width: u32,
    /// Height in pixels, 1 to 65,535.
    pub height: u32,
    /// Bits of a sample as stored, 8 or 12; rows always have 8.
    pub precision: u8,
    /// How it was coded.
    pub process: Process,
    /// Whether the entropy coder is the arithmetic one.
    pub arithmetic: bool,
    /// The components in their order, 1, 3 or 4.
    pub components: Vec<Component>,
    /// What they mean.
    pub colour_space: ColourSpace,
    /// The colour transform of Adobe's segment, where there is one.
    pub adobe_transform: Option<u8>,
    /// Whether coefficients are held until the last scan that matters has come.
    pub buffered: bool,
}

impl Info {
    /// The smallest scale that leaves two samples for each wanted pixel, both ways.
    ///
    /// ```
    /// use thumbgate_jpeg::{Decoder, Scale};
    /// # let jpeg = include_bytes!("../tests/it/tiny.jpg");
    /// let decoder = Decoder::new(&jpeg[..])?;
    /// let info = decoder.info();
    /// assert_eq!((info.width, info.height), (48, 32));
    /// assert_eq!(info.scale_for(6, 4), Scale::Quarter);
    /// # Ok::<(), thumbgate_jpeg::DecodeError>(())
    /// ```
    #[must_use]
    pub fn scale_for(&self, width: u32, height: u32) -> Scale {
        let shrink = |from: u32, to: u32| f64::from(from) / f64::from(to.max(1));
        Scale::for_shrink(shrink(self.width, width).min(shrink(self.height, height)), 2.0)
    }

    /// The most sampling of any component, horizontally and vertically: 1 to 4 each.
    #[must_use]
    pub fn sampling_max(&self) -> (u8, u8) {
        self.components.iter().fold((1, 1), |(horizontal, vertical), component| {
            (horizontal.max(component.horizontal), vertical.max(component.vertical))
        })
    }

    /// An upper bound of what decoding at a scale holds, in bytes: a few rows, and for pictures in
    /// several scans the coefficients that are kept.
    #[must_use]
    pub fn memory(&self, scale: Scale) -> u64 {
        let (horizontal, vertical) = self.sampling_max();
        let across = u64::from(self.width.div_ceil(8 * u32::from(horizontal)));
        let down = u64::from(self.height.div_ceil(8 * u32::from(vertical)));
        let per_unit: u64 = self.components.iter().map(|one| u64::from(one.horizontal) * u64::from(one.vertical)).sum();
        let kept = u64::try_from(scale.block_side().pow(2)).unwrap_or(64);
        let rows = across * per_unit * kept;
        let coefficients = if self.buffered {
            // Which coefficients are not zero is remembered bit by bit, but for the mean alone.
            let masks = if scale == Scale::Eighth { 0 } else { 8 };
            across * down * per_unit * (kept * 2 + masks)
        } else {
            0
        };
        FIXED_BYTES + rows + coefficients
    }
}

/// Buffers and tables.
const FIXED_BYTES: u64 = 256 * 1024;
