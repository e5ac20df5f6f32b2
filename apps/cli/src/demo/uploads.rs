//! What the demo uploads: five pictures, and three files that must be refused.

use bytes::Bytes;
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::rendition::{Quality, Rendition, RenditionName};

use super::documents::SOURCE;
use super::paint::Canvas;
use super::{png, scenes};
use crate::exit::Stop;
use crate::single::{in_memory, render};

/// One upload.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) name: &'static str,
    /// What it is, for people.
    pub(super) about: &'static str,
    pub(super) content: Bytes,
    /// What the page shows of it, with its media type: the upload itself where it is whole.
    pub(super) shown: Option<(&'static str, Bytes)>,
}

impl Upload {
    /// Its key in the bucket.
    pub(super) fn key(&self) -> String {
        format!("{}{}", SOURCE.1, self.name)
    }

    /// An upload that a browser can show as it is; of one that breaks off, it shows what is there.
    fn shown(name: &'static str, about: &'static str, media_type: &'static str, content: Vec<u8>) -> Self {
        let content = Bytes::from(content);
        Self { name, about, shown: Some((media_type, content.clone())), content }
    }
}

/// Draws and encodes everything.
pub(super) async fn draw() -> Result<Vec<Upload>, Stop> {
    let landscape = jpeg(&scenes::evening(1800, 1200)).await?;
    let mut portrait = jpeg(&scenes::portrait(1200, 1800).stored_sideways()).await?;
    turn_with_exif(&mut portrait);
    let badge = png::transparent(&scenes::badge(900));
    let (width, height, indices) = scenes::screen();
    let screen = png::indexed(width, height, &scenes::PALETTE, &indices);
    let panorama = jpeg(&scenes::skyline(4000, 900)).await?;
    let mut cut = jpeg(&scenes::morning(1800, 1200)).await?;
    cut.truncate(cut.len() * 55 / 100);
    Ok(vec![
        Upload::shown("landscape.jpg", "a photograph, 1800x1200", "image/jpeg", landscape),
        Upload::shown("portrait.jpg", "held sideways: EXIF orientation 6", "image/jpeg", portrait),
        Upload::shown("badge.png", "transparent, with a half transparent shadow", "image/png", badge),
        Upload::shown("screen.png", "a screenshot in 16 palette colours", "image/png", screen),
        Upload::shown("panorama.jpg", "very wide, 4000x900", "image/jpeg", panorama),
        Upload::shown("cut-off.jpg", "an upload that broke off at 55 %", "image/jpeg", cut),
        Upload { name: "notes.jpg", about: "a text file named .jpg", content: TEXT.into(), shown: None },
        Upload {
            name: "bomb.png",
            about: "a bomb: 20000x20000 pixels in a small file",
            content: png::bomb().into(),
            shown: None,
        },
    ])
}

const TEXT: &str = "Shopping list\n- eggs\n- flour\n- a camera\n";

/// Encodes a canvas with the engine itself, at its own size.
async fn jpeg(canvas: &Canvas) -> Result<Vec<u8>, Stop> {
    let failed = |error: RenderError| Stop::failed(format!("the demo cannot draw its pictures: {error}"));
    let limits = Limits::default();
    let quality = Quality::new(90).unwrap_or(Quality::DEFAULT);
    let body = in_memory("drawn.bmp", canvas.bmp().into()).map_err(|error| Stop::failed(error.to_string()))?;
    let wanted = RenditionName::parse("drawn").ok().zip(WantedBox::new(Some(canvas.width), Some(canvas.height)));
    let (name, wanted) = wanted.ok_or_else(|| Stop::failed("the demo has nothing to draw on"))?;
    let wanted = Rendition { quality, ..Rendition::new(name, wanted) };
    let rendered = render(body, &wanted, &limits).await.map_err(failed)?;
    let first = rendered.outputs.into_iter().next();
    first.map(|output| output.bytes.to_vec()).ok_or_else(|| Stop::failed("the engine drew nothing"))
}

/// Puts an EXIF segment behind the start of a JPEG that says orientation 6.
///
/// Source: EXIF 2.32, 4.5.4 (TIFF header, one entry of IFD0: tag 0x0112, SHORT, value 6).
fn turn_with_exif(jpeg: &mut Vec<u8>) {
    const TIFF: &[u8] = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = u16::try_from(TIFF.len() + 2).unwrap_or(0);
    let mut segment = vec![0xff, 0xe1];
    segment.extend(length.to_be_bytes());
    segment.extend_from_slice(TIFF);
    jpeg.splice(2..2, segment);
}
