//! The renderer on real pictures. Every source is drawn in code; only `corpus` reads files, where
//! there are any.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a failed test is a panic"
)]

mod altered;
mod colour;
mod contract;
mod corpus;
mod draw;
mod fidelity;
mod formats;
mod golden;
mod heif;
mod hostile;
mod limits;
mod orientation;
mod privacy;
mod tiff;
mod truncated;
mod webp;

use bytes::Bytes;
use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{ETag, Metadata, ObjectKey, ObjectMeta};
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{ImageInfo, ObjectBody, Rendered, Renderer as _};
use thumbgate_core::rendition::{Rendition, RenditionName};
use thumbgate_imaging::Imaging;

/// A body of these bytes in parts of 16 KiB.
fn body(content: &[u8]) -> ObjectBody {
    let parts: Vec<_> = content.chunks(16 * 1024).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    let meta = ObjectMeta {
        key: ObjectKey::parse("picture").unwrap(),
        size: content.len() as u64,
        etag: ETag::new("\"1\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    ObjectBody { meta, bytes: Box::pin(futures_util::stream::iter(parts)) }
}

/// A rendition inside a box.
fn inside(width: u32, height: u32, format: OutputFormat) -> Rendition {
    let wanted = WantedBox::new(Some(width), Some(height)).unwrap();
    Rendition { format, ..Rendition::new(RenditionName::parse("test").unwrap(), wanted) }
}

async fn render_within(
    content: &[u8],
    renditions: &[Rendition],
    limits: &Limits,
) -> Result<(ImageInfo, Rendered), RenderError> {
    let picture = Imaging::new().open(body(content), limits).await?;
    let info = picture.info().clone();
    let plan = Plan::new(&info, renditions, limits)?;
    Ok((info, picture.render(&plan).await?))
}

/// Renders within the default limits.
fn render(content: &[u8], renditions: &[Rendition]) -> Result<(ImageInfo, Rendered), RenderError> {
    thumbgate_contract::run(render_within(content, renditions, &Limits::default()))
}

/// The source's own pixels as RGBA: rendered at full size as PNG, decoded with `png`.
fn pixels(content: &[u8]) -> (ImageInfo, draw::Picture) {
    let (info, rendered) = render(content, &[inside(16_000, 16_000, OutputFormat::Png)]).unwrap();
    (info, draw::decode_png(&rendered.outputs[0].bytes))
}
