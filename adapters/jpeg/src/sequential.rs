//! Sequential pictures in one interleaved scan: unit after unit straight to samples.

use std::io::Read;

use crate::bits::{Bits, Damage};
use crate::block::{dequantised, put};
use crate::entropy::{After, Due, Restarts, Stretch};
use crate::error::DecodeError;
use crate::frame::{Frame, Scan};
use crate::huffman::{AcTable, DcTable};
use crate::planes::Planes;
use crate::scale::{Scale, Scales};
use crate::source::Source;
use crate::tables::{Quantisation, Tables};

/// One component as the scan brings it.
struct Lane {
    part: usize,
    scale: Scale,
    across: usize,
    down: usize,
    dc: DcTable,
    ac: AcTable,
    factors: Quantisation,
    predicted: i32,
}

/// What became of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// The data ended before the last unit.
    pub(crate) is_truncated: bool,
    /// Some of the data could not be read.
    pub(crate) is_damaged: bool,
}

/// A scan that is decoded a row of units at a time.
pub(crate) struct Sequential {
    lanes: Vec<Lane>,
    units_across: usize,
    extra: u32,
    stretch: Stretch,
    bits: Bits,
    restarts: Restarts,
    /// Nothing more is decoded before the next restart.
    is_lost: bool,
    faults: Faults,
}

impl Sequential {
    pub(crate) fn new(frame: &Frame, scan: &Scan, tables: &Tables, scales: &Scales) -> Result<Self, DecodeError> {
        let lanes = scan.parts.iter().map(|scanned| {
            let part = frame.parts.get(scanned.part).ok_or(DecodeError::Malformed("a scan of no component"))?;
            Ok(Lane {
                part: scanned.part,
                scale: scales.of(scanned.part),
                across: part.across,
                down: part.down,
                dc: DcTable::new(tables.dc(scanned.dc)?),
                ac: AcTable::new(tables.ac(scanned.ac)?),
                factors: *tables.factors(part.table)?,
                predicted: 0,
            })
        });
        Ok(Self {
            lanes: lanes.collect::<Result<_, _>>()?,
            units_across: frame.units.0,
            extra: u32::from(frame.precision - 8),
            stretch: Stretch::new(),
            bits: Bits::default(),
            restarts: Restarts::new(tables.restart_interval),
            is_lost: false,
            faults: Faults::default(),
        })
    }

    pub(crate) fn faults(&self) -> Faults {
        self.faults
    }

    /// Decodes one row of units into the planes.
    pub(crate) fn row<R: Read>(&mut self, source: &mut Source<R>, planes: &mut Planes) -> Result<(), DecodeError> {
        for unit in 0..self.units_across {
            if self.restarts.is_due() {
                self.restart(source)?;
            }
            if !self.is_lost && !self.stretch.has_unit(&self.bits) {
                self.stretch.read_on(source, &mut self.bits)?;
            }
            let is_whole = !self.is_lost && self.unit(unit, planes).is_ok();
            if !is_whole || self.stretch.is_exhausted(&self.bits) {
                self.lose(is_whole);
                self.blank(unit, planes);
            }
        }
        Ok(())
    }

    fn restart<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), DecodeError> {
        for lane in &mut self.lanes {
            lane.predicted = 0;
        }
        match self.restarts.next(&mut self.stretch, source)? {
            Due::Fresh(bits) => (self.bits, self.is_lost) = (bits, false),
            Due::Lost => self.lose(true),
        }
        Ok(())
    }

    /// The rest of the interval cannot be decoded: its data has ended, or is damaged.
    fn lose(&mut self, has_ended: bool) {
        if !self.is_lost {
            let is_cut = has_ended && matches!(self.stretch.after(), After::Other(_));
            self.faults.is_truncated |= is_cut;
            self.faults.is_damaged |= !is_cut;
        }
        self.is_lost = true;
    }

    #[inline(always)]
    fn unit(&mut self, unit: usize, planes: &mut Planes) -> Result<(), Damage> {
        let data = self.stretch.data();
        let mut bits = self.bits;
        for lane in &mut self.lanes {
            let (picture, stride) = planes.samples_mut(lane.part);
            let to = Place { picture, stride, unit, extra: self.extra };
            bits = match lane.scale {
                Scale::Eighth => lane.blocks::<1, 2>(bits, data, to)?,
                Scale::Quarter => lane.blocks::<2, 5>(bits, data, to)?,
                Scale::Half => lane.blocks::<4, 17>(bits, data, to)?,
                Scale::Full => lane.blocks::<8, 65>(bits, data, to)?,
            };
        }
        self.bits = bits;
        Ok(())
    }

    fn blank(&self, unit: usize, planes: &mut Planes) {
        for lane in &self.lanes {
            let (width, height) = (lane.across * lane.scale.block_side(), lane.down * lane.scale.block_side());
            planes.blank(lane.part, unit * width, width, height);
        }
    }
}

/// Where a unit's samples of a component go.
struct Place<'a> {
    picture: &'a mut [u8],
    stride: usize,
    unit: usize,
    extra: u32,
}

impl Lane {
    /// Decodes the unit's blocks of the component.
    #[inline(always)]
    fn blocks<const SIDE: usize, const PLACES: usize>(
        &mut self,
        mut bits: Bits,
        data: &[u8],
        to: Place<'_>,
    ) -> Result<Bits, Damage> {
        for down in 0..self.down {
            for across in 0..self.across {
                self.predicted = self.predicted.wrapping_add(bits.difference(data, &self.dc)?);
                let kept: [i32; PLACES] = dequantised(&mut bits, data, &self.ac, self.predicted, &self.factors)?;
                let at = (down * to.stride + to.unit * self.across + across) * SIDE;
                put::<SIDE>(&kept, to.extra, to.picture, at, to.stride);
            }
        }
        Ok(bits)
    }
}
