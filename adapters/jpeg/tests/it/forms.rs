//! The forms that files come in.

use jpeg_encoder::{ColorType, SamplingFactor};
use thumbgate_jpeg::{ColourSpace, Decoder, Process, Scale};

use crate::{Random, encoded, planes};

const HUFFMAN: &[u8] = include_bytes!("huffman.jpg");
const REFINED: &[u8] = include_bytes!("refined.jpg");

/// Where a marker stands.
fn position(content: &[u8], marker: u8) -> usize {
    content.windows(2).position(|pair| pair == [0xff, marker]).unwrap()
}

#[test]
fn the_arithmetic_coder_gives_the_same_picture() {
    let arithmetic = include_bytes!("arithmetic.jpg");
    let progressive = include_bytes!("arithmetic-progressive.jpg");
    assert!(Decoder::new(&arithmetic[..]).unwrap().info().arithmetic);
    for scale in Scale::ALL {
        assert_eq!(planes(arithmetic, scale).unwrap().0, planes(HUFFMAN, scale).unwrap().0, "{scale:?}");
        assert_eq!(planes(progressive, scale).unwrap().0, planes(REFINED, scale).unwrap().0, "{scale:?}");
    }
}

#[test]
fn scans_of_one_component_each_give_the_same_picture() {
    let mut random = Random(4);
    for sampling in [SamplingFactor::R_4_4_4, SamplingFactor::R_4_2_0, SamplingFactor::R_4_1_1] {
        for (width, height) in [(33, 17), (64, 64), (5, 70)] {
            let mut form = |optimised| {
                random.0 = 4;
                encoded((width, height), ColorType::Ycbcr, &mut random, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_optimized_huffman_tables(optimised);
                })
            };
            // This encoder writes a scan a component when it optimises.
            let (together, apart) = (form(false), form(true));
            assert!(Decoder::new(&apart[..]).unwrap().info().buffered);
            for scale in Scale::ALL {
                assert_eq!(planes(&together, scale).unwrap().0, planes(&apart, scale).unwrap().0);
            }
        }
    }
    let (_, ending) = planes(include_bytes!("one-scan-each.jpg"), Scale::Full).unwrap();
    assert!(!ending.truncated && !ending.scans_left);
}

#[test]
fn refined_scans_are_read_only_as_far_as_they_matter() {
    let info = Decoder::new(REFINED).unwrap().info().clone();
    assert_eq!((info.process, info.colour_space, info.buffered), (Process::Progressive, ColourSpace::YCbCr, true));
    for scale in Scale::ALL {
        let (_, ending) = planes(REFINED, scale).unwrap();
        // The last bits of the mean come before the last bits of everything else.
        assert_eq!(ending.scans_left, scale == Scale::Eighth, "{scale:?}");
    }
}

#[test]
fn fill_bytes_and_junk_between_segments_are_passed_over() {
    let (expected, _) = planes(HUFFMAN, Scale::Full).unwrap();
    let at = position(HUFFMAN, 0xdb);
    for junk in [&b"\xff\xff\xff"[..], b"junk", b"\xff\0\xff\0", b"\xff\xfe\0\x06abcd", b"\xff\x01"] {
        let content = [&HUFFMAN[..at], junk, &HUFFMAN[at..]].concat();
        assert_eq!(planes(&content, Scale::Full).unwrap().0, expected, "{junk:?}");
    }
}

#[test]
fn a_number_of_lines_behind_the_scan_is_found() {
    let (expected, _) = planes(HUFFMAN, Scale::Full).unwrap();
    let frame = position(HUFFMAN, 0xc0);
    let mut content = HUFFMAN.to_vec();
    content[frame + 5..frame + 7].fill(0);
    assert!(Decoder::new(&content[..]).is_err());
    let end = content.len() - 2;
    content.splice(end..end, *b"\xff\xdc\0\x04\0\x18");
    assert_eq!(Decoder::new(&content[..]).unwrap().info().height, 24);
    assert_eq!(planes(&content, Scale::Full).unwrap().0, expected);
}

#[test]
fn components_mean_what_segments_and_names_say() {
    let mut random = Random(5);
    let space = |content: &[u8]| Decoder::new(content).unwrap().info().colour_space;
    assert_eq!(space(&encoded((9, 9), ColorType::Luma, &mut random, |_| {})), ColourSpace::Grey);
    assert_eq!(space(&encoded((9, 9), ColorType::Cmyk, &mut random, |_| {})), ColourSpace::Cmyk);
    assert_eq!(space(&encoded((9, 9), ColorType::CmykAsYcck, &mut random, |_| {})), ColourSpace::Ycck);
    assert_eq!(space(HUFFMAN), ColourSpace::YCbCr);
    // Without JFIF's segment, Adobe's transform decides, and then the components' names.
    let plain = [&HUFFMAN[..2], &HUFFMAN[position(HUFFMAN, 0xdb)..]].concat();
    let adobe = |transform: u8| {
        let segment = [b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0", &[transform][..]].concat();
        [&plain[..2], &segment, &plain[2..]].concat()
    };
    assert_eq!(
        (space(&plain), space(&adobe(0)), space(&adobe(1))),
        (ColourSpace::YCbCr, ColourSpace::Rgb, ColourSpace::YCbCr)
    );
}

#[test]
fn what_is_not_decoded_is_named() {
    for (marker, name) in [(0xc3, "lossless"), (0xc5, "hierarchical"), (0xcb, "lossless")] {
        let mut content = HUFFMAN.to_vec();
        let frame = position(HUFFMAN, 0xc0);
        content[frame + 1] = marker;
        let error = Decoder::new(&content[..]).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
    let mut content = HUFFMAN.to_vec();
    content[position(HUFFMAN, 0xc0) + 4] = 16;
    assert_eq!(Decoder::new(&content[..]).unwrap_err().to_string(), "a JPEG of 16 bits a sample is not decoded");
}

#[test]
fn the_size_of_a_picture_does_not_change_what_rows_take() {
    let memory = |height| {
        let content = encoded((640, height), ColorType::Ycbcr, &mut Random(6), |_| {});
        Decoder::new(&content[..]).unwrap().info().memory(Scale::Quarter)
    };
    assert_eq!(memory(16), memory(1600));
}
