//! Lightness and two differences of colour (TIFF 6.0, section 21): what they mean, and how those
//! that several pixels share are spread.

use std::io::{self, Read};

use super::fields::{Fields, Meaning};
use super::rows::{MakeRows, Rows};
use crate::ifd::Directory;

const COEFFICIENTS: u16 = 529;
const SUBSAMPLING: u16 = 530;
const REFERENCE: u16 = 532;

/// How lightness and differences make colours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chroma {
    /// Pixels that share their differences, across and down.
    pub(super) shared: (usize, usize),
    /// What red, green and blue are of lightness.
    pub(super) weights: [f64; 3],
    /// Black and white of the lightness, nought and the most of each difference.
    pub(super) reference: [f64; 6],
}

impl Chroma {
    pub(super) fn of(directory: &Directory<'_>, meaning: Meaning) -> Self {
        let mut made = Self {
            shared: (1, 1),
            weights: [0.299, 0.587, 0.114],
            reference: [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
        };
        if meaning != Meaning::YCbCr {
            return made;
        }
        let shared = |nth: usize| {
            // TIFF 6.0: 2 by 2 where nothing is said.
            let said = directory.numbers(SUBSAMPLING, 2).get(nth).copied().unwrap_or(2);
            usize::try_from(said).ok().filter(|shared| matches!(shared, 1 | 2 | 4)).unwrap_or(1)
        };
        made.shared = (shared(0), shared(1));
        if let [red, green, blue] = directory.fractions(COEFFICIENTS, 3)[..]
            && green > 0.0
            && (red + green + blue - 1.0).abs() < 0.1
        {
            made.weights = [red, green, blue];
        }
        if let [black, white, blue, blue_max, red, red_max] = directory.fractions(REFERENCE, 6)[..]
            && white > black
            && blue_max > blue
            && red_max > red
            && [white, blue_max, red_max].iter().all(|most| most.is_finite())
        {
            made.reference = [black, white, blue, blue_max, red, red_max];
        }
        made
    }

    pub(super) fn is_shared(&self) -> bool {
        self.shared != (1, 1)
    }
}

/// Rows of whole pixels, or of a plane's samples for whole pixels.
pub(super) fn spread<'a>(unpacked: Box<dyn Read + 'a>, fields: &Fields, plane: usize) -> Box<dyn Read + 'a> {
    let (across, down) = fields.chroma.shared;
    let units = fields.chunk.0.div_ceil(across);
    let (samples, unit) = match (fields.is_planar, plane) {
        (true, 0) => return unpacked,
        (true, _) => (1, 1),
        (false, _) => (fields.samples, across * down + fields.samples - 1),
    };
    Box::new(Rows::new(Spread {
        unpacked,
        units: vec![0; units * unit],
        unit,
        shared: (across, down),
        width: fields.chunk.0,
        samples,
        down: down - 1,
    }))
}

struct Spread<'a> {
    unpacked: Box<dyn Read + 'a>,
    /// A row of units: the lightness of their pixels, then what they share.
    units: Vec<u8>,
    unit: usize,
    shared: (usize, usize),
    width: usize,
    samples: usize,
    /// Which of the units' rows came last.
    down: usize,
}

impl MakeRows for Spread<'_> {
    fn next_rows(&mut self, row: &mut Vec<u8>) -> io::Result<()> {
        let (across, down) = self.shared;
        self.down += 1;
        if self.down >= down {
            self.unpacked.read_exact(&mut self.units)?;
            self.down = 0;
        }
        row.resize(self.width * self.samples, 0);
        let units = self.units.chunks_exact(self.unit);
        for (unit, pixels) in units.zip(row.chunks_mut(across * self.samples)) {
            // Of a plane there is nothing but what is shared.
            let first = if self.samples == 1 { 0 } else { across * down };
            for (nth, pixel) in pixels.chunks_exact_mut(self.samples).enumerate() {
                let lightness = unit.get(self.down * across + nth).filter(|_| self.samples > 1);
                for (sample, value) in pixel.iter_mut().zip(lightness.into_iter().chain(unit.iter().skip(first))) {
                    *sample = *value;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Rows, Spread};

    #[test]
    fn shared_differences_are_spread() {
        let data: Vec<u8> = vec![1, 2, 3, 4, 90, 91, 5, 6, 7, 8, 92, 93];
        let mut spread = Rows::new(Spread {
            unpacked: Box::new(&data[..]),
            units: vec![0; 12],
            unit: 6,
            shared: (2, 2),
            width: 3,
            samples: 3,
            down: 1,
        });
        let mut rows = [0; 18];
        spread.read_exact(&mut rows).unwrap();
        assert_eq!(rows, [1, 90, 91, 2, 90, 91, 5, 92, 93, 3, 90, 91, 4, 90, 91, 7, 92, 93]);
        assert!(spread.read_exact(&mut rows).is_err());
    }
}
