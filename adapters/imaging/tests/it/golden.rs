//! The same source and plan give the same bytes, on every machine, until the version says so.
//!
//! When a line differs, bytes have changed: raise `ENGINE_VERSION` and put the new line here.

use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::{Fit, Gravity};
use thumbgate_core::rendition::{Quality, Rendition};
use thumbgate_imaging::ENGINE_VERSION;

use crate::draw::{self, Picture};
use crate::{inside, render};

const VERSION: &str = "imaging-2";

/// Source, rendition, and the first 16 digits of the output's SHA-256.
const GOLDEN: &str = include_str!("golden.txt");

fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let scene = draw::noise(331, 217);
    let clear = Picture::new(120, 90, |x, y| [x as u8 * 2, y as u8 * 2, 200, (x * 2) as u8]);
    let few = Picture::new(120, 90, |x, y| [(x * 7 % 11) as u8 * 20, (y * 5 % 13) as u8 * 18, 9, 255]);
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    vec![
        (
            "jpeg 4:2:0",
            draw::jpeg_of(&scene, 85, |encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0)),
        ),
        (
            "jpeg progressive turned",
            draw::jpeg_of(&scene, 90, |encoder| {
                encoder.set_progressive(true);
                encoder.add_exif_metadata(&draw::exif(6)).unwrap();
            }),
        ),
        ("jpeg p3", draw::jpeg_of(&scene, 90, |encoder| encoder.add_icc_profile(&profile).unwrap())),
        ("png clear", draw::png(&clear)),
        (
            "png 16",
            draw::png_of(64, 64, png::ColorType::Grayscale, png::BitDepth::Sixteen, &scene.rgba()[..8192], |_| {}),
        ),
        ("webp", draw::webp_lossy(&scene)),
        ("gif", draw::gif(&few)),
        ("bmp", draw::bmp(&scene)),
        ("tiff", draw::tiff(&scene, 8)),
    ]
}

fn renditions() -> Vec<(&'static str, Rendition)> {
    let quality = |value| Quality::new(value).unwrap();
    vec![
        ("jpeg inside", inside(100, 100, OutputFormat::Jpeg)),
        (
            "jpeg q92 outside",
            Rendition { fit: Fit::Outside, quality: quality(92), ..inside(64, 64, OutputFormat::Jpeg) },
        ),
        ("png full", inside(9000, 9000, OutputFormat::Png)),
        ("png fill", Rendition { fit: Fit::Fill, ..inside(41, 83, OutputFormat::Png) }),
        ("webp contain", Rendition { fit: Fit::Contain, ..inside(72, 96, OutputFormat::WebP) }),
        (
            "webp attention",
            Rendition { fit: Fit::Cover, gravity: Gravity::Attention, ..inside(40, 80, OutputFormat::WebP) },
        ),
        ("jpeg enlarged", Rendition { enlarge: true, ..inside(500, 500, OutputFormat::Jpeg) }),
    ]
}

#[test]
fn bytes_change_only_with_the_version() {
    assert_eq!(ENGINE_VERSION, VERSION, "new version: renew the lines below");
    let mut found = String::new();
    for (source, content) in sources() {
        let (names, wanted): (Vec<_>, Vec<_>) = renditions().into_iter().unzip();
        let (_, rendered) = render(&content, &wanted).unwrap();
        for (name, output) in names.into_iter().zip(rendered.outputs) {
            found.push_str(&format!("{source} | {name} | {}\n", output.sha256_hex().get(..16).unwrap()));
        }
    }
    if std::env::var_os("THUMBGATE_PRINT_GOLDEN").is_some() {
        println!("{found}");
    }
    for (found, golden) in found.lines().zip(GOLDEN.lines()) {
        assert_eq!(found, golden, "bytes have changed: raise ENGINE_VERSION");
    }
    assert_eq!(found.lines().count(), GOLDEN.lines().count());
}
