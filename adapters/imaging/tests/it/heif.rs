//! AVIF and HEIC: small files of real encoders (`tests/fixtures/heif`), and what is left of them
//! when they are altered. All show the same: red, green, blue and a light grey, a quarter each.

use thumbgate_core::error::RenderError;
use thumbgate_core::format::{OutputFormat, SourceFormat};
use thumbgate_core::geometry::Size;
use thumbgate_core::limits::Limits;
use thumbgate_core::orientation::Orientation;
use thumbgate_core::port::ColourModel;

use crate::{inside, pixels, render, render_within};

const RED: [i32; 3] = [200, 40, 40];
const GREEN: [i32; 3] = [40, 160, 60];
const BLUE: [i32; 3] = [50, 60, 190];
const LIGHT: [i32; 3] = [230, 220, 200];
const AS_DRAWN: [[i32; 3]; 4] = [RED, GREEN, BLUE, LIGHT];

/// A file of `tests/fixtures/heif`.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/heif");
    std::fs::read(std::path::Path::new(folder).join(name)).unwrap()
}

/// Checks the colours of the four quarters: upper left and right, lower left and right.
fn shows(name: &str, quarters: [[i32; 3]; 4]) -> thumbgate_core::port::ImageInfo {
    let (info, found) = pixels(&fixture(name));
    let corners = [(0, 0), (4, 0), (0, 4), (4, 4)];
    for ((x, y), expected) in corners.into_iter().zip(quarters) {
        let mean = found.mean(x, y);
        let off = expected.into_iter().zip(mean).map(|(one, two)| one.abs_diff(two)).max().unwrap();
        assert!(off <= 6, "{name} at {x},{y}: {mean:?} instead of {expected:?}");
    }
    info
}

#[test]
fn every_sampling_depth_and_range_of_avif_is_read() {
    for (name, depth) in [("420.avif", 8), ("444-full-identity.avif", 8), ("422-10bit-limited.avif", 10)] {
        let info = shows(name, AS_DRAWN);
        assert_eq!((info.format, info.bit_depth, info.alpha), (SourceFormat::Avif, depth, false), "{name}");
        assert_eq!((info.stored, info.frames), (Size::new(96, 64).unwrap(), Some(1)), "{name}");
    }
    let grey = |[red, green, blue]: [i32; 3]| {
        let luma = (299 * red + 587 * green + 114 * blue) / 1000;
        [luma; 3]
    };
    assert_eq!(shows("grey.avif", AS_DRAWN.map(grey)).colour, ColourModel::Grey);
}

#[test]
fn high_dynamic_range_is_brought_to_the_screen() {
    let (info, found) = pixels(&fixture("12bit-bt2020.avif"));
    assert_eq!(info.bit_depth, 12);
    // 230 of PQ is 3,800 cd/m2, brighter than white, and keeps its tint; 40 is not even one.
    let [red, green, blue, _] = found.mean(4, 4);
    assert!(red > 250 && green > 200 && (120..green).contains(&blue), "{red} {green} {blue}");
    let [red, green, blue, _] = found.mean(0, 0);
    assert!(red > 200 && green < 60 && blue < 60, "{red} {green} {blue}");
}

#[test]
fn opacity_comes_from_its_own_picture() {
    let names = [
        "alpha.avif",
        "alpha-premultiplied.avif",
        #[cfg(feature = "heic")]
        "alpha.heic",
    ];
    for name in names {
        assert!(shows(name, AS_DRAWN).alpha, "{name}");
        let (_, found) = pixels(&fixture(name));
        assert!(found.mean(0, 0)[3] > 250 && found.mean(0, 4)[3].abs_diff(64) < 4, "{name}");
    }
}

#[test]
fn turns_mirrors_and_windows_are_applied() {
    // A quarter against the clock, then left and right swapped.
    let info = shows("irot1-imir1.avif", [LIGHT, GREEN, BLUE, RED]);
    assert_eq!((info.orientation, info.stored), (Orientation::Transverse, Size::new(96, 64).unwrap()));
    let info = shows("clap.avif", [GREEN; 4]);
    assert_eq!(info.stored, Size::new(48, 32).unwrap());
}

#[test]
fn grids_are_put_together() {
    assert_eq!(shows("grid.avif", AS_DRAWN).stored, Size::new(128, 128).unwrap());
    if cfg!(feature = "heic") {
        shows("grid.heic", AS_DRAWN);
        // Three quarters against the clock.
        let info = shows("grid-irot3.heic", [BLUE, RED, LIGHT, GREEN]);
        assert_eq!((info.stored, info.orientation), (Size::new(96, 64).unwrap(), Orientation::Rotate90));
    }
}

#[test]
#[cfg(feature = "heic")]
fn heic_is_read_whatever_its_brand() {
    for name in ["420.heic", "422.heic"] {
        let info = shows(name, AS_DRAWN);
        assert_eq!((info.format, info.bit_depth), (SourceFormat::Heic, 8), "{name}");
    }
    let mut content = fixture("420.heic");
    content[8..12].copy_from_slice(b"mif1");
    assert_eq!(pixels(&content).0.format, SourceFormat::Heic);
    // The brand is a claim; what the primary item is made of decides.
    let mut content = fixture("420.avif");
    content[8..12].copy_from_slice(b"heic");
    assert_eq!(pixels(&content).0.format, SourceFormat::Avif);
}

#[test]
#[cfg(not(feature = "heic"))]
fn without_the_feature_heic_is_named() {
    match render(&fixture("420.heic"), &[inside(4, 4, OutputFormat::Png)]) {
        Err(RenderError::Unsupported(text)) => assert!(text.contains("feature `heic`"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sizes_are_checked_before_anything_is_decoded() {
    let ispe = |content: &[u8]| content.windows(4).position(|kind| kind == b"ispe").unwrap() + 8;
    let mut content = fixture("420.avif");
    let at = ispe(&content);
    content[at..at + 8].copy_from_slice(&[0xff; 8]);
    assert!(matches!(render(&content, &[inside(4, 4, OutputFormat::Png)]), Err(RenderError::Limit(_))));
    // Smaller than what is coded: the decoder may make room for what was announced, no more.
    for name in [
        "420.avif",
        #[cfg(feature = "heic")]
        "420.heic",
    ] {
        let mut content = fixture(name);
        let at = ispe(&content);
        content[at..at + 8].copy_from_slice(&[0, 0, 0, 16, 0, 0, 0, 16]);
        let error = render(&content, &[inside(4, 4, OutputFormat::Png)]).unwrap_err();
        assert!(matches!(error, RenderError::Malformed(_) | RenderError::Limit(_)), "{name}: {error:?}");
    }
    let limits = Limits { metadata_bytes: 100, ..Limits::default() };
    let small = [inside(4, 4, OutputFormat::Png)];
    let error = thumbgate_contract::run(render_within(&fixture("420.avif"), &small, &limits)).unwrap_err();
    assert!(error.to_string().contains("limits.metadata_bytes"), "{error}");
}

#[test]
fn every_cut_is_told() {
    for name in [
        "420.avif",
        "grid.avif",
        #[cfg(feature = "heic")]
        "grid.heic",
    ] {
        let content = fixture(name);
        for cut in (1..content.len()).step_by(7) {
            let error = render(&content[..cut], &[inside(4, 4, OutputFormat::Png)]).unwrap_err();
            let is_told =
                matches!(error, RenderError::Truncated(_) | RenderError::Malformed(_) | RenderError::Unsupported(_));
            assert!(is_told, "{name} cut at {cut}: {error:?}");
        }
    }
    // The tiles that came are shown where that is allowed.
    let content = fixture("grid.avif");
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    let small = [inside(200, 200, OutputFormat::Png)];
    let cut = content.len() - 5;
    let (_, rendered) = thumbgate_contract::run(render_within(&content[..cut], &small, &limits)).unwrap();
    assert!(rendered.truncated);
}
