//! The decoder on whole files: drawn and encoded here, but for a few tiny ones that no encoder in
//! Rust writes (made with libjpeg-turbo's `cjpeg` of a drawing of this project).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a failed test is a panic"
)]

mod agreement;
mod ending;
mod forms;
mod hostile;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use thumbgate_jpeg::{DecodeError, Decoder, Ending, Scale};

/// A component's samples, row after row, and how long a row is.
#[derive(Debug, Clone, PartialEq)]
struct Plane {
    width: usize,
    samples: Vec<u8>,
}

/// All components at a scale.
fn planes(content: &[u8], scale: Scale) -> Result<(Vec<Plane>, Ending), DecodeError> {
    let mut rows = Decoder::new(content)?.rows(scale)?;
    let mut planes = Vec::new();
    while let Some(strip) = rows.next_strip()? {
        planes.resize(strip.components(), Plane { width: 0, samples: Vec::new() });
        for (component, plane) in planes.iter_mut().enumerate() {
            for row in strip.rows(component) {
                plane.width = row.len();
                plane.samples.extend_from_slice(row);
            }
        }
    }
    Ok((planes, rows.ending()))
}

/// The same, of data that may end early.
fn planes_of_what_is_there(content: &[u8], scale: Scale) -> Result<Ending, DecodeError> {
    let mut rows = Decoder::new(content)?.rows_allowing_truncation(scale)?;
    while rows.next_strip()?.is_some() {}
    Ok(rows.ending())
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
fn drawing(width: u16, height: u16, channels: usize, random: &mut Random) -> Vec<u8> {
    let (slope, noise) = (random.below(9) + 1, random.below(90));
    let mut pixels = Vec::new();
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            for channel in 0..channels as u32 {
                pixels.push((x * slope + y * (channel + 2) + random.below(noise + 1)) as u8);
            }
        }
    }
    pixels
}

const SAMPLINGS: [SamplingFactor; 7] = [
    SamplingFactor::R_4_4_4,
    SamplingFactor::R_4_4_0,
    SamplingFactor::R_4_2_2,
    SamplingFactor::R_4_2_0,
    SamplingFactor::R_4_1_1,
    SamplingFactor::R_4_1_0,
    SamplingFactor::R_4_4_1,
];

/// A JPEG of a drawing.
fn encoded(
    (width, height): (u16, u16),
    colour: ColorType,
    random: &mut Random,
    shape: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let channels = match colour {
        ColorType::Luma => 1,
        ColorType::Cmyk | ColorType::CmykAsYcck => 4,
        _ => 3,
    };
    let pixels = drawing(width, height, channels, random);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, random.below(100) as u8 + 1);
    shape(&mut encoder);
    encoder.encode(&pixels, width, height, colour).unwrap();
    bytes
}
