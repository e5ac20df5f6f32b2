//! A turned source gives the very bytes of its upright twin.

use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::{Fit, Gravity};
use thumbgate_core::orientation::Orientation;
use thumbgate_core::rendition::Rendition;

use crate::draw::{self, Picture};
use crate::{inside, pixels, render};

/// The picture as it is stored by a camera that is to be turned by `orientation`.
fn stored(upright: &Picture, orientation: Orientation) -> Picture {
    let (width, height) = (upright.width, upright.height);
    let (right, bottom) = (width - 1, height - 1);
    let (stored_width, stored_height) = if orientation.transposes() { (height, width) } else { (width, height) };
    Picture::new(stored_width, stored_height, |x, y| {
        // Where the stored pixel is to be seen (EXIF 2.32, tag 274: what row 0 and column 0 are).
        let (x, y) = match orientation {
            Orientation::Upright => (x, y),
            Orientation::MirrorHorizontal => (right - x, y),
            Orientation::Rotate180 => (right - x, bottom - y),
            Orientation::MirrorVertical => (x, bottom - y),
            Orientation::Transpose => (y, x),
            Orientation::Rotate90 => (right - y, x),
            Orientation::Transverse => (right - y, bottom - x),
            Orientation::Rotate270 => (y, bottom - x),
        };
        upright.pixels[(y * width + x) as usize]
    })
}

fn orientations() -> impl Iterator<Item = (u16, Orientation)> {
    (1..=8).map(|value| (value, Orientation::from_exif(value.into()).unwrap()))
}

#[test]
fn lossless_formats_come_out_as_their_upright_twins() {
    let upright = draw::scene(60, 35);
    let renditions = [
        inside(100, 100, OutputFormat::Png),
        Rendition { fit: Fit::Cover, gravity: Gravity::NorthEast, ..inside(20, 30, OutputFormat::Png) },
        Rendition { fit: Fit::Contain, ..inside(70, 70, OutputFormat::Png) },
    ];
    let expected = render(&draw::png(&upright), &renditions).unwrap().1.outputs;
    for (value, orientation) in orientations() {
        let picture = stored(&upright, orientation);
        for content in [draw::png_with(&draw::png(&picture), b"eXIf", &draw::exif(value)), draw::tiff(&picture, value)]
        {
            let (info, rendered) = render(&content, &renditions).unwrap();
            assert_eq!(info.orientation, orientation);
            for (nth, (found, expected)) in rendered.outputs.iter().zip(&expected).enumerate() {
                let (found, expected) = (draw::decode_png(&found.bytes), draw::decode_png(&expected.bytes));
                // Which axis is scaled first depends on the turn, and with it a step of rounding.
                assert!(found.difference(&expected) <= 2, "{} {value}, rendition {nth}", info.format);
            }
        }
    }
}

#[test]
fn lossy_formats_stand_upright() {
    let upright = draw::scene(80, 48);
    for (value, orientation) in orientations() {
        let picture = stored(&upright, orientation);
        let jpeg = draw::jpeg_of(&picture, 92, |encoder| encoder.add_exif_metadata(&draw::exif(value)).unwrap());
        let webp = draw::webp_extended(&picture, 0x08, &[], &[(b"EXIF", &draw::exif(value))]);
        for content in [jpeg, webp] {
            let (info, found) = pixels(&content);
            assert_eq!(info.orientation, orientation, "{}", info.format);
            for (x, y) in [(0, 0), (4, 0), (0, 4), (4, 4)] {
                let (one, two) = (found.mean(x, y), upright.mean(x, y));
                let off = one.into_iter().zip(two).map(|(one, two)| one.abs_diff(two)).max().unwrap();
                assert!(off < 12, "{} {value} at {x},{y}: {one:?} {two:?}", info.format);
            }
        }
    }
}
