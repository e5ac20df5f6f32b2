//! Call counts and order, with mocks: what no backend would show.

use std::sync::Arc;
use std::time::Duration;

use mockall::Sequence;
use mockall::predicate::eq;

use super::{Generate, Ports, Settings, Task, Verdict};
use crate::admission::MemoryGate;
use crate::error::{RenderError, StorageError, StorageErrorKind};
use crate::format::{OutputFormat, SourceFormat};
use crate::geometry::{Size, WantedBox};
use crate::limits::Limits;
use crate::object::{Bucket, ETag, KeyPrefix, Metadata, ObjectKey, ObjectMeta};
use crate::orientation::Orientation;
use crate::port::{
    ColourModel, Condition, ImageInfo, MockClock, MockObjectRead, MockObjectWrite, MockPicture, MockRenderer,
    ObjectBody, Rendered, RenderedOutput, Timings, Written,
};
use crate::rendition::{ConfigHash, Rendition, RenditionName, Wanted};
use crate::route::{DEFAULT_PATTERN, KeyPattern, Location, Route, Selection};
use crate::shrink::DecodeBytes;

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

fn route() -> Arc<Route> {
    let at = |bucket| Location::bucket("s3", Bucket::parse(bucket).unwrap(), KeyPrefix::default());
    let name = RenditionName::parse("s").unwrap();
    let rendition = Rendition::new(name, WantedBox::new(Some(10), None).unwrap());
    let wanted = vec![Wanted { rendition, config: ConfigHash::new("c") }];
    let pattern = KeyPattern::parse(DEFAULT_PATTERN).unwrap();
    Arc::new(Route::new(at("in"), at("out"), Selection::default(), pattern, wanted).unwrap())
}

fn body() -> ObjectBody {
    let meta = ObjectMeta {
        key: key("a.jpg"),
        size: 1,
        etag: ETag::new("\"1\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    ObjectBody { meta, bytes: Box::pin(futures_util::stream::empty()) }
}

fn picture() -> MockPicture {
    let size = Size::new(20, 20).unwrap();
    let info = ImageInfo {
        format: SourceFormat::Jpeg,
        stored: size,
        orientation: Orientation::Upright,
        colour: ColourModel::Rgb,
        bit_depth: 8,
        alpha: false,
        icc_profile: false,
        progressive: false,
        frames: Some(1),
        decode_bytes: DecodeBytes::always(1200),
    };
    let mut picture = MockPicture::new();
    picture.expect_info().return_const(info);
    picture.expect_render().times(1).returning(|plan| {
        let output = plan.outputs().first().unwrap();
        let size = output.placement.canvas;
        let made = RenderedOutput { bytes: "x".into(), size, format: OutputFormat::Jpeg, sha256: [0; 32] };
        Ok(Rendered {
            outputs: vec![made],
            bytes_read: 1,
            stopped_early: false,
            truncated: false,
            timings: Timings::default(),
        })
    });
    picture
}

/// A clock whose waits are over at once. The use case looks at its work before it looks at its
/// alarm, and mocks answer at once, so the deadline never comes first.
fn clock() -> MockClock {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(Duration::ZERO);
    clock.expect_sleep().return_const(());
    clock
}

fn generate(
    source: MockObjectRead,
    outputs: MockObjectRead,
    destination: MockObjectWrite,
    renderer: MockRenderer,
) -> Generate {
    let ports = Ports {
        source: Arc::new(source),
        outputs: Arc::new(outputs),
        destination: Arc::new(destination),
        renderer: Arc::new(renderer),
        clock: Arc::new(clock()),
    };
    let settings =
        Settings { limits: Limits::default(), cache_control: None, force: false, deadline: Duration::from_secs(60) };
    Generate::new(ports, route(), settings, MemoryGate::new(u64::MAX))
}

fn absent(outputs: &mut MockObjectRead, times: usize, sequence: &mut Sequence) {
    outputs
        .expect_head()
        .with(eq(key("a.jpg.s.jpg")))
        .times(times)
        .in_sequence(sequence)
        .returning(|_| Err(StorageError::new(StorageErrorKind::NotFound, "absent")));
}

#[tokio::test]
async fn outputs_are_looked_at_before_the_source_is_read_and_put_last() {
    let (mut source, mut outputs, mut destination, mut renderer) =
        (MockObjectRead::new(), MockObjectRead::new(), MockObjectWrite::new(), MockRenderer::new());
    let mut order = Sequence::new();
    absent(&mut outputs, 1, &mut order);
    source.expect_get().times(1).in_sequence(&mut order).returning(|_, _| Ok(body()));
    renderer.expect_open().times(1).in_sequence(&mut order).returning(|_, _| Ok(Box::new(picture())));
    destination
        .expect_put()
        .withf(|_, _, options| options.condition == Condition::IfAbsent)
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(Written { etag: ETag::new("\"2\""), version: None }));
    let outcome =
        generate(source, outputs, destination, renderer).run(&Task { key: key("a.jpg"), sequencer: None }).await;
    assert!(matches!(outcome.verdict, Verdict::Done), "{outcome:?}");
}

#[tokio::test]
async fn a_body_that_breaks_is_got_and_opened_again() {
    let (mut source, mut outputs, mut destination, mut renderer) =
        (MockObjectRead::new(), MockObjectRead::new(), MockObjectWrite::new(), MockRenderer::new());
    let mut order = Sequence::new();
    for broken in [true, false] {
        absent(&mut outputs, 1, &mut order);
        source.expect_get().times(1).in_sequence(&mut order).returning(|_, _| Ok(body()));
        renderer.expect_open().times(1).in_sequence(&mut order).returning(move |_, _| {
            if broken {
                Err(RenderError::Body(StorageError::new(StorageErrorKind::Corrupt, "cut")))
            } else {
                Ok(Box::new(picture()))
            }
        });
    }
    destination.expect_put().times(1).returning(|_, _, _| Ok(Written { etag: ETag::new("\"2\""), version: None }));
    let outcome =
        generate(source, outputs, destination, renderer).run(&Task { key: key("a.jpg"), sequencer: None }).await;
    assert!(matches!(outcome.verdict, Verdict::Done), "{outcome:?}");
    assert_eq!(outcome.rounds, 2);
}

#[tokio::test]
async fn a_rejected_picture_is_opened_once_and_nothing_is_put() {
    let (mut source, mut outputs, mut renderer) = (MockObjectRead::new(), MockObjectRead::new(), MockRenderer::new());
    let mut order = Sequence::new();
    absent(&mut outputs, 1, &mut order);
    source.expect_get().times(1).returning(|_, _| Ok(body()));
    renderer.expect_open().times(1).returning(|_, _| Err(RenderError::Malformed("bad".to_owned())));
    let outcome = generate(source, outputs, MockObjectWrite::new(), renderer)
        .run(&Task { key: key("a.jpg"), sequencer: None })
        .await;
    assert!(matches!(outcome.verdict, Verdict::Failed(_)), "{outcome:?}");
}
