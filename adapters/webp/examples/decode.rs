//! Decodes files and tells what it took: `decode SCALE FILE...`, where SCALE is 1, 2, 4 or 8.
#![expect(clippy::print_stdout, reason = "the example's purpose")]

use std::error::Error;
use std::time::{Duration, Instant};

use thumbgate_webp::{Decoder, Plane, Scale};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let divisor: u32 = arguments.next().ok_or("a scale is missing")?.parse()?;
    let scale = Scale::ALL.into_iter().find(|scale| scale.divisor() == divisor).ok_or("scales are 1, 2, 4, 8")?;
    for path in arguments {
        let file = std::fs::read(&path)?;
        let mut best = Duration::MAX;
        let mut sum = 0_u64;
        for _ in 0..10 {
            let began = Instant::now();
            let mut rows = Decoder::new(&file)?.rows(scale)?;
            sum = 0;
            while let Some(strip) = rows.next_strip()? {
                sum += strip.rows(Plane::Luma).flatten().map(|sample| u64::from(*sample)).sum::<u64>();
            }
            best = best.min(began.elapsed());
        }
        println!("{path}\t{:.1} ms\tsum of lightness {sum}", best.as_secs_f64() * 1000.0);
    }
    Ok(())
}
