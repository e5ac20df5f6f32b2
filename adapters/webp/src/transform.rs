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

type Lane = [i16; 4];

#[inline(always)]
fn times(value: i16, factor: i32) -> i16 {
    value.wrapping_add(((i32::from(value) * factor) >> 16) as i16)
}

/// One direction of the transform, of four columns at once.
#[inline(always)]
fn columns([one, two, three, four]: [Lane; 4]) -> [Lane; 4] {
    let mut out = [[0; 4]; 4];
    for lane in 0..4 {
        let (sum, difference) = (one[lane].wrapping_add(three[lane]), one[lane].wrapping_sub(three[lane]));
        let odd_difference = times(two[lane], SINE).wrapping_sub(times(four[lane], COSINE));
        let odd_sum = times(two[lane], COSINE).wrapping_add(times(four[lane], SINE));
        out[0][lane] = sum.wrapping_add(odd_sum);
        out[1][lane] = difference.wrapping_add(odd_difference);
        out[2][lane] = difference.wrapping_sub(odd_difference);
        out[3][lane] = sum.wrapping_sub(odd_sum);
    }
    out
}

#[inline(always)]
fn transposed(rows: [Lane; 4]) -> [Lane; 4] {
    let [[a0, a1, a2, a3], [b0, b1, b2, b3], [c0, c1, c2, c3], [d0, d1, d2, d3]] = rows;
    [[a0, b0, c0, d0], [a1, b1, c1, d1], [a2, b2, c2, d2], [a3, b3, c3, d3]]
}

#[inline(always)]
fn added(sample: u8, difference: i16) -> u8 {
    i16::from(sample).wrapping_add(difference).clamp(0, 255) as u8
}

/// Adds a block to samples that are `stride` apart from row to row.
#[inline]
pub(crate) fn add<const STRIDE: usize, const LENGTH: usize>(block: &Block, out: &mut [u8; LENGTH], at: usize) {
    let rows = columns([
        [block[0], block[1], block[2], block[3]],
        [block[4], block[5], block[6], block[7]],
        [block[8], block[9], block[10], block[11]],
        [block[12], block[13], block[14], block[15]],
    ]);
    let rows = transposed(columns(transposed(rows)));
    for (row, differences) in rows.iter().enumerate() {
        let start = at + row * STRIDE;
        if let Some(samples) = out.get_mut(start..start + 4) {
            for lane in 0..4 {
                samples[lane] = added(samples[lane], differences[lane].wrapping_add(4) >> 3);
            }
        }
    }
}

/// Adds a block that has nothing but its first coefficient.
#[inline]
pub(crate) fn add_first<const STRIDE: usize, const LENGTH: usize>(first: i16, out: &mut [u8; LENGTH], at: usize) {
    let difference = first.wrapping_add(4) >> 3;
    for row in 0..4 {
        let start = at + row * STRIDE;
        if let Some(samples) = out.get_mut(start..start + 4) {
            for sample in samples {
                *sample = added(*sample, difference);
            }
        }
    }
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
