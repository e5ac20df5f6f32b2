//! MiniStack: a real S3 API over HTTP, on this machine, for as long as a test run lasts.
//!
//! It listens on 127.0.0.1 only, at a free port, keeps everything in memory, and ends with
//! this process, however that ends: see `supervisor`.
//!
//! With `AUTH=true` it refuses unknown keys and unsigned object requests, and holds IAM users
//! and roles to their signature and their policies. Its root key `test`/`test` is let through
//! whatever the signature says, so a test about signatures must make an IAM user first.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::aws_env;
use crate::health::is_healthy;
use crate::supervisor::Supervised;
use crate::venv::{Venv, VenvError};
use crate::workspace::Workspace;

const START_WAIT: Duration = Duration::from_secs(30);
const ASK_EVERY: Duration = Duration::from_millis(50);
const HEALTH_PATH: &str = "/_ministack/health";
/// Between choosing a free port and listening on it, another program may take it.
const TRIES: usize = 3;
/// How much of a log is shown when MiniStack does not start.
const LOG_LINES_SHOWN: usize = 15;

/// A running MiniStack; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Stack {
    server: Supervised,
    port: u16,
    log: PathBuf,
    // Goes after the server, which writes there.
    _scratch: Scratch,
}

/// A folder for what MiniStack keeps on disk: the functions that it runs. Dropping it removes it.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left lies in the target folder, and has nobody to be told.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Why MiniStack does not run.
#[derive(Debug, Error)]
pub(crate) enum StackError {
    /// It cannot be installed.
    #[error("cannot install MiniStack")]
    Install(#[from] VenvError),
    /// The system refused a file, a port or a process.
    #[error("cannot {what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// It was started and ended by itself.
    #[error("MiniStack ended with {status}; its log is {}, which ends with:\n{tail}", log.display())]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// It runs and does not answer.
    #[error("MiniStack gave no answer within {} s; its log is {}, which ends with:\n{tail}", START_WAIT.as_secs(), log.display())]
    Silent {
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

impl Stack {
    /// Installs MiniStack where needed, starts it and waits until it answers.
    ///
    /// # Errors
    /// It cannot be installed or started, or does not answer in time.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self, StackError> {
        let venv = Venv::ensure(workspace)?;
        let mut tries = 1;
        loop {
            match Self::start_once(workspace, &venv) {
                Err(StackError::Ended { .. }) if tries < TRIES => tries += 1,
                result => return result,
            }
        }
    }

    fn start_once(workspace: &Workspace, venv: &Venv) -> Result<Self, StackError> {
        let target = workspace.target();
        let log = target.join("ministack.log");
        let log_file = File::create(&log).map_err(system("write MiniStack's log"))?;
        let port = free_port().map_err(system("find a free port on 127.0.0.1"))?;
        let scratch = Scratch(target.join("ministack").join(port.to_string()));
        fs::create_dir_all(&scratch.0).map_err(system("make a folder for MiniStack"))?;

        let mut command = Command::new(venv.ministack());
        aws_env::forget_inherited(&mut command);
        command
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            // Each run begins empty, and its pid file stays out of /tmp.
            .env("S3_PERSIST", "0")
            .env("PERSIST_STATE", "0")
            .env("LOCALSTACK_PERSISTENCE", "0")
            .env("TMPDIR", &scratch.0);
        let server = Supervised::start(&command, &log_file).map_err(system("start MiniStack"))?;
        let mut stack = Self { server, port, log, _scratch: scratch };
        stack.wait_until_healthy()?;
        Ok(stack)
    }

    /// The address of its S3 API.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until it ends by itself, which is never expected, and tells how.
    pub(crate) fn wait(&mut self) -> StackError {
        match self.server.wait() {
            Ok(status) => self.ended(status),
            Err(source) => system("wait for MiniStack")(source),
        }
    }

    fn wait_until_healthy(&mut self) -> Result<(), StackError> {
        let deadline = Instant::now() + START_WAIT;
        while Instant::now() < deadline {
            let ended = self.server.ended().map_err(system("watch MiniStack"))?;
            if let Some(status) = ended {
                return Err(self.ended(status));
            }
            if is_healthy(self.port, HEALTH_PATH).unwrap_or(false) {
                return Ok(());
            }
            thread::sleep(ASK_EVERY);
        }
        Err(StackError::Silent { log: self.log.clone(), tail: self.log_tail() })
    }

    fn ended(&self, status: ExitStatus) -> StackError {
        StackError::Ended { status, log: self.log.clone(), tail: self.log_tail() }
    }

    fn log_tail(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        last_lines(&String::from_utf8_lossy(&bytes), LOG_LINES_SHOWN)
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(count);
    lines.into_iter().skip(first).map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn system(what: &'static str) -> impl FnOnce(io::Error) -> StackError {
    move |source| StackError::System { what, source }
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn the_last_lines_are_shown_indented() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "    b\n    c");
        assert_eq!(last_lines("a\n", 2), "    a");
        assert_eq!(last_lines("", 2), "");
    }
}
