//! The function under AWS's own Lambda runtime interface emulator.
//!
//! The emulator differs from Lambda: it answers a function's error with status 200, so the body's
//! `errorType` tells; it starts the function with the first event; it has no queue and no retry, and
//! holds nobody to policies.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use thumbgate_contract::{emulator, run};

use crate::function::{bootstrap, config};
use crate::world::{Backend, key, picture};

/// Runs the emulator for as long as its standard input is open: it would outlive a killed test.
const UNTIL_END_OF_INPUT: &str =
    r#"exec 3<&0; "$@" 3<&- </dev/null & server=$!; read -r _ <&3; kill -TERM $server; wait $server"#;

/// A running emulator with its function; dropping it ends both.
struct Rie {
    shell: Child,
    lifeline: Option<ChildStdin>,
    address: String,
    /// Kept open: who writes to a closed pipe dies.
    _log: BufReader<ChildStderr>,
}

impl Rie {
    fn start(config: &str) -> Self {
        let program = std::env::var("THUMBGATE_TEST_RIE")
            .expect("THUMBGATE_TEST_RIE is not set: run `cargo xtask test`, which gets the Runtime API's emulator");
        let [address, runtime_api] = [free_address(), free_address()];
        let mut shell = Command::new("sh")
            .args(["-c", UNTIL_END_OF_INPUT, "rie", &program])
            .args(["--runtime-interface-emulator-address", &address, "--runtime-api-address", &runtime_api])
            .arg(bootstrap())
            .envs([("THUMBGATE_CONFIG_TOML", config), ("AWS_ENDPOINT_URL_S3", &emulator::endpoint())])
            .env("AWS_LAMBDA_FUNCTION_NAME", "thumbgate")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "60")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(shell.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        assert!(line.contains("exec"), "{line}");
        Self { lifeline: shell.stdin.take(), shell, address, _log: log }
    }

    /// Gives the function an event, as `Invoke` of Lambda's API does.
    fn invoke(&self, payload: &Value) -> Value {
        let body = payload.to_string();
        let request = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = connected(&self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap()
    }
}

impl Drop for Rie {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // It ends with its input; a failure here has nobody to tell.
        drop(self.shell.wait());
    }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A connection to a server that is starting.
fn connected(address: &str) -> TcpStream {
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => std::thread::yield_now(),
            Err(error) => unreachable!("{address}: {error}"),
        }
    }
}

fn uploaded(bucket: &str, key: &str) -> Value {
    json!({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "sequencer": "0055AED6DCD90281E5"}}}]})
}

#[test]
fn an_upload_event_becomes_renditions_and_a_poisoned_one_an_error() {
    run(async {
        let [(from, photos), (to, thumbs)] = [Backend::s3_named().await, Backend::s3_named().await];
        let rie = Rie::start(&config(&from, &to));
        photos.put("uploads/a b.bmp", picture(120, 80, 1)).await;
        photos.put("uploads/poison.jpg", b"no picture".to_vec()).await;

        let made = rie.invoke(&uploaded(&from, "uploads/a+b.bmp"));
        assert_eq!(made, json!({"sources": 1, "done": 1, "skip": 0, "reject": 0, "retry": 0}));
        let output = thumbs.get(&key("thumbs/a b.bmp.small.jpg")).await;
        assert_eq!(output.get(..3), Some([0xff, 0xd8, 0xff].as_slice()), "a JPEG");

        let refused = rie.invoke(&uploaded(&from, "uploads/poison.jpg"));
        assert_eq!(refused["errorType"], "Thumbgate.ItemsRejected", "{refused}");
        assert!(refused["errorMessage"].as_str().unwrap().contains("uploads/poison.jpg"), "{refused}");
        let again = rie.invoke(&uploaded(&from, "uploads/a+b.bmp"));
        assert_eq!(again["skip"], 1, "the function lives on after an error: {again}");
    });
}
