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
        for stored_as in [jpeg_encoder::ColorType::Cmyk, jpeg_encoder::ColorType::CmykAsYcck] {
            let (info, found) = pixels(&cmyk_jpeg(inks, stored_as));
            assert_eq!(info.colour, ColourModel::Cmyk);
            near(found.pixels[100], colour, 4, &format!("{inks:?} as {stored_as:?}"));
        }
    }
}

/// Inks of one colour as a JPEG in Adobe's way, which stores 255 for no ink.
fn cmyk_jpeg(inks: [u8; 4], stored_as: jpeg_encoder::ColorType) -> Vec<u8> {
    let mut content = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut content, 98);
    encoder.encode(&inks.repeat(16 * 16), 16, 16, stored_as).unwrap();
    content
}

/// A JPEG of inks as the only strip of a TIFF (compression 7, photometric interpretation 5).
fn cmyk_tiff(strip: &[u8]) -> Vec<u8> {
    let bytes = u32::try_from(strip.len()).unwrap();
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 3, 1, 16),
        (257, 3, 1, 16),
        (258, 3, 4, 122),
        (259, 3, 1, 7),
        (262, 3, 1, 5),
        (273, 4, 1, 130),
        (277, 3, 1, 4),
        (278, 3, 1, 16),
        (279, 4, 1, bytes),
    ];
    let mut file = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend([8, 0, 8, 0, 8, 0, 8, 0]);
    assert_eq!(file.len(), 130);
    file.extend_from_slice(strip);
    file
}

#[test]
fn inks_in_a_tiff_are_not_adobes() {
    for (inks, colour) in [([0, 0, 0, 0], [255, 255, 255, 255]), ([255, 0, 0, 0], [0, 255, 255, 255])] {
        // TIFF stores 0 for no ink: the other way round, in a JPEG strip too.
        let (info, found) = pixels(&cmyk_tiff(&cmyk_jpeg(inks.map(|ink| 255 - ink), jpeg_encoder::ColorType::Cmyk)));
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

#[test]
fn pngs_say_their_colours_in_many_ways() {
    // By the matrices of CSS Color 4, Display P3 (200, 100, 50) is sRGB (215, 93, 31).
    let plain = draw::png(&flat([200, 100, 50, 255]));
    let wide = [215, 93, 31, 255];
    let with = |chunks: &[(&[u8; 4], &[u8])]| {
        let content = chunks.iter().fold(plain.clone(), |png, (kind, content)| draw::png_with(&png, kind, content));
        pixels(&content).1.pixels[0]
    };
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let mut profile = b"p3\0\0".to_vec();
    profile.extend(miniz(&p3));
    let places = |numbers: [u32; 8]| numbers.map(u32::to_be_bytes).concat();
    let p3_places = places([31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000]);
    let srgb_places = places([31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]);
    let gamma = 45_455_u32.to_be_bytes();
    near(with(&[(b"cICP", &[12, 13, 0, 1])]), wide, 2, "numbers");
    near(with(&[(b"iCCP", &profile)]), wide, 2, "a profile");
    near(with(&[(b"cHRM", &p3_places), (b"gAMA", &gamma)]), wide, 2, "places and gamma");
    // The numbers come first, then the profile.
    near(with(&[(b"cICP", &[1, 13, 0, 1]), (b"iCCP", &profile)]), [200, 100, 50, 255], 0, "sRGB in numbers");
    near(with(&[(b"iCCP", &profile), (b"cHRM", &srgb_places), (b"gAMA", &gamma)]), wide, 2, "a profile first");
    for (name, chunks) in
        [("half a range", [(b"cICP", &[12, 13, 0, 0][..])]), ("places alone", [(b"cHRM", &p3_places)])]
    {
        near(with(&chunks), [200, 100, 50, 255], 0, name);
    }
    near(with(&[(b"cHRM", &srgb_places), (b"gAMA", &gamma)]), [200, 100, 50, 255], 0, "sRGB's places");
    near(with(&[(b"cHRM", &places([0; 8])), (b"gAMA", &gamma)]), [200, 100, 50, 255], 0, "no places");
    // 1,000 cd/m² in PQ is white.
    let bright = draw::png_with(&draw::png(&flat([192, 192, 192, 255])), b"cICP", &[9, 16, 0, 1]);
    near(pixels(&bright).1.pixels[0], [255; 4], 2, "PQ");
}

fn miniz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
