//! The cases of the renderer port.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::{RenderError, StorageError, StorageErrorKind};
use thumbgate_core::geometry::{Fit, Size, WantedBox};
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{ETag, Metadata, ObjectKey, ObjectMeta};
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{BodyStream, ObjectBody, Rendered, Renderer};
use thumbgate_core::rendition::{Rendition, RenditionName};

/// A renderer under test, with sources in a format that it decodes.
#[derive(Debug)]
pub struct RendererFixture {
    /// The adapter.
    pub renderer: Arc<dyn Renderer>,
    /// A whole picture of at least 64 KiB and 200x200 pixels, upright.
    pub picture: Vec<u8>,
    /// Its size.
    pub size: Size,
    /// Bytes that are no picture.
    pub junk: Vec<u8>,
    /// The header of a picture of more than 1,000 megapixels.
    pub oversized_header: Vec<u8>,
}

impl RendererFixture {
    async fn render(&self, body: ObjectBody) -> Result<Rendered, RenderError> {
        let limits = Limits::default();
        let picture = self.renderer.open(body, &limits).await?;
        let plan = Plan::new(picture.info(), &renditions(), &limits)?;
        picture.render(&plan).await
    }

    fn whole(&self) -> ObjectBody {
        body(self.picture.len(), stream(&self.picture, 8 * 1024))
    }
}

fn renditions() -> [Rendition; 2] {
    let wanted = WantedBox::new(Some(100), Some(50)).unwrap();
    let inside = Rendition::new(RenditionName::parse("inside").unwrap(), wanted);
    let cover = Rendition { name: RenditionName::parse("cover").unwrap(), fit: Fit::Cover, ..inside.clone() };
    [inside, cover]
}

fn body(size: usize, bytes: BodyStream) -> ObjectBody {
    let meta = ObjectMeta {
        key: ObjectKey::parse("picture").unwrap(),
        size: u64::try_from(size).unwrap(),
        etag: ETag::new("\"1\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    ObjectBody { meta, bytes }
}

fn stream(content: &[u8], part: usize) -> BodyStream {
    let parts: Vec<_> = content.chunks(part).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    Box::pin(futures_util::stream::iter(parts))
}

fn broken() -> BodyStream {
    Box::pin(futures_util::stream::once(async {
        Err(StorageError::new(StorageErrorKind::Corrupt, "the checksum does not match"))
    }))
}

/// One output for each one planned, of exactly the planned size.
pub async fn outputs_have_the_planned_sizes(fixture: RendererFixture) {
    let limits = Limits::default();
    let picture = fixture.renderer.open(fixture.whole(), &limits).await.unwrap();
    assert_eq!(picture.info().upright(), fixture.size);
    let plan = Plan::new(picture.info(), &renditions(), &limits).unwrap();
    let rendered = picture.render(&plan).await.unwrap();
    let planned: Vec<_> = plan.outputs().iter().map(|output| output.placement.canvas).collect();
    assert_eq!(rendered.outputs.iter().map(|output| output.size).collect::<Vec<_>>(), planned);
    assert!(rendered.outputs.iter().all(|output| !output.bytes.is_empty()));
    assert!(!rendered.truncated);
}

/// What is no picture is `Unsupported`.
pub async fn what_is_no_picture_is_unsupported(fixture: RendererFixture) {
    let result = fixture.render(body(fixture.junk.len(), stream(&fixture.junk, 100))).await;
    assert!(matches!(result, Err(RenderError::Unsupported(_))), "{result:?}");
}

/// An empty body is refused, whatever the reason is called.
pub async fn an_empty_body_is_refused(fixture: RendererFixture) {
    let result = fixture.render(body(0, stream(&[], 1))).await;
    let refused =
        matches!(result, Err(RenderError::Unsupported(_) | RenderError::Malformed(_) | RenderError::Truncated(_)));
    assert!(refused, "{result:?}");
}

/// A picture over a limit is refused without the rest of its body being read.
pub async fn a_picture_over_a_limit_is_refused_from_its_header(fixture: RendererFixture) {
    let header = fixture.oversized_header.clone();
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let zeros = futures_util::stream::repeat_with(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(Bytes::from_static(&[0; 1024]))
    });
    let endless: BodyStream = Box::pin(stream(&header, 1024).chain(zeros));
    let result = fixture.render(body(100_000_000, endless)).await;
    assert!(matches!(result, Err(RenderError::Limit(_))), "{result:?}");
    assert!(read.load(Ordering::Relaxed) < 4096, "{} KiB were read", read.load(Ordering::Relaxed));
}

/// A body that fails is the body's error, at its start as in its middle.
pub async fn a_body_that_breaks_is_the_bodys_error(fixture: RendererFixture) {
    for count in [0, 1, fixture.picture.len() / 2] {
        let start = fixture.picture.get(..count).unwrap();
        let cut: BodyStream = Box::pin(stream(start, 4096).chain(broken()));
        let result = fixture.render(body(fixture.picture.len(), cut)).await;
        match result {
            Err(RenderError::Body(error)) => assert_eq!(error.kind(), StorageErrorKind::Corrupt),
            other => panic!("after {count} bytes: {other:?}"),
        }
    }
}

/// A body that ends early is `Truncated`; with `allow_truncated` it is rendered and marked.
pub async fn a_body_that_ends_early_is_truncated(fixture: RendererFixture) {
    let half = fixture.picture.get(..fixture.picture.len() / 2).unwrap();
    let result = fixture.render(body(half.len(), stream(half, 4096))).await;
    assert!(matches!(result, Err(RenderError::Truncated(_))), "{result:?}");
    let limits = Limits { allow_truncated: true, ..Limits::default() };
    let picture = fixture.renderer.open(body(half.len(), stream(half, 4096)), &limits).await.unwrap();
    let plan = Plan::new(picture.info(), &renditions(), &limits).unwrap();
    let rendered = picture.render(&plan).await.unwrap();
    assert!(rendered.truncated);
    assert_eq!(rendered.outputs.len(), 2);
}

/// The same source and plan give the same bytes, however the body arrives.
pub async fn the_same_source_gives_the_same_bytes(fixture: RendererFixture) {
    let first = fixture.render(fixture.whole()).await.unwrap();
    let second = fixture.render(body(fixture.picture.len(), stream(&fixture.picture, 333))).await.unwrap();
    assert_eq!(first.outputs, second.outputs);
    assert!(first.stopped_early || first.bytes_read == u64::try_from(fixture.picture.len()).unwrap());
}

/// An error after the last byte (a checksum) comes before anything is handed out.
pub async fn an_error_at_the_very_end_is_seen(fixture: RendererFixture) {
    let bytes: BodyStream = Box::pin(stream(&fixture.picture, 4096).chain(broken()));
    match fixture.render(body(fixture.picture.len(), bytes)).await {
        Err(RenderError::Body(error)) => assert_eq!(error.kind(), StorageErrorKind::Corrupt),
        Ok(rendered) => assert!(rendered.stopped_early, "the end of the body was never read"),
        other => panic!("{other:?}"),
    }
}

/// A dropped render ends its reading: the body is dropped soon after.
pub async fn a_dropped_render_stops_reading(fixture: RendererFixture) {
    struct Alive(#[expect(dead_code, reason = "held, not read")] Arc<()>);
    let token = Arc::new(());
    let alive = Alive(Arc::clone(&token));
    let half = fixture.picture.get(..fixture.picture.len() / 2).unwrap();
    let stalled: BodyStream = Box::pin(stream(half, 4096).chain(futures_util::stream::pending()).map(move |part| {
        let _held = &alive;
        part
    }));
    let attempt = fixture.render(body(fixture.picture.len(), stalled));
    assert!(tokio::time::timeout(Duration::from_millis(200), attempt).await.is_err(), "the body never ends");
    let gone = async {
        while Arc::strong_count(&token) > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(5), gone).await.is_ok(), "the body is still held");
}
