//! A body is all of the object, unaltered, or an error.

use std::time::Duration;

use futures_util::StreamExt as _;
use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ETag;
use thumbgate_core::port::{Get, ObjectRead as _};

use crate::server::{Reply, Server, answer, object};
use crate::{bucket_at, key, read};

const TEXT: &str = "Hello world";
/// The CRC32 of [`TEXT`], as S3 writes it.
const CRC32: &str = "i9aeUg==";

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

#[test]
fn a_body_that_is_cut_is_an_error() {
    run(async {
        let heads = [
            "HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 100\r\n\r\nhalf of it",
            "HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 11\r\n\r\nHello worl",
        ];
        for head in heads {
            let server = Server::start(move |_| raw(head)).await;
            let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
            let error = end.unwrap_err();
            assert!(matches!(error.kind(), K::Unavailable | K::Corrupt), "{error:?} after {bytes:?}");
            assert!(error.is_transient() && error.key() == Some(&key("a")), "{error:?}");
        }
    });
}

#[test]
fn a_body_without_a_length_is_refused_since_a_cut_would_not_show() {
    run(async {
        let server = Server::start(|_| raw("HTTP/1.1 200 OK\r\nETag: \"t\"\r\nConnection: close\r\n\r\nhalf")).await;
        let (_, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
        assert_eq!(end.unwrap_err().kind(), K::Protocol);
    });
}

#[test]
fn a_body_that_was_altered_is_corrupt() {
    run(async {
        let server = Server::start(|_| object("Hello worle", &[("x-amz-checksum-crc32", CRC32)])).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let (bytes, end) = read(&objects, "a", &Get::default()).await;
        assert_eq!((bytes.len(), end.unwrap_err().kind()), (11, K::Corrupt));
        assert_eq!(server.requests()[0].header("x-amz-checksum-mode"), Some("ENABLED"));
    });
}

#[test]
fn a_body_that_fits_its_checksum_is_whole() {
    run(async {
        let server = Server::start(|_| object(TEXT, &[("x-amz-checksum-crc32", CRC32)])).await;
        let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
        end.unwrap();
        assert_eq!(bytes, TEXT.as_bytes());
    });
}

#[test]
fn a_checksum_of_parts_is_not_compared_with_the_whole() {
    run(async {
        let server = Server::start(|_| object(TEXT, &[("x-amz-checksum-crc32", "AAAAAA==-2")])).await;
        let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
        end.unwrap();
        assert_eq!(bytes, TEXT.as_bytes());
    });
}

#[test]
fn a_body_that_stalls_ends_in_time() {
    run(async {
        let head = b"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
        let server = Server::start(move |_| Reply::Stall(head.clone())).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let reading =
            tokio::time::timeout(Duration::from_secs(15), async { read(&objects, "a", &Get::default()).await });
        let (bytes, end) = reading.await.unwrap();
        assert_eq!((bytes.as_slice(), end.unwrap_err().kind()), (&b"half"[..], K::Timeout));
    });
}

#[test]
fn a_reader_may_take_its_time() {
    run(async {
        let content = "0123456789abcdef".repeat(256 * 1024);
        let sent = content.clone();
        let server = Server::start(move |_| object(&sent, &[])).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let mut body = objects.get(&key("a"), &Get::default()).await.unwrap();
        let mut arrived = body.bytes.next().await.unwrap().unwrap().to_vec();
        // Longer than a stall may last: a decoder that is busy is no stall.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        while let Some(part) = body.bytes.next().await {
            arrived.extend_from_slice(&part.unwrap());
        }
        assert!(arrived == content.as_bytes(), "{} bytes", arrived.len());
    });
}

#[test]
fn a_dropped_body_ends_the_transfer() {
    run(async {
        let head = b"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 1000000000000\r\n\r\n".to_vec();
        let mut server = Server::start(move |_| Reply::Endless(head.clone(), vec![7; 65536])).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let mut body = objects.get(&key("a"), &Get::default()).await.unwrap();
        assert_eq!(body.meta.size, 1_000_000_000_000);
        body.bytes.next().await.unwrap().unwrap();
        drop(body);
        server.wait_until_left().await;
    });
}

#[test]
fn the_condition_is_sent_as_it_was_seen() {
    run(async {
        let server = Server::start(|_| object(TEXT, &[])).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let what = Get { if_match: Some(ETag::new("\"seen\"")), range: None };
        read(&objects, "a", &what).await.1.unwrap();
        assert_eq!(server.requests()[0].header("if-match"), Some("\"seen\""));
    });
}

#[test]
fn an_empty_object_is_an_empty_stream() {
    run(async {
        let server = Server::start(|_| object("", &[("x-amz-checksum-crc32", "AAAAAA==")])).await;
        let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
        end.unwrap();
        assert_eq!(bytes, b"");
    });
}

#[test]
fn what_s3_says_of_an_object_is_kept() {
    run(async {
        let headers = [
            ("x-amz-version-id", "v1"),
            ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ("Content-Type", "image/jpeg"),
            ("Cache-Control", "no-cache"),
            ("x-amz-meta-Thumbgate-Config", "abc"),
        ];
        let server = Server::start(move |_| object(TEXT, &headers)).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let got = objects.get(&key("a"), &Get::default()).await.unwrap().meta;
        assert_eq!((got.size, got.etag.as_str()), (11, "\"tag\""));
        assert_eq!(got.version.unwrap().as_str(), "v1");
        assert_eq!(got.modified.unwrap(), std::time::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
        assert_eq!((got.media_type.as_deref(), got.cache_control.as_deref()), (Some("image/jpeg"), Some("no-cache")));
        assert_eq!(got.metadata, [("thumbgate-config".to_owned(), "abc".to_owned())].into());
    });
}

#[test]
fn an_answer_without_an_etag_is_refused() {
    run(async {
        let server = Server::start(|_| answer(200, &[], TEXT)).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        assert_eq!(objects.get(&key("a"), &Get::default()).await.unwrap_err().kind(), K::Protocol);
        assert_eq!(objects.head(&key("a")).await.unwrap_err().kind(), K::Protocol);
    });
}

#[test]
fn an_etag_is_taken_as_it_is() {
    run(async {
        for etag in ["W/\"weak\"", "bare", "\"a-3\"", "\"\""] {
            let server = Server::start(move |_| answer(200, &[("ETag", etag)], TEXT)).await;
            let objects = bucket_at(&server.endpoint, "b").await;
            assert_eq!(objects.head(&key("a")).await.unwrap().etag.as_str(), etag);
        }
    });
}
