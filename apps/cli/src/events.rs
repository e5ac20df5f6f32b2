//! `thumbgate events replay`: a payload through the function's own code.

use std::path::Path;

use serde_json::json;
use thumbgate_core::object::escape_controls;
use thumbgate_events::{Answer, Delivery, PAYLOAD_BYTES_MAX};
use tokio::io::AsyncReadExt as _;

use crate::args::{EventsAction, EventsArgs, ReplayArgs};
use crate::console;
use crate::delivery::{Function, Item, Write};
use crate::exit::{Exit, Stop};
use crate::report::{Line, failure, prose_named};

pub(crate) async fn run(args: EventsArgs) -> Result<Exit, Stop> {
    match args.action {
        EventsAction::Replay(args) => replay(&args).await,
    }
}

async fn replay(args: &ReplayArgs) -> Result<Exit, Stop> {
    let payload = read(&args.payload).await?;
    let delivery = match Delivery::parse(&payload) {
        Ok(delivery) => delivery,
        Err(error) => {
            console::print_soon(function_error("UnreadableEvent", &error.to_string()).to_string()).await?;
            return Err(Stop::failed(format!("cannot read the event: {error}")));
        }
    };
    let write = if args.dry_run { Write::Nowhere } else { Write::Stored };
    let function = Function::open(&args.place, &args.s3, write).await?;
    let worked = function.work(&delivery).await;
    for item in worked.items() {
        tell(item, &function, args.json).await?;
    }
    let told = match &worked.answer {
        Answer::Document(document) => json!({"answer": document}),
        Answer::Failed { kind, message } => function_error(kind, message),
    };
    console::print_soon(told.to_string()).await?;
    if worked.items().is_empty() {
        tracing::info!("the event tells of no object");
    }
    if args.dry_run && worked.is_made() {
        tracing::info!("nothing was written: the put itself was not tried");
    }
    Ok(if worked.is_success() { Exit::Done } else { Exit::SomeFailed })
}

/// What Lambda would be told.
fn function_error(kind: &str, message: &str) -> serde_json::Value {
    json!({"functionError": {"errorType": format!("Thumbgate.{kind}"), "errorMessage": message}})
}

/// Tells an item as a batch does.
pub(crate) async fn tell(item: &Item, function: &Function, as_json: bool) -> Result<(), Stop> {
    let Item { name, outcome, .. } = item;
    if as_json {
        let destination = function.pipeline.generate.route().destination();
        let line = serde_json::to_string(&Line::named(name.clone(), outcome, destination));
        console::print_soon(line.map_err(std::io::Error::from)?).await?;
        return Ok(());
    }
    let told = prose_named(name, outcome);
    match failure(outcome) {
        Some(_) => tracing::warn!("{told}"),
        None => tracing::info!("{told}"),
    }
    Ok(())
}

/// A payload from a file or the standard input; one byte more than can be read is told as too large.
async fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let shown = escape_controls(&path.to_string_lossy()).to_string();
    let failed = |error: std::io::Error| Stop::configuration(format!("cannot read the event `{shown}`: {error}"));
    let limit = u64::try_from(PAYLOAD_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut payload = Vec::new();
    if path == Path::new("-") {
        tokio::io::stdin().take(limit).read_to_end(&mut payload).await.map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        std::io::Read::read_to_end(&mut std::io::Read::take(file, limit), &mut payload).map_err(failed)?;
    }
    Ok(payload)
}
