//! A process that renders one picture after the other: orders on its input, answers on its output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::order::{Order, Taken};

/// A running driver; dropping it ends it.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it.
    pub(super) fn start(mut command: Command) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("cannot start `{program}`: {error}"))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(orders), Some(answers)) => Ok(Self { child, orders, answers: BufReader::new(answers) }),
            _ => Err(format!("`{program}` has no standard input and output")),
        }
    }

    /// Has one order filled.
    pub(super) fn fill(&mut self, order: &Order<'_>) -> Result<Taken, String> {
        let mut line = String::new();
        let mut ask = || -> std::io::Result<usize> {
            writeln!(self.orders, "{order}")?;
            self.orders.flush()?;
            self.answers.read_line(&mut line)
        };
        match ask() {
            Ok(0) => Err("the driver has ended".to_owned()),
            Ok(_) => taken(&line),
            Err(error) => Err(format!("the driver does not answer: {error}")),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a driver's answer says.
fn taken(line: &str) -> Result<Taken, String> {
    let answer: Value = serde_json::from_str(line).map_err(|_| format!("the driver answers `{}`", line.trim()))?;
    if let Some(error) = answer.get("error") {
        return Err(error.as_str().unwrap_or("for no reason").to_owned());
    }
    let number = |name: &str| answer.get(name).and_then(Value::as_u64);
    let needed = |name| number(name).ok_or_else(|| format!("the driver's answer has no `{name}`"));
    Ok(Taken {
        cpu: Duration::from_nanos(needed("cpu_ns")?),
        wall: Duration::from_nanos(needed("wall_ns")?),
        memory_peak: needed("memory_peak")?,
        bytes_read: number("bytes_read"),
        stopped_early: answer.get("stopped_early").and_then(Value::as_bool).unwrap_or(false),
        output_bytes: needed("output_bytes")?,
    })
}

#[cfg(test)]
mod tests {
    use super::taken;

    #[test]
    fn an_answer_is_read() {
        let line =
            r#"{"cpu_ns":5,"wall_ns":7,"bytes_read":null,"stopped_early":true,"output_bytes":9,"memory_peak":11}"#;
        let taken = taken(line).unwrap();
        assert_eq!((taken.cpu.as_nanos(), taken.wall.as_nanos(), taken.memory_peak), (5, 7, 11));
        assert_eq!((taken.bytes_read, taken.stopped_early, taken.output_bytes), (None, true, 9));
    }

    #[test]
    fn a_refusal_and_nonsense_are_told() {
        assert_eq!(taken(r#"{"error":"no picture"}"#).unwrap_err(), "no picture");
        assert_eq!(taken("oops\n").unwrap_err(), "the driver answers `oops`");
        assert_eq!(taken("{}").unwrap_err(), "the driver's answer has no `cpu_ns`");
    }
}
