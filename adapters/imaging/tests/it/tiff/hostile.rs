//! What is said of strips and tiles is not believed.

use std::time::{Duration, Instant};

use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::port::{ImageInfo, Rendered};

use super::build::Tiff;
use super::{DEFLATE, LZW};
use crate::{draw, inside, render_within};

fn rendered(content: &[u8], limits: &Limits) -> Result<(ImageInfo, Rendered), RenderError> {
    let began = Instant::now();
    let result = thumbgate_contract::run(render_within(content, &[inside(32, 32, OutputFormat::Png)], limits));
    assert!(began.elapsed() < Duration::from_secs(5), "{result:?}");
    result
}

#[test]
fn strips_beyond_the_end_are_truncated() {
    let scene = draw::scene(30, 30);
    let limits = Limits::default();
    for (tag, values) in [(273, vec![u64::from(u32::MAX)]), (273, vec![0]), (278, vec![3])] {
        let kind = if tag == 278 { 3 } else { 4 };
        let result = rendered(&Tiff::rgb(&scene).tag(tag, kind, &values).bytes(), &limits);
        assert!(matches!(result, Err(RenderError::Truncated(_))), "{tag} {values:?}: {result:?}");
    }
    let long = Tiff::rgb(&scene).packed(LZW, 2, false, (0, 30)).tag(279, 4, &[u64::from(u32::MAX)]);
    rendered(&long.bytes(), &limits).unwrap();
}

#[test]
fn strips_that_came_are_shown() {
    let scene = draw::noise(60, 60);
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    for (compression, chunk) in [(1, (0, 5)), (LZW, (0, 5)), (LZW, (0, 60)), (DEFLATE, (0, 60)), (DEFLATE, (20, 20))] {
        let whole = Tiff::rgb(&scene).packed(compression, 2, false, chunk);
        // A directory in front of its pixels is what a truncated file has: here, what follows the
        // first three quarters of the bytes is said to stand beyond the end.
        let all: usize = whole.chunks.iter().map(Vec::len).sum();
        let (mut at, mut places, mut lengths) = (0, Vec::new(), Vec::new());
        for chunk in &whole.chunks {
            let is_there = at + chunk.len() <= all * 3 / 4 || whole.chunks.len() == 1;
            places.push(if is_there { 16 + at as u64 } else { 100_000_000 });
            lengths.push(if whole.chunks.len() == 1 { chunk.len() as u64 * 3 / 4 } else { chunk.len() as u64 });
            at += chunk.len();
        }
        let tags = if chunk.0 == 0 { (273, 279) } else { (324, 325) };
        let cut = whole.clone().tag(tags.0, 4, &places).tag(tags.1, 4, &lengths).bytes();
        let name = format!("{compression} {chunk:?}");
        let result = rendered(&cut, &Limits::default());
        assert!(matches!(result, Err(RenderError::Truncated(_))), "{name}: {result:?}");
        let (_, shown) = rendered(&cut, &limits).unwrap();
        assert!(shown.truncated, "{name}");
        let picture = draw::decode_png(&shown.outputs[0].bytes);
        let expected = draw::decode_png(&rendered(&whole.bytes(), &limits).unwrap().1.outputs[0].bytes);
        assert_eq!(picture.mean(2, 1), expected.mean(2, 1), "{name}");
        assert_eq!(picture.mean(2, 4), [0, 0, 0, 255], "{name}");
    }
}

#[test]
fn enormous_tiles_and_pixels_are_refused() {
    let scene = draw::scene(30, 30);
    for (width, height) in [(1 << 31, 1 << 31), (1 << 31, 1), (u64::from(u32::MAX), 16), (16, 0)] {
        let tiff = Tiff::rgb(&scene).packed(LZW, 1, false, (16, 16)).tag(322, 4, &[width]).tag(323, 4, &[height]);
        let result = rendered(&tiff.bytes(), &Limits::default());
        assert!(matches!(result, Err(RenderError::Malformed(_) | RenderError::Limit(_))), "{width}: {result:?}");
    }
    // As high as one likes: what lies below the picture is not looked at.
    let high = Tiff::rgb(&scene).packed(1, 1, false, (30, 30)).tag(323, 4, &[1 << 31]);
    rendered(&high.bytes(), &Limits::default()).unwrap();
    for samples in [9, 65_535] {
        let result = rendered(&Tiff::rgb(&scene).tag(277, 3, &[samples]).bytes(), &Limits::default());
        assert!(matches!(result, Err(RenderError::Unsupported(_))), "{result:?}");
    }
    for (tag, value) in [(258, 0), (258, 65), (258, 65_535), (259, 34_712), (262, 32_845), (317, 9), (339, 6)] {
        let tiff = Tiff::rgb(&scene).packed(LZW, 1, false, (0, 30)).tag(tag, 3, &[value]);
        let result = rendered(&tiff.bytes(), &Limits::default());
        assert!(matches!(result, Err(RenderError::Unsupported(_))), "{tag} {value}: {result:?}");
    }
}

#[test]
fn many_small_tiles_take_little() {
    // Each of 250,000 tiles is the same one pixel.
    let one = Tiff::rgb(&draw::scene(1, 1)).packed(1, 1, false, (1, 1));
    let tiles = vec![16; 250_000];
    let many = one.tag(256, 4, &[500]).tag(257, 4, &[500]).tag(324, 4, &tiles).tag(325, 4, &vec![3; 250_000]);
    rendered(&many.bytes(), &Limits::default()).unwrap();
    let lzw = Tiff::rgb(&draw::scene(1, 1)).packed(LZW, 1, false, (1, 1));
    let many = lzw.tag(256, 4, &[200]).tag(257, 4, &[200]).tag(324, 4, &vec![16; 40_000]).tag(325, 4, &vec![9; 40_000]);
    rendered(&many.bytes(), &Limits::default()).unwrap();
}
