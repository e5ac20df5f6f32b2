//! Inverse cosine transforms of 1, 2, 4 and 8 samples a side.
//!
//! The smaller ones take the lowest coefficients of a block of 8 x 8 and give the picture that a
//! block of their own size with these coefficients would be: all frequencies that the smaller
//! picture can show keep their strength. 1 and 2 a side are exact in whole numbers; the others are
//! in `f32` without fused operations, so that every machine gives the same.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a kernel: indices are constants, values are clamped before they are narrowed"
)]

/// Coefficients that are kept of a block, dequantised, row by row, and one more place for others.
pub(crate) type Kept<const PLACES: usize> = [i32; PLACES];

/// Where each coefficient in zigzag order is kept in a block of 8 a side.
const NATURAL: [usize; 64] = {
    let mut order = [0; 64];
    let (mut row, mut column, mut index) = (0_usize, 0_usize, 0);
    while index < 64 {
        order[index] = row * 8 + column;
        index += 1;
        if (row + column).is_multiple_of(2) {
            // Upwards to the right, and along the border.
            if column == 7 {
                row += 1;
            } else if row == 0 {
                column += 1;
            } else {
                (row, column) = (row - 1, column + 1);
            }
        } else if row == 7 {
            column += 1;
        } else if column == 0 {
            row += 1;
        } else {
            (row, column) = (row + 1, column - 1);
        }
    }
    order
};

/// Where each coefficient in zigzag order is kept in a block of `side`; `side * side` for those
/// that are not kept.
pub(crate) const fn places(side: usize) -> [u8; 64] {
    let mut places = [0; 64];
    let mut index = 0;
    while index < 64 {
        let (row, column) = (NATURAL[index] / 8, NATURAL[index] % 8);
        let place = if row < side && column < side { row * side + column } else { side * side };
        places[index] = place as u8;
        index += 1;
    }
    places
}

/// A sample of 8 bits from one that is `shift` bits larger and around zero.
#[inline]
fn sample(value: i32, shift: u32) -> u8 {
    let rounded = value.wrapping_add(1 << shift >> 1) >> shift;
    rounded.wrapping_add(128).clamp(0, 255) as u8
}

/// The mean of a block; `extra` is by how many bits samples are deeper than 8.
#[inline]
pub(crate) fn one(dc: i32, extra: u32) -> u8 {
    sample(dc, 3 + extra)
}

/// Four samples.
#[inline]
pub(crate) fn two(kept: &Kept<5>, extra: u32) -> [[u8; 2]; 2] {
    let [mean, across, down, both, _] = *kept;
    let (upper, lower) = (mean.wrapping_add(down), mean.wrapping_sub(down));
    let (upper_across, lower_across) = (across.wrapping_add(both), across.wrapping_sub(both));
    let finished = |value: i32| sample(value, 3 + extra);
    [
        [finished(upper.wrapping_add(upper_across)), finished(upper.wrapping_sub(upper_across))],
        [finished(lower.wrapping_add(lower_across)), finished(lower.wrapping_sub(lower_across))],
    ]
}

/// What both passes give too much: 8, whatever the side, because a smaller block also keeps less of
/// the strength; and what samples are deeper than 8 bits.
fn scaling(extra: u32) -> f32 {
    1.0 / (8_u32 << extra) as f32
}

/// Rounds to the nearest and clamps, without a branch.
#[inline]
fn rounded(value: f32) -> u8 {
    // Adding 1.5 * 2^23 leaves no room for a fraction: the lowest bits are the whole number.
    const WHOLE: f32 = 12_582_912.0;
    (value.clamp(0.0, 255.0) + WHOLE).to_bits() as u8
}

/// Sixteen samples.
pub(crate) fn four(kept: &Kept<17>, extra: u32) -> [[u8; 4]; 4] {
    let scale = scaling(extra);
    let mut rows = [[0.0_f32; 4]; 4];
    for (row, from) in rows.iter_mut().zip(kept.as_chunks::<4>().0) {
        *row = from.map(|value| value as f32 * scale);
    }
    let columns = transposed(pass_of_four(rows));
    let samples = transposed(pass_of_four(columns));
    samples.map(|row| row.map(|value| rounded(value + 128.0)))
}

/// Transforms four columns at once: cos(pi/8) * sqrt 2 and sin(pi/8) * sqrt 2 are what is odd.
#[inline]
fn pass_of_four([mean, first, second, third]: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    const COS: f32 = 1.306_563;
    const SIN: f32 = 0.541_196_1;
    let mut out = [[0.0; 4]; 4];
    for column in 0..4 {
        let (even, odd) = (mean[column] + second[column], mean[column] - second[column]);
        let outer = COS * first[column] + SIN * third[column];
        let inner = SIN * first[column] - COS * third[column];
        out[0][column] = even + outer;
        out[1][column] = odd + inner;
        out[2][column] = odd - inner;
        out[3][column] = even - outer;
    }
    out
}

#[inline]
fn transposed<const N: usize>(rows: [[f32; N]; N]) -> [[f32; N]; N] {
    let mut out = [[0.0; N]; N];
    for (y, row) in rows.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            out[x][y] = *value;
        }
    }
    out
}

/// Sixty-four samples.
pub(crate) fn eight(kept: &Kept<65>, extra: u32) -> [[u8; 8]; 8] {
    let scale = scaling(extra);
    if kept[1..64].iter().all(|value| *value == 0) {
        return [[rounded(kept[0] as f32 * scale + 128.0); 8]; 8];
    }
    let mut rows = [[0.0_f32; 8]; 8];
    for (row, from) in rows.iter_mut().zip(kept.as_chunks::<8>().0) {
        *row = from.map(|value| value as f32 * scale);
    }
    let columns = transposed(pass_of_eight(rows));
    let samples = transposed(pass_of_eight(columns));
    samples.map(|row| row.map(|value| rounded(value + 128.0)))
}

/// Transforms eight columns at once; the factors are cos(k pi/16) * sqrt 2.
#[inline]
fn pass_of_eight(rows: [[f32; 8]; 8]) -> [[f32; 8]; 8] {
    const C1: f32 = 1.387_039_9;
    const C2: f32 = 1.306_563;
    const C3: f32 = 1.175_875_6;
    const C5: f32 = 0.785_694_96;
    const C6: f32 = 0.541_196_1;
    const C7: f32 = 0.275_899_38;
    let mut out = [[0.0; 8]; 8];
    for column in 0..8 {
        let [f0, f1, f2, f3, f4, f5, f6, f7] = rows.map(|row| row[column]);
        let (sum, difference) = (f0 + f4, f0 - f4);
        let (high, low) = (C2 * f2 + C6 * f6, C6 * f2 - C2 * f6);
        let even = [sum + high, difference + low, difference - low, sum - high];
        let odd = [
            C1 * f1 + C3 * f3 + (C5 * f5 + C7 * f7),
            C3 * f1 - C7 * f3 - (C1 * f5 + C5 * f7),
            C5 * f1 - C1 * f3 + (C7 * f5 + C3 * f7),
            C7 * f1 - C5 * f3 + (C3 * f5 - C1 * f7),
        ];
        for index in 0..4 {
            out[index][column] = even[index] + odd[index];
            out[7 - index][column] = even[index] - odd[index];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{eight, four, one, places, two};

    /// The definition (T.81, A.3.3) for a block of `side` of which only the lowest are not zero.
    fn by_definition(kept: &[i32], side: usize) -> Vec<f64> {
        let basis = |x: usize, u: usize| {
            let factor = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
            factor * ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / (2 * side) as f64).cos()
        };
        let mut samples = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let sum: f64 =
                    (0..side * side).map(|at| f64::from(kept[at]) * basis(y, at / side) * basis(x, at % side)).sum();
                // An orthonormal transform of `side` has 2 / side; the strength is side / 8.
                samples.push(sum * 2.0 / side as f64 * side as f64 / 8.0 + 128.0);
            }
        }
        samples
    }

    fn noise(count: usize, seed: u32) -> Vec<i32> {
        let mut state = seed;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24).cast_signed() - 128
        })
        .take(count)
        .collect()
    }

    fn near(samples: &[u8], expected: &[f64]) {
        for (sample, expected) in samples.iter().zip(expected) {
            assert!((f64::from(*sample) - expected.clamp(0.0, 255.0)).abs() < 0.52, "{samples:?} {expected:?}");
        }
    }

    #[test]
    fn all_sizes_follow_the_definition() {
        for seed in 0..200 {
            let mut kept = noise(65, seed);
            kept[0] *= 4;
            near(&[one(kept[0], 0)], &by_definition(&kept[..1], 1));
            near(two(kept.first_chunk().unwrap(), 0).as_flattened(), &by_definition(&kept[..4], 2));
            near(four(kept.first_chunk().unwrap(), 0).as_flattened(), &by_definition(&kept[..16], 4));
            near(eight(kept.first_chunk().unwrap(), 0).as_flattened(), &by_definition(&kept[..64], 8));
        }
    }

    #[test]
    fn deeper_samples_lose_their_lowest_bits() {
        assert_eq!((one(800, 4), one(-800 * 16, 4), one(i32::MAX, 0)), (134, 28, 0));
    }

    #[test]
    fn places_follow_the_zigzag() {
        assert_eq!(places(8)[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(places(8)[63], 63);
        assert_eq!(places(2)[..6], [0, 1, 2, 4, 3, 4]);
        assert_eq!(places(4)[24], 15);
        assert!(places(4)[25..].iter().all(|place| *place == 16));
    }
}
