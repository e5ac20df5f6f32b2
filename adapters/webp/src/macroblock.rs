//! One macroblock: its neighbours in, its samples out.
#![expect(clippy::indexing_slicing, reason = "a kernel: a macroblock lies within its row, see `Planes`")]

use crate::modes::{Luma, Mode, Told};
use crate::planes::{Planes, Rowful};
use crate::predict::{COLOUR_STRIDE, ColourField, FIRST, LEFT, LUMA_STRIDE, LumaField, part, whole};
use crate::tokens::Residual;
use crate::transform::{add, add_first, means};

/// What stands left of the first column, and above the first row.
const LEFT_OF_ALL: u8 = 129;
const ABOVE_ALL: u8 = 127;

/// The fields that macroblocks are made in. They keep the last one, which is the next one's neighbour.
#[derive(Debug)]
pub(crate) struct Fields {
    luma: LumaField,
    blue: ColourField,
    red: ColourField,
}

impl Fields {
    pub(crate) fn new() -> Self {
        Self { luma: [0; 17 * LUMA_STRIDE], blue: [0; 9 * COLOUR_STRIDE], red: [0; 9 * COLOUR_STRIDE] }
    }

    /// Makes the macroblock at `(x, y)` of what was told of it.
    pub(crate) fn make(&mut self, planes: &mut Planes, (x, y): (usize, usize), told: &Told, residual: &mut Residual) {
        enter::<16, LUMA_STRIDE, _>(&mut self.luma, &planes.luma, (x, y));
        enter::<8, COLOUR_STRIDE, _>(&mut self.blue, &planes.blue, (x, y));
        enter::<8, COLOUR_STRIDE, _>(&mut self.red, &planes.red, (x, y));
        match &told.luma {
            Luma::Whole(mode) => {
                whole::<16, LUMA_STRIDE, _>(*mode, &mut self.luma, y > 0, x > 0);
                if !told.is_empty {
                    spread(residual);
                    for at in 0..16 {
                        self.add_luma(at, residual);
                    }
                }
            }
            Luma::Parts(modes) => {
                self.reach_right(&planes.luma, x);
                for (at, mode) in modes.iter().enumerate() {
                    part(*mode, &mut self.luma, place(at));
                    if !told.is_empty {
                        self.add_luma(at, residual);
                    }
                }
            }
        }
        colour(&mut self.blue, told, (x, y), residual, 16);
        colour(&mut self.red, told, (x, y), residual, 20);
        leave::<16, LUMA_STRIDE, _>(&self.luma, &mut planes.luma, x);
        leave::<8, COLOUR_STRIDE, _>(&self.blue, &mut planes.blue, x);
        leave::<8, COLOUR_STRIDE, _>(&self.red, &mut planes.red, x);
    }

    /// The four samples above to the right serve the rightmost subblocks of all rows (RFC 6386,
    /// 12.3); where the picture ends, the last one above is repeated.
    fn reach_right(&mut self, plane: &Rowful, x: usize) {
        let end = (x + 1) * 16;
        let mut right = [plane.above[end - 1]; 4];
        if end < plane.stride {
            right.copy_from_slice(&plane.above[end..end + 4]);
        }
        for row in [0, 4, 8, 12] {
            self.luma[row * LUMA_STRIDE + FIRST + 16..row * LUMA_STRIDE + FIRST + 20].copy_from_slice(&right);
        }
    }

    #[inline(always)]
    fn add_luma(&mut self, at: usize, residual: &Residual) {
        add_block::<LUMA_STRIDE, _>(residual, at & 15, &mut self.luma, place(at));
    }
}

/// Adds a block's differences in the shortest way that its coefficients allow.
#[inline(always)]
fn add_block<const STRIDE: usize, const LENGTH: usize>(
    residual: &Residual,
    number: usize,
    field: &mut [u8; LENGTH],
    place: usize,
) {
    let block = &residual.blocks[number];
    match residual.ends[number] {
        2.. => add::<STRIDE, LENGTH>(block, field, place),
        _ if block[0] != 0 => add_first::<STRIDE, LENGTH>(block[0], field, place),
        _ => {}
    }
}

/// Where a subblock of lightness begins in its field.
#[inline(always)]
fn place(at: usize) -> usize {
    (1 + at / 4 * 4) * LUMA_STRIDE + FIRST + at % 4 * 4
}

/// Gives the blocks of lightness their first coefficients.
fn spread(residual: &mut Residual) {
    if residual.means_end == 0 {
        return;
    }
    let firsts = means(&residual.means);
    for (block, first) in residual.blocks.iter_mut().zip(firsts) {
        block[0] = first;
    }
}

fn colour(field: &mut ColourField, told: &Told, (x, y): (usize, usize), residual: &Residual, from: usize) {
    let mode: Mode = told.colour;
    whole::<8, COLOUR_STRIDE, _>(mode, field, y > 0, x > 0);
    if told.is_empty {
        return;
    }
    for at in 0..4 {
        let place = (1 + at / 2 * 4) * COLOUR_STRIDE + FIRST + at % 2 * 4;
        add_block::<COLOUR_STRIDE, _>(residual, from + at, field, place);
    }
}

/// Puts a macroblock's neighbours around its place.
#[inline(always)]
fn enter<const SIDE: usize, const STRIDE: usize, const LENGTH: usize>(
    field: &mut [u8; LENGTH],
    plane: &Rowful,
    (x, y): (usize, usize),
) {
    if x == 0 {
        field[LEFT] = if y == 0 { ABOVE_ALL } else { LEFT_OF_ALL };
        for row in 1..=SIDE {
            field[row * STRIDE + LEFT] = LEFT_OF_ALL;
        }
    } else {
        for row in 0..=SIDE {
            field[row * STRIDE + LEFT] = field[row * STRIDE + LEFT + SIDE];
        }
    }
    field[FIRST..FIRST + SIDE].copy_from_slice(&plane.above[x * SIDE..(x + 1) * SIDE]);
}

/// Puts a macroblock's samples into its row.
#[inline(always)]
fn leave<const SIDE: usize, const STRIDE: usize, const LENGTH: usize>(
    field: &[u8; LENGTH],
    plane: &mut Rowful,
    x: usize,
) {
    for (row, out) in plane.samples.chunks_exact_mut(plane.stride).take(SIDE).enumerate() {
        let start = (row + 1) * STRIDE + FIRST;
        out[x * SIDE..(x + 1) * SIDE].copy_from_slice(&field[start..start + SIDE]);
    }
    let start = SIDE * STRIDE + FIRST;
    plane.above[x * SIDE..(x + 1) * SIDE].copy_from_slice(&field[start..start + SIDE]);
}
