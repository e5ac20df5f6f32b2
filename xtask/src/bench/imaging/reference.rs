//! What a thumbnail ought to look like: every pixel decoded, then Lanczos with three lobes in floating
//! point, on the values as they are stored (gamma), as libvips, sharp and Pillow filter too.

use image::RgbImage;

/// The lobes on each side.
const LOBES: f64 = 3.0;

/// What one pixel of the result is made of, along one axis: the first source pixel, and the weights.
#[derive(Debug)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// The picture in this size.
pub(super) fn shrunk(picture: &RgbImage, width: u32, height: u32) -> Option<RgbImage> {
    let narrow = across(picture, width);
    let stride = usize::try_from(width).ok()? * 3;
    let rows: Vec<&[f32]> = narrow.chunks_exact(stride).collect();
    let mut pixels = Vec::with_capacity(stride * rows.len());
    let mut sums = vec![0.0_f32; stride];
    for taps in taps(picture.height(), height) {
        sums.fill(0.0);
        for (row, weight) in rows.iter().skip(taps.first).zip(&taps.weights) {
            for (sum, sample) in sums.iter_mut().zip(*row) {
                *sum += sample * weight;
            }
        }
        pixels.extend(sums.iter().map(|sum| in_byte(*sum)));
    }
    RgbImage::from_raw(width, height, pixels)
}

/// The picture in this width, as high as it was.
fn across(picture: &RgbImage, width: u32) -> Vec<f32> {
    let taps = taps(picture.width(), width);
    let mut narrow = Vec::new();
    for row in picture.rows() {
        let row: Vec<[f32; 3]> = row.map(|pixel| pixel.0.map(f32::from)).collect();
        for taps in &taps {
            let mut sums = [0.0_f32; 3];
            for (pixel, weight) in row.iter().skip(taps.first).zip(&taps.weights) {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += sample * weight;
                }
            }
            narrow.extend(sums);
        }
    }
    narrow
}

/// The taps of each pixel of the result; those beyond the edge are left out, and the rest is what counts.
fn taps(from: u32, to: u32) -> Vec<Taps> {
    let scale = f64::from(from) / f64::from(to);
    let stretch = scale.max(1.0);
    let tap = |index: u32| {
        let centre = (f64::from(index) + 0.5) * scale;
        let reach = LOBES * stretch;
        let covered = (0..from).filter(|pixel| (f64::from(*pixel) + 0.5 - centre).abs() < reach);
        let first = covered.clone().next().and_then(|pixel| usize::try_from(pixel).ok()).unwrap_or(0);
        let weights: Vec<f64> = covered.map(|pixel| lanczos((f64::from(pixel) + 0.5 - centre) / stretch)).collect();
        let total: f64 = weights.iter().sum();
        Taps { first, weights: weights.iter().map(|weight| in_single(weight / total)).collect() }
    };
    (0..to).map(tap).collect()
}

fn lanczos(distance: f64) -> f64 {
    let sinc = |at: f64| if at == 0.0 { 1.0 } else { (std::f64::consts::PI * at).sin() / (std::f64::consts::PI * at) };
    if distance.abs() < LOBES { sinc(distance) * sinc(distance / LOBES) } else { 0.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "a weight of about one needs no more digits")]
fn in_single(value: f64) -> f32 {
    value as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte before")]
fn in_byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{shrunk, taps};

    #[test]
    fn an_even_area_stays_as_it_is() {
        let even = RgbImage::from_pixel(101, 67, Rgb([10, 200, 255]));
        let small = shrunk(&even, 13, 9).unwrap();
        assert!(small.pixels().all(|pixel| pixel.0 == [10, 200, 255]));
    }

    #[test]
    fn nothing_moves() {
        // A ramp has the value of its middle at each pixel's middle.
        let ramp = RgbImage::from_fn(256, 8, |x, _| Rgb([u8::try_from(x).unwrap(); 3]));
        let small = shrunk(&ramp, 32, 1).unwrap();
        for (x, pixel) in small.pixels().enumerate().skip(4).take(24) {
            let expected = i16::try_from(x * 8 + 4).unwrap();
            assert!((i16::from(pixel.0[0]) - expected).abs() <= 1, "{x}: {pixel:?}");
        }
    }

    #[test]
    fn weights_make_up_one_at_the_edge_too() {
        for taps in taps(1000, 37) {
            assert!((taps.weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let picture =
            RgbImage::from_fn(20, 10, |x, y| Rgb([u8::try_from(x * 12).unwrap(), 7, u8::try_from(y * 25).unwrap()]));
        assert_eq!(shrunk(&picture, 20, 10).unwrap(), picture);
    }
}
