use thumbgate_core::geometry::Size;

use super::{Form, Frame, Sampling, Signal, paint_colours, spread_row};
use crate::heif::Nclx;
use crate::pixels::{Layout, Pixels};

/// A picture of one colour.
struct Plain {
    form: Form,
    samples: [u16; 3],
}

impl Frame for Plain {
    fn form(&self) -> Form {
        self.form
    }

    fn read(&self, plane: usize, _: usize, samples: &mut [u16]) {
        samples.fill(self.samples[plane]);
    }
}

fn shown(depth: u32, sampling: Sampling, numbers: Nclx, samples: [u16; 3]) -> Vec<u8> {
    let signal = Signal { matrix: 2, full_range: false };
    let form = Form { width: 3, height: 3, depth, sampling, signal };
    let mut pixels = Pixels::zeroed(Size::new(4, 4).unwrap(), Layout::Rgb).unwrap();
    paint_colours(&Plain { form, samples }, Some(numbers), &mut pixels, 1, 1).unwrap();
    let untouched = pixels.rows().next().unwrap();
    assert!(untouched.iter().all(|sample| *sample == 0));
    let last = pixels.rows().last().unwrap().as_chunks::<3>().0;
    assert_eq!((last[0], last[1]), ([0; 3], last[3]));
    last[3].to_vec()
}

#[test]
fn the_matrices_of_h273() {
    let of = |matrix, full_range| Nclx { primaries: 1, transfer: 13, matrix, full_range };
    for (depth, sampling, numbers, samples, expected) in [
        (8, Sampling::Quarter, of(6, true), [76, 85, 255], [254, 0, 0]),
        (8, Sampling::Half, of(6, false), [81, 90, 240], [254, 0, 0]),
        (8, Sampling::Full, of(1, false), [63, 102, 240], [255, 0, 0]),
        (10, Sampling::Full, of(9, false), [64 + 876, 512, 512], [255, 255, 255]),
        (12, Sampling::Quarter, of(1, true), [2048, 2048, 2048], [128, 128, 128]),
        (8, Sampling::Full, of(0, true), [10, 20, 30], [30, 10, 20]),
        (8, Sampling::Full, of(8, true), [100, 138, 118], [80, 110, 100]),
        (8, Sampling::Grey, of(0, false), [235, 0, 0], [255, 255, 255]),
    ] {
        let found = shown(depth, sampling, numbers, samples);
        for (one, two) in found.iter().zip(expected) {
            assert!(one.abs_diff(two) <= 1, "{depth} {sampling:?} {numbers:?}: {found:?}");
        }
    }
}

#[test]
fn colours_are_spread_around_their_middle() {
    let mut spread = [0; 6];
    spread_row(&[0, 64, 256], &mut spread);
    assert_eq!(spread, [0, 4, 12, 28, 52, 64]);
    spread_row(&[4 * 4095; 3], &mut spread);
    assert_eq!(spread, [4095; 6]);
}
