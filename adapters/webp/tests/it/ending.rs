//! Files that end early, and files that are something else.

use thumbgate_webp::{DecodeError, Decoder, Scale};

use crate::{Random, encoded, planes, planes_of_what_is_there};

#[test]
fn what_ends_early_is_told_and_shown_up_to_there() {
    let mut random = Random(6);
    for partitions in [0, 3] {
        let file = encoded((90, 200), &mut random, |config| {
            (config.quality, config.partitions, config.method) = (80.0, partitions, 2);
        });
        let whole = planes(&file, Scale::Full).unwrap();
        for cut in 0..file.len() - 1 {
            assert!(matches!(planes(&file[..cut], Scale::Full), Err(DecodeError::Truncated(_))), "{cut}");
        }
        let cut = &file[..file.len() * 9 / 10];
        let (found, ending) = planes_of_what_is_there(cut, Scale::Full).unwrap();
        assert!(ending.truncated);
        for (found, whole) in found.iter().zip(&whole) {
            assert_eq!(found.1.len(), whole.1.len());
            assert_eq!(found.1[..8 * found.0], whole.1[..8 * found.0]);
            assert_eq!(found.1[found.1.len() - 1], 128);
        }
    }
}

#[test]
fn a_whole_chunk_with_too_little_in_it_is_truncated() {
    let file = encoded((90, 200), &mut Random(7), |config| config.quality = 90.0);
    let frame = &crate::frame(&file)[..file.len() / 2];
    let rows = Decoder::from_frame(frame).unwrap().rows(Scale::Full).unwrap();
    assert_eq!(crate::collected(rows).unwrap_err(), DecodeError::Truncated("its last macroblock"));
}

#[test]
fn an_odd_chunk_may_lack_its_padding() {
    let mut random = Random(8);
    for _ in 0..20 {
        let mut file = encoded((30, 30), &mut random, |_| {});
        let length = u32::from_le_bytes(file[16..20].try_into().unwrap());
        let expected = planes(&file, Scale::Full).unwrap();
        file.truncate(20 + length as usize);
        assert_eq!(planes(&file, Scale::Full).unwrap(), expected);
    }
}

#[test]
fn everything_else_is_named() {
    let pixels = [9; 16 * 16 * 4];
    let clear = webp::Encoder::from_rgba(&[9; 16 * 16 * 4], 16, 16);
    let lossless = clear.encode_lossless().to_vec();
    assert_eq!(Decoder::new(&lossless).unwrap_err(), DecodeError::Unsupported("a lossless WebP"));
    let alpha = webp::Encoder::from_rgba(&pixels, 16, 16).encode(50.0).to_vec();
    assert_eq!(Decoder::new(&alpha).unwrap_err(), DecodeError::Unsupported("a WebP with transparency"));
    let mut canvas =
        [&b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2f\0\0\x1e\0\0"[..], &include_bytes!("tiny.webp")[12..]].concat();
    let result = Decoder::new(&canvas);
    assert_eq!(result.unwrap_err(), DecodeError::Malformed("the picture has another size than its canvas"));
    canvas[27] = 31;
    assert!(Decoder::new(&canvas).is_ok());
    canvas[20] = 2;
    assert_eq!(Decoder::new(&canvas).unwrap_err(), DecodeError::Unsupported("an animated WebP"));
    assert!(matches!(Decoder::new(b"RIFF\0\0\0\0WAVEfmt "), Err(DecodeError::Malformed(_))));
}
