//! A server that answers each request as a test says, and keeps what it was asked.
//!
//! It speaks just enough HTTP/1.1: one request a connection, lengths in `Content-Length`.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use thumbgate_contract::emulator;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How many requests came before it.
    pub(crate) number: usize,
    raw_head: Vec<u8>,
}

impl Request {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the query has a parameter, with or without a value.
    pub(crate) fn asks(&self, parameter: &str) -> bool {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        query.split('&').any(|pair| pair.split('=').next() == Some(parameter))
    }

    /// The value of a parameter of the query, as sent.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| pair.split_once('=').filter(|(known, _)| *known == name)).map(|(_, v)| v)
    }
}

/// What comes back.
pub(crate) enum Reply {
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes, then nothing while the client stays.
    Stall(Vec<u8>),
    /// These bytes again and again while the client stays.
    Endless(Vec<u8>, Vec<u8>),
    /// What the real S3 API answers.
    Forward,
    /// The real S3 API does it, and its answer is lost.
    ForwardAndLose,
}

/// An answer with a status line, headers of its own and a body.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    bytes.push_str("\r\n");
    Reply::Raw([bytes.as_bytes(), body].concat())
}

/// An answer that is an S3 error.
pub(crate) fn error(status: u16, code: &str) -> Reply {
    error_with(status, code, &[])
}

/// An answer that is an S3 error, with headers.
pub(crate) fn error_with(status: u16, code: &str, headers: &[(&str, &str)]) -> Reply {
    let body =
        format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>told by the test</Message></Error>");
    answer(status, headers, body)
}

/// An object as S3 answers a get of it.
pub(crate) fn object(body: &str, headers: &[(&str, &str)]) -> Reply {
    answer(200, &[&[("ETag", "\"tag\"")], headers].concat(), body)
}

/// A running server; it ends with the runtime of its test.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    seen: Arc<Mutex<Vec<Request>>>,
    count: watch::Receiver<usize>,
    left: watch::Receiver<usize>,
}

impl Server {
    /// Starts a server that answers as `script` says.
    pub(crate) async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (counted, count) = watch::channel(0);
        let (leaving, left) = watch::channel(0);
        let (script, requests) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, requests) = (Arc::clone(&script), Arc::clone(&requests));
                let (counted, leaving) = (counted.clone(), leaving.clone());
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let Some(mut request) = receive(&mut stream).await else { return };
                    let reply = {
                        let mut seen = requests.lock().unwrap_or_else(PoisonError::into_inner);
                        request.number = seen.len();
                        seen.push(request.clone());
                        script(&request)
                    };
                    counted.send_modify(|count| *count += 1);
                    if send(stream.into_inner(), reply, &request).await.is_err() {
                        leaving.send_modify(|left| *left += 1);
                    }
                });
            }
        });
        Self { endpoint, seen, count, left }
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The methods of all requests so far.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.method).collect()
    }

    /// Waits until a client has left before its answer was whole.
    pub(crate) async fn wait_until_left(&mut self) {
        self.left.wait_for(|left| *left > 0).await.unwrap();
    }

    /// Waits until a request that fits has come.
    pub(crate) async fn wait_for(&mut self, fits: impl Fn(&Request) -> bool) {
        while !self.requests().iter().any(&fits) {
            self.count.changed().await.unwrap();
        }
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut raw_head = Vec::new();
    while !raw_head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut raw_head).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8_lossy(&raw_head).into_owned();
    let mut lines = text.lines();
    let mut words = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { method, target, headers, body, number: 0, raw_head })
}

async fn send(mut stream: TcpStream, reply: Reply, request: &Request) -> std::io::Result<()> {
    match reply {
        Reply::Raw(bytes) => stream.write_all(&bytes).await?,
        Reply::Stall(bytes) => {
            stream.write_all(&bytes).await?;
            stream.read_u8().await?;
        }
        Reply::Endless(head, again) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
        Reply::Forward => stream.write_all(&forward(request).await?).await?,
        Reply::ForwardAndLose => drop(forward(request).await?),
    }
    stream.shutdown().await
}

async fn forward(request: &Request) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(emulator::authority()).await?;
    let head = request.raw_head.strip_suffix(b"\r\n").unwrap_or_default();
    stream.write_all(&[head, b"Connection: close\r\n\r\n", &request.body].concat()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}
