//! From the first byte to the last row.

use crate::container;
use crate::error::DecodeError;
use crate::frame::{self, Frame};
use crate::info::{Info, Plane};
use crate::macroblock::Fields;
use crate::modes::{self, Luma, Neighbours, SubMode};
use crate::planes::Planes;
use crate::scale::Scale;
use crate::tokens::{self, Marks, Residual};

/// A picture whose header was read.
///
/// ```
/// use thumbgate_webp::{DecodeError, Decoder, Plane, Scale};
///
/// # let webp = include_bytes!("../tests/it/tiny.webp");
/// let decoder = Decoder::new(webp)?;
/// assert_eq!((decoder.info().width, decoder.info().height), (48, 32));
/// let mut rows = decoder.rows(Scale::Quarter)?;
/// let mut lightness = Vec::new();
/// while let Some(strip) = rows.next_strip()? {
///     for row in strip.rows(Plane::Luma) {
///         lightness.extend_from_slice(row);
///     }
/// }
/// assert_eq!(lightness.len(), 12 * 8);
/// let half = Decoder::new(&webp[..webp.len() / 2])?;
/// assert!(matches!(half.rows(Scale::Quarter), Err(DecodeError::Truncated(_))));
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Decoder<'a> {
    info: Info,
    frame: Frame<'a>,
    is_cut: bool,
}

/// How a picture ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// Its data ended before its last row; what is missing is grey.
    pub truncated: bool,
}

impl<'a> Decoder<'a> {
    /// Reads the header of a lossy picture in a WebP file, which may end early.
    ///
    /// # Errors
    /// Any [`DecodeError`], from the header alone: `Unsupported` for files that are not one lossy
    /// picture without transparency, `Malformed` where the picture is not as large as its canvas.
    pub fn new(file: &'a [u8]) -> Result<Self, DecodeError> {
        let found = container::find(file)?;
        let size = frame::size(found.frame)?;
        if found.canvas.is_some_and(|canvas| canvas != size) {
            return Err(DecodeError::Malformed("the picture has another size than its canvas"));
        }
        Self::begin(found.frame, size, found.is_cut)
    }

    /// Reads the header of a bare VP8 key frame: what is in a file's chunk `VP8 `.
    ///
    /// # Errors
    /// Any [`DecodeError`], from the header alone.
    pub fn from_frame(frame: &'a [u8]) -> Result<Self, DecodeError> {
        Self::begin(frame, frame::size(frame)?, false)
    }

    fn begin(frame: &'a [u8], (width, height): (u32, u32), is_cut: bool) -> Result<Self, DecodeError> {
        let frame = Frame::parse(frame)?;
        let is_cut = is_cut || frame.is_cut;
        let info = Info { width, height, is_filtered: frame.header.is_filtered };
        Ok(Self { info, frame, is_cut })
    }

    /// What the picture is.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Decodes at a scale, row by row. Data that ends early is an error.
    ///
    /// # Errors
    /// `Truncated`, if that is certain already.
    pub fn rows(self, scale: Scale) -> Result<Rows<'a>, DecodeError> {
        if self.is_cut {
            return Err(DecodeError::Truncated("its chunk does"));
        }
        Ok(Rows::new(self, scale, false))
    }

    /// Decodes at a scale, row by row. Where data ends early, what is missing is grey, and
    /// [`Ending::truncated`] tells of it.
    #[must_use]
    pub fn rows_allowing_truncation(self, scale: Scale) -> Rows<'a> {
        Rows::new(self, scale, true)
    }
}

/// A picture while it is decoded.
#[derive(Debug)]
pub struct Rows<'a> {
    frame: Frame<'a>,
    /// Macroblocks.
    across: usize,
    down: usize,
    /// The row of macroblocks that comes next.
    next: usize,
    allows_truncation: bool,
    ending: Ending,
    planes: Planes,
    fields: Fields,
    residual: Residual,
    neighbours: Neighbours,
    above: Vec<Marks>,
}

impl<'a> Rows<'a> {
    fn new(decoder: Decoder<'a>, scale: Scale, allows_truncation: bool) -> Self {
        let Decoder { info, frame, .. } = decoder;
        let count = |side: u32| usize::try_from(side.div_ceil(16)).unwrap_or(usize::MAX);
        let across = count(info.width);
        Self {
            frame,
            across,
            down: count(info.height),
            next: 0,
            allows_truncation,
            ending: Ending::default(),
            planes: Planes::new(&info, scale),
            fields: Fields::new(),
            residual: Residual::new(),
            neighbours: Neighbours::new(across),
            above: vec![[0; 9]; across],
        }
    }

    /// The next row of macroblocks, or none after the last one.
    ///
    /// # Errors
    /// `Truncated`, unless that is allowed.
    pub fn next_strip(&mut self) -> Result<Option<Strip<'_>>, DecodeError> {
        if self.next == self.down {
            return Ok(None);
        }
        if self.ending.truncated {
            self.planes.blank_from(0);
        } else if let Err(there) = self.decode_row() {
            if !self.allows_truncation {
                return Err(DecodeError::Truncated("its last macroblock"));
            }
            self.ending.truncated = true;
            self.planes.blank_from(there);
        }
        self.next += 1;
        self.planes.finish();
        Ok(Some(Strip { planes: &self.planes }))
    }

    /// Decodes a row of macroblocks.
    ///
    /// # Errors
    /// The macroblock that the data does not reach.
    fn decode_row(&mut self) -> Result<(), usize> {
        let Frame { header, modes, partitions, .. } = &mut self.frame;
        let partition = self.next % partitions.len().max(1);
        let Some(coefficients) = partitions.get_mut(partition) else { return Err(0) };
        let mut left: Marks = [0; 9];
        self.neighbours.left = [SubMode::Mean; 4];
        let above = self.neighbours.above.iter_mut().zip(&mut self.above);
        for (x, (above_modes, above)) in above.enumerate().take(self.across) {
            let mut told = modes::read(modes, header, above_modes, &mut self.neighbours.left);
            let has_means = matches!(told.luma, Luma::Whole(_));
            if told.is_empty {
                tokens::clear(above, has_means);
                tokens::clear(&mut left, has_means);
            } else if let Some(steps) = header.steps.get(told.segment) {
                told.is_empty = !self.residual.read(coefficients, &header.tokens, steps, has_means, (above, &mut left));
            }
            if modes.is_past_end() || coefficients.is_past_end() {
                return Err(x);
            }
            self.fields.make(&mut self.planes, (x, self.next), &told, &mut self.residual);
        }
        Ok(())
    }

    /// How the picture ended, as far as it was decoded.
    #[must_use]
    pub fn ending(&self) -> Ending {
        self.ending
    }
}

/// The rows of one row of macroblocks: 16 of lightness at full scale, fewer at others, and at the
/// picture's end.
#[derive(Debug)]
pub struct Strip<'a> {
    planes: &'a Planes,
}

impl Strip<'_> {
    /// The rows of a plane, from top to bottom.
    pub fn rows(&self, plane: Plane) -> impl Iterator<Item = &[u8]> {
        self.planes.rows(plane)
    }
}
