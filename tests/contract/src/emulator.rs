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
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("tests-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    // No port makes buckets; the emulator takes its root key with any signature.
    let authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, \
                         SignedHeaders=host, Signature=0";
    let authority = authority();
    let request = format!(
        "PUT /{name} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: {authorization}\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "the bucket was not made: {answer}");
    name
}
