//! A process that renders one picture and ends, and what the system says of it afterwards.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::order::Taken;

/// Runs `command` to its end; what it says on standard error goes to `log`.
///
/// The peak of memory that the system tells is never below that of this process when it started the
/// other one (Linux carries it over at `exec`), so nothing large may be held here before.
/// [`memory_floor`] tells how much that is.
pub(super) fn run(mut command: Command, input: Stdio, outputs: &[PathBuf], log: &Path) -> Result<Taken, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| format!("cannot run `{program}`: {error}");
    for output in outputs {
        // One of an earlier run would pass for that of this run.
        let _ = fs::remove_file(output);
    }
    let errors = File::create(log).map_err(failed)?;
    command.stdin(input).stdout(Stdio::null()).stderr(errors);
    let started = Instant::now();
    let ended = command.spawn().and_then(wait4::Wait4::wait4).map_err(failed)?;
    let wall = started.elapsed();
    if !ended.status.success() {
        let words = fs::read_to_string(log).unwrap_or_default();
        return Err(words.lines().last().unwrap_or("it failed without a word").to_owned());
    }
    let mut output_bytes = 0;
    for output in outputs {
        let written = fs::metadata(output).map_err(|error| format!("no output: {error}"))?;
        output_bytes += written.len();
    }
    Ok(Taken {
        cpu: ended.rusage.utime + ended.rusage.stime,
        wall,
        memory_peak: ended.rusage.maxrss,
        output_bytes,
        ..Taken::default()
    })
}

/// The least peak of memory that can be told here, in bytes: that of a program that does nothing.
pub(super) fn memory_floor() -> u64 {
    Command::new("true").spawn().and_then(wait4::Wait4::wait4).map_or(0, |ended| ended.rusage.maxrss)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::{memory_floor, run};

    #[test]
    fn what_a_process_took_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let mut command = Command::new("sh");
        command.args(["-c", "echo four > out"]).current_dir(folder.path());
        let taken = run(command, Stdio::null(), &[output], &folder.path().join("log")).unwrap();
        assert_eq!(taken.output_bytes, 5);
        assert!(taken.memory_peak >= memory_floor() / 2 && !taken.wall.is_zero());
    }

    #[test]
    fn a_failure_is_told_in_its_own_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such picture >&2; exit 1"]);
        let error = run(command, Stdio::null(), &[], &folder.path().join("log")).unwrap_err();
        assert_eq!(error, "no such picture");
        let nothing = run(Command::new("true"), Stdio::null(), &["nowhere".into()], &folder.path().join("log"));
        assert!(nothing.unwrap_err().starts_with("no output"));
    }
}
