//! A range is exactly that range, whatever the server makes of it.

use thumbgate_contract::{emulator, run};
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ETag;
use thumbgate_core::port::{Condition, Get, ObjectRead as _};

use crate::server::{Server, answer, error, object};
use crate::{bucket_at, key, put, read};

fn range(range: std::ops::Range<u64>) -> Get {
    Get { if_match: None, range: Some(range) }
}

#[test]
fn a_range_has_no_checksum_to_compare() {
    run(async {
        let headers = [("ETag", "\"t\""), ("Content-Range", "bytes 0-4/11"), ("x-amz-checksum-crc32", "i9aeUg==")];
        let server = Server::start(move |_| answer(206, &headers, "Hello")).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let (bytes, end) = read(&objects, "a", &range(0..5)).await;
        end.unwrap();
        assert_eq!(bytes, b"Hello");
        let request = &server.requests()[0];
        assert_eq!((request.header("range"), request.header("x-amz-checksum-mode")), (Some("bytes=0-4"), None));
    });
}

#[test]
fn another_range_than_the_one_asked_for_is_refused() {
    run(async {
        for answered in [None, Some("bytes 1-5/11"), Some("bytes 0-4/*"), Some("bytes 0-3/11"), Some("chars 0-4/11")] {
            let server = Server::start(move |_| {
                let range = answered.map(|answered| ("Content-Range", answered));
                let headers: Vec<_> = [("ETag", "\"t\"")].into_iter().chain(range).collect();
                answer(if answered.is_some() { 206 } else { 200 }, &headers, "Hello")
            })
            .await;
            let (_, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &range(0..5)).await;
            assert_eq!(end.unwrap_err().kind(), K::Protocol, "{answered:?}");
        }
    });
}

#[test]
fn a_part_where_the_whole_was_asked_for_is_refused() {
    run(async {
        let headers = [("ETag", "\"t\""), ("Content-Range", "bytes 0-4/11")];
        let server = Server::start(move |_| answer(206, &headers, "Hello")).await;
        let (_, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
        assert_eq!(end.unwrap_err().kind(), K::Protocol);
    });
}

#[test]
fn a_range_without_bytes_is_an_empty_stream_of_the_same_object() {
    run(async {
        let bucket = emulator::new_bucket().await;
        let objects = bucket_at(&emulator::endpoint(), &bucket).await;
        let written = put(&objects, "a", b"Hello world", Condition::Always).await.unwrap();
        put(&objects, "empty", b"", Condition::Always).await.unwrap();
        for (name, wanted, size) in [("a", 11..20, 11), ("a", 100..101, 11), ("a", 5..5, 11), ("empty", 0..10, 0)] {
            let body = objects.get(&key(name), &range(wanted.clone())).await.unwrap();
            assert_eq!(body.meta.size, size, "{name} {wanted:?}");
            let (bytes, end) = read(&objects, name, &range(wanted)).await;
            end.unwrap();
            assert_eq!(bytes, b"");
        }
        // Its condition still holds.
        let what = |etag| Get { if_match: Some(etag), range: Some(50..60) };
        read(&objects, "a", &what(written.etag)).await.1.unwrap();
        let (_, end) = read(&objects, "a", &what(ETag::new("\"other\""))).await;
        assert_eq!(end.unwrap_err().kind(), K::PreconditionFailed);
        let (_, end) = read(&objects, "absent", &range(3..3)).await;
        assert_eq!(end.unwrap_err().kind(), K::NotFound);
    });
}

#[test]
fn beyond_the_end_is_told_by_416_and_costs_one_more_call() {
    run(async {
        let server = Server::start(|request| match request.method.as_str() {
            "GET" => error(416, "InvalidRange"),
            _ => object("", &[]),
        })
        .await;
        let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &range(5..10)).await;
        end.unwrap();
        assert_eq!((bytes.len(), server.methods()), (0, vec!["GET".to_owned(), "HEAD".to_owned()]));
    });
}
