//! TIFF in its many forms: packed here or by `tiff`, and compared with what was drawn.

mod build;
mod hostile;

use thumbgate_core::port::ColourModel;

use self::build::Tiff;
use crate::draw::{self, Picture};
use crate::pixels;

const NONE: u64 = 1;
const LZW: u64 = 5;
const DEFLATE: u64 = 8;
const PACK_BITS: u64 = 32_773;

fn same(tiff: &Tiff, expected: &Picture, tolerance: u8, name: &str) {
    for big in [false, true] {
        let (_, found) = pixels(&Tiff { big, ..tiff.clone() }.bytes());
        let difference = found.difference(expected);
        assert!(difference <= tolerance, "{name}, big {big}: off by {difference}");
    }
}

/// Eight TIFFs that take different ways through the decoder.
pub(crate) fn kinds(scene: &Picture) -> Vec<Vec<u8>> {
    let jpeg = draw::jpeg(scene);
    let strip = Tiff { chunks: vec![jpeg.clone()], ..Tiff::new(scene.width, scene.height, 3, 8, 6, Vec::new()) };
    let shared = Tiff::new(scene.width, scene.height, 3, 8, 6, vec![99; (scene.width * scene.height * 3 / 2) as usize]);
    let fax = Tiff::new(scene.width, scene.height, 1, 1, 0, jpeg);
    let rgb = Tiff::rgb(scene);
    [
        rgb.clone().packed(LZW, 2, false, (16, 16)),
        Tiff { little: false, big: true, ..rgb.clone() }.packed(DEFLATE, 2, true, (0, 7)),
        rgb.deep(12),
        rgb.float(32).tag(317, 3, &[3]).tag(259, 3, &[PACK_BITS]),
        strip.clone().tag(259, 3, &[7]),
        strip.tag(259, 3, &[6]).tag(513, 4, &[16]),
        shared.tag(530, 3, &[2, 2]),
        fax.tag(259, 3, &[3]).tag(292, 4, &[1]),
    ]
    .map(|tiff| tiff.bytes())
    .to_vec()
}

#[test]
fn strips_and_tiles_of_every_compression() {
    let scene = draw::scene(75, 41);
    for compression in [NONE, LZW, DEFLATE, PACK_BITS] {
        for predictor in [1, 2] {
            if predictor == 2 && matches!(compression, NONE | PACK_BITS) {
                continue;
            }
            for planar in [false, true] {
                for chunk in [(0, 41), (0, 7), (16, 16), (128, 64)] {
                    for little in [true, false] {
                        let tiff = Tiff { little, ..Tiff::rgb(&scene) };
                        let tiff = tiff.packed(compression, predictor, planar, chunk);
                        same(&tiff, &scene, 0, &format!("{compression} {predictor} {planar} {chunk:?} {little}"));
                    }
                }
            }
        }
    }
}

#[test]
fn samples_of_every_depth() {
    let scene = draw::scene(33, 9);
    let grey = Picture::new(33, 9, |x, y| [(x * 7 + y) as u8, (x * 7 + y) as u8, (x * 7 + y) as u8, 255]);
    for bits in [9, 10, 12, 13, 14, 16, 20, 24, 32, 48, 64] {
        for little in [true, false] {
            same(&Tiff { little, ..Tiff::rgb(&scene) }.deep(bits), &scene, 1, &format!("{bits} bits, {little}"));
            same(&Tiff { little, ..Tiff::grey(&grey) }.deep(bits), &grey, 1, &format!("grey of {bits} bits, {little}"));
        }
    }
    for bits in 1..8 {
        let max = (1_u32 << bits) - 1;
        let coarse = |sample: u8| ((u32::from(sample) * max + 127) / 255 * 255 / max) as u8;
        let expected = Picture { pixels: grey.pixels.iter().map(|pixel| pixel.map(coarse)).collect(), ..grey.clone() };
        same(&Tiff::grey(&grey).shallow(bits), &expected, 1, &format!("{bits} bits"));
    }
}

#[test]
fn numbers_with_a_sign_and_with_a_point() {
    let scene = draw::scene(20, 12);
    for little in [true, false] {
        let tiff = Tiff { little, ..Tiff::rgb(&scene) };
        for bits in [8, 16, 32] {
            same(&tiff.signed(bits), &scene, 1, &format!("signed, {bits} bits"));
        }
        for bits in [32, 64] {
            same(&tiff.float(bits), &scene, 0, &format!("floats of {bits} bits"));
        }
    }
    // Halves: 0, 0.5, 1.
    let halves = Tiff::new(3, 1, 1, 16, 1, vec![0, 0, 0, 0x38, 0, 0x3c]).tag(339, 3, &[3]);
    let found = pixels(&halves.bytes()).1;
    assert_eq!(found.pixels.iter().map(|pixel| pixel[0]).collect::<Vec<_>>(), [0, 128, 255]);
}

#[test]
fn differences_of_colour_that_pixels_share() {
    // One unit of 2 by 2: white, black, grey and red's lightness, no colour; behind it a red one.
    let data = vec![255, 0, 128, 76, 128, 128, 76, 76, 76, 76, 85, 255];
    let chunky = Tiff::new(4, 2, 3, 8, 6, data).tag(530, 3, &[2, 2]);
    let (_, found) = pixels(&chunky.bytes());
    let grey = |value| [value, value, value, 255];
    let red = [254, 0, 0, 255];
    assert_eq!(found.pixels, [grey(255), grey(0), red, red, grey(128), grey(76), red, red]);
    let planes = Tiff { chunks: vec![vec![255, 0, 76, 76, 128, 76, 76, 76], vec![128, 85], vec![128, 255]], ..chunky };
    assert_eq!(pixels(&planes.tag(284, 3, &[2]).bytes()).1.pixels, found.pixels);
    // Of the range of television, with weights that mean nothing.
    let narrow = Tiff::new(2, 1, 3, 8, 6, vec![235, 128, 128, 16, 128, 128])
        .tag(530, 3, &[1, 1])
        .tag(529, 4, &[0, 0, 0])
        .tag(532, 4, &[16, 235, 128, 240, 128, 240]);
    assert_eq!(pixels(&narrow.bytes()).1.pixels, [grey(255), grey(0)]);
}

#[test]
fn lab_is_brought_to_srgb() {
    // sRGB's red, and white: with signs, as ICC has it, and in 16 bits.
    let red = [255, 0, 0, 255];
    for (meaning, bits, data) in [
        (8, 8, vec![138, 81, 70, 255, 0, 0]),
        (9, 8, vec![138, 209, 198, 255, 128, 128]),
        (8, 16, vec![0, 138, 0, 81, 0, 70, 255, 255, 0, 0, 0, 0]),
    ] {
        let (info, found) = pixels(&Tiff::new(2, 1, 3, bits, meaning, data).bytes());
        assert_eq!(info.colour, ColourModel::Rgb);
        let off = |nth: usize, colour: [u8; 4]| {
            found.pixels[nth].iter().zip(colour).map(|(one, two)| one.abs_diff(two)).max().unwrap()
        };
        assert!(off(0, red) <= 2 && off(1, [255; 4]) <= 1, "{meaning} {bits}: {:?}", found.pixels);
    }
}

#[test]
fn what_is_not_said_is_guessed() {
    let scene = draw::scene(9, 5);
    same(&Tiff::rgb(&scene).without(262), &scene, 0, "no photometric interpretation");
    same(&Tiff::rgb(&scene).without(278).without(279), &scene, 0, "no rows, no lengths");
    same(&Tiff::rgb(&scene).tag(278, 3, &[0]), &scene, 0, "strips of no rows");
    // Lengths of strips without compression are not believed.
    same(&Tiff::rgb(&scene).tag(279, 4, &[3]), &scene, 0, "short strips");
}

#[test]
fn opacity_palettes_and_inks() {
    let half = Picture::new(2, 1, |x, _| if x == 0 { [200, 100, 50, 128] } else { [0; 4] });
    let associated = Tiff::new(2, 1, 4, 8, 2, vec![100, 50, 25, 128, 0, 0, 0, 0]).tag(338, 3, &[1]);
    same(&associated, &half, 1, "associated");
    same(&Tiff::new(2, 1, 4, 8, 2, half.rgba()).tag(338, 3, &[2]), &half, 0, "plain");
    let greys = Tiff::new(2, 1, 2, 8, 0, vec![55, 255, 0, 0]).tag(338, 3, &[2]);
    let expected = Picture::new(2, 1, |x, _| if x == 0 { [200, 200, 200, 255] } else { [255, 255, 255, 0] });
    assert_eq!(pixels(&greys.bytes()).1.pixels[0], expected.pixels[0]);
    // Colours of 16 bits, and some that are of 8.
    for factor in [257, 1] {
        let colours: Vec<u64> = [10, 20, 30, 40, 50, 60].map(|colour| colour * factor).to_vec();
        let palette = Tiff::new(2, 1, 1, 1, 3, vec![0b0100_0000]).tag(320, 3, &colours);
        assert_eq!(pixels(&palette.bytes()).1.pixels, [[10, 30, 50, 255], [20, 40, 60, 255]]);
    }
    let inks = Tiff::new(2, 1, 4, 8, 5, vec![0, 0, 0, 0, 255, 0, 0, 0]);
    assert_eq!(pixels(&inks.bytes()).1.pixels, [[255; 4], [0, 255, 255, 255]]);
}

#[test]
fn jpegs_in_strips() {
    let scene = draw::scene(64, 48);
    let whole = draw::jpeg_of(&scene, 95, |encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0));
    let (_, expected) = pixels(&whole);
    let near = |tiff: &Tiff, name: &str| {
        let (_, found) = pixels(&tiff.bytes());
        for (x, y) in (0..25).map(|nth| (nth % 5, nth / 5)) {
            let (one, two) = (found.mean(x, y), expected.mean(x, y));
            let off = one.into_iter().zip(two).map(|(one, two)| one.abs_diff(two)).max().unwrap();
            assert!(off < 4, "{name} at {x},{y}: {one:?} {two:?}");
        }
    };
    let one = Tiff { chunks: vec![whole.clone()], ..Tiff::new(64, 48, 3, 8, 6, Vec::new()) };
    near(&one.clone().tag(259, 3, &[7]), "new");
    // The tables in a tag, as libtiff writes them.
    let scan = whole.windows(2).position(|two| two == [0xff, 0xda]).unwrap();
    let frame = whole.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    let length = 2 + usize::from(u16::from_be_bytes([whole[frame + 2], whole[frame + 3]]));
    let tables = [&whole[..frame], &whole[frame + length..scan], b"\xff\xd9"].concat();
    let rest = [b"\xff\xd8", &whole[frame..frame + length], &whole[scan..]].concat();
    let numbers: Vec<u64> = tables.iter().copied().map(u64::from).collect();
    near(&Tiff { chunks: vec![rest], ..one.clone() }.tag(259, 3, &[7]).tag(347, 7, &numbers), "tables");
    // The old way: the whole JPEG stands where a tag says; the first chunk is the first thing here.
    near(&one.clone().tag(259, 3, &[6]).tag(513, 4, &[16]), "old");
    // Older: its tables stand all over the file.
    near(&old_tables(&whole), "older");
}

/// An old JPEG, taken apart: quantisation, codes and the scan's bytes.
fn old_tables(jpeg: &[u8]) -> Tiff {
    let (mut at, mut quantisation, mut codes) = (2, Vec::new(), [Vec::new(), Vec::new()]);
    let mut before = Vec::new();
    loop {
        let (marker, length) = (jpeg[at + 1], usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]])));
        let mut content = &jpeg[at + 4..at + 2 + length];
        at += 2 + length;
        match marker {
            0xdb => {
                while let [_, rest @ ..] = content {
                    quantisation.push(16 + before.len() as u64);
                    before.extend(&rest[..64]);
                    content = &rest[64..];
                }
            }
            0xc4 => {
                while let [class, rest @ ..] = content {
                    let length = 16 + rest[..16].iter().copied().map(usize::from).sum::<usize>();
                    codes[usize::from(class >> 4)].push(16 + before.len() as u64);
                    before.extend(&rest[..length]);
                    content = &rest[length..];
                }
            }
            0xda => break,
            _ => {}
        }
    }
    // Chunks begin behind the header, so that these tables are where they are said to be; the
    // third component shares the second one's.
    let three = |places: &[u64]| [places[0], places[1], places[1]];
    let strip = 16 + before.len() as u64;
    let tiff = Tiff { chunks: vec![[&before, &jpeg[at..]].concat()], ..Tiff::new(64, 48, 3, 8, 6, Vec::new()) };
    tiff.tag(259, 3, &[6])
        .tag(512, 3, &[1])
        .tag(519, 4, &three(&quantisation))
        .tag(520, 4, &three(&codes[0]))
        .tag(521, 4, &three(&codes[1]))
        .tag(530, 3, &[2, 2])
        .tag(273, 4, &[strip])
        .tag(279, 4, &[(jpeg.len() - at) as u64])
}
