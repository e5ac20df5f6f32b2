//! The real S3 API over HTTP that `cargo xtask test` starts on this machine, for tests that must
//! not believe a mock.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Its address, `http://127.0.0.1:PORT`.
///
/// # Panics
/// When there is none: a test that needs it must not pass without it.
#[must_use]
pub fn endpoint() -> String {
    std::env::var("THUMBGATE_TEST_S3")
        .unwrap_or_else(|_| panic!("THUMBGATE_TEST_S3 is not set: run `cargo xtask test`, which starts an S3 API"))
}

/// `host:port` of its address.
#[must_use]
pub fn authority() -> String {
    endpoint().trim_start_matches("http://").trim_end_matches('/').to_owned()
}

/// Makes a new bucket of the caller's own and gives its name.
pub async fn new_bucket() -> String {
    let name = new_name();
    let answer = ask("PUT", &format!("/{name}"), "s3", &[], "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "the bucket was not made: {answer}");
    name
}

/// Makes a new queue of the caller's own and gives its URL.
pub async fn new_queue() -> String {
    let name = new_name();
    let headers = [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "AmazonSQS.CreateQueue")];
    let answer = ask("POST", "/", "sqs", &headers, &format!("{{\"QueueName\":\"{name}\"}}")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "the queue was not made: {answer}");
    format!("{}/000000000000/{name}", endpoint().trim_end_matches('/'))
}

fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("tests-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Asks the emulator for what no port does; it takes its root key with any signature.
async fn ask(method: &str, path: &str, service: &str, headers: &[(&str, &str)], body: &str) -> String {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let authority = authority();
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: {authorization}\r\n{more}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
