//! Lossy WebP made so much smaller that it is decoded in rows.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::shrink::Shrink;

use crate::draw::{self, Picture};
use crate::{inside, render, render_within};

fn small(content: &[u8], side: u32) -> Picture {
    let (_, rendered) = render(content, &[inside(side, side, OutputFormat::Png)]).unwrap();
    assert!(!rendered.truncated);
    draw::decode_png(&rendered.outputs[0].bytes)
}

/// The mean difference of samples.
fn apart(one: &Picture, other: &Picture) -> f64 {
    assert_eq!((one.width, one.height), (other.width, other.height));
    let pairs = one.pixels.as_flattened().iter().zip(other.pixels.as_flattened());
    let sum: u64 = pairs.map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / (one.pixels.len() * 4) as f64
}

#[test]
fn every_scale_gives_the_same_picture() {
    for (width, height) in [(640, 480), (637, 411), (403, 650)] {
        let scene = draw::scene(width, height);
        let (lossy, exact) = (draw::webp_lossy(&scene), draw::png(&scene));
        for side in [100, 50, 40, 25, 10] {
            let apart = apart(&small(&lossy, side), &small(&exact, side));
            assert!(apart < 2.0, "{width}x{height} to {side}: {apart}");
        }
    }
}

#[test]
fn a_slope_is_not_moved() {
    let slope = Picture::new(768, 640, |x, y| [(x / 3) as u8, (y * 2 / 5) as u8, 128, 255]);
    let (lossy, exact) = (draw::webp_lossy(&slope), draw::png(&slope));
    for side in [100, 50, 24] {
        let (found, expected) = (small(&lossy, side), small(&exact, side));
        // Half a sample would be 1 at 100 and 4 at 24.
        let off: i64 =
            found.pixels.iter().zip(&expected.pixels).map(|(one, two)| i64::from(one[0]) - i64::from(two[0])).sum();
        let off = off as f64 / found.pixels.len() as f64;
        assert!(off.abs() < 0.6, "{side}: {off}");
    }
}

#[test]
fn orientation_and_profile_hold_in_rows_too() {
    let scene = draw::scene(480, 320);
    let turned = draw::webp_extended(&scene, 0x08, &[], &[(b"EXIF", &draw::exif(6))]);
    let found = small(&turned, 48);
    assert_eq!((found.width, found.height), (32, 48));
    // The left lower quarter of what is stored comes to the left upper one.
    let [_, _, blue, _] = found.mean(1, 1);
    assert!(blue > 150, "{:?}", found.mean(1, 1));
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let wide = draw::webp_extended(&scene, 0x20, &[(b"ICCP", &profile)], &[]);
    assert!(apart(&small(&wide, 40), &small(&draw::webp_lossy(&scene), 40)) > 2.0);
}

#[test]
fn what_is_missing_is_grey_and_told() {
    let content = draw::webp_lossy(&draw::noise(640, 480));
    let half = &content[..content.len() / 2];
    let wanted = [inside(40, 40, OutputFormat::Png)];
    assert!(matches!(render(half, &wanted), Err(RenderError::Truncated(_))));
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    let (_, rendered) = thumbgate_contract::run(render_within(half, &wanted, &limits)).unwrap();
    assert!(rendered.truncated);
    let (found, whole) = (draw::decode_png(&rendered.outputs[0].bytes), small(&content, 40));
    assert_eq!(found.mean(0, 0), whole.mean(0, 0));
    // Grey of video's range.
    assert_eq!(found.mean(4, 4), [130, 130, 130, 255]);
}

#[test]
fn rows_take_the_same_however_many_they_are() {
    let taken = |content: &[u8], shrink: Shrink| {
        let info = render(content, &[inside(20, 20, OutputFormat::Png)]).unwrap().0;
        info.decode_bytes.at(shrink) - content.len() as u64
    };
    let [low, high] = [60, 3000].map(|height| draw::webp_lossy(&draw::scene(400, height)));
    assert_eq!(taken(&low, Shrink::Four), taken(&high, Shrink::Four));
    assert!(taken(&low, Shrink::Two) < taken(&high, Shrink::Two));
    // Where chunks come first, and where the picture may turn out to be transparent.
    let scene = draw::scene(400, 3000);
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    for file in [
        draw::webp_extended(&scene, 0, &[], &[]),
        draw::webp_extended(&scene, 0x20, &[(b"ICCP", &profile)], &[]),
        draw::webp_extended(&scene, 0x08, &[], &[(b"EXIF", &draw::exif(1))]),
    ] {
        assert_eq!(taken(&file, Shrink::Four), taken(&high, Shrink::Four));
    }
    let clear = Picture::new(400, 3000, |x, y| [x as u8, y as u8, 9, (x * y) as u8]);
    let clear = webp::Encoder::from_rgba(&clear.rgba(), 400, 3000).encode(50.0).to_vec();
    assert!(taken(&clear, Shrink::Four) > 8_000_000);
}

#[test]
fn bytes_are_the_same_on_every_machine() {
    let content = draw::webp_lossy(&draw::noise(331, 217));
    let (_, rendered) = render(&content, &[inside(40, 40, OutputFormat::Png)]).unwrap();
    assert_eq!(rendered.outputs[0].sha256_hex().get(..16).unwrap(), "f4efdda689121eba", "renew it with ENGINE_VERSION");
}
