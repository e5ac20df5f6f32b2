//! Coefficients of a macroblock (RFC 6386, 13 and 14.1).
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::needless_range_loop,
    reason = "a kernel: places stay below 16, contexts below 3; coefficients wrap as in other decoders"
)]

use crate::bools::Bools;
use crate::frame::{ByPlace, Steps};
use crate::tables::ZIGZAG;

/// Probabilities of the extra bits of large values, from the third category on.
const EXTRA: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// A block of 4 x 4, row by row.
pub(crate) type Block = [i16; 16];

/// The coefficients of a macroblock.
#[derive(Debug)]
pub(crate) struct Residual {
    /// 16 blocks of lightness, 4 of each difference of colour.
    pub(crate) blocks: [Block; 24],
    /// How many coefficients of each, in zigzag order, may be other than zero.
    pub(crate) ends: [u8; 24],
    /// What stands for the first coefficients of the blocks of lightness.
    pub(crate) means: Block,
    pub(crate) means_end: u8,
}

/// Which blocks beside a macroblock had coefficients: four of lightness, two of each colour, means.
pub(crate) type Marks = [u8; 9];

impl Residual {
    pub(crate) fn new() -> Self {
        Self { blocks: [[0; 16]; 24], ends: [0; 24], means: [0; 16], means_end: 0 }
    }

    /// Reads a macroblock's coefficients; whether there are any.
    pub(crate) fn read(
        &mut self,
        source: &mut Bools<'_>,
        tokens: &[ByPlace; 4],
        steps: &Steps,
        has_means: bool,
        (above, left): (&mut Marks, &mut Marks),
    ) -> bool {
        let (mut bools, mut any) = (*source, 0);
        self.blocks = [[0; 16]; 24];
        let (first, kind) = if has_means {
            self.means = [0; 16];
            let end = block(&mut bools, &tokens[1], above[8] + left[8], 0, steps.means, &mut self.means);
            (above[8], left[8]) = (u8::from(end > 0), u8::from(end > 0));
            self.means_end = end;
            any |= end;
            (1, 0)
        } else {
            (0, 3)
        };
        for row in 0..4 {
            let mut mark = left[row];
            for column in 0..4 {
                let at = row * 4 + column;
                let context = mark + above[column];
                let end = block(&mut bools, &tokens[kind], context, first, steps.luma, &mut self.blocks[at]);
                mark = u8::from(end > first);
                any |= mark;
                above[column] = mark;
                self.ends[at] = end;
            }
            left[row] = mark;
        }
        for plane in [4, 6] {
            for row in 0..2 {
                for column in 0..2 {
                    let at = 8 + plane * 2 + row * 2 + column;
                    let context = left[plane + row] + above[plane + column];
                    let end = block(&mut bools, &tokens[2], context, 0, steps.colour, &mut self.blocks[at]);
                    (left[plane + row], above[plane + column]) = (u8::from(end > 0), u8::from(end > 0));
                    self.ends[at] = end;
                    any |= end;
                }
            }
        }
        *source = bools;
        any != 0
    }
}

/// Marks of a macroblock without coefficients. That of the means stays where it has none.
pub(crate) fn clear(marks: &mut Marks, has_means: bool) {
    let kept = if has_means { 0 } else { marks[8] };
    *marks = [0; 9];
    marks[8] = kept;
}

/// Reads one block from its `first` coefficient on; gives where its coefficients end.
#[inline(always)]
fn block(source: &mut Bools<'_>, tokens: &ByPlace, context: u8, first: u8, steps: [i32; 2], out: &mut Block) -> u8 {
    let mut bools = *source;
    let mut at = usize::from(first);
    bools.fill();
    let probabilities = &tokens[at][usize::from(context.min(2))];
    if bools.next(probabilities[0]) {
        at = coefficients(&mut bools, tokens, probabilities, at, steps, out);
    }
    *source = bools;
    at as u8
}

/// The coefficients of a block that has some.
#[inline(always)]
fn coefficients<'t>(
    bools: &mut Bools<'_>,
    tokens: &'t ByPlace,
    mut probabilities: &'t [u8; 11],
    mut at: usize,
    steps: [i32; 2],
    out: &mut Block,
) -> usize {
    let mut step = steps[usize::from(at > 0)];
    loop {
        while !bools.next(probabilities[1]) {
            at += 1;
            step = steps[1];
            if at == 16 {
                return 16;
            }
            probabilities = &tokens[at & 15][0];
            bools.fill();
        }
        let (mut value, mut next) = (1, 1);
        if bools.next(probabilities[2]) {
            value = large(bools, probabilities);
            next = 2;
        }
        let value = bools.signed(value);
        out[usize::from(ZIGZAG[at & 15] & 15)] = value.wrapping_mul(step) as i16;
        step = steps[1];
        at += 1;
        if at == 16 {
            return 16;
        }
        probabilities = &tokens[at & 15][next];
        bools.fill();
        if !bools.next(probabilities[0]) {
            return at;
        }
    }
}

/// A value of 2 and more; the window is full behind it.
#[inline(always)]
fn large(bools: &mut Bools<'_>, probabilities: &[u8; 11]) -> i32 {
    bools.fill();
    let value = if !bools.next(probabilities[3]) {
        if !bools.next(probabilities[4]) { 2 } else { 3 + i32::from(bools.next(probabilities[5])) }
    } else {
        let value;
        (*bools, value) = larger(*bools, probabilities);
        value
    };
    bools.fill();
    value
}

/// A value of 5 and more.
#[inline(never)]
fn larger<'a>(mut bools: Bools<'a>, probabilities: &[u8; 11]) -> (Bools<'a>, i32) {
    bools.fill();
    if !bools.next(probabilities[6]) {
        if !bools.next(probabilities[7]) {
            let value = 5 + i32::from(bools.next(159));
            return (bools, value);
        }
        let value = 7 + 2 * i32::from(bools.next(165)) + i32::from(bools.next(145));
        return (bools, value);
    }
    let high = usize::from(bools.next(probabilities[8]));
    let category = 2 * high + usize::from(bools.next(probabilities[9 + high]));
    let extra = EXTRA[category].iter().fold(0, |value, probability| {
        bools.fill();
        2 * value + i32::from(bools.next(*probability))
    });
    (bools, 3 + (8 << category) + extra)
}
