//! Cases of `ObjectWrite` and `ObjectDelete`.

use std::sync::Arc;

use futures_util::future::join_all;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ETag;
use thumbgate_core::port::Condition;

use super::{StorageFixture, assert_kind, pattern};

/// `IfAbsent` of a key that is there changes nothing.
pub async fn if_absent_writes_once(fixture: StorageFixture) {
    fixture.put("a", b"first", Condition::IfAbsent).await.unwrap();
    assert_kind(fixture.put("a", b"second", Condition::IfAbsent).await, &[K::PreconditionFailed]);
    assert_eq!(fixture.get("a").await.unwrap(), "first");
}

/// `IfMatch` writes over exactly what was seen, and nothing else.
pub async fn if_match_writes_over_what_was_seen(fixture: StorageFixture) {
    let first = fixture.put("a", b"first", Condition::IfAbsent).await.unwrap();
    let second = fixture.put("a", b"second", Condition::IfMatch(first.etag.clone())).await.unwrap();
    assert_kind(fixture.put("a", b"third", Condition::IfMatch(first.etag)).await, &[K::PreconditionFailed]);
    assert_eq!(fixture.get("a").await.unwrap(), "second");
    fixture.put("a", b"third", Condition::IfMatch(second.etag)).await.unwrap();
    assert_eq!(fixture.get("a").await.unwrap(), "third");
}

/// `IfMatch` of a key that is not there writes nothing.
pub async fn if_match_of_what_is_absent_is_refused(fixture: StorageFixture) {
    let condition = Condition::IfMatch(ETag::new("\"0123456789abcdef0123456789abcdef\""));
    assert_kind(fixture.put("a", b"x", condition).await, &[K::NotFound, K::PreconditionFailed]);
    assert_kind(fixture.get("a").await, &[K::NotFound]);
}

/// Of many puts at once on one condition exactly one wins, and its content stays.
pub async fn of_many_conditional_puts_one_wins(fixture: StorageFixture) {
    let fixture = Arc::new(fixture);
    let puts = (0..8).map(|number: u8| {
        let fixture = Arc::clone(&fixture);
        async move {
            tokio::spawn(async move { fixture.put("a", &[number], Condition::IfAbsent).await })
                .await
                .unwrap()
        }
    });
    let results = join_all(puts).await;
    let winners: Vec<_> = results.iter().enumerate().filter(|(_, result)| result.is_ok()).map(|(n, _)| n).collect();
    assert_eq!(winners.len(), 1, "{results:?}");
    for result in results.into_iter().filter(Result::is_err) {
        assert_kind(result, &[K::PreconditionFailed, K::Conflict]);
    }
    assert_eq!(fixture.get("a").await.unwrap().first().map(|n| usize::from(*n)), winners.first().copied());
}

/// While an object is overwritten, a reader sees one content or the other, whole.
pub async fn a_reader_sees_the_old_or_the_new(fixture: StorageFixture) {
    let fixture = Arc::new(fixture);
    let (old, new) = (vec![1_u8; 200_000], vec![2_u8; 300_000]);
    fixture.put("a", &old, Condition::Always).await.unwrap();
    let writer = tokio::spawn({
        let (fixture, old, new) = (Arc::clone(&fixture), old.clone(), new.clone());
        async move {
            for content in [&new, &old, &new, &old, &new] {
                fixture.put("a", content, Condition::Always).await.unwrap();
            }
        }
    });
    for _ in 0..10 {
        match fixture.get("a").await {
            Ok(seen) => assert!(seen == old || seen == new, "a mixture of {} bytes", seen.len()),
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
    }
    writer.await.unwrap();
    assert_eq!(fixture.get("a").await.unwrap(), new);
}

/// The tag that a put returns is the one that `head` gives.
pub async fn the_written_etag_is_the_heads(fixture: StorageFixture) {
    let written = fixture.put("a", b"hello", Condition::Always).await.unwrap();
    let head = fixture.store.head(&fixture.key("a")).await.unwrap();
    assert_eq!((head.etag, head.version), (written.etag, written.version));
}

/// An empty content is an object of no bytes.
pub async fn an_empty_object_is_an_object(fixture: StorageFixture) {
    fixture.put("a", b"", Condition::IfAbsent).await.unwrap();
    assert_eq!(fixture.store.head(&fixture.key("a")).await.unwrap().size, 0);
    assert_eq!(fixture.get("a").await.unwrap(), "");
}

/// A content that is large enough for a multipart upload reads back, conditions included.
pub async fn a_large_object_reads_back(fixture: StorageFixture) {
    let content = pattern(20 * 1024 * 1024 + 7);
    fixture.put("large", &content, Condition::IfAbsent).await.unwrap();
    assert!(fixture.get("large").await.unwrap() == content, "the content differs");
    assert_kind(fixture.put("large", &content, Condition::IfAbsent).await, &[K::PreconditionFailed]);
}

/// After a delete the object is gone; deleting it again is no error.
pub async fn what_is_deleted_is_gone(fixture: StorageFixture) {
    fixture.put("a", b"x", Condition::Always).await.unwrap();
    fixture.store.delete(&fixture.key("a")).await.unwrap();
    assert_kind(fixture.get("a").await, &[K::NotFound]);
    fixture.store.delete(&fixture.key("a")).await.unwrap();
    fixture.put("a", b"again", Condition::IfAbsent).await.unwrap();
    assert_eq!(fixture.get("a").await.unwrap(), "again");
}
