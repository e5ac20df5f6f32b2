//! A Lambda Runtime API of the tests' own: it hands out payloads, and keeps what comes back.
//!
//! Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".

use std::collections::VecDeque;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::http::{Request, Server};

/// The longest that a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// What a function gave back for an invocation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    Answer(Value),
    Error(Value),
    /// It did not even start.
    InitError(Value),
}

#[derive(Debug, Default)]
struct State {
    waiting: Mutex<Work>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Work {
    payloads: VecDeque<(String, Duration)>,
    given: VecDeque<Given>,
    handed_out: u64,
}

/// A running Runtime API.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    server: Server,
    state: Arc<State>,
}

impl RuntimeApi {
    pub(crate) fn start() -> Self {
        let state = Arc::new(State::default());
        let shared = state.clone();
        let server = Server::start(move |request| answer(&shared, request));
        Self { server, state }
    }

    /// Hands a payload out to whoever asks next, with this much time.
    pub(crate) fn hand_out(&self, payload: &Value, time: Duration) {
        self.hand_out_text(&payload.to_string(), time);
    }

    /// As [`hand_out`](Self::hand_out), for what may be no JSON.
    pub(crate) fn hand_out_text(&self, payload: &str, time: Duration) {
        self.state.waiting.lock().unwrap().payloads.push_back((payload.to_owned(), time));
        self.state.changed.notify_all();
    }

    /// Waits for what comes back.
    #[track_caller]
    pub(crate) fn given(&self) -> Given {
        let work = self.state.waiting.lock().unwrap();
        let waiting = |work: &mut Work| work.given.is_empty();
        let (mut work, _) = self.state.changed.wait_timeout_while(work, PATIENCE, waiting).unwrap();
        work.given.pop_front().expect("nothing came back in time")
    }

    /// Hands out and waits.
    #[track_caller]
    pub(crate) fn invoke(&self, payload: &Value) -> Given {
        self.hand_out(payload, Duration::from_secs(60));
        self.given()
    }

    /// Waits until a payload was taken.
    pub(crate) fn until_taken(&self, count: u64) {
        let work = self.state.waiting.lock().unwrap();
        drop(self.state.changed.wait_timeout_while(work, PATIENCE, |work| work.handed_out < count).unwrap());
    }

    /// The function's process, in an environment as Lambda gives it.
    pub(crate) fn function(&self, config: &str, s3: &str) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
        command
            .env("AWS_LAMBDA_RUNTIME_API", &self.server.authority)
            .env("AWS_LAMBDA_FUNCTION_NAME", "thumbgate")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_ENDPOINT_URL_S3", s3)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("THUMBGATE_CONFIG_TOML", config)
            .env_remove("THUMBGATE_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        Running { child: command.spawn().unwrap() }
    }
}

/// A running function; dropping it kills it, as Lambda does with what it needs no longer.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Kills it and gives the lines of its log.
    pub(crate) fn log(mut self) -> Vec<Value> {
        self.kill();
        self.lines()
    }

    /// Waits for its end, and gives the code and the lines of its log.
    pub(crate) fn ended(mut self) -> (Option<i32>, Vec<Value>) {
        let code = self.child.wait().unwrap().code();
        (code, self.lines())
    }

    fn lines(&mut self) -> Vec<Value> {
        let text = std::io::read_to_string(self.child.stdout.take().unwrap()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(state: &State, request: &Request) -> crate::http::Reply {
    let accepted = || (202, Vec::new(), b"{}".to_vec());
    let body = || serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    let give = |given| {
        state.waiting.lock().unwrap().given.push_back(given);
        state.changed.notify_all();
        accepted()
    };
    let mut words = request.line.split(' ');
    let (_, path) = (words.next(), words.next().unwrap_or_default());
    if path.ends_with("/invocation/next") {
        let work = state.waiting.lock().unwrap();
        let mut work = state.changed.wait_while(work, |work| work.payloads.is_empty()).unwrap();
        let (payload, time) = work.payloads.pop_front().unwrap();
        work.handed_out += 1;
        let id = format!("8476a536-e9f4-11e8-9739-{:012}", work.handed_out);
        drop(work);
        state.changed.notify_all();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let headers = vec![
            ("Lambda-Runtime-Aws-Request-Id", id),
            ("Lambda-Runtime-Deadline-Ms", (now + time).as_millis().to_string()),
            (
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:111122223333:function:thumbgate".to_owned(),
            ),
            ("Lambda-Runtime-Trace-Id", TRACE.to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        return (200, headers, payload.into_bytes());
    }
    if path.ends_with("/init/error") {
        give(Given::InitError(body()))
    } else if path.ends_with("/error") {
        give(Given::Error(body()))
    } else {
        give(Given::Answer(body()))
    }
}
