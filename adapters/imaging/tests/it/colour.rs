//! Profiles, inks and greys come out as sRGB.

use moxcms::ColorProfile;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::port::ColourModel;

use crate::draw::{self, Picture};
use crate::{inside, pixels, render};

fn near(found: [u8; 4], expected: [u8; 4], tolerance: u8, what: &str) {
    let off = found.iter().zip(expected).map(|(one, two)| one.abs_diff(two)).max().unwrap();
    assert!(off <= tolerance, "{what}: {found:?} instead of {expected:?}");
}

fn flat(colour: [u8; 4]) -> Picture {
    Picture::new(32, 32, |_, _| colour)
}

/// A PNG whose profile is this one.
fn png_with_profile(picture: &Picture, profile: &[u8]) -> Vec<u8> {
    draw::png_of(picture.width, picture.height, png::ColorType::Rgba, png::BitDepth::Eight, &picture.rgba(), |info| {
        info.icc_profile = Some(profile.to_vec().into());
    })
}

#[test]
fn every_container_of_a_profile_is_read() {
    // By the matrices of CSS Color 4, Display P3 (200, 100, 50) is sRGB (215, 93, 31).
    let source = flat([200, 100, 50, 255]);
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let jpeg = draw::jpeg_of(&source, 95, |encoder| encoder.add_icc_profile(&profile).unwrap());
    let webp = draw::webp_extended(&source, 0x20, &[(b"ICCP", &profile)], &[]);
    for (content, tolerance) in [(png_with_profile(&source, &profile), 2), (jpeg, 5), (webp, 8)] {
        let (info, found) = pixels(&content);
        assert!(info.icc_profile, "{}", info.format);
        near(found.pixels[500], [215, 93, 31, 255], tolerance, info.format.as_str());
    }
}

#[test]
fn an_srgb_profile_keeps_exact_pixels() {
    let source = draw::scene(33, 21);
    let profile = ColorProfile::new_srgb().encode().unwrap();
    assert_eq!(pixels(&png_with_profile(&source, &profile)).1, source);
}

#[test]
fn a_bad_profile_is_no_reason_to_fail() {
    let source = draw::scene(33, 21);
    let good = ColorProfile::new_display_p3().encode().unwrap();
    for profile in [&good[..200], &good[..good.len() - 1], &[0xff; 300], b"x"] {
        let (_, found) = pixels(&png_with_profile(&source, profile));
        assert_eq!((found.width, found.height), (33, 21));
    }
}

#[test]
fn inks_come_out_as_what_they_absorb() {
    for (inks, colour) in [
        ([0, 0, 0, 0], [255, 255, 255, 255]),
        ([255, 0, 0, 0], [0, 255, 255, 255]),
        ([0, 255, 255, 0], [255, 0, 0, 255]),
        ([0, 0, 0, 128], [127, 127, 127, 255]),
    ] {
        let mut content = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut content, 98);
        encoder.encode(&inks.repeat(16 * 16), 16, 16, jpeg_encoder::ColorType::Cmyk).unwrap();
        let (info, found) = pixels(&content);
        assert_eq!(info.colour, ColourModel::Cmyk);
        near(found.pixels[100], colour, 4, &format!("{inks:?}"));
    }
}

#[test]
fn greys_stay_greys() {
    let mut jpeg = Vec::new();
    let grey: Vec<u8> = (0..64 * 64).map(|index| u8::try_from(index % 64 * 4).unwrap()).collect();
    jpeg_encoder::Encoder::new(&mut jpeg, 95).encode(&grey, 64, 64, jpeg_encoder::ColorType::Luma).unwrap();
    let (info, rendered) = render(&jpeg, &[inside(32, 32, OutputFormat::Jpeg)]).unwrap();
    assert_eq!(info.colour, ColourModel::Grey);
    assert_eq!(pixels(&rendered.outputs[0].bytes).0.colour, ColourModel::Grey);
    let (_, found) = pixels(&jpeg);
    assert!(found.pixels.iter().all(|[red, green, blue, _]| red == green && green == blue));
}

#[test]
fn a_linear_png_becomes_lighter() {
    let source = flat([55, 55, 55, 255]);
    let plain = draw::png(&source);
    let linear = draw::png_with(&plain, b"gAMA", &100_000_u32.to_be_bytes());
    near(pixels(&linear).1.pixels[0], [128, 128, 128, 255], 0, "gAMA 1.0");
    let usual = draw::png_with(&plain, b"gAMA", &45_455_u32.to_be_bytes());
    near(pixels(&usual).1.pixels[0], [55, 55, 55, 255], 0, "gAMA 0.45455");
}
