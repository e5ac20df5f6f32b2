//! Decodes a JPEG at a scale and writes each component as a PGM, or only tells what it took.
//!
//! `cargo run --release --example planes -- IN.jpg 8 [PREFIX]`
#![expect(clippy::print_stdout, reason = "the example's purpose")]

use std::error::Error;
use std::fs::File;
use std::time::Instant;

use thumbgate_jpeg::{Decoder, Scale};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(divisor)) = (arguments.next(), arguments.next()) else {
        return Err("usage: planes IN.jpg 1|2|4|8 [PREFIX]".into());
    };
    let scale = Scale::ALL.into_iter().find(|scale| scale.divisor().to_string() == divisor).ok_or("no such scale")?;
    let began = Instant::now();
    let decoder = Decoder::new(File::open(&file)?)?;
    println!("{:?}", decoder.info());
    let mut rows = decoder.rows_allowing_truncation(scale)?;
    let mut planes: Vec<(usize, Vec<u8>)> = Vec::new();
    while let Some(strip) = rows.next_strip()? {
        planes.resize(strip.components(), (0, Vec::new()));
        for (component, (width, samples)) in planes.iter_mut().enumerate() {
            for row in strip.rows(component) {
                *width = row.len();
                samples.extend_from_slice(row);
            }
        }
    }
    println!("{:?} in {:?}", rows.ending(), began.elapsed());
    if let Some(prefix) = arguments.next() {
        for (component, (width, samples)) in planes.iter().enumerate() {
            let head = format!("P5\n{} {}\n255\n", width, samples.len() / width.max(&1));
            std::fs::write(format!("{prefix}.{component}.pgm"), [head.as_bytes(), samples].concat())?;
        }
    }
    Ok(())
}
