//! From the first byte to the last row.

use std::fmt;
use std::io::Read;

use crate::coefficients::Coefficients;
use crate::entropy::{After, Faults};
use crate::error::DecodeError;
use crate::frame::{Frame, Scan, is_frame};
use crate::info::{ColourSpace, Info, Process};
use crate::limits::Limits;
use crate::planes::Planes;
use crate::scale::Scales;
use crate::scans;
use crate::sequential::Sequential;
use crate::source::{Source, Stop};
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
        let Self { source, tables, frame, info, scan, limits } = self;
        let planes = Planes::new(&frame, &scales);
        let mut rows = Rows {
            source,
            frame,
            planes,
            scales,
            from: RowSource::Nothing,
            next: 0,
            allow_truncated,
            ending: Ending::default(),
        };
        rows.from = if info.buffered {
            rows.read_scans(tables, scan, limits)?
        } else {
            RowSource::Scan(Box::new(Sequential::new(&rows.frame, &scan, &tables, &scales)?))
        };
        Ok(rows)
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
    Nothing,
    Scan(Box<Sequential>),
    Coefficients(Coefficients, Vec<Quantisation>),
}

/// The rows of a picture, from top to bottom, a row of units at a time.
pub struct Rows<R> {
    source: Source<R>,
    frame: Frame,
    planes: Planes,
    scales: Scales,
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
                let faults = scan.faults();
                self.meet(faults)?;
            }
            RowSource::Coefficients(held, factors) => held.row(self.next, &self.frame, factors, &mut self.planes),
            RowSource::Nothing => {}
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

    fn meet(&mut self, faults: Faults) -> Result<(), DecodeError> {
        self.ending.truncated |= faults.is_truncated;
        self.ending.damaged |= faults.is_damaged;
        if faults.is_truncated && !self.allow_truncated {
            return Err(DecodeError::Truncated("its last row"));
        }
        Ok(())
    }

    /// Reads scans until nothing that comes can matter.
    fn read_scans(&mut self, mut tables: Tables, first: Scan, limits: Limits) -> Result<RowSource, DecodeError> {
        let mut held = Coefficients::new(&self.frame, &self.scales);
        let mut factors: Vec<Option<Quantisation>> = vec![None; self.frame.parts.len()];
        let mut scan = Some(first);
        let mut count = 0_u32;
        while let Some(current) = scan {
            count += 1;
            let passed = self.frame.pixels().saturating_mul(count.into());
            if count > limits.scans || passed > limits.scanned_pixels {
                let (width, height) = (self.frame.width, self.frame.height);
                return Err(DecodeError::Limit(format!("a picture of {width}x{height} in {count} scans or more")));
            }
            self.note_factors(&current, &tables, &mut factors)?;
            let part = current.parts.first().map_or(0, |part| part.part);
            let after = if held.wants(part, current.first) {
                let (after, faults) = scans::read(&mut self.source, &self.frame, &current, &tables, &mut held)?;
                self.meet(faults)?;
                after
            } else {
                let marker = self.source.skip_entropy()?;
                After::Other(marker.map_or(Stop::End, Stop::Marker))
            };
            let is_complete = held.is_complete();
            scan = match self.next_scan(after, &mut tables, is_complete) {
                // What comes after all that matters may be anything.
                Err(_) if is_complete => None,
                Err(DecodeError::Truncated(_)) if self.allow_truncated => {
                    self.ending.truncated = true;
                    None
                }
                next => next?,
            };
            if is_complete {
                self.ending.scans_left = scan.is_some();
                scan = None;
            }
        }
        let factors = factors.into_iter().map(|factors| factors.unwrap_or([1; 64])).collect();
        Ok(RowSource::Coefficients(held, factors))
    }

    /// A component's quantisation is what holds when its first scan begins.
    fn note_factors(
        &self,
        scan: &Scan,
        tables: &Tables,
        factors: &mut [Option<Quantisation>],
    ) -> Result<(), DecodeError> {
        for scanned in &scan.parts {
            if let (Some(noted @ None), Some(part)) =
                (factors.get_mut(scanned.part), self.frame.parts.get(scanned.part))
            {
                *noted = Some(*tables.factors(part.table)?);
            }
        }
        Ok(())
    }

    /// The next scan's header, `None` at the end. Once everything is there, only whether one comes.
    fn next_scan(&mut self, after: After, tables: &mut Tables, is_complete: bool) -> Result<Option<Scan>, DecodeError> {
        let mut marker = match after {
            After::Other(Stop::Marker(marker)) => Some(marker),
            After::Other(Stop::End) => None,
            // More than the scan should have.
            After::Restart(_) | After::More => self.source.skip_entropy()?,
        };
        loop {
            match marker {
                None if is_complete => return Ok(None),
                None => return Err(DecodeError::Truncated("its last scan")),
                Some(0xd9) => return Ok(None),
                Some(0xda) => return Scan::parse(&self.source.segment()?, &self.frame).map(Some),
                Some(0x00..=0xbf | 0xd0..=0xd8) => {}
                Some(marker) if is_frame(marker) => return Err(DecodeError::Malformed("a second frame begins")),
                Some(marker) => {
                    let segment = self.source.segment()?;
                    tables.segment(marker, &segment)?;
                }
            }
            marker = self.source.marker()?;
        }
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
