//! Decoded pixels: 8 bits a channel, rows without padding.

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::{Rect, Size};

use crate::error::{internal, over_limit};

/// What the bytes of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Lightness.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, opacity; colour is not multiplied by opacity.
    Rgba,
    /// Four inks, 0 for none.
    Cmyk,
}

impl Layout {
    /// Bytes of one pixel.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// A picture in memory. Invariant: `data` is exactly as long as size and layout ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pixels {
    size: Size,
    layout: Layout,
    data: Vec<u8>,
}

impl Pixels {
    /// A picture of zeros.
    pub(crate) fn zeroed(size: Size, layout: Layout) -> Result<Self, RenderError> {
        Ok(Self { size, layout, data: vec![0; Self::bytes(size, layout)?] })
    }

    /// A picture of these bytes.
    ///
    /// # Errors
    /// `Internal` when they are too few or too many.
    pub(crate) fn new(size: Size, layout: Layout, data: Vec<u8>) -> Result<Self, RenderError> {
        if data.len() != Self::bytes(size, layout)? {
            return Err(internal(format!("{} bytes are no {size} picture", data.len())));
        }
        Ok(Self { size, layout, data })
    }

    /// How long the data of such a picture is.
    pub(crate) fn bytes(size: Size, layout: Layout) -> Result<usize, RenderError> {
        let bytes = usize::try_from(size.pixels()).ok().and_then(|pixels| pixels.checked_mul(layout.channels()));
        bytes
            .filter(|bytes| isize::try_from(*bytes).is_ok())
            .ok_or_else(|| over_limit(format!("{size} is more than this machine can address")))
    }

    /// A picture of these pixels.
    pub(crate) fn from_chunks<const N: usize>(
        size: Size,
        layout: Layout,
        pixels: Vec<[u8; N]>,
    ) -> Result<Self, RenderError> {
        Self::new(size, layout, pixels.into_flattened())
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(crate) fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// Bytes of one row.
    pub(crate) fn stride(&self) -> usize {
        side(self.size.width()) * self.layout.channels()
    }

    /// The rows from top to bottom.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.data.chunks_exact(self.stride())
    }

    /// The rows from top to bottom, to be written to.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let stride = self.stride();
        self.data.chunks_exact_mut(stride)
    }

    /// A copy of a part, which must lie within.
    pub(crate) fn part(&self, part: Rect) -> Result<Self, RenderError> {
        if part.x == 0 && part.y == 0 && part.size == self.size {
            return Ok(self.clone());
        }
        let channels = self.layout.channels();
        let (start, length) = (side(part.x) * channels, side(part.size.width()) * channels);
        let mut data = Vec::with_capacity(Self::bytes(part.size, self.layout)?);
        for row in self.rows().skip(side(part.y)).take(side(part.size.height())) {
            data.extend_from_slice(row.get(start..start + length).unwrap_or_default());
        }
        Self::new(part.size, self.layout, data)
    }
}

/// A side or a coordinate as an index.
pub(crate) fn side(pixels: u32) -> usize {
    usize::try_from(pixels).unwrap_or(usize::MAX)
}
