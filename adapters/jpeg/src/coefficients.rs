//! Coefficients that are held until the last scan that matters has come.

use crate::block::put;
use crate::frame::{Frame, Part};
use crate::info::Process;
use crate::planes::Planes;
use crate::scale::{Scale, Scales};
use crate::tables::Quantisation;
use crate::transform::places;

/// A coefficient of which no scan has told anything.
const UNKNOWN: u8 = u8::MAX;

/// One component's coefficients.
pub(crate) struct Held {
    /// Blocks across and down, with those that hang over the picture's edge.
    blocks: (usize, usize),
    scale: Scale,
    per_block: usize,
    /// `per_block` coefficients a block, as they were coded.
    kept: Vec<i16>,
    /// For each block, bit by bit, which coefficients are not zero: refining scans are only
    /// readable by who knows. Empty where only the mean is kept.
    masks: Vec<u64>,
    /// How many of its lowest bits each coefficient misses, in zigzag order.
    missing: [u8; 64],
    places: [u8; 64],
}

impl Held {
    fn new(frame: &Frame, part: &Part, scale: Scale) -> Self {
        let blocks = (frame.units.0 * part.across, frame.units.1 * part.down);
        let side = scale.block_side();
        let needs_masks = frame.process == Process::Progressive && scale != Scale::Eighth;
        let count = blocks.0 * blocks.1;
        Self {
            blocks,
            scale,
            per_block: side * side,
            kept: vec![0; count * side * side],
            masks: if needs_masks { vec![0; count] } else { Vec::new() },
            missing: [UNKNOWN; 64],
            places: places(side),
        }
    }

    /// The scale that coefficients are kept for.
    pub(crate) fn scale(&self) -> Scale {
        self.scale
    }

    /// The number of the block in a column and a row.
    #[inline]
    pub(crate) fn number(&self, column: usize, row: usize) -> usize {
        row * self.blocks.0 + column
    }

    /// Sets a coefficient; forgets it where it is not kept.
    #[inline]
    pub(crate) fn set(&mut self, block: usize, at: usize, value: i16) {
        if let Some(kept) = self.place(block, at) {
            *kept = value;
        }
    }

    #[inline]
    pub(crate) fn place(&mut self, block: usize, at: usize) -> Option<&mut i16> {
        let place = usize::from(self.places.get(at).copied()?);
        if place >= self.per_block {
            return None;
        }
        self.kept.get_mut(block * self.per_block + place)
    }

    /// Which coefficients of a block are not zero.
    #[inline]
    pub(crate) fn mask(&mut self, block: usize) -> Option<&mut u64> {
        self.masks.get_mut(block)
    }

    /// Notes that a scan was read of these coefficients, down to the bit `low`.
    pub(crate) fn note(&mut self, first: usize, last: usize, low: u32) {
        for missing in self.missing.iter_mut().take(last + 1).skip(first) {
            *missing = u8::try_from(low).unwrap_or(UNKNOWN);
        }
    }

    /// Whether every kept coefficient has all its bits.
    fn is_complete(&self) -> bool {
        self.places
            .iter()
            .zip(&self.missing)
            .all(|(place, missing)| usize::from(*place) >= self.per_block || *missing == 0)
    }
}

/// All components' coefficients.
pub(crate) struct Coefficients(Vec<Held>);

impl Coefficients {
    pub(crate) fn new(frame: &Frame, scales: &Scales) -> Self {
        let parts = frame.parts.iter().enumerate();
        Self(parts.map(|(number, part)| Held::new(frame, part, scales.of(number))).collect())
    }

    pub(crate) fn part_mut(&mut self, part: usize) -> Option<&mut Held> {
        self.0.get_mut(part)
    }

    /// Whether no later scan can add anything.
    pub(crate) fn is_complete(&self) -> bool {
        self.0.iter().all(Held::is_complete)
    }

    /// Whether a scan of this component's coefficients from `first` on is of use.
    pub(crate) fn wants(&self, part: usize, first: usize) -> bool {
        first == 0 || self.0.get(part).is_some_and(|held| held.scale != Scale::Eighth)
    }

    /// Transforms one row of units into the planes.
    pub(crate) fn row(&self, unit_row: usize, frame: &Frame, factors: &[Quantisation], planes: &mut Planes) {
        let extra = u32::from(frame.precision - 8);
        for (number, ((held, part), factors)) in self.0.iter().zip(&frame.parts).zip(factors).enumerate() {
            match held.scale {
                Scale::Eighth => held.transform::<1, 2>(unit_row, (number, part), factors, extra, planes),
                Scale::Quarter => held.transform::<2, 5>(unit_row, (number, part), factors, extra, planes),
                Scale::Half => held.transform::<4, 17>(unit_row, (number, part), factors, extra, planes),
                Scale::Full => held.transform::<8, 65>(unit_row, (number, part), factors, extra, planes),
            }
        }
    }
}

impl Held {
    fn transform<const SIDE: usize, const PLACES: usize>(
        &self,
        unit_row: usize,
        (number, part): (usize, &Part),
        factors: &Quantisation,
        extra: u32,
        planes: &mut Planes,
    ) {
        let mut by_place = [0_i32; PLACES];
        for (place, factor) in self.places.iter().zip(factors) {
            if let Some(kept) = by_place.get_mut(usize::from(*place)) {
                *kept = i32::from(*factor);
            }
        }
        let (picture, stride) = planes.samples_mut(number);
        for down in 0..part.down {
            let first = self.number(0, unit_row * part.down + down) * self.per_block;
            let blocks = self.kept.get(first..).unwrap_or_default().chunks_exact(self.per_block);
            for (column, block) in blocks.take(self.blocks.0).enumerate() {
                let mut kept = [0_i32; PLACES];
                for ((kept, coded), factor) in kept.iter_mut().zip(block).zip(&by_place) {
                    *kept = i32::from(*coded) * factor;
                }
                put::<SIDE>(&kept, extra, picture, (down * stride + column) * SIDE, stride);
            }
        }
    }
}
