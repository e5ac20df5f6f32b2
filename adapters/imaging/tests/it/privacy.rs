//! Nothing that a source tells about its maker reaches an output.

use moxcms::ColorProfile;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::rendition::{Rendition, RenditionName};

use crate::{draw, render};

/// Words of the sources' metadata, and the names of the places where outputs could hold some.
const MARKS: &[&[u8]] = &[
    b"GPSMARK",
    b"CAM\0",
    b"Exif",
    b"eXIf",
    b"EXIF",
    b"XMPMARK",
    b"xmp",
    b"XMP ",
    b"tEXt",
    b"iTXt",
    b"zTXt",
    b"iCCP",
    b"ICCP",
    b"ICC_PROFILE",
    b"Adobe",
    b"TEXTMARK",
];

#[test]
fn no_metadata_survives() {
    let scene = draw::scene(120, 80);
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let exif = draw::exif(6);
    let xmp = b"http://ns.adobe.com/xap/1.0/\0XMPMARK".to_vec();
    let jpeg = draw::jpeg_of(&scene, 90, |encoder| {
        encoder.add_exif_metadata(&exif).unwrap();
        encoder.add_app_segment(1, xmp.clone()).unwrap();
        encoder.add_icc_profile(&profile).unwrap();
    });
    let png = draw::png_with(&draw::png(&scene), b"eXIf", &exif);
    let png = draw::png_with(&png, b"tEXt", b"Comment\0TEXTMARK");
    let webp = draw::webp_extended(&scene, 0x2c, &[(b"ICCP", &profile)], &[(b"EXIF", &exif), (b"XMP ", b"XMPMARK")]);
    for (content, mark) in [(&jpeg, &b"GPSMARK"[..]), (&png, b"TEXTMARK"), (&webp, b"XMPMARK")] {
        assert!(contains(content, mark), "the source lacks what is looked for");
        for size in [Some(40), Some(4000)] {
            let wanted = WantedBox::new(size, size).unwrap();
            let base = Rendition::new(RenditionName::parse("x").unwrap(), wanted);
            let renditions: Vec<_> =
                thumbgate_imaging::encodable().map(|format| Rendition { format, ..base.clone() }).collect();
            let (info, rendered) = render(content, &renditions).unwrap();
            for output in rendered.outputs {
                for mark in MARKS {
                    let mark_text = String::from_utf8_lossy(mark);
                    assert!(!contains(&output.bytes, mark), "{mark_text} of {} in {}", info.format, output.format);
                }
            }
        }
    }
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
