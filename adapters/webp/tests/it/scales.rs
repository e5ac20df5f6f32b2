//! Smaller planes are the means of full ones.

use thumbgate_webp::{Decoder, Plane, Scale};

use crate::{Random, encoded, planes};

/// The mean of a block, of which samples beyond the edge repeat those at it.
fn mean((width, samples): &(usize, Vec<u8>), (x, y): (usize, usize), block: usize) -> u8 {
    let height = samples.len() / width;
    let mut sum = 0;
    for row in y * block..(y + 1) * block {
        for column in x * block..(x + 1) * block {
            sum += usize::from(samples[row.min(height - 1) * width + column.min(width - 1)]);
        }
    }
    ((sum + block * block / 2) / (block * block)) as u8
}

#[test]
fn every_scale_is_the_means_of_the_full_planes() {
    let mut random = Random(5);
    for _ in 0..150 {
        let size = (random.below(90) + 1, random.below(90) + 1);
        let file = encoded(size, &mut random, |_| {});
        let full = planes(&file, Scale::Full).unwrap();
        for scale in Scale::ALL {
            let info = *Decoder::new(&file).unwrap().info();
            for ((found, full), plane) in planes(&file, scale).unwrap().iter().zip(&full).zip(Plane::ALL) {
                let block = if plane == Plane::Luma { scale.divisor() } else { scale.colour_divisor() / 2 } as usize;
                let (across, down) = info.plane_size(plane, scale);
                assert_eq!((found.0, found.1.len()), (across as usize, (across * down) as usize));
                for (at, sample) in found.1.iter().enumerate() {
                    assert_eq!(*sample, mean(full, (at % found.0, at / found.0), block), "{size:?} {scale:?} {at}");
                }
            }
        }
    }
}
