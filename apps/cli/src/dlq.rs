//! `thumbgate dlq`: the queue of what failed.
//!
//! Looking at a queue means to receive its messages and to hand them back; meanwhile others do not
//! see them. What is deleted is deleted after its work is done.

mod heartbeat;
mod retry;
mod scan;

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use serde_json::json;
use thumbgate_core::event::Change;
use thumbgate_core::object::escape_controls;
use thumbgate_events::{Delivery, Record, reason_of};
use thumbgate_sqs::{Message, Queue, QueueError, QueueErrorKind, QueueOptions};

use self::scan::Scan;
use crate::args::{DlqAction, DlqArgs, DlqPurge, DlqQueue, DlqShow, S3Args};
use crate::console;
use crate::delivery::{Function, Write, url_of};
use crate::events::tell;
use crate::exit::{Exit, Stop};

/// How long messages that are looked at are hidden from others.
const LOOK: Duration = Duration::from_secs(60);

pub(crate) async fn run(args: DlqArgs) -> Result<Exit, Stop> {
    match args.action {
        DlqAction::List(args) => list(&args).await,
        DlqAction::Show(args) => show(&args).await,
        DlqAction::Retry(args) => retry::run(&args).await,
        DlqAction::Purge(args) => purge(&args).await,
    }
}

async fn list(args: &DlqQueue) -> Result<Exit, Stop> {
    let queue = open(&args.queue, &args.s3).await?;
    let mut scan = Scan::new(&queue, args.most, LOOK);
    let looked = list_all(args, &mut scan).await;
    let is_cut = scan.is_cut().await;
    scan.hand_back().await;
    tracing::info!("{} messages in {}", looked?, queue.url());
    if is_cut {
        tell_cut(args.most);
    }
    Ok(Exit::Done)
}

async fn list_all(args: &DlqQueue, scan: &mut Scan<'_>) -> Result<usize, Stop> {
    let mut count = 0;
    loop {
        let messages = scan.next().await?;
        if messages.is_empty() {
            return Ok(count);
        }
        for message in &messages {
            console::print_soon(line_of(message, args.json)).await?;
        }
        count += messages.len();
    }
}

async fn show(args: &DlqShow) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    let mut scan = Scan::new(&queue, args.queue.most, LOOK);
    let found = find(&args.id, &mut scan).await;
    scan.hand_back().await;
    let Some(message) = found? else {
        return Err(Stop::usage(format!(
            "there is no message `{}` in {}; `thumbgate dlq list` tells the ids",
            escape_controls(&args.id),
            queue.url()
        )));
    };
    console::print_soon(line_of(&message, args.queue.json)).await?;
    if let Some(reason) = reason_of(&message.body) {
        tracing::info!("it failed with: {}", escape_controls(&reason));
        return Ok(Exit::Done);
    }
    tracing::info!("it carries no reason: working it through again, and writing nothing");
    let function = Function::open(&args.place, &args.queue.s3, Write::Nowhere).await?;
    let worked = function.work(&Delivery::of_message(message.id, &message.body)).await;
    for item in worked.items() {
        tell(item, &function, args.queue.json).await?;
        if let Some(why) = &item.undone {
            tracing::warn!("nothing would be made of {}: {why}", escape_controls(&item.name));
        }
    }
    if worked.is_done() {
        let untried = if worked.is_made() { " as far as the put, which was not tried" } else { "" };
        tracing::info!("it succeeds now{untried}: `thumbgate dlq retry` makes it");
    }
    Ok(Exit::Done)
}

async fn find(id: &str, scan: &mut Scan<'_>) -> Result<Option<Message>, Stop> {
    loop {
        let messages = scan.next().await?;
        if messages.is_empty() {
            return Ok(None);
        }
        if let Some(message) = messages.into_iter().find(|message| message.id == id) {
            return Ok(Some(message));
        }
    }
}

async fn purge(args: &DlqPurge) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    if args.ids.is_empty() {
        queue.purge().await.map_err(|error| stop(&error))?;
        tracing::info!("{} is empty", queue.url());
        return Ok(Exit::Done);
    }
    let mut scan = Scan::new(&queue, args.queue.most, LOOK);
    let mut found = HashSet::new();
    let deleted = delete_all(args, &queue, &mut scan, &mut found).await;
    scan.hand_back().await;
    let (deleted, missing) = (deleted?, missing(&args.ids, &found));
    tracing::info!("{deleted} messages are deleted");
    Ok(if deleted == found.len() && missing == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// Deletes the messages that are named; gives how many are gone.
async fn delete_all(
    args: &DlqPurge,
    queue: &Queue,
    scan: &mut Scan<'_>,
    found: &mut HashSet<String>,
) -> Result<usize, Stop> {
    let mut deleted = 0;
    while args.ids.iter().any(|id| !found.contains(id)) {
        let messages = scan.next().await?;
        if messages.is_empty() {
            break;
        }
        for message in messages.iter().filter(|message| args.ids.contains(&message.id)) {
            found.insert(message.id.clone());
            deleted += usize::from(retry::delete(queue, scan, message).await?);
        }
    }
    Ok(deleted)
}

pub(crate) async fn open(queue: &str, s3: &S3Args) -> Result<Queue, Stop> {
    let options = QueueOptions { endpoint_url: s3.endpoint_url.clone(), region: s3.region.clone() };
    Queue::open(&options, queue).await.map_err(|error| stop(&error))
}

pub(crate) fn stop(error: &QueueError) -> Stop {
    let told = escape_controls(&error.to_string()).to_string();
    match error.kind() {
        QueueErrorKind::Unavailable | QueueErrorKind::Stale | QueueErrorKind::Other => Stop::failed(told),
        _ => Stop::configuration(told),
    }
}

/// Tells which ids were not found, and gives how many.
fn missing(ids: &[String], found: &HashSet<String>) -> usize {
    let missing: HashSet<_> = ids.iter().filter(|id| !found.contains(*id)).collect();
    for id in &missing {
        tracing::warn!("there is no message `{}` among those that were looked at", escape_controls(id));
    }
    missing.len()
}

fn tell_cut(most: usize) {
    tracing::warn!("only {most} messages were looked at; there may be more: raise --most, or run it again");
}

fn line_of(message: &Message, as_json: bool) -> String {
    let delivery = Delivery::of_message(message.id.clone(), &message.body);
    let keys: Vec<_> = delivery.records().iter().map(|record| key_of(record)).collect();
    let unreadable =
        delivery.messages().first().and_then(|message| message.records.as_ref().err()).map(ToString::to_string);
    let reason = reason_of(&message.body);
    let age = message.sent.and_then(|sent| SystemTime::now().duration_since(sent).ok()).map(|age| age.as_secs());
    if as_json {
        let line = json!({"id": message.id, "receives": message.receives, "ageSeconds": age, "keys": keys, "reason": reason, "unreadable": unreadable});
        return line.to_string();
    }
    let what = match (&unreadable, keys.as_slice()) {
        (Some(why), _) => format!("cannot be read: {why}"),
        (None, []) => "tells of no object".to_owned(),
        (None, keys) => keys.join(", "),
    };
    let reason = reason.map_or_else(String::new, |reason| format!("  {reason}"));
    let age = age.map_or_else(String::new, |age| format!(", {age} s old"));
    format!(
        "{}  {}{}  (received {} times{age})",
        message.id,
        escape_controls(&what),
        escape_controls(&reason),
        message.receives
    )
}

fn key_of(record: &Record) -> String {
    match record {
        Record::Change(Change::Created(created)) => url_of(&created.object),
        Record::Change(Change::Removed(removed)) => format!("removed {}", url_of(&removed.object)),
        Record::Change(Change::Other { name, object }) => format!("{name} {object}"),
        Record::Unusable { key, problem } => format!("{key} ({problem})"),
        Record::Unreadable { error, .. } => format!("cannot be read: {error}"),
    }
}
