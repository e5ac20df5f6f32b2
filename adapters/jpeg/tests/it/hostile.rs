//! Bytes that somebody has made up.

use std::time::{Duration, Instant};

use jpeg_encoder::ColorType;
use thumbgate_jpeg::{DecodeError, Decoder, Scale};

use crate::{Random, SAMPLINGS, encoded, planes, planes_of_what_is_there};

fn sources() -> Vec<Vec<u8>> {
    let mut random = Random(11);
    let mut sources: Vec<Vec<u8>> = vec![
        include_bytes!("arithmetic.jpg").to_vec(),
        include_bytes!("arithmetic-progressive.jpg").to_vec(),
        include_bytes!("refined.jpg").to_vec(),
        include_bytes!("one-scan-each.jpg").to_vec(),
    ];
    for round in 0..8 {
        sources.push(encoded((40, 33), ColorType::Ycbcr, &mut random, |encoder| {
            encoder.set_sampling_factor(SAMPLINGS[round % 7]);
            encoder.set_progressive(round % 2 == 0);
            encoder.set_restart_interval(round as u16);
        }));
    }
    sources
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

/// `THUMBGATE_JPEG_RANDOM` multiplies the rounds.
fn rounds(count: u32) -> u32 {
    count * std::env::var("THUMBGATE_JPEG_RANDOM").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn altered_bytes() {
    let mut random = Random(12);
    for source in sources() {
        for _ in 0..rounds(250) {
            let mut content = source.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(content.len() as u32) as usize;
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
    for _ in 0..rounds(2000) {
        let (one, other) = (&sources[random.below(12) as usize], &sources[random.below(12) as usize]);
        let (cut, start) = (random.below(one.len() as u32) as usize, random.below(other.len() as u32) as usize);
        survives(&[&one[..cut], &other[start..]].concat(), Scale::ALL[random.below(4) as usize]);
    }
}

#[test]
fn nothing_but_noise() {
    let mut random = Random(14);
    for _ in 0..rounds(500) {
        let mut content = vec![0xff, 0xd8];
        content.extend((0..random.below(600)).map(|_| random.next() as u8));
        survives(&content, Scale::Eighth);
    }
}

/// A progressive picture whose first scan comes many times.
fn bomb(scans: usize) -> Vec<u8> {
    let content = encoded((512, 512), ColorType::Luma, &mut Random(15), |encoder| encoder.set_progressive(true));
    let starts: Vec<usize> = (0..content.len()).filter(|at| content[*at..].starts_with(&[0xff, 0xda])).collect();
    [&content[..starts[0]], &content[starts[0]..starts[1]].repeat(scans), &content[starts[1]..]].concat()
}

#[test]
fn scans_without_end_are_refused_fast() {
    // Not one of them brings anything: its data is missing.
    let content = encoded((64, 64), ColorType::Luma, &mut Random(16), |encoder| encoder.set_progressive(true));
    let start = content.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    let component = content[start + 5];
    let empty = [&content[..start], &[0xff, 0xda, 0, 8, 1, component, 0, 1, 5, 0].repeat(10_000)].concat();
    for content in [empty, bomb(10_000)] {
        let began = Instant::now();
        let result = planes(&content, Scale::Full);
        assert!(matches!(result, Err(DecodeError::Limit(_))), "{result:?}");
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
}

#[test]
fn the_largest_header_takes_no_memory_yet() {
    let mut content = include_bytes!("refined.jpg").to_vec();
    let frame = content.windows(2).position(|pair| pair == [0xff, 0xc2]).unwrap();
    content[frame + 5..frame + 9].fill(0xff);
    let decoder = Decoder::new(&content[..]).unwrap();
    assert!(decoder.info().memory(Scale::Full) > 20_000_000_000);
    assert!(decoder.info().memory(Scale::Eighth) < 500_000_000);
}

#[test]
fn segments_without_end_are_read_once() {
    let comments = [&b"\xff\xd8"[..], &b"\xff\xfe\0\x02".repeat(2_000_000)].concat();
    let tables = [&b"\xff\xd8"[..], &[&b"\xff\xc4\0\x13\0"[..], &[0; 16]].concat().repeat(200_000)].concat();
    let fills = [&b"\xff\xd8"[..], &[0xff; 8_000_000]].concat();
    for content in [comments, tables, fills] {
        let began = Instant::now();
        assert!(Decoder::new(&content[..]).is_err());
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}
