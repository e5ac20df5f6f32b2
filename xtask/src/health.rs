//! One question to a server that is starting: does it answer with 200 yet?
//!
//! Plain HTTP over a socket is enough here; an HTTP client would double the compile time.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// How long one question may take; a local server answers in milliseconds.
const ANSWER_WAIT: Duration = Duration::from_secs(2);

/// The first bytes of a good answer.
const GOOD: &[u8] = b"HTTP/1.1 200 ";

/// Whether `GET path` at 127.0.0.1 is answered with 200.
///
/// # Errors
/// Nobody listens, or the answer does not come; both are usual while a server starts.
pub(crate) fn is_healthy(port: u16, path: &str) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WAIT)?;
    stream.set_read_timeout(Some(ANSWER_WAIT))?;
    stream.set_write_timeout(Some(ANSWER_WAIT))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut status = [0; GOOD.len()];
    stream.read_exact(&mut status)?;
    Ok(status == GOOD)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::is_healthy;

    /// Serves one connection with `answer`.
    fn asked(answer: &'static str) -> std::io::Result<bool> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 12];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            request
        });
        let healthy = is_healthy(port, "/health");
        assert_eq!(&server.join().unwrap(), b"GET /health ");
        healthy
    }

    #[test]
    fn only_200_is_healthy() {
        assert!(asked("HTTP/1.1 200 OK\r\n\r\n").unwrap());
        assert!(!asked("HTTP/1.1 503 Service Unavailable\r\n\r\n").unwrap());
    }

    #[test]
    fn a_closed_connection_is_an_error() {
        assert!(asked("").is_err());
    }

    #[test]
    fn nobody_listening_is_an_error() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        assert!(is_healthy(port, "/health").is_err());
    }
}
