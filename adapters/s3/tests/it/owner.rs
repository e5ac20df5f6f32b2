//! The expected bucket owner goes with every call.

use thumbgate_contract::run;
use thumbgate_core::port::{Condition, Get, ObjectDelete as _, ObjectRead as _};

use crate::server::{Request, Server, answer, error};
use crate::{bucket_at, key, listed, owned_bucket_at, put, read};

const OWNER: &str = "x-amz-expected-bucket-owner";

/// An S3 API in which everything works but the second of two multipart uploads' completion.
fn reply(request: &Request) -> crate::server::Reply {
    let listing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    match request.method.as_str() {
        "GET" if request.asks("list-type") => answer(200, &[], listing),
        "POST" if request.asks("uploads") => {
            answer(200, &[], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        }
        "POST" => error(412, "PreconditionFailed"),
        _ => answer(200, &[("ETag", "\"t\"")], ""),
    }
}

#[test]
fn every_call_names_the_owner() {
    run(async {
        let server = Server::start(reply).await;
        let objects = owned_bucket_at(&server.endpoint, "b").await;
        objects.head(&key("a")).await.unwrap();
        read(&objects, "a", &Get::default()).await.1.unwrap();
        read(&objects, "a", &Get { if_match: None, range: Some(0..0) }).await.1.unwrap();
        put(&objects, "a", b"x", Condition::Always).await.unwrap();
        put(&objects, "a", &vec![0; 17 * 1024 * 1024], Condition::Always).await.unwrap_err();
        listed(&objects, "").await.1.unwrap();
        objects.delete(&key("a")).await.unwrap();
        let requests = server.requests();
        // head, get, head, put, begin, 3 parts, complete, abort, list, delete
        assert_eq!(requests.len(), 12, "{:?}", server.methods());
        for request in requests {
            assert_eq!(request.header(OWNER), Some("123456789012"), "{} {}", request.method, request.target);
        }
    });
}

#[test]
fn a_head_that_is_explained_names_the_owner_too() {
    run(async {
        let server = Server::start(|_| answer(400, &[], "")).await;
        owned_bucket_at(&server.endpoint, "b").await.head(&key("a")).await.unwrap_err();
        let owners: Vec<_> = server.requests().iter().map(|r| r.header(OWNER).map(str::to_owned)).collect();
        assert_eq!(owners, [Some("123456789012".to_owned()), Some("123456789012".to_owned())]);
    });
}

#[test]
fn without_an_owner_none_is_named() {
    run(async {
        let server = Server::start(reply).await;
        bucket_at(&server.endpoint, "b").await.head(&key("a")).await.unwrap();
        assert_eq!(server.requests()[0].header(OWNER), None);
    });
}
