//! Samples from their neighbours (RFC 6386, 12).
//!
//! A macroblock is made in a small field: its neighbours above in the first row, those to the left
//! in the column [`LEFT`], its own samples behind and below.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a kernel: places are within a field by its constants, values are clamped before they are narrowed"
)]

use crate::modes::{Mode, SubMode};

/// The column of the neighbours to the left; samples begin in the next one.
pub(crate) const LEFT: usize = 7;
pub(crate) const FIRST: usize = LEFT + 1;

/// Lightness: 16 samples a row, and four that stand above to the right.
pub(crate) const LUMA_STRIDE: usize = 32;
pub(crate) type LumaField = [u8; 17 * LUMA_STRIDE];

/// Colour: 8 samples a row.
pub(crate) const COLOUR_STRIDE: usize = 16;
pub(crate) type ColourField = [u8; 9 * COLOUR_STRIDE];

/// Fills `SIDE` rows of a field.
#[inline(always)]
pub(crate) fn whole<const SIDE: usize, const STRIDE: usize, const LENGTH: usize>(
    mode: Mode,
    field: &mut [u8; LENGTH],
    has_above: bool,
    has_left: bool,
) {
    let mut above = [0; SIDE];
    above.copy_from_slice(&field[FIRST..FIRST + SIDE]);
    match mode {
        Mode::Mean => {
            let mut sum = 0;
            if has_above {
                sum += above.iter().map(|sample| u32::from(*sample)).sum::<u32>();
            }
            if has_left {
                sum += (1..=SIDE).map(|row| u32::from(field[row * STRIDE + LEFT])).sum::<u32>();
            }
            let side = SIDE as u32;
            let mean = match (has_above, has_left) {
                (true, true) => (sum + side) / (2 * side),
                (false, false) => 128,
                _ => (sum + side / 2) / side,
            };
            for row in 1..=SIDE {
                field[row * STRIDE + FIRST..row * STRIDE + FIRST + SIDE].fill(mean as u8);
            }
        }
        Mode::Above => {
            for row in 1..=SIDE {
                field[row * STRIDE + FIRST..row * STRIDE + FIRST + SIDE].copy_from_slice(&above);
            }
        }
        Mode::Left => {
            for row in 1..=SIDE {
                let left = field[row * STRIDE + LEFT];
                field[row * STRIDE + FIRST..row * STRIDE + FIRST + SIDE].fill(left);
            }
        }
        Mode::Slope => {
            let corner = i16::from(field[LEFT]);
            for row in 1..=SIDE {
                let slope = i16::from(field[row * STRIDE + LEFT]) - corner;
                let out = &mut field[row * STRIDE + FIRST..row * STRIDE + FIRST + SIDE];
                for column in 0..SIDE {
                    out[column] = (i16::from(above[column]) + slope).clamp(0, 255) as u8;
                }
            }
        }
    }
}

#[inline(always)]
fn two(one: u8, other: u8) -> u8 {
    ((u16::from(one) + u16::from(other) + 1) >> 1) as u8
}

#[inline(always)]
fn three(one: u8, middle: u8, other: u8) -> u8 {
    ((u16::from(one) + 2 * u16::from(middle) + u16::from(other) + 2) >> 2) as u8
}

/// Fills 4 x 4 samples of lightness, the first of which is at `at`.
#[inline(always)]
pub(crate) fn part(mode: SubMode, field: &mut LumaField, at: usize) {
    let at = at.clamp(LUMA_STRIDE + FIRST, 13 * LUMA_STRIDE + FIRST + 12);
    let start = at - LUMA_STRIDE;
    let [a0, a1, a2, a3, a4, a5, a6, a7] = std::array::from_fn(|column| field[start + column]);
    let corner = field[start - 1];
    let [l0, l1, l2, l3] = std::array::from_fn(|row| field[at - 1 + row * LUMA_STRIDE]);
    let rows: [[u8; 4]; 4] = match mode {
        SubMode::Mean => {
            let sum: u16 = [a0, a1, a2, a3, l0, l1, l2, l3].into_iter().map(u16::from).sum();
            [[((sum + 4) >> 3) as u8; 4]; 4]
        }
        SubMode::Slope => [l0, l1, l2, l3].map(|left| {
            let slope = i16::from(left) - i16::from(corner);
            [a0, a1, a2, a3].map(|above| (i16::from(above) + slope).clamp(0, 255) as u8)
        }),
        SubMode::Above => [[three(corner, a0, a1), three(a0, a1, a2), three(a1, a2, a3), three(a2, a3, a4)]; 4],
        SubMode::Left => {
            [three(corner, l0, l1), three(l0, l1, l2), three(l1, l2, l3), three(l2, l3, l3)].map(|sample| [sample; 4])
        }
        SubMode::LeftDown => {
            let [d0, d1, d2] = [three(a0, a1, a2), three(a1, a2, a3), three(a2, a3, a4)];
            let [d3, d4, d5, d6] = [three(a3, a4, a5), three(a4, a5, a6), three(a5, a6, a7), three(a6, a7, a7)];
            [[d0, d1, d2, d3], [d1, d2, d3, d4], [d2, d3, d4, d5], [d3, d4, d5, d6]]
        }
        SubMode::RightDown => {
            let [d0, d1, d2] = [three(l3, l2, l1), three(l2, l1, l0), three(l1, l0, corner)];
            let d3 = three(l0, corner, a0);
            let [d4, d5, d6] = [three(corner, a0, a1), three(a0, a1, a2), three(a1, a2, a3)];
            [[d3, d4, d5, d6], [d2, d3, d4, d5], [d1, d2, d3, d4], [d0, d1, d2, d3]]
        }
        SubMode::VerticalRight => {
            let [h0, h1, h2, h3] = [two(corner, a0), two(a0, a1), two(a1, a2), two(a2, a3)];
            let [t0, t1, t2, t3] = [three(l0, corner, a0), three(corner, a0, a1), three(a0, a1, a2), three(a1, a2, a3)];
            let (s0, s1) = (three(l1, l0, corner), three(l2, l1, l0));
            [[h0, h1, h2, h3], [t0, t1, t2, t3], [s0, h0, h1, h2], [s1, t0, t1, t2]]
        }
        SubMode::VerticalLeft => {
            let [h0, h1, h2, h3] = [two(a0, a1), two(a1, a2), two(a2, a3), two(a3, a4)];
            let [t0, t1, t2, t3] = [three(a0, a1, a2), three(a1, a2, a3), three(a2, a3, a4), three(a3, a4, a5)];
            let (s0, s1) = (three(a4, a5, a6), three(a5, a6, a7));
            [[h0, h1, h2, h3], [t0, t1, t2, t3], [h1, h2, h3, s0], [t1, t2, t3, s1]]
        }
        SubMode::HorizontalDown => {
            let [h0, h1, h2, h3] = [two(l0, corner), two(l1, l0), two(l2, l1), two(l3, l2)];
            let [t0, t1, t2, t3] = [three(l0, corner, a0), three(l1, l0, corner), three(l2, l1, l0), three(l3, l2, l1)];
            let (s0, s1) = (three(corner, a0, a1), three(a0, a1, a2));
            [[h0, t0, s0, s1], [h1, t1, h0, t0], [h2, t2, h1, t1], [h3, t3, h2, t2]]
        }
        SubMode::HorizontalUp => {
            let [h0, h1, h2] = [two(l0, l1), two(l1, l2), two(l2, l3)];
            let [t0, t1, t2] = [three(l0, l1, l2), three(l1, l2, l3), three(l2, l3, l3)];
            [[h0, t0, h1, t1], [h1, t1, h2, t2], [h2, t2, l3, l3], [l3; 4]]
        }
    };
    for (row, samples) in rows.iter().enumerate() {
        let start = at + row * LUMA_STRIDE;
        field[start..start + 4].copy_from_slice(samples);
    }
}
