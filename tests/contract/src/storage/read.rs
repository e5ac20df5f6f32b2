//! Cases of `ObjectRead`.

use bytes::Bytes;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::port::{Condition, Get, PutOptions};

use super::{StorageFixture, assert_kind, collect, pattern};

/// An object that is not there is `NotFound`.
pub async fn head_of_what_is_absent_is_not_found(fixture: StorageFixture) {
    assert_kind(fixture.store.head(&fixture.key("absent")).await, &[K::NotFound]);
}

/// An object that is not there is `NotFound`, for `get` too, with and without a condition.
pub async fn get_of_what_is_absent_is_not_found(fixture: StorageFixture) {
    assert_kind(fixture.get("absent").await, &[K::NotFound]);
    let written = fixture.put("other", b"x", Condition::Always).await.unwrap();
    let what = Get { if_match: Some(written.etag), range: None };
    assert_kind(fixture.store.get(&fixture.key("absent"), &what).await, &[K::NotFound, K::PreconditionFailed]);
}

/// `head` and `get` of an unchanged object give the same metadata.
pub async fn head_and_get_agree(fixture: StorageFixture) {
    fixture.put("a", b"hello", Condition::Always).await.unwrap();
    let head = fixture.store.head(&fixture.key("a")).await.unwrap();
    let body = fixture.store.get(&fixture.key("a"), &Get::default()).await.unwrap();
    assert_eq!((head.size, &head.etag, &head.key), (5, &body.meta.etag, &body.meta.key));
    assert_eq!(
        (&head.media_type, &head.metadata, head.version),
        (&body.meta.media_type, &body.meta.metadata, body.meta.version)
    );
    assert_eq!(fixture.store.head(&fixture.key("a")).await.unwrap().etag, head.etag);
}

/// The tag changes when other bytes are written, also other bytes of the same length.
pub async fn an_etag_changes_with_the_content(fixture: StorageFixture) {
    let first = fixture.put("a", b"one", Condition::Always).await.unwrap();
    let second = fixture.put("a", b"two", Condition::Always).await.unwrap();
    assert_ne!(first.etag, second.etag);
    assert_eq!(fixture.store.head(&fixture.key("a")).await.unwrap().etag, second.etag);
}

/// `get` yields the object's bytes, neither more nor fewer.
pub async fn get_yields_exactly_the_bytes(fixture: StorageFixture) {
    let content = pattern(300_001);
    fixture.put("a", &content, Condition::Always).await.unwrap();
    assert_eq!(fixture.get("a").await.unwrap(), content);
}

/// `get` of another content than the one meant is `PreconditionFailed`.
pub async fn get_of_another_content_fails_its_condition(fixture: StorageFixture) {
    let first = fixture.put("a", b"one", Condition::Always).await.unwrap();
    let second = fixture.put("a", b"two", Condition::Always).await.unwrap();
    let get = |etag| Get { if_match: Some(etag), range: None };
    assert_kind(fixture.store.get(&fixture.key("a"), &get(first.etag)).await, &[K::PreconditionFailed]);
    let body = fixture.store.get(&fixture.key("a"), &get(second.etag)).await.unwrap();
    assert_eq!(collect(body).await.unwrap(), "two");
}

/// A range is exactly that range, and the size is still the whole object's.
pub async fn a_range_is_exactly_that_range(fixture: StorageFixture) {
    let content = pattern(100_000);
    fixture.put("a", &content, Condition::Always).await.unwrap();
    for range in [0..1, 10..20, 99_999..100_000, 50_000..200_000] {
        let what = Get { if_match: None, range: Some(range.clone()) };
        let body = fixture.store.get(&fixture.key("a"), &what).await.unwrap();
        assert_eq!(body.meta.size, 100_000);
        let (from, to) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end.min(100_000)).unwrap());
        assert_eq!(collect(body).await.unwrap(), content.get(from..to).unwrap(), "{range:?}");
    }
}

/// What is written with an object reads back with it.
pub async fn metadata_reads_back(fixture: StorageFixture) {
    let options = PutOptions {
        media_type: Some("image/jpeg".to_owned()),
        cache_control: Some("public, max-age=3600".to_owned()),
        metadata: [
            ("thumbgate-config".to_owned(), "abc".to_owned()),
            ("thumbgate-source-etag".to_owned(), "\"d41d8cd9\"".to_owned()),
        ]
        .into(),
        ..PutOptions::when(Condition::Always)
    };
    fixture.store.put(&fixture.key("a.jpg"), Bytes::from_static(b"x"), &options).await.unwrap();
    let meta = fixture.store.head(&fixture.key("a.jpg")).await.unwrap();
    assert_eq!(meta.media_type, options.media_type);
    assert_eq!(meta.cache_control, options.cache_control);
    assert_eq!(meta.metadata, options.metadata);
    // An overwrite without metadata leaves none behind.
    fixture.put("a.jpg", b"y", Condition::Always).await.unwrap();
    assert!(fixture.store.head(&fixture.key("a.jpg")).await.unwrap().metadata.is_empty());
}
