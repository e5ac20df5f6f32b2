//! From the first byte to the last row.

use std::fmt;
use std::io::Read;

use crate::buffered::Buffered;
use crate::coefficients::Coefficients;
use crate::entropy::Faults;
use crate::error::DecodeError;
use crate::frame::{Frame, Scan, is_frame};
use crate::info::{ColourSpace, Info, Process};
use crate::limits::Limits;
use crate::planes::Planes;
use crate::scale::Scales;
use crate::sequential::Sequential;
use crate::source::Source;
use crate::tables::{Quantisation, Tables};

/// A picture whose header was read.
///
/// ```
/// use thumbgate_jpeg::{Decoder, Scale};
///
/// # let jpeg = include_bytes!("../tests/it/tiny.jpg");
/// let decoder = Decoder::new(&jpeg[..])?;
/// let mut rows = decoder.rows(Scale::Quarter)?;
/// let mut lightness = Vec::new();
/// while let Some(strip) = rows.next_strip()? {
///     for row in strip.rows(0) {
///         lightness.extend_from_slice(row);
///     }
/// }
/// assert_eq!(lightness.len(), 12 * 8);
/// assert!(!rows.ending().truncated);
/// # Ok::<(), thumbgate_jpeg::DecodeError>(())
/// ```
pub struct Decoder<R> {
    source: Source<R>,
    tables: Tables,
    frame: Frame,
    info: Info,
    scan: Scan,
    limits: Limits,
}

impl<R> fmt::Debug for Decoder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("info", &self.info).finish_non_exhaustive()
    }
}

/// How a picture ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// Its data ended before its last row; what is missing is grey.
    pub truncated: bool,
    /// Some of its data could not be read; that part is grey.
    pub damaged: bool,
    /// Scans follow that were not read, because they add nothing at the scale.
    pub scans_left: bool,
}

impl Ending {
    /// Takes note of what became of a scan.
    pub(crate) fn meet(&mut self, faults: Faults, allow_truncated: bool) -> Result<(), DecodeError> {
        self.truncated |= faults.is_truncated;
        self.damaged |= faults.is_damaged;
        if faults.is_truncated && !allow_truncated {
            return Err(DecodeError::Truncated("its last row"));
        }
        Ok(())
    }
}

/// What was learned from the segments in front of the frame.
#[derive(Debug, Default)]
struct Hints {
    has_jfif: bool,
    adobe_transform: Option<u8>,
}

impl<R: Read> Decoder<R> {
    /// Reads up to the first scan.
    ///
    /// # Errors
    /// Any [`DecodeError`], from the header alone.
    pub fn new(reader: R) -> Result<Self, DecodeError> {
        Self::with_limits(reader, Limits::default())
    }

    /// Reads up to the first scan, and works within these limits.
    ///
    /// # Errors
    /// Any [`DecodeError`], from the header alone.
    pub fn with_limits(reader: R, limits: Limits) -> Result<Self, DecodeError> {
        let mut source = Source::new(reader);
        if (source.byte()?, source.byte()?) != (Some(0xff), Some(0xd8)) {
            return Err(DecodeError::Malformed("no JPEG begins like this"));
        }
        let (mut tables, mut hints, mut frame) = (Tables::default(), Hints::default(), None);
        loop {
            let marker = source.marker()?.ok_or(DecodeError::Truncated("its first scan"))?;
            match marker {
                0x01 | 0xd0..=0xd8 => {}
                0xd9 => return Err(DecodeError::Malformed("the end comes before any scan")),
                0xda => {
                    let frame: Frame = frame.ok_or(DecodeError::Malformed("a scan comes before the frame"))?;
                    let scan = Scan::parse(&source.segment()?, &frame)?;
                    let info = hints.info(&frame, &scan);
                    return Ok(Self { source, tables, frame, info, scan, limits });
                }
                marker if is_frame(marker) && frame.is_some() => {
                    return Err(DecodeError::Malformed("a second frame begins"));
                }
                marker if is_frame(marker) => {
                    let segment = source.segment()?;
                    let lines = if let [_, 0, 0, ..] = segment[..] { source.lines_ahead()? } else { None };
                    frame = Some(Frame::parse(marker, &segment, lines)?);
                }
                marker => {
                    let segment = source.segment()?;
                    hints.segment(marker, &segment);
                    tables.segment(marker, &segment)?;
                }
            }
        }
    }

    /// What the picture is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Decodes at a scale, or each component at its own. Data that ends early is an error.
    ///
    /// Pictures in several scans are read here, as far as they matter; others row by row.
    ///
    /// # Errors
    /// Any [`DecodeError`].
    pub fn rows(self, scales: impl Into<Scales>) -> Result<Rows<R>, DecodeError> {
        self.begin(scales.into(), false)
    }

    /// Decodes at a scale, or each component at its own. Where data ends early, what is missing is grey, and
    /// [`Ending::truncated`] tells of it.
    ///
    /// # Errors
    /// Any [`DecodeError`] but `Truncated`, unless nothing can be shown at all.
    pub fn rows_allowing_truncation(self, scales: impl Into<Scales>) -> Result<Rows<R>, DecodeError> {
        self.begin(scales.into(), true)
    }

    fn begin(self, scales: Scales, allow_truncated: bool) -> Result<Rows<R>, DecodeError> {
        let Self { mut source, tables, frame, info, scan, limits } = self;
        let planes = Planes::new(&frame, &scales);
        let mut ending = Ending::default();
        let from = if info.buffered {
            let (source, frame) = (&mut source, &frame);
            let mut scans = Buffered { source, frame, tables, limits, allow_truncated, ending };
            let (held, factors) = scans.read(scan, &scales)?;
            ending = scans.ending;
            RowSource::Coefficients(held, factors)
        } else {
            RowSource::Scan(Box::new(Sequential::new(&frame, &scan, &tables, &scales)?))
        };
        Ok(Rows { source, frame, planes, from, next: 0, allow_truncated, ending })
    }
}

impl Hints {
    fn segment(&mut self, marker: u8, segment: &[u8]) {
        match marker {
            0xe0 => self.has_jfif |= segment.starts_with(b"JFIF\0"),
            0xee => {
                if let Some([_, _, _, _, _, _, transform, ..]) = segment.strip_prefix(b"Adobe") {
                    self.adobe_transform = Some(*transform);
                }
            }
            _ => {}
        }
    }

    fn info(&self, frame: &Frame, scan: &Scan) -> Info {
        Info {
            width: frame.width.into(),
            height: frame.height.into(),
            precision: frame.precision,
            process: frame.process,
            arithmetic: frame.arithmetic,
            components: frame.components(),
            colour_space: self.colour_space(frame),
            adobe_transform: self.adobe_transform,
            buffered: frame.process == Process::Progressive || frame.arithmetic || scan.parts.len() < frame.parts.len(),
        }
    }

    /// As libjpeg decides: JFIF is always `YCbCr`, else Adobe's segment tells, else the names.
    fn colour_space(&self, frame: &Frame) -> ColourSpace {
        let ids: Vec<u8> = frame.parts.iter().map(|part| part.id).collect();
        match (&ids[..], self.adobe_transform) {
            ([_], _) => ColourSpace::Grey,
            ([_, _, _, _], Some(2)) => ColourSpace::Ycck,
            ([_, _, _, _], _) => ColourSpace::Cmyk,
            _ if self.has_jfif => ColourSpace::YCbCr,
            (_, Some(0)) => ColourSpace::Rgb,
            (_, Some(_)) => ColourSpace::YCbCr,
            (b"RGB", None) => ColourSpace::Rgb,
            _ => ColourSpace::YCbCr,
        }
    }
}

/// Where rows come from.
enum RowSource {
    Scan(Box<Sequential>),
    Coefficients(Coefficients, Vec<Quantisation>),
}

/// The rows of a picture, from top to bottom, a row of units at a time.
pub struct Rows<R> {
    source: Source<R>,
    frame: Frame,
    planes: Planes,
    from: RowSource,
    /// The row of units that comes next.
    next: usize,
    allow_truncated: bool,
    ending: Ending,
}

impl<R> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("next", &self.next).field("ending", &self.ending).finish_non_exhaustive()
    }
}

impl<R: Read> Rows<R> {
    /// The next rows of every component, `None` after the last.
    ///
    /// # Errors
    /// `Read`, and `Truncated` unless that is allowed.
    pub fn next_strip(&mut self) -> Result<Option<Strip<'_>>, DecodeError> {
        if self.next >= self.frame.units.1 {
            return Ok(None);
        }
        match &mut self.from {
            RowSource::Scan(scan) => {
                scan.row(&mut self.source, &mut self.planes)?;
                self.ending.meet(scan.faults(), self.allow_truncated)?;
            }
            RowSource::Coefficients(held, factors) => held.row(self.next, &self.frame, factors, &mut self.planes),
        }
        self.next += 1;
        let counts = self.planes.pass();
        Ok(Some(Strip { planes: &self.planes, counts }))
    }

    /// How the picture ended, so far.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Samples of a row of a component, and rows of it that are still to come, at the scale.
    pub fn size(&self, component: usize) -> (usize, usize) {
        self.planes.size(component)
    }

    /// The reader. It was asked for more than what was decoded, by up to a buffer of 64 KiB.
    pub fn into_reader(self) -> R {
        self.source.into_reader()
    }
}

/// Rows of every component that were decoded together.
#[derive(Debug)]
pub struct Strip<'a> {
    planes: &'a Planes,
    counts: Vec<usize>,
}

impl Strip<'_> {
    /// How many components there are.
    #[must_use]
    pub fn components(&self) -> usize {
        self.planes.count()
    }

    /// The rows of a component, in order: 8 bits a sample, at the component's own sampling.
    pub fn rows(&self, component: usize) -> impl Iterator<Item = &[u8]> {
        self.planes.rows(component, self.counts.get(component).copied().unwrap_or(0))
    }
}
