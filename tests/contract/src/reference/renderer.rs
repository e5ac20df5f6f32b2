//! A renderer of a format without pixels: `PICTURE width height length\n` and that many bytes.
//!
//! Its outputs are texts that name the source's size and bytes, so that tests see what was made
//! of what.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::Size;
use thumbgate_core::limits::Limits;
use thumbgate_core::orientation::Orientation;
use thumbgate_core::plan::{Plan, check_source};
use thumbgate_core::port::{
    BodyStream, ColourModel, ImageInfo, ObjectBody, Picture, Rendered, RenderedOutput, Renderer, Timings,
};
use thumbgate_core::shrink::DecodeBytes;

/// The longest header line.
const HEADER_MAX: usize = 64;

/// A picture of the reference format.
#[must_use]
pub fn picture(width: u32, height: u32, content: &str) -> Bytes {
    Bytes::from(format!("PICTURE {width} {height} {}\n{content}", content.len()))
}

/// Renders the reference format.
#[derive(Debug, Default)]
pub struct ReferenceRenderer;

#[derive(Debug)]
struct ReferencePicture {
    info: ImageInfo,
    header: usize,
    length: usize,
    seen: BytesMut,
    rest: Body,
    allow_truncated: bool,
}

struct Body(BodyStream);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}

#[async_trait]
impl Renderer for ReferenceRenderer {
    async fn open(&self, body: ObjectBody, limits: &Limits) -> Result<Box<dyn Picture>, RenderError> {
        let mut seen = BytesMut::new();
        let mut rest = body.bytes;
        let end = loop {
            if let Some(end) = seen.iter().take(HEADER_MAX).position(|byte| *byte == b'\n') {
                break end;
            }
            match rest.next().await {
                Some(part) if seen.len() < HEADER_MAX => seen.extend_from_slice(&part.map_err(RenderError::Body)?),
                _ => return Err(RenderError::Unsupported("no header line".to_owned())),
            }
        };
        let header = seen.split_to(end + 1);
        let unsupported = || RenderError::Unsupported("not the reference format".to_owned());
        let header = std::str::from_utf8(&header).map_err(|_| unsupported())?;
        let mut words = header.trim_end().split(' ');
        if words.next() != Some("PICTURE") {
            return Err(unsupported());
        }
        let mut number = || words.next().and_then(|word| word.parse::<u32>().ok()).ok_or_else(unsupported);
        let stored = Size::new(number()?, number()?).ok_or_else(unsupported)?;
        let length = usize::try_from(number()?).map_err(|_| unsupported())?;
        let info = ImageInfo {
            format: SourceFormat::Bmp,
            stored,
            orientation: Orientation::Upright,
            colour: ColourModel::Grey,
            bit_depth: 8,
            alpha: false,
            icc_profile: false,
            progressive: false,
            frames: Some(1),
            decode_bytes: DecodeBytes::always(stored.pixels()),
        };
        check_source(&info, limits)?;
        let allow_truncated = limits.allow_truncated;
        Ok(Box::new(ReferencePicture { info, header: end + 1, length, seen, rest: Body(rest), allow_truncated }))
    }

    fn engine_version(&self) -> &'static str {
        "reference/1"
    }
}

#[async_trait]
impl Picture for ReferencePicture {
    fn info(&self) -> &ImageInfo {
        &self.info
    }

    async fn render(mut self: Box<Self>, plan: &Plan) -> Result<Rendered, RenderError> {
        while let Some(part) = self.rest.0.next().await {
            self.seen.extend_from_slice(&part.map_err(RenderError::Body)?);
        }
        let truncated = self.seen.len() < self.length;
        if truncated && !self.allow_truncated {
            return Err(RenderError::Truncated(format!("{} of {} bytes", self.seen.len(), self.length)));
        }
        let content = String::from_utf8_lossy(self.seen.get(..self.length.min(self.seen.len())).unwrap_or_default());
        let outputs = plan.outputs().iter().map(|output| {
            let canvas = output.placement.canvas;
            let text = format!("{canvas} {} of {} {content}", output.rendition.format, self.info.stored);
            RenderedOutput { bytes: Bytes::from(text), size: canvas, format: output.rendition.format, sha256: [0; 32] }
        });
        Ok(Rendered {
            outputs: outputs.collect(),
            bytes_read: u64::try_from(self.header + self.seen.len()).unwrap_or(u64::MAX),
            stopped_early: false,
            truncated,
            timings: Timings::default(),
        })
    }
}
