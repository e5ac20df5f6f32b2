//! Answers that no S3 gives are typed errors: no panic, no endless memory, no endless time.

use std::time::Duration;

use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::port::{Condition, Get, ObjectRead as _};

use crate::server::{Reply, Server};
use crate::{bucket_at, key, listed, put, read};

const SOON: Duration = Duration::from_secs(15);

#[test]
fn an_endless_answer_is_given_up() {
    run(async {
        for status in ["200 OK", "503 Slow", "403 No"] {
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: 1000000000000\r\n\r\n").into_bytes();
            let server = Server::start(move |_| Reply::Endless(head.clone(), vec![b' '; 65536])).await;
            let objects = bucket_at(&server.endpoint, "b").await;
            let (_, end) = tokio::time::timeout(SOON, listed(&objects, "")).await.unwrap();
            let kind = end.unwrap_err().kind();
            assert!(matches!(kind, K::Protocol | K::Unavailable | K::Denied), "{status}: {kind:?}");
            let put = put(&objects, "a", b"x", Condition::Always);
            let kind = tokio::time::timeout(SOON, put).await.unwrap().unwrap_err().kind();
            assert!(matches!(kind, K::Protocol | K::Unavailable | K::Denied), "{status}: {kind:?}");
        }
    });
}

#[test]
fn endless_headers_are_given_up() {
    run(async {
        let heads: [(&[u8], Vec<u8>); 2] =
            [(b"HTTP/1.1 200 OK\r\nETag: ", vec![b'x'; 65536]), (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n".repeat(1000))];
        for (head, again) in heads {
            let head = head.to_vec();
            let server = Server::start(move |_| Reply::Endless(head.clone(), again.clone())).await;
            let objects = bucket_at(&server.endpoint, "b").await;
            let kind = tokio::time::timeout(SOON, objects.head(&key("a"))).await.unwrap().unwrap_err().kind();
            assert!(matches!(kind, K::Protocol | K::Unavailable), "{kind:?}");
        }
    });
}

#[test]
fn answers_that_are_no_answers_are_typed() {
    run(async {
        let answers: [&[u8]; 8] = [
            b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
            b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nETag: \"\xff\xfe\"\r\nContent-Length: 1\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: -5\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 99999999999999999999999\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
            b"HTTP/1.1 204 No Content\r\nETag: \"t\"\r\n\r\n",
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\n<Error>",
        ];
        for bytes in answers {
            let server = Server::start(move |_| Reply::Raw(bytes.to_vec())).await;
            let objects = bucket_at(&server.endpoint, "b").await;
            let (read, end) = read(&objects, "a", &Get::default()).await;
            let kind = end.unwrap_err().kind();
            let told = String::from_utf8_lossy(bytes).into_owned();
            assert!(matches!(kind, K::Protocol | K::Unavailable | K::NotFound), "{told}: {kind:?}, {read:?}");
            objects.head(&key("a")).await.map(|meta| panic!("{told}: {meta:?}")).unwrap_err();
            put(&objects, "a", b"x", Condition::Always).await.map(|_| ()).unwrap_or_default();
        }
    });
}

#[test]
fn long_texts_of_a_server_are_not_repeated() {
    run(async {
        let server = Server::start(|_| {
            let body = format!("<Error><Code>{0}</Code><Message>{0}</Message></Error>", "x".repeat(100_000));
            crate::server::answer(403, &[("x-amz-request-id", &"y".repeat(10_000))], body)
        })
        .await;
        let error = read(&bucket_at(&server.endpoint, "b").await, "a", &Get::default()).await.1.unwrap_err();
        let story = thumbgate_core::error::Failure::from(&error).message().to_owned();
        assert!(error.kind() == K::Denied && story.len() < 2000, "{} bytes", story.len());
    });
}
