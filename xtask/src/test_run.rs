//! `cargo test` over the whole workspace, with a fresh S3 API at its side.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

use thiserror::Error;

use crate::aws_env;
use crate::prerequisite::{MissingError, Prerequisite};
use crate::rie::{self, RieError};
use crate::stack::{Stack, StackError};
use crate::totals::Totals;
use crate::workspace::Workspace;

/// What came of one run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The sum over all test binaries.
    pub(crate) totals: Totals,
    /// How `cargo test` ended.
    pub(crate) exit_code: u8,
}

/// Why the tests could not be run; a failed test is no such reason.
#[derive(Debug, Error)]
pub(crate) enum TestRunError {
    /// The C compiler is missing.
    #[error(transparent)]
    Missing(#[from] MissingError),
    /// There is no S3 API to test against.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// There is no Runtime API to test against.
    #[error(transparent)]
    Rie(#[from] RieError),
    /// Cargo cannot be run or read.
    #[error("cannot run `cargo test`")]
    Cargo(#[from] io::Error),
}

/// Starts the S3 API, runs `cargo test` with `cargo_args`, shows and adds up its output.
///
/// # Errors
/// Something that tests need is missing, or does not start.
pub(crate) fn run(workspace: &Workspace, cargo_args: &[String]) -> Result<Ran, TestRunError> {
    Prerequisite::CCompiler.check()?;
    let rie = rie::ensure(workspace)?;
    let stack = Stack::start(workspace)?;
    let endpoint = stack.endpoint();
    println!("tests find an S3 API at {endpoint}");

    let mut command = cargo_test(workspace, cargo_args);
    aws_env::apply(&mut command, &endpoint);
    if let Some(rie) = rie {
        command.env(rie::VARIABLE, rie);
    }
    build_function(workspace, cargo_args)?;
    let mut cargo = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let totals = match cargo.stdout.take() {
        Some(output) => show_and_add_up(output, io::stdout())?,
        None => Totals::default(),
    };
    let exit_code = exit_code(cargo.wait()?);
    drop(stack);
    Ok(Ran { totals, exit_code })
}

/// Builds the function where only its tests from outside are asked for: cargo builds a binary for
/// the tests of its own package, and for others' not.
fn build_function(workspace: &Workspace, cargo_args: &[String]) -> io::Result<()> {
    let named = |package: &str| cargo_args.iter().any(|word| word.contains(package));
    if named("thumbgate-e2e") && !named("thumbgate-lambda") {
        let mut build = workspace.cargo();
        // A failure is told by the tests that find no function.
        build.args("build --package thumbgate-lambda --bin bootstrap".split(' ')).stdin(Stdio::null()).status()?;
    }
    Ok(())
}

fn cargo_test(workspace: &Workspace, cargo_args: &[String]) -> Command {
    let mut command = workspace.cargo();
    command.arg("test");
    // `--workspace` would win over a package that the caller names.
    if !names_package(cargo_args) {
        command.arg("--workspace");
    }
    // Without it cargo stops at the first binary that fails, and the total would be a part.
    command.arg("--no-fail-fast").args(cargo_args);
    command
}

fn names_package(cargo_args: &[String]) -> bool {
    cargo_args
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word.starts_with("-p") || word.starts_with("--package"))
}

/// Copies what cargo prints as it comes, and adds up its result lines.
fn show_and_add_up(output: impl Read, mut screen: impl Write) -> io::Result<Totals> {
    let mut totals = Totals::default();
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        screen.write_all(&line)?;
        screen.flush()?;
        totals.add(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(totals)
}

/// The code to pass on; a run that a signal ended has none and counts as failed.
fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{names_package, show_and_add_up};

    #[test]
    fn output_is_shown_whole_and_added_up() {
        let output = "running 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored\nno newline";
        let mut screen = Vec::new();
        let totals = show_and_add_up(output.as_bytes(), &mut screen).unwrap();
        assert_eq!(totals.to_string(), "1 passed, 0 failed");
        assert_eq!(String::from_utf8(screen).unwrap(), output);
    }

    #[test]
    fn a_named_package_is_seen_only_among_cargos_own_arguments() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, named) in
            [("-p thumbgate-core", true), ("--package=thumbgate-core", true), ("route", false), ("-- -p", false)]
        {
            assert_eq!(names_package(&words(line)), named, "{line}");
        }
    }
}
