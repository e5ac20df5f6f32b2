//! The decoder on whole files: drawn and encoded here, but for a tiny one that documentation shows.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a failed test is a panic"
)]

mod agreement;
mod ending;
mod hostile;
mod scales;

use thumbgate_webp::{DecodeError, Decoder, Ending, Plane, Scale};
use webp::{Encoder, WebPConfig};

/// The samples of each plane, row after row, and how long a row is.
type Planes = [(usize, Vec<u8>); 3];

/// All planes at a scale.
fn planes(file: &[u8], scale: Scale) -> Result<Planes, DecodeError> {
    collected(Decoder::new(file)?.rows(scale)?).map(|(planes, _)| planes)
}

/// The same, of data that may end early.
fn planes_of_what_is_there(file: &[u8], scale: Scale) -> Result<(Planes, Ending), DecodeError> {
    collected(Decoder::new(file)?.rows_allowing_truncation(scale))
}

fn collected(mut rows: thumbgate_webp::Rows<'_>) -> Result<(Planes, Ending), DecodeError> {
    let mut planes = Planes::default();
    while let Some(strip) = rows.next_strip()? {
        for (plane, (width, samples)) in Plane::ALL.into_iter().zip(&mut planes) {
            for row in strip.rows(plane) {
                *width = row.len();
                samples.extend_from_slice(row);
            }
        }
    }
    Ok((planes, rows.ending()))
}

/// The frame in a file that has nothing else.
fn frame(file: &[u8]) -> &[u8] {
    assert_eq!(&file[12..16], b"VP8 ");
    &file[20..]
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn below(&mut self, end: u32) -> u32 {
        self.next() % end.max(1)
    }
}

/// Soft shapes and some noise.
fn drawing(width: u32, height: u32, random: &mut Random) -> Vec<u8> {
    let (slope, noise) = (random.below(9) + 1, random.below(90));
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let edge = if (x * slope + y) % 37 > 18 { 60 } else { 0 };
                pixels.push((x * slope / 3 + y * (channel + 2) + edge + random.below(noise + 1)) as u8);
            }
        }
    }
    pixels
}

/// A lossy WebP of a drawing, without a loop filter unless `shape` asks for one.
fn encoded((width, height): (u32, u32), random: &mut Random, shape: impl FnOnce(&mut WebPConfig)) -> Vec<u8> {
    let pixels = drawing(width, height, random);
    let mut config = WebPConfig::new().unwrap();
    config.quality = random.below(101) as f32;
    config.method = random.below(7) as i32;
    config.filter_strength = 0;
    config.autofilter = 0;
    shape(&mut config);
    Encoder::from_rgb(&pixels, width, height).encode_advanced(&config).unwrap().to_vec()
}
