//! The frame and scan headers (T.81, B.2.2 and B.2.3).

use crate::error::DecodeError;
use crate::info::{Component, Process};

/// The most blocks of an interleaved unit (T.81, B.2.3).
const BLOCKS_MAX: usize = 10;

/// A component and its blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) id: u8,
    /// Blocks of a unit, across and down.
    pub(crate) across: usize,
    pub(crate) down: usize,
    /// The quantisation table.
    pub(crate) table: usize,
    /// Blocks that a scan of this component alone brings, across and down.
    pub(crate) blocks: (usize, usize),
    /// Samples at full size, across and down.
    pub(crate) samples: (usize, usize),
}

/// A picture's frame.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) precision: u8,
    pub(crate) process: Process,
    pub(crate) arithmetic: bool,
    pub(crate) parts: Vec<Part>,
    /// Units across and down.
    pub(crate) units: (usize, usize),
}

/// Whether a marker begins a frame.
pub(crate) fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

impl Frame {
    /// Reads the header of a frame; `height` stands in for one that only a DNL segment tells.
    pub(crate) fn parse(marker: u8, segment: &[u8], height: Option<u16>) -> Result<Self, DecodeError> {
        const SHORT: DecodeError = DecodeError::Malformed("the frame header is too short");
        let [precision, h1, h0, w1, w0, count, rest @ ..] = segment else { return Err(SHORT) };
        let unsupported = |what: &str| Err(DecodeError::Unsupported(what.to_owned()));
        match marker {
            0xc0..=0xc2 | 0xc9 | 0xca => {}
            0xc3 | 0xcb => return unsupported("a lossless JPEG"),
            _ => return unsupported("a hierarchical JPEG"),
        }
        if !matches!(precision, 8 | 12) {
            return unsupported(&format!("a JPEG of {precision} bits a sample"));
        }
        if !matches!(count, 1 | 3 | 4) {
            return unsupported(&format!("a JPEG of {count} components"));
        }
        let told = u16::from_be_bytes([*h1, *h0]);
        let (width, height) = (u16::from_be_bytes([*w1, *w0]), if told == 0 { height.unwrap_or(0) } else { told });
        if width == 0 || height == 0 {
            return Err(DecodeError::Malformed("a JPEG without width or height"));
        }
        let specs = rest.as_chunks::<3>().0.get(..usize::from(*count)).ok_or(SHORT)?;
        let mut frame = Self {
            width,
            height,
            precision: *precision,
            process: if matches!(marker, 0xc2 | 0xca) { Process::Progressive } else { Process::Sequential },
            arithmetic: marker >= 0xc9,
            parts: Vec::with_capacity(specs.len()),
            units: (0, 0),
        };
        frame.lay_out(specs)?;
        Ok(frame)
    }

    fn lay_out(&mut self, specs: &[[u8; 3]]) -> Result<(), DecodeError> {
        // A single component is never interleaved, whatever sampling it claims (T.81, A.2.2).
        let factors = |spec: &[u8; 3]| if specs.len() == 1 { (1, 1) } else { (spec[1] >> 4, spec[1] & 15) };
        if specs.iter().any(|spec| !(1..=4).contains(&factors(spec).0) || !(1..=4).contains(&factors(spec).1)) {
            return Err(DecodeError::Malformed("a sampling factor is not 1 to 4"));
        }
        let most =
            |side: fn((u8, u8)) -> u8| usize::from(specs.iter().map(|spec| side(factors(spec))).max().unwrap_or(1));
        let (across_max, down_max) = (most(|(across, _)| across), most(|(_, down)| down));
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        self.units = (width.div_ceil(8 * across_max), height.div_ceil(8 * down_max));
        for spec in specs {
            let (across, down) = (usize::from(factors(spec).0), usize::from(factors(spec).1));
            let samples = ((width * across).div_ceil(across_max), (height * down).div_ceil(down_max));
            let blocks = (samples.0.div_ceil(8), samples.1.div_ceil(8));
            self.parts.push(Part { id: spec[0], across, down, table: usize::from(spec[2]), blocks, samples });
        }
        Ok(())
    }

    /// What the outside is told of the components.
    pub(crate) fn components(&self) -> Vec<Component> {
        let side = |side: usize| u8::try_from(side).unwrap_or(u8::MAX);
        let component =
            |part: &Part| Component { id: part.id, horizontal: side(part.across), vertical: side(part.down) };
        self.parts.iter().map(component).collect()
    }

    /// Pixels.
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// One component of a scan: which of the frame's, and its tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanned {
    pub(crate) part: usize,
    pub(crate) dc: usize,
    pub(crate) ac: usize,
}

/// A scan's header.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    pub(crate) parts: Vec<Scanned>,
    /// The coefficients that it brings, in zigzag order.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The bit that was the lowest before, 0 for a first scan, and that is the lowest now.
    pub(crate) high: u32,
    pub(crate) low: u32,
}

impl Scan {
    pub(crate) fn parse(segment: &[u8], frame: &Frame) -> Result<Self, DecodeError> {
        const SHORT: DecodeError = DecodeError::Malformed("a scan header is too short");
        let (count, rest) = segment.split_first().ok_or(SHORT)?;
        let count = usize::from(*count);
        if !(1..=4).contains(&count) {
            return Err(DecodeError::Malformed("a scan of no component, or of more than four"));
        }
        let (specs, rest) = rest.split_at_checked(count * 2).ok_or(SHORT)?;
        let mut parts: Vec<Scanned> = Vec::with_capacity(count);
        for [id, tables] in specs.as_chunks::<2>().0 {
            let part = frame.parts.iter().position(|part| part.id == *id);
            let part = part.ok_or(DecodeError::Malformed("a scan of a component that is not in the frame"))?;
            if parts.iter().any(|other| other.part == part) {
                return Err(DecodeError::Malformed("a scan names a component twice"));
            }
            parts.push(Scanned { part, dc: usize::from(tables >> 4), ac: usize::from(tables & 15) });
        }
        let blocks: usize = parts.iter().filter_map(|it| frame.parts.get(it.part)).map(|it| it.across * it.down).sum();
        if count > 1 && blocks > BLOCKS_MAX {
            return Err(DecodeError::Malformed("a scan of more than ten blocks a unit"));
        }
        let [first, last, bits, ..] = rest else { return Err(SHORT) };
        let scan = Self {
            parts,
            first: usize::from(*first),
            last: usize::from(*last),
            high: u32::from(bits >> 4),
            low: u32::from(bits & 15),
        };
        match frame.process {
            // Whatever a sequential scan says there is not looked at, as libjpeg does.
            Process::Sequential => Ok(Self { first: 0, last: 63, high: 0, low: 0, ..scan }),
            Process::Progressive if scan.is_progression() => Ok(scan),
            Process::Progressive => Err(DecodeError::Malformed("a scan of an impossible progression")),
        }
    }

    /// T.81, G.1.1.1.1.
    fn is_progression(&self) -> bool {
        let band = if self.first == 0 {
            self.last == 0
        } else {
            self.first <= self.last && self.last < 64 && self.parts.len() == 1
        };
        band && self.low <= 13 && (self.high == 0 || self.high == self.low + 1)
    }
}
