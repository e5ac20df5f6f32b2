//! `bootstrap`: the function that upload events call.
//!
//! Configuration, connections and use case are made once, when the process starts; then every
//! invocation is a payload, its outcomes and an answer. This crate joins `adapters/events` with
//! core's `deliver` and logs; it decides nothing about pictures or events. Read next: `wiring`,
//! `handler`.
#![forbid(unsafe_code)]

mod clock;
mod handler;
mod init_error;
mod log;
mod metrics;
mod settings;
mod wiring;

use std::io::Write as _;
use std::process::ExitCode;

use lambda_runtime::{LambdaEvent, service_fn};

use crate::handler::Payload;
use crate::init_error::InitError;
use crate::settings::Settings;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|argument| argument == "--version") {
        let told = writeln!(std::io::stdout(), "bootstrap {}", env!("CARGO_PKG_VERSION"));
        return if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    log::start();
    // One thread for what waits, as many as there are pictures for what computes: a function below
    // 1,769 MB has less than one processor.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error_type = error.kind(), "{error}");
            runtime.block_on(error.report());
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), InitError> {
    let settings = Settings::from_environment()?;
    // The runtime panics without them.
    if let Some(name) = settings::missing_variable() {
        let text = format!("{name} is not set: bootstrap runs in Lambda; elsewhere use `thumbgate events replay`");
        return Err(InitError::configuration(text));
    }
    let function = wiring::wire(&settings).await?;
    let function = &function;
    let handle =
        |event: LambdaEvent<Payload>| async move { handler::handle(function, &event.payload, &event.context).await };
    lambda_runtime::run(service_fn(handle)).await.map_err(|error| InitError::runtime(&error))
}
