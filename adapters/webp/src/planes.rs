//! The samples of one row of macroblocks, and their means.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a kernel: blocks of means are whole, and a mean of samples is a sample"
)]

use crate::info::{Info, Plane};
use crate::scale::Scale;

/// The grey of what is missing.
pub(crate) const BLANK: u8 = 128;

/// What stands above the first row.
const ABOVE: u8 = 127;

/// One plane of a row of macroblocks. Invariants: `samples` has `side` rows of `stride`; `above` is
/// four samples longer than a row.
#[derive(Debug)]
pub(crate) struct Rowful {
    pub(crate) samples: Vec<u8>,
    pub(crate) stride: usize,
    /// The lowest row of the macroblocks above, which the next ones are predicted from.
    pub(crate) above: Vec<u8>,
    /// Samples of a macroblock, each way.
    side: usize,
    /// Samples of a row that belong to the picture, and rows of it that are left.
    width: usize,
    left: usize,
    /// Samples that become one, each way.
    block: usize,
    sums: Vec<u16>,
    shrunk: Vec<u8>,
    /// Rows that are ready.
    ready: usize,
}

impl Rowful {
    fn new(info: &Info, plane: Plane, scale: Scale) -> Self {
        let (width, height) = info.plane_size(plane, Scale::Full);
        let (side, block) = match plane {
            Plane::Luma => (16, scale.divisor()),
            _ => (8, scale.colour_divisor() / 2),
        };
        let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (stride, block) = (index(info.width.div_ceil(16)) * side, index(block));
        let is_shrunk = block > 1;
        Self {
            samples: vec![0; stride * side],
            stride,
            above: vec![ABOVE; stride + 4],
            side,
            width: index(width),
            left: index(height),
            block,
            sums: if is_shrunk { vec![0; stride] } else { Vec::new() },
            shrunk: if is_shrunk { vec![0; stride / block * (side / block)] } else { Vec::new() },
            ready: 0,
        }
    }

    /// Paints what is right of a macroblock, and the macroblock itself, grey.
    fn blank_from(&mut self, macroblock: usize) {
        for row in self.samples.chunks_exact_mut(self.stride) {
            row.get_mut(macroblock * self.side..).unwrap_or_default().fill(BLANK);
        }
    }

    /// Makes the rows that are given out.
    fn finish(&mut self) {
        let count = self.side.min(self.left);
        self.left -= count;
        self.ready = count.div_ceil(self.block);
        if self.block == 1 {
            return;
        }
        self.extend(count);
        match self.block {
            2 => self.shrink::<2>(),
            4 => self.shrink::<4>(),
            _ => self.shrink::<8>(),
        }
    }

    /// Repeats the last samples and rows of the picture as far as blocks hang over its edge, so that
    /// their means are those of what belongs to it.
    fn extend(&mut self, rows: usize) {
        let end = self.width.next_multiple_of(self.block).min(self.stride);
        if end > self.width {
            for row in self.samples.chunks_exact_mut(self.stride) {
                let last = row[self.width - 1];
                row[self.width..end].fill(last);
            }
        }
        for row in rows..rows.next_multiple_of(self.block).min(self.side) {
            self.samples.copy_within((rows - 1) * self.stride..rows * self.stride, row * self.stride);
        }
    }

    fn shrink<const BLOCK: usize>(&mut self) {
        let rows = self.samples.chunks_exact(self.stride * BLOCK);
        let (half, shift) = (BLOCK as u16 * BLOCK as u16 / 2, 2 * BLOCK.ilog2());
        for (rows, out) in rows.zip(self.shrunk.chunks_exact_mut(self.stride / BLOCK)) {
            self.sums.fill(0);
            for row in rows.chunks_exact(self.stride) {
                for (sum, sample) in self.sums.iter_mut().zip(row) {
                    *sum += u16::from(*sample);
                }
            }
            for (mean, sums) in out.iter_mut().zip(self.sums.as_chunks::<BLOCK>().0) {
                *mean = ((sums.iter().sum::<u16>() + half) >> shift) as u8;
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let (samples, stride) =
            if self.block == 1 { (&self.samples, self.stride) } else { (&self.shrunk, self.stride / self.block) };
        let width = self.width.div_ceil(self.block);
        samples.chunks_exact(stride.max(1)).take(self.ready).map(move |row| row.get(..width).unwrap_or(row))
    }
}

/// All planes of a row of macroblocks.
#[derive(Debug)]
pub(crate) struct Planes {
    pub(crate) luma: Rowful,
    pub(crate) blue: Rowful,
    pub(crate) red: Rowful,
}

impl Planes {
    pub(crate) fn new(info: &Info, scale: Scale) -> Self {
        let [luma, blue, red] = Plane::ALL.map(|plane| Rowful::new(info, plane, scale));
        Self { luma, blue, red }
    }

    pub(crate) fn blank_from(&mut self, macroblock: usize) {
        for plane in [&mut self.luma, &mut self.blue, &mut self.red] {
            plane.blank_from(macroblock);
        }
    }

    pub(crate) fn finish(&mut self) {
        for plane in [&mut self.luma, &mut self.blue, &mut self.red] {
            plane.finish();
        }
    }

    pub(crate) fn rows(&self, plane: Plane) -> impl Iterator<Item = &[u8]> {
        match plane {
            Plane::Luma => &self.luma,
            Plane::Blue => &self.blue,
            Plane::Red => &self.red,
        }
        .rows()
    }
}
