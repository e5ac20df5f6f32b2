//! From coefficients to differences (RFC 6386, 14.3 and 14.4), added to what was predicted.
//!
//! Everything is 16 bits wide and wraps, which vector units of all machines do eight at a time;
//! coefficients of encoders stay far from that.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a kernel: indices are constants, values are clamped before they are narrowed"
)]

use crate::tokens::Block;

/// sqrt(2) * cos(pi / 8) - 1 and sqrt(2) * sin(pi / 8) - 1, in 16 bits of fraction.
const COSINE: i32 = 20_091;
const SINE: i32 = 35_468 - 65_536;

#[inline(always)]
fn times(value: i16, factor: i32) -> i16 {
    value.wrapping_add(((i32::from(value) * factor) >> 16) as i16)
}

/// One direction of the transform, of four columns at once.
#[inline(always)]
fn columns(block: &Block) -> Block {
    let mut out = [0; 16];
    for lane in 0..4 {
        let [one, two, three, four] = [block[lane], block[4 + lane], block[8 + lane], block[12 + lane]];
        let (sum, difference) = (one.wrapping_add(three), one.wrapping_sub(three));
        let odd_difference = times(two, SINE).wrapping_sub(times(four, COSINE));
        let odd_sum = times(two, COSINE).wrapping_add(times(four, SINE));
        out[lane] = sum.wrapping_add(odd_sum);
        out[4 + lane] = difference.wrapping_add(odd_difference);
        out[8 + lane] = difference.wrapping_sub(odd_difference);
        out[12 + lane] = sum.wrapping_sub(odd_sum);
    }
    out
}

#[inline(always)]
fn transposed(block: &Block) -> Block {
    std::array::from_fn(|at| block[at % 4 * 4 + at / 4])
}

/// Adds differences, eight times as large, to samples that are `stride` apart from row to row.
#[inline(always)]
fn add_all<const STRIDE: usize, const LENGTH: usize>(differences: &Block, out: &mut [u8; LENGTH], at: usize) {
    let mut samples = [0_u8; 16];
    let at = at.min(LENGTH - 3 * STRIDE - 4);
    for row in 0..4 {
        samples[row * 4..row * 4 + 4].copy_from_slice(&out[at + row * STRIDE..at + row * STRIDE + 4]);
    }
    for (sample, difference) in samples.iter_mut().zip(differences) {
        *sample = i16::from(*sample).wrapping_add(difference.wrapping_add(4) >> 3).clamp(0, 255) as u8;
    }
    for row in 0..4 {
        out[at + row * STRIDE..at + row * STRIDE + 4].copy_from_slice(&samples[row * 4..row * 4 + 4]);
    }
}

/// Adds a block to samples that are `STRIDE` apart from row to row.
#[inline]
pub(crate) fn add<const STRIDE: usize, const LENGTH: usize>(block: &Block, out: &mut [u8; LENGTH], at: usize) {
    let rows = transposed(&columns(&transposed(&columns(block))));
    add_all::<STRIDE, LENGTH>(&rows, out, at);
}

/// The same of a block of which only the first three coefficients in zigzag order are there.
#[inline]
pub(crate) fn add_three<const STRIDE: usize, const LENGTH: usize>(block: &Block, out: &mut [u8; LENGTH], at: usize) {
    let [first, across, down] = [block[0], block[1], block[4]];
    let (sine, cosine) = (times(down, SINE), times(down, COSINE));
    let starts = [cosine, sine, sine.wrapping_neg(), cosine.wrapping_neg()].map(|odd| first.wrapping_add(odd));
    let (sine, cosine) = (times(across, SINE), times(across, COSINE));
    let steps = [cosine, sine, sine.wrapping_neg(), cosine.wrapping_neg()];
    let rows = std::array::from_fn(|at| starts[at / 4].wrapping_add(steps[at % 4]));
    add_all::<STRIDE, LENGTH>(&rows, out, at);
}

/// Adds a block that has nothing but its first coefficient.
#[inline]
pub(crate) fn add_first<const STRIDE: usize, const LENGTH: usize>(first: i16, out: &mut [u8; LENGTH], at: usize) {
    add_all::<STRIDE, LENGTH>(&[first; 16], out, at);
}

/// The first coefficients of 16 blocks.
pub(crate) fn means(block: &Block) -> Block {
    let (mut between, mut out) = ([0_i32; 16], [0; 16]);
    for column in 0..4 {
        let [one, two, three, four] = [0, 4, 8, 12].map(|row| i32::from(block[row + column]));
        let (outer, inner) = (one + four, two + three);
        let (inner_difference, outer_difference) = (two - three, one - four);
        between[column] = outer + inner;
        between[4 + column] = inner_difference + outer_difference;
        between[8 + column] = outer - inner;
        between[12 + column] = outer_difference - inner_difference;
    }
    for row in 0..4 {
        let [one, two, three, four] = [0, 1, 2, 3].map(|column| between[row * 4 + column]);
        let (outer, inner) = (one + four, two + three);
        let (inner_difference, outer_difference) = (two - three, one - four);
        out[row * 4] = ((outer + inner + 3) >> 3) as i16;
        out[row * 4 + 1] = ((inner_difference + outer_difference + 3) >> 3) as i16;
        out[row * 4 + 2] = ((outer - inner + 3) >> 3) as i16;
        out[row * 4 + 3] = ((outer_difference - inner_difference + 3) >> 3) as i16;
    }
    out
}
