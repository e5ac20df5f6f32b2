//! Agreement with another decoder, to the bit.

use image_webp::vp8::Vp8Decoder;
use thumbgate_webp::{Decoder, Scale};

use crate::{Planes, Random, encoded, frame, planes};

/// What `image-webp` makes of a frame: it keeps whole macroblocks.
fn reference(file: &[u8]) -> Planes {
    let frame = Vp8Decoder::decode_frame(frame(file)).unwrap();
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let macroblocks = width.div_ceil(16);
    let part = |samples: &[u8], stride: usize, (width, height): (usize, usize)| {
        (width, samples.chunks(stride).take(height).flat_map(|row| row[..width].to_vec()).collect())
    };
    let colour = (width.div_ceil(2), height.div_ceil(2));
    [
        part(&frame.ybuf, macroblocks * 16, (width, height)),
        part(&frame.ubuf, macroblocks * 8, colour),
        part(&frame.vbuf, macroblocks * 8, colour),
    ]
}

fn agrees(file: &[u8], name: &str) {
    let (found, expected) = (planes(file, Scale::Full).unwrap(), reference(file));
    for (plane, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found.0, expected.0, "{name}");
        let first = found.1.iter().zip(&expected.1).position(|(found, expected)| found != expected);
        let place = first.map(|at| (at % found.0, at / found.0));
        assert!(first.is_none() && found.1.len() == expected.1.len(), "{name}, plane {plane}: {place:?}");
    }
}

#[test]
fn every_sample_is_as_another_decoder_has_it() {
    let mut random = Random(1);
    for side in 1..=70 {
        for other in [1, 15, 16, 17, 33, random.below(70) + 1] {
            let (size, partitions, segments) = ((side, other), random.below(4) as i32, random.below(4) as i32 + 1);
            let simple = random.below(3) as i32;
            let file = encoded(size, &mut random, |config| {
                (config.partitions, config.segments) = (partitions, segments);
                // Only simple methods write several partitions.
                config.method = if partitions > 0 { simple } else { config.method };
            });
            assert!(!Decoder::new(&file).unwrap().info().is_filtered);
            agrees(&file, &format!("{size:?}, {partitions}, {segments}"));
        }
    }
}

#[test]
fn large_pictures_of_all_qualities_agree() {
    let mut random = Random(2);
    for quality in [0, 1, 10, 30, 50, 75, 90, 95, 98, 100] {
        for partitions in 0..4 {
            let file = encoded((257, 190), &mut random, |config| {
                (config.quality, config.partitions) = (quality as f32, partitions);
                config.method = if partitions > 0 { 2 } else { 5 };
            });
            agrees(&file, &format!("quality {quality}, partitions {partitions}"));
        }
    }
}

#[test]
fn a_filter_is_told_and_changes_no_more_than_seams() {
    let mut random = Random(3);
    for (kind, strength) in [(0, 20), (1, 20), (0, 63), (1, 63)] {
        let file = encoded((120, 90), &mut random, |config| {
            (config.filter_type, config.filter_strength, config.quality) = (kind, strength, 60.0);
        });
        assert!(Decoder::new(&file).unwrap().info().is_filtered);
        let (found, expected) = (planes(&file, Scale::Full).unwrap(), reference(&file));
        for (found, expected) in found.iter().zip(&expected) {
            let apart: u64 = found.1.iter().zip(&expected.1).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
            assert!(apart < 8 * found.1.len() as u64, "{apart} in {}", found.1.len());
        }
    }
}

#[test]
fn a_bare_frame_is_the_same_picture() {
    let file = encoded((50, 40), &mut Random(4), |_| {});
    let rows = Decoder::from_frame(frame(&file)).unwrap().rows(Scale::Half).unwrap();
    assert_eq!(crate::collected(rows).unwrap().0, planes(&file, Scale::Half).unwrap());
}
