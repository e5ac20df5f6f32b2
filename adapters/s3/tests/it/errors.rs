//! Failures are told apart.

use thumbgate_contract::{emulator, run};
use thumbgate_core::error::{StorageError, StorageErrorKind as K};
use thumbgate_core::port::{Condition, Get, ObjectRead as _};

use crate::server::{Server, answer, error, error_with};
use crate::{bucket_at, key, listed, put, read};

/// The whole story of an error, as core tells it.
fn story(error: &StorageError) -> String {
    thumbgate_core::error::Failure::from(error).message().to_owned()
}

async fn get_error(status: u16, code: &'static str, headers: &'static [(&str, &str)]) -> (StorageError, usize) {
    let server = Server::start(move |_| error_with(status, code, headers)).await;
    let (_, end) = read(&bucket_at(&server.endpoint, "photos").await, "a", &Get::default()).await;
    (end.unwrap_err(), server.requests().len())
}

#[test]
fn denied_is_not_absent_and_is_not_asked_again() {
    run(async {
        let (error, requests) = get_error(403, "AccessDenied", &[]).await;
        assert_eq!((error.kind(), requests), (K::Denied, 1));
        assert!(error.to_string().contains("s3:GetObject on `arn:aws:s3:::photos/a`"), "{error}");
        let (error, requests) = get_error(404, "NoSuchKey", &[("x-amz-request-id", "R1")]).await;
        assert_eq!((error.kind(), requests), (K::NotFound, 1));
        assert_eq!(story(&error), "no such object: `a`: S3 answered 404 NoSuchKey, `told by the test` (request R1)");
        let (error, _) = get_error(404, "NoSuchBucket", &[]).await;
        assert_eq!((error.kind(), error.to_string().as_str()), (K::NotFound, "no such bucket `photos`: `a`"));
    });
}

#[test]
fn credentials_that_are_no_good_are_told_and_not_tried_again() {
    run(async {
        for (status, code) in
            [(400, "ExpiredToken"), (400, "InvalidToken"), (403, "InvalidAccessKeyId"), (403, "SignatureDoesNotMatch")]
        {
            let (error, requests) = get_error(status, code, &[]).await;
            assert_eq!((error.kind(), requests), (K::Credentials, 1), "{code}");
        }
        let (error, requests) = get_error(403, "RequestTimeTooSkewed", &[]).await;
        assert_eq!(error.kind(), K::Credentials);
        assert!(error.to_string().contains("clock") && requests <= 3, "{error} after {requests}");
    });
}

#[test]
fn a_head_that_cannot_say_why_is_explained_by_a_get() {
    run(async {
        let server = Server::start(|request| match request.method.as_str() {
            "HEAD" => answer(400, &[], ""),
            _ => error(400, "ExpiredToken"),
        })
        .await;
        let objects = bucket_at(&server.endpoint, "b").await;
        assert_eq!(objects.head(&key("a")).await.unwrap_err().kind(), K::Credentials);
        assert_eq!(server.methods(), ["HEAD", "GET"]);
        assert_eq!(server.requests()[1].header("range"), Some("bytes=0-0"));
    });
}

#[test]
fn heads_are_told_apart_by_status_and_headers() {
    run(async {
        for (status, headers, kind) in [
            (404, &[][..], K::NotFound),
            (403, &[], K::Denied),
            (412, &[], K::PreconditionFailed),
            (301, &[("x-amz-bucket-region", "eu-west-1")], K::WrongEndpoint),
            (400, &[("x-amz-bucket-region", "eu-west-1")], K::WrongEndpoint),
        ] {
            let server = Server::start(move |_| answer(status, headers, "")).await;
            let error = bucket_at(&server.endpoint, "b").await.head(&key("a")).await.unwrap_err();
            assert_eq!((error.kind(), server.requests().len()), (kind, 1), "{status}");
        }
    });
}

#[test]
fn another_region_is_named_and_no_redirect_is_followed() {
    run(async {
        let text = "bucket `photos` is in region `eu-west-1`, not `us-east-1`: set AWS_REGION or --region: `a`";
        let to_itself = &[("x-amz-bucket-region", "eu-west-1"), ("Location", "/")];
        for (status, code) in
            [(301, "PermanentRedirect"), (307, "TemporaryRedirect"), (400, "AuthorizationHeaderMalformed")]
        {
            let (error, requests) = get_error(status, code, to_itself).await;
            assert_eq!((error.kind(), error.to_string().as_str(), requests), (K::WrongEndpoint, text, 1), "{code}");
        }
        let server = Server::start(move |_| error_with(301, "PermanentRedirect", to_itself)).await;
        let (names, end) = listed(&bucket_at(&server.endpoint, "photos").await, "").await;
        assert_eq!((names.len(), end.unwrap_err().kind(), server.requests().len()), (0, K::WrongEndpoint, 1));
    });
}

#[test]
fn what_an_archive_or_a_key_service_refuses_is_clear() {
    run(async {
        let (error, _) = get_error(403, "InvalidObjectState", &[]).await;
        assert!(error.kind() == K::Denied && error.to_string().contains("archived"), "{error}");
        let (error, _) = get_error(400, "KMS.DisabledException", &[]).await;
        assert!(error.kind() == K::Denied && error.to_string().contains("KMS"), "{error}");
    });
}

#[test]
fn nobody_listening_is_unavailable() {
    run(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = bucket_at(&endpoint, "b").await.head(&key("a")).await.unwrap_err();
        assert_eq!(error.kind(), K::Unavailable, "{}", story(&error));
    });
}

#[test]
fn a_bucket_that_is_not_there_is_told_by_the_real_api() {
    run(async {
        let objects = bucket_at(&emulator::endpoint(), "no-such-bucket-anywhere").await;
        for end in [
            read(&objects, "a", &Get::default()).await.1.unwrap_err(),
            put(&objects, "a", b"x", Condition::Always).await.unwrap_err(),
            listed(&objects, "x").await.1.unwrap_err(),
        ] {
            assert!(end.kind() == K::NotFound && end.to_string().contains("bucket"), "{}", story(&end));
        }
        assert_eq!(objects.head(&key("a")).await.unwrap_err().kind(), K::NotFound);
    });
}
