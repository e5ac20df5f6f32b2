//! The `thumbgate` command: thumbnails made safely from images in files, folders, memory and S3.
//!
//! This crate reads arguments, wires the adapters that it was built with, runs core's use cases
//! and turns what they tell into text and exit codes. It decides nothing about pictures, keys or
//! objects. Read next: `args` (what can be asked), `stores` (a URL becomes a backend), `batch`.
#![forbid(unsafe_code)]

mod args;
mod backfill;
mod batch;
mod clock;
mod config_command;
mod console;
mod delivery;
mod demo;
mod dlq;
mod events;
mod exit;
mod guard;
mod inspect;
mod interrupt;
mod make;
mod nowhere;
mod pages;
mod pipeline;
mod policy;
mod report;
mod single;
mod stores;
mod usage;
mod wishes;

use std::process::ExitCode;
use std::time::Duration;

use args::{Command, CommandLine};
use exit::{Exit, Stop};
use interrupt::unless_interrupted;

/// How long work in flight may go on after the command is over: a write that is under way
/// becomes whole, everything else stops at its next row or read.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let line = match CommandLine::read() {
        Ok(line) => line,
        Err(code) => return code,
    };
    console::start();
    let exit = run(line.command).unwrap_or_else(|stop| {
        if let Some(text) = stop.told() {
            tracing::error!("{text}");
        }
        stop.exit()
    });
    exit.into()
}

fn run(command: Command) -> Result<Exit, Stop> {
    // What needs no runtime gets none: `--version` and shell completions start at once.
    match command {
        Command::Config(wanted) => config_command::run(wanted),
        Command::Policy(wanted) => policy::run(wanted),
        Command::Completions { shell } => pages::completions(shell),
        Command::Man { command } => pages::man(command.as_deref()),
        Command::Events(wanted) => within_runtime(unless_interrupted(events::run(wanted))),
        Command::Backfill(wanted) => within_runtime(backfill::run(*wanted)),
        Command::Dlq(wanted) => within_runtime(unless_interrupted(dlq::run(wanted))),
        // A batch minds signals itself: it has a summary to give first.
        Command::Batch(wanted) => within_runtime(batch::run(*wanted)),
        Command::Make(wanted) => within_runtime(unless_interrupted(make::run(*wanted))),
        Command::Inspect(wanted) => within_runtime(unless_interrupted(inspect::run(wanted))),
        Command::Demo(wanted) => within_runtime(unless_interrupted(demo::run(wanted))),
    }
}

fn within_runtime(work: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::failed(format!("cannot start: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(SHUTDOWN_WAIT);
    result
}
