//! A Lambda Runtime API for one function, which notes when the function says what.
//!
//! Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The longest that anybody may need for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a function said.
#[derive(Debug)]
enum Said {
    /// It asks for an event.
    Next,
    /// It is done with one.
    Answer,
    /// It failed, or could not start.
    Error(String),
}

impl std::fmt::Display for Said {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Next => formatter.write_str("asked for an event"),
            Self::Answer => formatter.write_str("answered"),
            Self::Error(error) => write!(formatter, "failed: {error}"),
        }
    }
}

/// A running Runtime API.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    /// `host:port`.
    pub(super) address: String,
    said: Receiver<(Instant, Said)>,
    events: Sender<String>,
}

impl RuntimeApi {
    /// Serves on 127.0.0.1 until the process ends.
    pub(super) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let (speak, said) = channel();
        let (events, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (speak, waiting) = (speak.clone(), waiting.clone());
                // A connection that breaks is the function's end, which is noticed elsewhere.
                thread::spawn(move || serve(&stream, &speak, &waiting));
            }
        });
        Ok(Self { address, said, events })
    }

    /// Waits until the function asks for an event: when it did.
    pub(super) fn until_next(&self) -> Result<Instant, String> {
        match self.hear()? {
            (when, Said::Next) => Ok(when),
            (_, said) => Err(format!("it was to ask for an event, and {said}")),
        }
    }

    /// Hands an event out, and waits for the answer: how long it took.
    pub(super) fn invoke(&self, event: &str) -> Result<Duration, String> {
        let start = Instant::now();
        self.events.send(event.to_owned()).map_err(|error| error.to_string())?;
        match self.hear()? {
            (when, Said::Answer) => Ok(when - start),
            (_, said) => Err(format!("it was to answer, and {said}")),
        }
    }

    fn hear(&self) -> Result<(Instant, Said), String> {
        self.said.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("it said nothing for {} s", PATIENCE.as_secs()),
            RecvTimeoutError::Disconnected => error.to_string(),
        })
    }
}

fn serve(stream: &TcpStream, speak: &Sender<(Instant, Said)>, waiting: &Mutex<Receiver<String>>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let (line, body) = request(&mut reader)?;
        let now = Instant::now();
        if line.contains("/invocation/next") {
            speak.send((now, Said::Next)).ok()?;
            let event = waiting.lock().ok()?.recv().ok()?;
            answer(stream, "200 OK", &event).ok()?;
            continue;
        }
        let said = if line.contains("/response") { Said::Answer } else { Said::Error(body) };
        speak.send((now, said)).ok()?;
        answer(stream, "202 Accepted", "{}").ok()?;
    }
}

/// The line and the body of a request; none at the end of the connection.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, String)> {
    let (mut first, mut length, mut is_chunked) = (String::new(), 0, false);
    reader.read_line(&mut first).ok().filter(|count| *count > 0)?;
    loop {
        let line = line(reader)?.to_ascii_lowercase();
        match line.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().ok()?,
            Some(("transfer-encoding", value)) => is_chunked = value.contains("chunked"),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    if is_chunked {
        loop {
            let size = u64::from_str_radix(&line(reader)?, 16).ok()?;
            reader.by_ref().take(size).read_to_end(&mut body).ok()?;
            line(reader)?;
            if size == 0 {
                break;
            }
        }
    } else {
        reader.by_ref().take(length).read_to_end(&mut body).ok()?;
    }
    Some((first, String::from_utf8_lossy(&body).into_owned()))
}

fn line(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

fn answer(mut stream: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let deadline = (now + PATIENCE).as_millis();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes())
}
