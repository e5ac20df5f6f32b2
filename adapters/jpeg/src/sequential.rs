//! Sequential pictures in one interleaved scan: unit after unit straight to samples.

use std::io::Read;

use crate::bits::{Bits, Damage};
use crate::block::{dequantised, put};
use crate::entropy::{Faults, Units};
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

/// A scan that is decoded a row of units at a time.
pub(crate) struct Sequential {
    lanes: Vec<Lane>,
    units_across: usize,
    extra: u32,
    units: Units,
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
            units: Units::new(tables.restart_interval, true, false),
        })
    }

    pub(crate) fn faults(&self) -> Faults {
        self.units.faults()
    }

    /// Decodes one row of units into the planes.
    pub(crate) fn row<R: Read>(&mut self, source: &mut Source<R>, planes: &mut Planes) -> Result<(), DecodeError> {
        for unit in 0..self.units_across {
            if self.units.prepare(source)? {
                for lane in &mut self.lanes {
                    lane.predicted = 0;
                }
            }
            let is_there = !self.units.is_lost() && {
                let read = self.unit(unit, planes);
                self.units.was_read(read)
            };
            if !is_there {
                self.blank(unit, planes);
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn unit(&mut self, unit: usize, planes: &mut Planes) -> Result<(), Damage> {
        let (window, data) = self.units.parts_mut();
        let mut bits = *window;
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
        *window = bits;
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
