//! Each call on an object is tried twice, a page of a listing four times, and only where that can help.

use std::time::Duration;

use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::port::{Condition, Get, ObjectDelete as _, ObjectRead as _};
use thumbgate_s3::Patience;

use crate::server::{Reply, Server, answer, error, object};
use crate::{PATIENCE, bucket_at, connect, key, listed, put, read};

fn failing_reply(what: &str) -> Reply {
    match what {
        "slow down" => error(503, "SlowDown"),
        "busy" => answer(429, &[], ""),
        "broken" => answer(500, &[], ""),
        "gateway" => answer(502, &[], "<html>bad gateway</html>"),
        "internal" => error(500, "InternalError"),
        "idle" => error(400, "RequestTimeout"),
        "reset" => Reply::Raw(Vec::new()),
        "cut" => Reply::Raw(b"HTTP/1.1 200 O".to_vec()),
        _ => panic!("no such reply"),
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    run(async {
        for (what, kind) in [
            ("slow down", K::Unavailable),
            ("busy", K::Unavailable),
            ("broken", K::Unavailable),
            ("gateway", K::Unavailable),
            ("internal", K::Unavailable),
            ("idle", K::Timeout),
            ("reset", K::Unavailable),
            ("cut", K::Unavailable),
        ] {
            let server = Server::start(move |_| failing_reply(what)).await;
            let (_, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
            assert_eq!((end.unwrap_err().kind(), server.requests().len()), (kind, 2), "{what}");
        }
    });
}

#[test]
fn a_try_that_works_ends_the_tries() {
    run(async {
        for what in ["slow down", "busy", "broken", "internal", "idle", "reset"] {
            let server = Server::start(move |request| match request.number {
                0 => failing_reply(what),
                _ => object("Hello world", &[]),
            })
            .await;
            let (bytes, end) = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await;
            end.unwrap();
            assert_eq!((bytes.as_slice(), server.requests().len()), (&b"Hello world"[..], 2), "{what}");
        }
    });
}

#[test]
fn every_call_has_its_tries() {
    run(async {
        let server = Server::start(|_| error(503, "SlowDown")).await;
        let objects = bucket_at(&server.endpoint, "b").await;
        let errors = [
            objects.head(&key("a")).await.unwrap_err(),
            put(&objects, "a", b"x", Condition::IfAbsent).await.unwrap_err(),
            listed(&objects, "").await.1.unwrap_err(),
            objects.delete(&key("a")).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.kind() == K::Unavailable), "{errors:?}");
        assert_eq!(server.requests().len(), 2 + 2 + 4 + 2);
    });
}

#[test]
fn what_cannot_pass_is_tried_once() {
    run(async {
        for (status, code) in [
            (403, "AccessDenied"),
            (403, ""),
            (404, "NoSuchKey"),
            (409, "ConditionalRequestConflict"),
            (412, "PreconditionFailed"),
        ] {
            let server = Server::start(move |_| error(status, code)).await;
            let objects = bucket_at(&server.endpoint, "b").await;
            put(&objects, "a", b"x", Condition::IfAbsent).await.unwrap_err();
            assert_eq!(server.requests().len(), 1, "{status} {code}");
        }
    });
}

#[test]
fn an_answer_that_does_not_come_is_a_timeout_and_is_bounded() {
    run(async {
        let server = Server::start(|_| Reply::Stall(Vec::new())).await;
        let patience = Patience { answer: Duration::from_millis(50), ..PATIENCE };
        let connection = connect(&server.endpoint, patience).await;
        let objects = connection.bucket(thumbgate_core::object::Bucket::parse("b").unwrap(), None);
        assert_eq!(objects.head(&key("a")).await.unwrap_err().kind(), K::Timeout);
        assert_eq!(put(&objects, "a", b"x", Condition::IfAbsent).await.unwrap_err().kind(), K::Timeout);
        assert!(server.requests().len() <= 6, "{:?}", server.methods());
    });
}
