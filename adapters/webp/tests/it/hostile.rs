//! Bytes that somebody has made up.

use std::time::{Duration, Instant};

use thumbgate_webp::{DecodeError, Decoder, Scale};

use crate::{Random, encoded, planes, planes_of_what_is_there};

fn sources() -> Vec<Vec<u8>> {
    let mut random = Random(11);
    (0..12)
        .map(|round| {
            encoded((40 + round, 33), &mut random, |config| {
                (config.partitions, config.segments) = (round as i32 % 4, round as i32 % 4 + 1);
                // Only simple methods write several partitions.
                config.method = round as i32 % 3;
            })
        })
        .collect()
}

/// Everything may come of it but a panic, and nothing may take long.
fn survives(content: &[u8], scale: Scale) {
    let began = Instant::now();
    let is_small = Decoder::new(content).is_ok_and(|decoder| {
        let info = decoder.info();
        u64::from(info.width) * u64::from(info.height) < 4_000_000
    });
    if is_small {
        drop(planes(content, scale));
        drop(planes_of_what_is_there(content, scale));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?} for {content:?}", began.elapsed());
}

/// `THUMBGATE_WEBP_RANDOM` multiplies the rounds.
fn rounds(count: u32) -> u32 {
    count * std::env::var("THUMBGATE_WEBP_RANDOM").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn altered_bytes() {
    let mut random = Random(12);
    for source in sources() {
        for _ in 0..rounds(400) {
            let mut content = source.clone();
            for _ in 0..=random.below(4) {
                // Most of them where a byte says much.
                let end = if random.below(2) == 0 { 80 } else { content.len() as u32 };
                let at = random.below(end) as usize % content.len();
                content[at] = random.next() as u8;
            }
            survives(&content, Scale::ALL[random.below(4) as usize]);
        }
    }
}

#[test]
fn cut_doubled_and_spliced() {
    let mut random = Random(13);
    let sources = sources();
    for _ in 0..rounds(3000) {
        let (one, other) = (&sources[random.below(12) as usize], &sources[random.below(12) as usize]);
        let (cut, start) = (random.below(one.len() as u32) as usize, random.below(other.len() as u32) as usize);
        survives(&[&one[..cut], &other[start..]].concat(), Scale::ALL[random.below(4) as usize]);
    }
}

#[test]
fn nothing_but_noise_behind_a_header() {
    let mut random = Random(14);
    for _ in 0..rounds(2000) {
        let (width, height) = (random.below(200) as u8, random.below(200) as u8);
        let mut frame = vec![0x10, random.next() as u8, 0, 0x9d, 0x01, 0x2a, width, 0, height, 0];
        frame.extend((0..random.below(5000)).map(|_| random.next() as u8));
        if let Ok(decoder) = Decoder::from_frame(&frame) {
            drop(crate::collected(decoder.rows_allowing_truncation(Scale::Quarter)).unwrap());
        }
    }
}

#[test]
fn the_largest_picture_without_data_is_refused_fast_and_shown_in_bounded_time() {
    let mut file = include_bytes!("tiny.webp").to_vec();
    file[26..30].fill(0xff);
    let began = Instant::now();
    assert!(matches!(planes(&file, Scale::Eighth), Err(DecodeError::Truncated(_))));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let decoder = Decoder::new(&file).unwrap();
    assert_eq!((decoder.info().width, decoder.info().height), (16_383, 16_383));
    assert!(decoder.info().memory() < 1_000_000);
    let mut rows = decoder.rows_allowing_truncation(Scale::Eighth);
    while rows.next_strip().unwrap().is_some() {}
    assert!(rows.ending().truncated && began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn partitions_beyond_the_chunk_are_truncated() {
    let file = encoded((64, 200), &mut Random(15), |config| (config.method, config.partitions) = (1, 3));
    let first = usize::from(file[20] >> 5) | usize::from(file[21]) << 3 | usize::from(file[22]) << 11;
    let mut content = file.clone();
    content[30 + first..30 + first + 21].fill(0xff);
    assert!(matches!(planes(&content, Scale::Full), Err(DecodeError::Truncated(_))));
    // The first partition takes all.
    let mut content = file.clone();
    (content[20], content[21], content[22]) = (content[20] | 0xe0, 0xff, 0xff);
    assert!(matches!(planes(&content, Scale::Full), Err(DecodeError::Truncated(_))));
}

#[test]
fn chunks_without_end_are_passed_over_once() {
    let began = Instant::now();
    let content = [&b"RIFF\0\0\0\0WEBP"[..], &b"junk\0\0\0\0".repeat(1_000_000)].concat();
    assert!(matches!(Decoder::new(&content), Err(DecodeError::Malformed(_))));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
