//! Data that ends early, is damaged, or goes on behind the picture.

use std::io::{self, Read};

use jpeg_encoder::ColorType;
use thumbgate_jpeg::{DecodeError, Decoder, Scale};

use crate::{Random, drawing, encoded, planes, planes_of_what_is_there};

fn picture(progressive: bool) -> Vec<u8> {
    encoded((120, 90), ColorType::Ycbcr, &mut Random(7), |encoder| encoder.set_progressive(progressive))
}

#[test]
fn every_cut_is_noticed() {
    for progressive in [false, true] {
        let content = picture(progressive);
        for cut in (0..content.len() - 2).step_by(13) {
            let result = planes(&content[..cut], Scale::Full);
            let is_noticed = matches!(result, Err(DecodeError::Truncated(_) | DecodeError::Malformed(_)));
            assert!(is_noticed, "progressive {progressive}, {cut} of {}: {result:?}", content.len());
            if let Ok(ending) = planes_of_what_is_there(&content[..cut], Scale::Full) {
                assert!(ending.truncated, "{cut}");
            }
        }
    }
}

#[test]
fn an_end_marker_makes_no_half_picture_whole() {
    let content = picture(false);
    for tenth in 3..9 {
        let half = [&content[..content.len() * tenth / 10], b"\xff\xd9"].concat();
        assert!(matches!(planes(&half, Scale::Eighth), Err(DecodeError::Truncated(_))), "{tenth}");
    }
}

#[test]
fn what_is_missing_is_grey_and_what_is_there_is_shown() {
    let content = picture(false);
    let (whole, _) = planes(&content, Scale::Eighth).unwrap();
    let half = &content[..content.len() * 6 / 10];
    let mut rows = Decoder::new(half).unwrap().rows_allowing_truncation(Scale::Eighth).unwrap();
    let mut lightness = Vec::new();
    while let Some(strip) = rows.next_strip().unwrap() {
        lightness.extend(strip.rows(0).flatten().copied());
    }
    assert!(rows.ending().truncated);
    assert_eq!(lightness[..15], whole[0].samples[..15]);
    assert!(lightness.ends_with(&[128; 15]));
}

#[test]
fn what_follows_the_picture_is_never_asked_for() {
    let content = picture(false);
    let (expected, _) = planes(&content, Scale::Full).unwrap();
    for trailer in [&b""[..], b"\xff\xd9 and a film", b"\xff\xd9\xff\xd8\xff\xda", &[0xff; 300]] {
        let content = [&content[..content.len() - 2], trailer].concat();
        assert_eq!(planes(&content, Scale::Full).unwrap().0, expected);
    }
}

#[test]
fn damage_is_confined_to_its_interval() {
    let content = encoded((160, 160), ColorType::Luma, &mut Random(8), |encoder| encoder.set_restart_interval(20));
    let (whole, _) = planes(&content, Scale::Eighth).unwrap();
    let restarts: Vec<usize> =
        (0..content.len() - 1).filter(|at| content[*at] == 0xff && (0xd0..=0xd7).contains(&content[*at + 1])).collect();
    // The third row of blocks is overwritten with ones: no code is made of them alone.
    let mut damaged = content.clone();
    for byte in damaged[restarts[1] + 2..restarts[2]].chunks_mut(2) {
        byte.copy_from_slice(&[0xff, 0][..byte.len()]);
    }
    let mut rows = Decoder::new(&damaged[..]).unwrap().rows(Scale::Eighth).unwrap();
    let mut samples = Vec::new();
    while let Some(strip) = rows.next_strip().unwrap() {
        samples.extend(strip.rows(0).flatten().copied());
    }
    assert!(rows.ending().damaged && !rows.ending().truncated);
    let expected = &whole[0].samples;
    assert_eq!((&samples[..40], &samples[60..]), (&expected[..40], &expected[60..]));
    assert!(samples[40..60].contains(&128));
}

#[test]
fn a_lost_restart_costs_its_interval_only() {
    let content = encoded((160, 160), ColorType::Luma, &mut Random(9), |encoder| encoder.set_restart_interval(20));
    let (whole, _) = planes(&content, Scale::Eighth).unwrap();
    let restarts: Vec<usize> =
        (0..content.len() - 1).filter(|at| content[*at] == 0xff && (0xd0..=0xd7).contains(&content[*at + 1])).collect();
    // From the second restart up to the third, nothing is left.
    let lost = [&content[..restarts[1]], &content[restarts[2]..]].concat();
    let mut rows = Decoder::new(&lost[..]).unwrap().rows(Scale::Eighth).unwrap();
    let mut samples = Vec::new();
    while let Some(strip) = rows.next_strip().unwrap() {
        samples.extend(strip.rows(0).flatten().copied());
    }
    assert!(rows.ending().damaged);
    assert_eq!(samples[60..], whole[0].samples[60..]);
}

/// Counts what is asked of it, and fails at a place.
struct Counted<'a> {
    content: &'a [u8],
    asked: usize,
    fails_at: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.asked >= self.fails_at {
            return Err(io::Error::other("cut"));
        }
        let most = buffer.len().min(100);
        let count = self.content.get(self.asked..).unwrap_or_default().read(&mut buffer[..most])?;
        self.asked += count;
        Ok(count)
    }
}

#[test]
fn enough_of_a_progressive_picture_is_enough() {
    let mut random = Random(10);
    let pixels = drawing(400, 400, 3, &mut random);
    let mut content = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut content, 95);
    encoder.set_progressive(true);
    encoder.encode(&pixels, 400, 400, ColorType::Ycbcr).unwrap();
    let counted = Counted { content: &content, asked: 0, fails_at: usize::MAX };
    let rows = Decoder::new(counted).unwrap().rows(Scale::Eighth).unwrap();
    assert!(rows.ending().scans_left);
    let asked = rows.into_reader().asked;
    assert!(asked < content.len() / 4, "{asked} of {}", content.len());
}

#[test]
fn a_reader_that_fails_is_no_end() {
    let content = picture(false);
    for fails_at in [0, 1, 300, content.len() / 2, content.len() - 101] {
        let counted = Counted { content: &content, asked: 0, fails_at };
        let result = Decoder::new(counted).and_then(|decoder| {
            let mut rows = decoder.rows_allowing_truncation(Scale::Full)?;
            while rows.next_strip()?.is_some() {}
            Ok(())
        });
        assert!(matches!(result, Err(DecodeError::Read(_))), "{fails_at}: {result:?}");
    }
}
