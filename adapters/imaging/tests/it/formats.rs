//! Every source format gives its own pixels, and every output format can be read again.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::{OutputFormat, SourceFormat};
use thumbgate_core::geometry::{Fit, Gravity, Size};
use thumbgate_core::port::ColourModel;
use thumbgate_core::rendition::{Colour, Quality, Rendition};

use crate::draw::{self, Picture};
use crate::{inside, pixels, render};

fn same(content: &[u8], expected: &Picture, tolerance: u8) {
    let (info, found) = pixels(content);
    assert_eq!(info.stored, Size::new(expected.width, expected.height).unwrap());
    let difference = found.difference(expected);
    assert!(difference <= tolerance, "{}: off by {difference}", info.format);
}

/// A scene of few colours, of which a part is transparent.
fn few_colours(width: u32, height: u32) -> Picture {
    Picture::new(width, height, |x, y| match (x * 4 / width, y * 4 / height) {
        (0, 0) => [0, 0, 0, 0],
        (column, row) => [column as u8 * 60 + 10, row as u8 * 60 + 10, 90, 255],
    })
}

#[test]
fn lossless_sources_keep_their_very_pixels() {
    for (width, height) in [(1, 1), (7, 5), (64, 33), (301, 97)] {
        let scene = draw::scene(width, height);
        same(&draw::png(&scene), &scene, 0);
        same(&draw::bmp(&scene), &scene, 0);
        same(&draw::tiff(&scene, 1), &scene, 0);
        same(&draw::webp(&scene), &scene, 0);
        let few = few_colours(width.max(4), height.max(4));
        same(&draw::gif(&few), &few, 0);
        same(&draw::png(&few), &few, 0);
        same(&draw::webp(&few), &few, 0);
    }
}

#[test]
fn lossy_sources_stay_near_theirs() {
    let scene = draw::scene(160, 96);
    for (name, content) in [
        ("jpeg", draw::jpeg(&scene)),
        ("webp", draw::webp_lossy(&scene)),
        (
            "4:2:0",
            draw::jpeg_of(&scene, 95, |encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0)),
        ),
        (
            "4:2:0 scan by scan",
            draw::jpeg_of(&scene, 95, |encoder| {
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
                encoder.set_optimized_huffman_tables(true);
            }),
        ),
        (
            "4:1:1 scan by scan",
            draw::jpeg_of(&scene, 95, |encoder| {
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_1_1);
                encoder.set_optimized_huffman_tables(true);
            }),
        ),
        (
            "4:2:0 progressive",
            draw::jpeg_of(&scene, 95, |encoder| {
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
                encoder.set_progressive(true);
            }),
        ),
        (
            "4:4:4",
            draw::jpeg_of(&scene, 95, |encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4)),
        ),
        ("progressive", draw::jpeg_of(&scene, 95, |encoder| encoder.set_progressive(true))),
        ("restarts", draw::jpeg_of(&scene, 95, |encoder| encoder.set_restart_interval(3))),
    ] {
        let (info, found) = pixels(&content);
        assert_eq!(info.progressive, name.ends_with("progressive"));
        for (x, y) in (0..25).map(|nth| (nth % 5, nth / 5)) {
            let (one, two) = (found.mean(x, y), scene.mean(x, y));
            let off = one.into_iter().zip(two).map(|(one, two)| one.abs_diff(two)).max().unwrap();
            assert!(off < 6, "{name} at {x},{y}: {one:?} {two:?}");
        }
    }
}

#[test]
fn every_png_form_is_read() {
    use png::BitDepth::{Eight, One, Sixteen, Two};
    use png::ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
    for (colour, depth, data, trns, expected) in [
        (Grayscale, One, &[0b1000_0000, 0b0100_0000][..], None, [[255, 255, 255, 255], [0, 0, 0, 255]]),
        (Grayscale, Two, &[0b1001_0000, 0], None, [[170, 170, 170, 255], [85, 85, 85, 255]]),
        (Grayscale, Sixteen, &[0x80, 0x80, 0x12, 0x40, 0, 0, 0, 0], None, [[128, 128, 128, 255], [18, 18, 18, 255]]),
        (GrayscaleAlpha, Eight, &[9, 8, 7, 6, 0, 0, 0, 0], None, [[9, 9, 9, 8], [7, 7, 7, 6]]),
        (
            Rgb,
            Eight,
            &[1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0],
            Some(vec![0, 4, 0, 5, 0, 6]),
            [[1, 2, 3, 255], [4, 5, 6, 0]],
        ),
        (Rgba, Sixteen, &[0xff; 32], None, [[255; 4]; 2]),
        (Indexed, Two, &[0b0110_0000, 0], Some(vec![9, 77]), [[40, 50, 60, 77], [70, 80, 90, 255]]),
    ] {
        let content = draw::png_of(2, 2, colour, depth, data, |info| {
            info.trns = trns.map(Into::into);
            if colour == Indexed {
                info.palette = Some(vec![10, 20, 30, 40, 50, 60, 70, 80, 90].into());
            }
        });
        let (info, found) = pixels(&content);
        assert_eq!(found.pixels[..2], expected, "{colour:?} {depth:?}");
        assert_eq!(info.bit_depth, depth as u8);
        if colour == Indexed {
            assert_eq!(info.colour, ColourModel::Palette);
        }
    }
}

#[test]
fn a_gif_frame_lies_on_its_canvas() {
    let content = draw::gif_on(&few_colours(8, 8), (20, 12), (10, 6));
    let (info, found) = pixels(&content);
    assert!(info.alpha);
    assert_eq!((found.width, found.height), (20, 12));
    assert_eq!(found.pixels[0], [0, 0, 0, 0]);
    assert_eq!(found.pixels[11 * 20 + 17], [190, 130, 90, 255]);
}

#[test]
fn the_format_is_told_by_content() {
    let scene = draw::scene(40, 30);
    for (content, format) in [
        (draw::jpeg(&scene), SourceFormat::Jpeg),
        (draw::png(&scene), SourceFormat::Png),
        (draw::webp(&scene), SourceFormat::WebP),
        (draw::gif(&few_colours(40, 30)), SourceFormat::Gif),
        (draw::bmp(&scene), SourceFormat::Bmp),
        (draw::tiff(&scene, 1), SourceFormat::Tiff),
    ] {
        assert_eq!(render(&content, &[inside(10, 10, OutputFormat::Png)]).unwrap().0.format, format);
    }
}

#[test]
fn every_output_format_shows_the_picture() {
    let scene = draw::scene(400, 300);
    let formats: Vec<_> = thumbgate_imaging::encodable().collect();
    let renditions: Vec<_> = formats.iter().map(|format| inside(100, 100, *format)).collect();
    let (_, rendered) = render(&draw::png(&scene), &renditions).unwrap();
    for (format, output) in formats.into_iter().zip(rendered.outputs) {
        assert_eq!((output.format, output.size), (format, Size::new(100, 75).unwrap()));
        if format == OutputFormat::Avif {
            assert_eq!(&output.bytes[4..12], b"ftypavif");
            continue;
        }
        let (_, found) = pixels(&output.bytes);
        for (x, y) in [(0, 0), (4, 0), (0, 4), (4, 4)] {
            for (one, two) in found.mean(x, y).into_iter().zip(scene.mean(x, y)) {
                assert!(one.abs_diff(two) < 8, "{format} at {x},{y}: {:?} {:?}", found.mean(x, y), scene.mean(x, y));
            }
        }
    }
}

#[test]
#[cfg(not(feature = "avif"))]
fn a_format_that_is_not_built_in_is_named() {
    assert!(!thumbgate_imaging::can_encode(OutputFormat::Avif));
    match render(&draw::png(&draw::scene(8, 8)), &[inside(4, 4, OutputFormat::Avif)]) {
        Err(RenderError::Unsupported(text)) => assert!(text.contains("feature `avif`"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn quality_is_heeded() {
    let content = draw::png(&draw::noise(200, 200));
    for format in [OutputFormat::Jpeg, OutputFormat::WebP] {
        let of = |quality| {
            let quality = Quality::new(quality).unwrap();
            let rendition = Rendition { quality, ..inside(100, 100, format) };
            render(&content, &[rendition]).unwrap().1.outputs[0].bytes.len()
        };
        assert!(of(30) < of(60) && of(60) < of(95), "{format}");
    }
}

#[test]
fn transparency_is_kept_or_laid_on_the_background() {
    let content = draw::png(&few_colours(80, 80));
    let background = Colour { red: 10, green: 200, blue: 30 };
    let renditions = [OutputFormat::Png, OutputFormat::WebP, OutputFormat::Jpeg].map(|format| Rendition {
        background,
        quality: Quality::new(95).unwrap(),
        ..inside(40, 40, format)
    });
    let (_, rendered) = render(&content, &renditions).unwrap();
    assert_eq!(pixels(&rendered.outputs[0].bytes).1.pixels[0], [0, 0, 0, 0]);
    assert_eq!(pixels(&rendered.outputs[1].bytes).1.pixels[0][3], 0);
    let [red, green, blue, alpha] = pixels(&rendered.outputs[2].bytes).1.mean(0, 0);
    assert!(red.abs_diff(10) < 12 && green.abs_diff(200) < 12 && blue.abs_diff(30) < 12, "{red} {green} {blue}");
    assert_eq!(alpha, 255);
}

#[test]
fn contain_fills_its_box_with_background() {
    let background = Colour { red: 1, green: 2, blue: 3 };
    let rendition = Rendition { fit: Fit::Contain, background, ..inside(50, 50, OutputFormat::Png) };
    let (_, rendered) = render(&draw::png(&draw::scene(100, 50)), &[rendition]).unwrap();
    let found = draw::decode_png(&rendered.outputs[0].bytes);
    assert_eq!((found.width, found.height), (50, 50));
    assert_eq!((found.pixels[0], found.pixels[49 * 50]), ([1, 2, 3, 255], [1, 2, 3, 255]));
    assert!(found.pixels[15 * 50][0] > 150);
}

#[test]
fn attention_moves_the_crop_to_what_there_is_to_see() {
    let dull = Picture::new(400, 100, |x, y| {
        let in_patch = (340..370).contains(&x) && (30..60).contains(&y);
        if in_patch { [230, 30, 30, 255] } else { [120, 120, 120, 255] }
    });
    let cover = Rendition { fit: Fit::Cover, gravity: Gravity::Attention, ..inside(100, 100, OutputFormat::Png) };
    let centre = Rendition { gravity: Gravity::Center, ..cover.clone() };
    let (_, rendered) = render(&draw::png(&dull), &[cover, centre]).unwrap();
    let red = |output: usize| {
        let found = draw::decode_png(&rendered.outputs[output].bytes);
        assert_eq!((found.width, found.height), (100, 100));
        found.pixels.iter().filter(|pixel| pixel[0] > 200).count()
    };
    assert_eq!((red(0), red(1)), (900, 0));
}

#[test]
fn one_decode_serves_exact_and_scaled_renditions() {
    let few = few_colours(64, 64);
    let renditions = [inside(16, 16, OutputFormat::Png), inside(64, 64, OutputFormat::Png)];
    let (_, both) = render(&draw::png(&few), &renditions).unwrap();
    assert_eq!(draw::decode_png(&both.outputs[1].bytes), few);
    for (rendition, output) in renditions.into_iter().zip(both.outputs) {
        assert_eq!(render(&draw::png(&few), &[rendition]).unwrap().1.outputs, [output]);
    }
}

/// A BMP of this header (its length first) and of what follows it.
fn bmp_of(header_bytes: u32, size: (u32, u32), depth: u16, compression: u32, rest: &[u8], pixels: &[u8]) -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend((14 + header_bytes.max(40) + rest.len() as u32).to_le_bytes());
    bytes.extend([header_bytes, size.0, size.1].map(u32::to_le_bytes).concat());
    bytes.extend([1, 0]);
    bytes.extend(depth.to_le_bytes());
    bytes.extend(compression.to_le_bytes());
    bytes.resize(14 + header_bytes as usize, 0);
    bytes.extend(rest);
    bytes.extend(pixels);
    bytes
}

#[test]
fn rare_headers_of_bmp() {
    let [red, green, blue] = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
    let black = [0, 0, 0, 255];
    // OS/2: a run and three pixels of the lower row, one step up, and the end.
    let runs = [2, 0, 0, 255, 0, 3, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 0, 2, 0, 1, 1, 0, 255, 0, 0, 1];
    let content = bmp_of(64, (5, 2), 24, 4, &[], &runs);
    let lower = [red, red, green, blue, green];
    let upper = [black, black, black, black, black];
    let (_, found) = pixels(&content);
    assert_eq!(found.pixels[5..], lower);
    assert_eq!(found.pixels[..5], upper);
    let cut = &content[..content.len() - 20];
    let small = [inside(5, 2, OutputFormat::Png)];
    assert!(matches!(render(cut, &small), Err(RenderError::Truncated(_))));
    let limits = thumbgate_core::limits::Limits { allow_truncated: true, ..Default::default() };
    let (_, shown) = thumbgate_contract::run(crate::render_within(cut, &small, &limits)).unwrap();
    assert!(shown.truncated && draw::decode_png(&shown.outputs[0].bytes).pixels[5] == red);
    // OS/2 with a palette: two colours, a row of four pixels.
    let palette = [0, 0, 255, 0, 0, 255, 0, 0];
    let content = bmp_of(64, (4, 1), 1, 0, &palette, &[0b0101_0000, 0, 0, 0]);
    assert_eq!(pixels(&content).1.pixels, [red, green, red, green]);
    // Windows with four masks behind its header.
    let masks = [0xff_u32, 0xff00, 0x00ff_0000, 0xff00_0000].map(u32::to_le_bytes).concat();
    let content = bmp_of(40, (2, 1), 32, 6, &masks, &[255, 0, 0, 255, 0, 255, 0, 9]);
    assert_eq!(pixels(&content).1.pixels, [red, [0, 255, 0, 9]]);
}
