//! Large contents go up in parts, and leave an object or nothing.

use bytes::Bytes;
use thumbgate_contract::{emulator, run};
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ETag;
use thumbgate_core::port::{Condition, Get, ObjectRead as _, ObjectWrite as _, PutOptions};

use crate::server::{Reply, Request, Server, answer, error};
use crate::{bucket_at, key, put, read};

const MIB: usize = 1024 * 1024;

/// More than goes up in one request: three parts.
fn large() -> Vec<u8> {
    (0..17 * MIB).map(|n| u8::try_from(n / 4093 % 251).unwrap()).collect()
}

/// What a request is to a multipart upload.
fn step(request: &Request) -> &'static str {
    match request.method.as_str() {
        "POST" if request.asks("uploads") => "begin",
        "PUT" if request.asks("partNumber") => "part",
        "POST" if request.asks("uploadId") => "complete",
        "DELETE" if request.asks("uploadId") => "abort",
        _ => "other",
    }
}

fn steps(server: &Server) -> Vec<&'static str> {
    server.requests().iter().map(step).collect()
}

/// An S3 API that takes an upload, but for the step that `script` answers.
async fn server(script: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        script(request).unwrap_or_else(|| match step(request) {
            "begin" => answer(
                200,
                &[],
                "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
            ),
            "part" => answer(200, &[("ETag", "\"part\"")], ""),
            "complete" => answer(
                200,
                &[],
                "<CompleteMultipartUploadResult><ETag>\"whole-3\"</ETag></CompleteMultipartUploadResult>",
            ),
            _ => answer(204, &[], ""),
        })
    })
    .await
}

#[test]
fn an_upload_has_parts_checksums_and_one_condition() {
    run(async {
        let server = server(|_| None).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let options = PutOptions {
            media_type: Some("image/png".to_owned()),
            metadata: [("n".to_owned(), "v".to_owned())].into(),
            ..PutOptions::when(Condition::IfMatch(ETag::new("\"seen\"")))
        };
        let written = objects.put(&key("a"), Bytes::from(large()), &options).await.unwrap();
        assert_eq!(written.etag.as_str(), "\"whole-3\"");
        assert_eq!(steps(&server), ["begin", "part", "part", "part", "complete"]);
        let requests = server.requests();
        let (begin, parts, complete) = (&requests[0], &requests[1..4], &requests[4]);
        assert_eq!((begin.header("content-type"), begin.header("x-amz-meta-n")), (Some("image/png"), Some("v")));
        assert_eq!(begin.header("x-amz-checksum-type"), Some("FULL_OBJECT"));
        assert!(parts.iter().all(|part| part.header("x-amz-checksum-crc32").is_some()));
        let mut lengths: Vec<_> =
            parts.iter().map(|part| (part.parameter("partNumber").unwrap(), part.body.len())).collect();
        lengths.sort();
        assert_eq!(lengths, [("1", 8 * MIB), ("2", 8 * MIB), ("3", MIB)]);
        assert_eq!(complete.header("if-match"), Some("\"seen\""));
        assert_eq!(complete.header("x-amz-mp-object-size"), Some((17 * MIB).to_string().as_str()));
        assert!(requests[..4].iter().all(|request| request.header("if-match").is_none()));
    });
}

#[test]
fn conditions_hold_for_large_contents_too() {
    run(async {
        let bucket = emulator::new_bucket().await;
        let proxy = Server::start(|_| Reply::Forward).await;
        let objects = bucket_at(&proxy.endpoint, &bucket).await;
        let content = large();
        let first = put(&objects, "a", &content, Condition::IfAbsent).await.unwrap();
        assert_eq!(objects.head(&key("a")).await.unwrap().etag, first.etag);
        assert_eq!(put(&objects, "a", &content, Condition::IfAbsent).await.unwrap_err().kind(), K::PreconditionFailed);
        assert_eq!(steps(&proxy).last(), Some(&"abort"), "what lost its condition is aborted");
        let other = Condition::IfMatch(ETag::new("\"other\""));
        assert_eq!(put(&objects, "a", &content, other).await.unwrap_err().kind(), K::PreconditionFailed);
        let second = put(&objects, "a", &content, Condition::IfMatch(first.etag)).await.unwrap();
        let (bytes, end) = read(&objects, "a", &Get { if_match: Some(second.etag), range: None }).await;
        end.unwrap();
        assert!(bytes == content, "the content differs");
    });
}

#[test]
fn a_part_that_fails_ends_and_aborts_the_upload() {
    run(async {
        let server = server(|request| {
            (step(request) == "part" && request.parameter("partNumber") == Some("2"))
                .then(|| error(403, "AccessDenied"))
        })
        .await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let error = put(&objects, "a", &large(), Condition::IfAbsent).await.unwrap_err();
        assert_eq!(error.kind(), K::Denied);
        let steps = steps(&server);
        assert_eq!((steps.first(), steps.last()), (Some(&"begin"), Some(&"abort")));
        assert!(!steps.contains(&"complete"), "{steps:?}");
        assert_eq!(server.requests().last().unwrap().parameter("uploadId"), Some("u1"));
    });
}

#[test]
fn a_part_is_tried_again_by_itself() {
    run(async {
        let failed = std::sync::atomic::AtomicBool::new(false);
        let server = server(move |request| {
            let fails = step(request) == "part" && !failed.swap(true, std::sync::atomic::Ordering::Relaxed);
            fails.then(|| error(503, "SlowDown"))
        })
        .await;
        put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::Always).await.unwrap();
        assert_eq!(steps(&server).iter().filter(|step| **step == "part").count(), 4);
    });
}

#[test]
fn success_with_an_error_in_its_body_is_an_error() {
    run(async {
        let server = server(|request| (step(request) == "complete").then(|| error(200, "InternalError"))).await;
        let error = put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::Always).await.unwrap_err();
        assert_eq!(error.kind(), K::Unavailable);
        let ends = steps(&server).split_off(4);
        assert_eq!(ends, ["complete", "complete", "abort"]);
    });
}

#[test]
fn success_with_nothing_in_its_body_is_an_error() {
    run(async {
        for body in
            ["", "<CompleteMultipartUploadResult>", "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"]
        {
            let server = server(move |request| (step(request) == "complete").then(|| answer(200, &[], body))).await;
            let error =
                put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::Always).await.unwrap_err();
            assert_eq!(error.kind(), K::Protocol, "{body}");
            assert_eq!(steps(&server).last(), Some(&"abort"));
        }
    });
}

#[test]
fn what_was_joined_otherwise_is_corrupt() {
    run(async {
        for (told, corrupt) in [("AAAAAA==", true), ("AAAAAA==-3", false)] {
            let body = format!(
                "<CompleteMultipartUploadResult><ETag>\"w\"</ETag><ChecksumCRC32>{told}</ChecksumCRC32>\
                 </CompleteMultipartUploadResult>"
            );
            let server = server(move |request| (step(request) == "complete").then(|| answer(200, &[], &body))).await;
            let result = put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::Always).await;
            assert_eq!(result.err().map(|error| error.kind()), corrupt.then_some(K::Corrupt), "{told}");
        }
    });
}

#[test]
fn a_completion_whose_answer_is_lost_is_of_unknown_outcome() {
    run(async {
        let server = server(|request| match (step(request), request.number) {
            ("complete", 4) => Some(Reply::Raw(Vec::new())),
            ("complete", _) => Some(error(404, "NoSuchUpload")),
            _ => None,
        })
        .await;
        let error = put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::IfAbsent).await.unwrap_err();
        assert_eq!(error.kind(), K::Unavailable, "neither a success nor `not found`");
    });
}

#[test]
fn a_put_that_is_dropped_is_aborted() {
    run(async {
        let mut server = server(|request| (step(request) == "part").then(|| Reply::Stall(Vec::new()))).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let putting = tokio::spawn(async move { put(&objects, "a", &large(), Condition::Always).await });
        server.wait_for(|request| step(request) == "part").await;
        putting.abort();
        server.wait_for(|request| step(request) == "abort").await;
    });
}

#[test]
fn an_abort_that_fails_does_not_hide_why() {
    run(async {
        let server = server(|request| match step(request) {
            "part" => Some(error(403, "AccessDenied")),
            "abort" => Some(error(500, "InternalError")),
            _ => None,
        })
        .await;
        let error = put(&bucket_at(&server.endpoint, "b").await, "a", &large(), Condition::Always).await.unwrap_err();
        assert_eq!(error.kind(), K::Denied);
    });
}
