//! A child process that cannot outlive this one.
//!
//! `unsafe` is forbidden here, and with it `prctl`; a shell and a pipe do the same on every
//! Unix. How: `supervise.sh`, beside this file.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

const SCRIPT: &str = include_str!("supervise.sh");

/// A running server; dropping it ends the server and waits until it is gone.
#[derive(Debug)]
pub(crate) struct Supervised {
    shell: Child,
    /// While this end of the pipe is open, the server runs.
    lifeline: Option<ChildStdin>,
}

impl Supervised {
    /// Starts `server`; both of its outputs go to `log`.
    ///
    /// Environment changes of `server` are kept; its working folder and standard streams are
    /// not.
    ///
    /// # Errors
    /// There is no `sh`, or it cannot be started.
    pub(crate) fn start(server: &Command, log: &File) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "supervise.sh"]);
        shell.arg(server.get_program()).args(server.get_args());
        for (name, value) in server.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut shell =
            shell.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log.try_clone()?).process_group(0).spawn()?;
        let lifeline = shell.stdin.take();
        Ok(Self { shell, lifeline })
    }

    /// How the server ended, if it has.
    ///
    /// # Errors
    /// The system cannot say.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.shell.try_wait()
    }

    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// The system cannot say.
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        self.shell.wait()
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The script ends by itself, within seconds; a failure here has no one to tell.
        drop(self.shell.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::Supervised;

    /// A server that names its process in `folder/pid`, then runs `then`.
    fn server(folder: &Path, then: &str) -> Command {
        let mut command = Command::new("sh");
        command.env("FOLDER", folder);
        command.args(["-c", &format!("echo $$ >\"$FOLDER/pid\"; {then}")]);
        command
    }

    fn wait_for_pid(folder: &Path) -> String {
        loop {
            let pid = fs::read_to_string(folder.join("pid")).unwrap_or_default();
            if pid.ends_with('\n') {
                return pid.trim().to_owned();
            }
            std::thread::yield_now();
        }
    }

    fn is_alive(pid: &str) -> bool {
        let status = Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status();
        status.unwrap().success()
    }

    #[test]
    fn dropping_ends_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let running = Supervised::start(&server(folder.path(), "exec sleep 600"), &log).unwrap();
        let pid = wait_for_pid(folder.path());
        assert!(is_alive(&pid));
        drop(running);
        assert!(!is_alive(&pid));
    }

    #[test]
    fn a_server_that_ignores_the_signal_is_ended_too() {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let stubborn = server(folder.path(), "trap '' TERM; while :; do sleep 1; done");
        let running = Supervised::start(&stubborn, &log).unwrap();
        let pid = wait_for_pid(folder.path());
        drop(running);
        assert!(!is_alive(&pid));
    }

    #[test]
    fn a_server_that_ends_by_itself_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let log_path = folder.path().join("log");
        let log = File::create(&log_path).unwrap();
        let mut running = Supervised::start(&server(folder.path(), "echo no port; exit 7"), &log).unwrap();
        assert_eq!(running.wait().unwrap().code(), Some(7));
        assert_eq!(fs::read_to_string(&log_path).unwrap(), "no port\n");
    }
}
