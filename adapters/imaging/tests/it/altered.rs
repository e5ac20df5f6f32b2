//! Bytes that were altered on their way are the body's error, wherever they were altered.

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::{RenderError, StorageError, StorageErrorKind};
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ObjectBody, Renderer as _};
use thumbgate_imaging::Imaging;

use crate::{body, draw, inside};

/// What becomes of a body whose checksum turns out wrong at its end.
fn altered(content: &[u8]) -> Result<(), RenderError> {
    let ObjectBody { meta, bytes } = body(content);
    let corrupt = StorageError::new(StorageErrorKind::Corrupt, "the checksum does not match");
    let bytes = Box::pin(bytes.chain(futures_util::stream::iter([Err(corrupt)])));
    let limits = Limits::default();
    thumbgate_contract::run(async {
        let picture = Imaging::new().open(ObjectBody { meta, bytes }, &limits).await?;
        let plan = Plan::new(picture.info(), &[inside(32, 32, OutputFormat::Png)], &limits)?;
        picture.render(&plan).await.map(|_| ())
    })
}

#[test]
fn an_alteration_is_the_bodys_error() {
    let scene = draw::noise(200, 150);
    for (format, content) in [
        ("jpeg", draw::jpeg(&scene)),
        ("png", draw::png(&scene)),
        ("webp", draw::webp(&scene)),
        ("bmp", draw::bmp(&scene)),
        ("tiff", draw::tiff(&scene, 1)),
    ] {
        // The first bytes say what it is, and how large; the rest is anything.
        for at in (0..64).chain([content.len() / 2, content.len() - 1]) {
            for value in [0, 0x80, 0xff] {
                let mut content = content.clone();
                content[at] ^= value;
                let result = altered(&content);
                let is_the_bodys =
                    matches!(&result, Err(RenderError::Body(error)) if error.kind() == StorageErrorKind::Corrupt);
                assert!(is_the_bodys, "{format}, byte {at}, ^ {value:#x}: {result:?}");
            }
        }
    }
}

#[test]
fn a_body_that_goes_on_is_not_followed() {
    for start in [&b"no picture at all, whatever its name says"[..], b"\x89PNG\r\n\x1a\nIHDR is not what follows here"]
    {
        let ObjectBody { mut meta, .. } = body(start);
        meta.size = 100_000;
        let start = Ok(Bytes::copy_from_slice(start));
        let endless = futures_util::stream::iter([start])
            .chain(futures_util::stream::repeat_with(|| Ok(Bytes::from_static(&[0; 1024]))));
        let endless = ObjectBody { meta, bytes: Box::pin(endless) };
        let limits = Limits::default();
        let result = thumbgate_contract::run(async { Imaging::new().open(endless, &limits).await.map(|_| ()) });
        let is_refused = matches!(result, Err(RenderError::Unsupported(_) | RenderError::Malformed(_)));
        assert!(is_refused, "{result:?}");
    }
}
