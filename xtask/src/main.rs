//! The project's own tasks, called as `cargo xtask <command>`.
//!
//! Tests with a real S3 API, the steps of CI, and the layer check. The words are the same on
//! a laptop and in CI. This file turns arguments into a command and errors into text and an
//! exit code; it knows nothing about how a task works. `cargo xtask help` lists the commands.
//! Read next: `args`, then the file of the command.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task runner speaks to the terminal")]

mod args;
mod aws_env;
mod bench;
mod ci;
mod health;
mod help;
mod lint;
mod nearest;
mod package;
mod prerequisite;
mod rie;
mod stack;
mod stack_command;
mod supervisor;
mod test_run;
mod totals;
mod venv;
mod workspace;

use std::error::Error;
use std::process::ExitCode;

use args::Command;
use workspace::Workspace;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!("`cargo xtask help` lists all commands");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {}", told_with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Runs one command and gives the exit code to end with.
fn run(command: Command) -> Result<u8, Box<dyn Error>> {
    if let Command::Help = command {
        print!("{}", help::TEXT);
        return Ok(0);
    }
    let workspace = Workspace::locate()?;
    match command {
        Command::Help => Ok(0),
        Command::Test { cargo_args } => test(&workspace, &cargo_args),
        Command::Stack => stack_command::run(&workspace),
        Command::Ci { only } => Ok(ci::run(&workspace, only)?),
        Command::Package(request) => Ok(package::run(&workspace, &request)?),
        Command::Bench(request) => Ok(bench::run(&workspace, request)?),
        Command::Lint => Ok(lint::run(&workspace)?),
    }
}

/// Runs the tests and says their total in the last line.
fn test(workspace: &Workspace, cargo_args: &[String]) -> Result<u8, Box<dyn Error>> {
    let ran = test_run::run(workspace, cargo_args)?;
    if ran.exit_code != 0 && ran.totals.failed == 0 {
        println!("\n`cargo test` ended with {}: it did not build, or a test binary crashed; see above", ran.exit_code);
    }
    println!("\n{}", ran.totals);
    Ok(ran.exit_code)
}

/// An error and what caused it, each after a colon.
///
/// Errors here never print their source; some libraries' errors do, and are not told twice.
fn told_with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let told = inner.to_string();
        if !text.ends_with(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        cause = inner.source();
    }
    text
}
