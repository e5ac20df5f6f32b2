//! Agreement with another decoder, and of the scales with each other.

use jpeg_decoder::ColorTransform;
use jpeg_encoder::ColorType;
use thumbgate_jpeg::Scale;

use crate::{Plane, Random, SAMPLINGS, encoded, planes};

/// What `jpeg-decoder` makes of it, without converting colours: of each row, the samples of one
/// component after those of the other.
fn reference(content: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = jpeg_decoder::Decoder::new(content);
    decoder.set_color_transform(ColorTransform::None);
    let samples = decoder.decode().unwrap();
    (usize::from(decoder.info().unwrap().width), samples)
}

/// How far two pictures are apart at most.
fn farthest(one: &[u8], other: &[u8]) -> u8 {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).map(|(one, other)| one.abs_diff(*other)).max().unwrap_or(0)
}

/// The means of blocks of `side`, where whole blocks are.
fn means(plane: &Plane, side: usize) -> Vec<(usize, f64)> {
    let (across, down) = (plane.width / side, plane.samples.len() / plane.width / side);
    let mut means = Vec::new();
    for y in 0..down {
        for x in 0..across {
            let sum: u64 = (0..side * side)
                .map(|at| u64::from(plane.samples[(y * side + at / side) * plane.width + x * side + at % side]))
                .sum();
            means.push((y * plane.width.div_ceil(side) + x, sum as f64 / (side * side) as f64));
        }
    }
    means
}

#[test]
fn every_sample_is_as_another_decoder_has_it() {
    let mut random = Random(1);
    for round in 0..600 {
        let size = (random.below(67) as u16 + 1, random.below(67) as u16 + 1);
        let colour = if round % 5 == 0 { ColorType::Luma } else { ColorType::Ycbcr };
        let (progressive, interval) = (random.below(2) == 0, random.below(6) as u16);
        let content = encoded(size, colour, &mut random, |encoder| {
            encoder.set_sampling_factor(SAMPLINGS[0]);
            encoder.set_progressive(progressive);
            // The encoder can only do one of the two.
            if round % 3 == 0 && !progressive {
                encoder.set_optimized_huffman_tables(true);
            } else {
                encoder.set_restart_interval(interval);
            }
        });
        let (width, expected) = reference(&content);
        let (found, ending) = planes(&content, Scale::Full).unwrap();
        assert!(!ending.truncated && !ending.damaged);
        let count = found.len();
        for (component, plane) in found.iter().enumerate() {
            assert_eq!(plane.width, width);
            let rows = expected.chunks(width).skip(component).step_by(count);
            let expected: Vec<u8> = rows.flatten().copied().collect();
            let apart = farthest(&plane.samples, &expected);
            assert!(apart <= 2, "round {round}, {size:?}, component {component}: {apart}");
        }
    }
}

#[test]
fn an_eighth_is_the_mean_of_each_block_whatever_the_sampling() {
    let mut random = Random(2);
    for round in 0..700 {
        let size = (random.below(67) as u16 + 1, random.below(67) as u16 + 1);
        let progressive = round % 2 == 0;
        let content = encoded(size, ColorType::Ycbcr, &mut random, |encoder| {
            encoder.set_sampling_factor(SAMPLINGS[round % SAMPLINGS.len()]);
            encoder.set_progressive(progressive);
        });
        let (full, _) = planes(&content, Scale::Full).unwrap();
        let (eighth, ending) = planes(&content, Scale::Eighth).unwrap();
        assert_eq!(ending.scans_left, progressive);
        for (full, eighth) in full.iter().zip(&eighth) {
            assert_eq!(eighth.width, full.width.div_ceil(8));
            for (at, mean) in means(full, 8) {
                // Samples beyond black and white were cut off before they were added up.
                let is_cut = full.samples.iter().any(|sample| matches!(sample, 0 | 255));
                let apart = (f64::from(eighth.samples[at]) - mean).abs();
                assert!(is_cut || apart <= 1.0, "round {round}, {size:?}: {apart}");
            }
        }
    }
}

#[test]
fn every_scale_shows_the_same_picture() {
    let mut random = Random(3);
    for round in 0..100 {
        let size = (random.below(90) as u16 + 40, random.below(90) as u16 + 40);
        let content = encoded(size, ColorType::Ycbcr, &mut random, |encoder| {
            encoder.set_sampling_factor(SAMPLINGS[round % SAMPLINGS.len()]);
            encoder.set_progressive(round % 3 == 0);
        });
        let (eighth, _) = planes(&content, Scale::Eighth).unwrap();
        for (scale, side) in [(Scale::Half, 4), (Scale::Quarter, 2)] {
            let (larger, _) = planes(&content, scale).unwrap();
            for (larger, eighth) in larger.iter().zip(&eighth) {
                for (at, mean) in means(larger, side) {
                    let is_cut = larger.samples.iter().any(|sample| matches!(sample, 0 | 255));
                    let apart = (f64::from(eighth.samples[at]) - mean).abs();
                    assert!(is_cut || apart <= 1.0, "round {round}, {size:?}, {scale:?}: {apart}");
                }
            }
        }
    }
}
