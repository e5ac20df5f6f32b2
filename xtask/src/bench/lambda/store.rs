//! The buckets of the bench, on the emulator, which takes its root key with any signature.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

/// The S3 API at `authority`, which is `host:port`.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) authority: String,
}

impl Store {
    pub(super) fn create_bucket(&self, bucket: &str) -> io::Result<()> {
        self.ask("PUT", &format!("/{bucket}"), &[]).map(drop)
    }

    pub(super) fn put(&self, bucket: &str, key: &str, content: &[u8]) -> io::Result<()> {
        self.ask("PUT", &format!("/{bucket}/{key}"), content).map(drop)
    }

    pub(super) fn get(&self, bucket: &str, key: &str) -> io::Result<Vec<u8>> {
        self.ask("GET", &format!("/{bucket}/{key}"), &[])
    }

    fn ask(&self, method: &str, path: &str, content: &[u8]) -> io::Result<Vec<u8>> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n",
            self.authority,
            content.len()
        );
        let mut stream = TcpStream::connect(&self.authority)?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(content)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        match end.and_then(|end| answer.get(end..)) {
            Some(body) if answer.starts_with(b"HTTP/1.1 200") => Ok(body.to_vec()),
            _ => Err(io::Error::other(format!("{method} {path}: {}", String::from_utf8_lossy(&answer)))),
        }
    }
}
