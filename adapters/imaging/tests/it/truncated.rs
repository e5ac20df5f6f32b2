//! Sources that end early, in every format and at every place.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;

use crate::draw::{self, Picture};
use crate::{inside, pixels, render, render_within};

fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let scene = draw::noise(120, 90);
    let few = Picture::new(120, 90, |x, y| [(x * 7 % 11) as u8 * 20, (y * 5 % 13) as u8 * 18, 9, 255]);
    vec![
        ("jpeg", draw::jpeg(&scene)),
        ("progressive", draw::jpeg_of(&scene, 90, |encoder| encoder.set_progressive(true))),
        ("png", draw::png(&scene)),
        ("webp", draw::webp(&scene)),
        ("lossy webp", draw::webp_lossy(&scene)),
        ("gif", draw::gif(&few)),
        ("bmp", draw::bmp(&scene)),
        ("tiff", draw::tiff(&scene, 1)),
    ]
}

#[test]
fn what_ends_early_is_truncated() {
    let small = [inside(32, 32, OutputFormat::Png)];
    for (name, content) in sources() {
        for tenth in 1..=9 {
            let cut = &content[..content.len() * tenth / 10];
            match render(cut, &small) {
                Err(RenderError::Truncated(_)) => {}
                // The second of two frames is nobody's business.
                Ok(_) if name == "gif" && tenth >= 5 => {}
                other => panic!("{name} cut to {tenth} tenths: {other:?}"),
            }
        }
    }
}

#[test]
fn what_is_there_is_shown_where_that_is_allowed() {
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    let small = [inside(32, 32, OutputFormat::Png)];
    for (name, content) in sources() {
        let whole = draw::decode_png(&render(&content, &small).unwrap().1.outputs[0].bytes);
        // The directory of this TIFF stands behind its pixels; what is left of a lossless WebP is
        // no picture.
        if matches!(name, "tiff" | "webp") {
            continue;
        }
        // Half of this GIF is its first frame's palette and half of its pixels.
        let cut = &content[..if name == "gif" { content.len() / 2 } else { content.len() * 3 / 4 }];
        let (_, rendered) = thumbgate_contract::run(render_within(cut, &small, &limits))
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(rendered.truncated, "{name}");
        let found = draw::decode_png(&rendered.outputs[0].bytes);
        // The upper third is there; a BMP's rows come from below.
        let row = if name == "bmp" { 4 } else { 0 };
        let (one, two) = (found.mean(2, row), whole.mean(2, row));
        let off = one.into_iter().zip(two).map(|(one, two)| one.abs_diff(two)).max().unwrap();
        assert!(off < 40, "{name}: {one:?} {two:?}");
    }
}

#[test]
fn a_jpeg_that_only_lacks_its_end_marker_is_whole() {
    let scene = draw::noise(120, 90);
    let content = draw::jpeg(&scene);
    let (_, expected) = pixels(&content);
    assert_eq!(pixels(&content[..content.len() - 2]).1, expected);
    let junk = [&content[..], b"appended by some camera \xff\xd8\xff\xd9"].concat();
    assert_eq!(pixels(&junk).1, expected);
}

#[test]
fn an_end_marker_makes_no_half_picture_whole() {
    let content = draw::jpeg(&draw::noise(120, 90));
    let small = [inside(32, 32, OutputFormat::Png)];
    let half = [&content[..content.len() / 2], b"\xff\xd9"].concat();
    let result = render(&half, &small);
    assert!(matches!(result, Err(RenderError::Truncated(_))), "{result:?}");
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    let (_, rendered) = thumbgate_contract::run(render_within(&half, &small, &limits)).unwrap();
    assert!(rendered.truncated);
    // One colour: the last rows take less than the decoder reads ahead.
    for size in [1, 8, 17, 400] {
        let flat = draw::jpeg(&Picture::new(size, size, |_, _| [9, 9, 9, 255]));
        assert!(!render(&flat, &small).unwrap().1.truncated);
    }
}
