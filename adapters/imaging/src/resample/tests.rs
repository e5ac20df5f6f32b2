use super::{Axis, Enlarging, Resampler, lanczos, rounded, sine};

fn axis(samples: usize, pixels: usize) -> Axis {
    Axis { start: 0.0, length: samples as f64, samples, pixels }
}

/// Rows of `f` resampled, as one list.
fn resampled(across: Axis, down: Axis, f: impl Fn(usize, usize) -> u8) -> Vec<f32> {
    let mut resampler = Resampler::new(1, across, down, Enlarging::Lanczos);
    let mut out = Vec::new();
    for y in 0..down.samples {
        let row: Vec<u8> = (0..across.samples).map(|x| f(x, y)).collect();
        resampler.push(&row, |made| out.extend_from_slice(made));
    }
    assert_eq!(out.len(), across.pixels * down.pixels, "{across:?} {down:?}");
    out
}

#[test]
fn every_row_is_given_and_one_value_stays() {
    for samples in [1, 2, 3, 7, 64, 97, 1000] {
        for pixels in [1, 2, 5, 31, 64, 200] {
            let out = resampled(axis(samples, pixels), axis(pixels, samples), |_, _| 137);
            assert!(out.iter().all(|value| (value - 137.0).abs() < 0.01), "{samples} to {pixels}");
        }
    }
}

#[test]
fn its_own_size_is_its_own_samples() {
    let f = |x: usize, y: usize| (x * 31 + y * 17) as u8;
    let out = resampled(axis(40, 40), axis(30, 30), f);
    let expected: Vec<f32> = (0..30).flat_map(|y| (0..40).map(move |x| f32::from(f(x, y)))).collect();
    assert_eq!(out, expected);
}

/// What the definition says, in the plainest way.
fn by_definition(samples: &[u8], pixels: usize) -> Vec<f64> {
    let step = samples.len() as f64 / pixels as f64;
    let pixel = |pixel: usize| {
        let centre = (pixel as f64 + 0.5) * step;
        let weight = |at: usize| lanczos((at as f64 + 0.5 - centre) / step.max(1.0));
        let sum: f64 = (0..samples.len()).map(weight).sum();
        (0..samples.len()).map(|at| weight(at) * f64::from(samples[at])).sum::<f64>() / sum
    };
    (0..pixels).map(pixel).collect()
}

#[test]
fn both_ways_follow_the_definition() {
    for (samples, pixels) in [(100, 37), (64, 30), (17, 40), (300, 60)] {
        let noise: Vec<u8> = (0..samples).map(|at: usize| (at * at * 7 % 251) as u8).collect();
        let expected = by_definition(&noise, pixels);
        let across = resampled(axis(samples, pixels), axis(1, 1), |x, _| noise[x]);
        let down = resampled(axis(1, 1), axis(samples, pixels), |_, y| noise[y]);
        for ((across, down), expected) in across.iter().zip(&down).zip(&expected) {
            assert!((f64::from(*across) - expected).abs() < 0.01, "{samples} to {pixels}");
            assert!((f64::from(*down) - expected).abs() < 0.01, "{samples} to {pixels}");
        }
    }
}

#[test]
fn nothing_moves_however_blocks_fall() {
    // A ramp stays a ramp: its middle is where it was, and each step is the same.
    for (samples, pixels) in [(1000, 37), (999, 40), (640, 64), (2048, 13)] {
        let ramp = |x: usize| (x * 255 / samples) as u8;
        let out = resampled(axis(samples, pixels), axis(1, 1), |x, _| ramp(x));
        for (pixel, value) in out.iter().enumerate().skip(3).take(pixels - 6) {
            let expected = (pixel as f32 + 0.5) / pixels as f32 * 255.0 - 0.5;
            assert!((value - expected).abs() < 0.6, "{samples} to {pixels}, {pixel}: {value} {expected}");
        }
    }
}

#[test]
fn what_is_cropped_away_does_not_shine_in() {
    let across = Axis { start: 20.0, length: 20.0, samples: 60, pixels: 7 };
    let out = resampled(across, axis(2, 2), |x, _| if (20..40).contains(&x) { 90 } else { 255 });
    assert!(out.iter().all(|value| (value - 90.0).abs() < 0.01), "{out:?}");
}

#[test]
fn a_part_between_samples_is_where_it_is() {
    // Samples of 8 pixels each; the part begins in the middle of the second.
    let across = Axis { start: 1.5, length: 10.0, samples: 14, pixels: 10 };
    let out = resampled(across, axis(1, 1), |x, _| (x * 10) as u8);
    for (pixel, value) in out.iter().enumerate().skip(3).take(4) {
        // The ramp at 1.5 + pixel + 0.5, whose samples stand half a sample to the right.
        assert!((value - (pixel as f32 * 10.0 + 15.0)).abs() < 0.3, "{pixel}: {value}");
    }
}

#[test]
fn rounding_is_to_the_nearest() {
    assert_eq!([rounded(-3.0), rounded(0.49), rounded(0.51), rounded(254.6), rounded(900.0)], [0, 0, 1, 255, 255]);
}

#[test]
fn the_sine_is_one() {
    for step in -4000..4000 {
        let turns = f64::from(step) / 1000.0;
        assert!((sine(turns) - (turns * std::f64::consts::PI).sin()).abs() < 1e-9, "{turns}");
    }
}
