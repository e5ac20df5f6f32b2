//! The photo that everybody makes a thumbnail of: 12 megapixels, made here, the same bytes each time.
//!
//! It is no photograph, but costs a decoder what one costs: detail at every scale, less of it the
//! finer, hard edges, grain, and colour at half the resolution, as phones write it.

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

/// As the sensors of phones.
const SIZE: (u16, u16) = (4000, 3000);

/// Makes the photo as a JPEG.
///
/// # Errors
/// The encoder's, none of which is expected.
pub(super) fn jpeg() -> Result<Vec<u8>, EncodingError> {
    let mut pixels = Vec::with_capacity(usize::from(SIZE.0) * usize::from(SIZE.1) * 3);
    for y in 0..u32::from(SIZE.1) {
        for x in 0..u32::from(SIZE.0) {
            pixels.extend(pixel(x, y));
        }
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, SIZE.0, SIZE.1, ColorType::Rgb)?;
    Ok(file)
}

fn pixel(x: u32, y: u32) -> [u8; 3] {
    // Halving the scale halves the height of the waves, as in most photographs.
    let waves: f32 = (0..9).map(|octave| noise(x, y, 9 - octave, octave) * 96.0 / (1 << octave) as f32).sum();
    let warmth = noise(x, y, 10, 20) * 48.0 + noise(x, y, 6, 21) * 12.0;
    // Something stands in front of something else.
    let edge = if noise(x, y, 8, 30) > 0.15 { 40.0 } else { 0.0 };
    let grain = (unit(hash(x, y, 40)) - 0.5) * 20.0;
    let light = 110.0 + waves + edge + grain;
    [light + warmth, light, light - warmth].map(in_byte)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte before")]
fn in_byte(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

/// Smooth noise from -1 to 1 whose grid is two to the `scale` wide.
fn noise(x: u32, y: u32, scale: u32, seed: u32) -> f32 {
    let (column, row) = (x >> scale, y >> scale);
    let part = |at: u32| {
        let linear = (at & ((1 << scale) - 1)) as f32 / (1_u32 << scale) as f32;
        linear * linear * (3.0 - 2.0 * linear)
    };
    let (across, down) = (part(x), part(y));
    let corner = |right, below| unit(hash(column + right, row + below, seed)) * 2.0 - 1.0;
    let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
    mix(mix(corner(0, 0), corner(1, 0), across), mix(corner(0, 1), corner(1, 1), across), down)
}

fn unit(hash: u32) -> f32 {
    (hash >> 8) as f32 / 16_777_216.0
}

fn hash(x: u32, y: u32, seed: u32) -> u32 {
    let mut value = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ seed.wrapping_mul(0xC2B2_AE3D);
    for shift in [15, 13, 16] {
        value = (value ^ (value >> shift)).wrapping_mul(0x2C1B_3C6D);
    }
    value ^ (value >> 14)
}

#[cfg(test)]
mod tests {
    use super::pixel;

    #[test]
    fn it_is_neither_flat_nor_random() {
        let row: Vec<i32> = (0..1000).map(|x| i32::from(pixel(x, 500)[1])).collect();
        let steps: i32 = row.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum();
        let range = row.iter().max().unwrap() - row.iter().min().unwrap();
        assert!(range > 60 && steps / 999 < 12, "{range} {steps}");
    }
}
