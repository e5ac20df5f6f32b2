//! `thumbgate dlq`: the queue of what failed.
//!
//! Looking at a queue means to receive its messages and to hand them back; meanwhile others do not
//! see them. What is deleted is deleted after its work is done.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use serde_json::json;
use thumbgate_core::event::Change;
use thumbgate_core::object::escape_controls;
use thumbgate_events::{Delivery, Record, reason_of};
use thumbgate_sqs::{BATCH_MAX, Message, Queue, QueueError, QueueErrorKind, QueueOptions};

use crate::args::{DlqAction, DlqArgs, DlqPurge, DlqQueue, DlqRetry, DlqShow, S3Args};
use crate::console;
use crate::delivery::{Function, Write, is_success};
use crate::events::tell;
use crate::exit::{Exit, Stop};

/// How long messages that are looked at are hidden from others.
const LOOK: Duration = Duration::from_secs(60);

/// How long a message is hidden while it is worked through.
const WORK: Duration = Duration::from_secs(300);

/// How long the queue is asked for more, each time.
const WAIT: Duration = Duration::from_secs(1);

pub(crate) async fn run(args: DlqArgs) -> Result<Exit, Stop> {
    match args.action {
        DlqAction::List(args) => list(&args).await,
        DlqAction::Show(args) => show(&args).await,
        DlqAction::Retry(args) => retry(&args).await,
        DlqAction::Purge(args) => purge(&args).await,
    }
}

async fn list(args: &DlqQueue) -> Result<Exit, Stop> {
    let queue = open(&args.queue, &args.s3).await?;
    let messages = look(&queue, args.most).await?;
    for message in &messages {
        console::print_soon(line_of(message, args.json)).await?;
    }
    hand_back(&queue, &messages).await;
    tracing::info!("{} messages in {}", messages.len(), queue.url());
    Ok(Exit::Done)
}

async fn show(args: &DlqShow) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    let messages = look(&queue, args.queue.most).await?;
    let found = messages.iter().find(|message| message.id == args.id).cloned();
    hand_back(&queue, &messages).await;
    let Some(message) = found else {
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
    let (outcomes, answer) = function.work(&Delivery::of_message(message.id, &message.body)).await;
    for outcome in outcomes.iter().flatten() {
        tell(outcome, &function, args.queue.json).await?;
    }
    if is_success(&answer, &outcomes) {
        tracing::info!("it succeeds now: `thumbgate dlq retry` makes it");
    }
    Ok(Exit::Done)
}

async fn retry(args: &DlqRetry) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    let messages = look(&queue, args.queue.most).await?;
    let (wanted, others): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| args.all || args.ids.contains(&message.id));
    hand_back(&queue, &others).await;
    for id in missing(&args.ids, &wanted) {
        tracing::warn!("there is no message `{}`", escape_controls(id));
    }
    let mut failed = missing(&args.ids, &wanted).count();
    match &args.to {
        Some(to) => failed += move_to(&queue, &open(to, &args.queue.s3).await?, &wanted).await?,
        None => failed += work_through(args, &queue, &wanted).await?,
    }
    tracing::info!("{} of {} messages are done", wanted.len().saturating_sub(failed), wanted.len());
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// Works messages through here; gives how many failed again, which stay in the queue.
async fn work_through(args: &DlqRetry, queue: &Queue, wanted: &[Message]) -> Result<usize, Stop> {
    let function = Function::open(&args.place, &args.queue.s3, Write::Stored).await?;
    let mut failed = 0;
    for message in wanted {
        queue.extend(&message.receipt, WORK).await.map_err(|error| stop(&error))?;
        let (outcomes, answer) = function.work(&Delivery::of_message(message.id.clone(), &message.body)).await;
        for outcome in outcomes.iter().flatten() {
            tell(outcome, &function, args.queue.json).await?;
        }
        if is_success(&answer, &outcomes) {
            queue.delete(&message.receipt).await.map_err(|error| stop(&error))?;
        } else {
            failed += 1;
            hand_back(queue, std::slice::from_ref(message)).await;
        }
    }
    Ok(failed)
}

/// Sends messages to another queue; what was taken there is deleted here. Gives how many were not.
async fn move_to(queue: &Queue, to: &Queue, wanted: &[Message]) -> Result<usize, Stop> {
    let mut failed = 0;
    for batch in wanted.chunks(BATCH_MAX) {
        let bodies: Vec<_> = batch.iter().map(|message| message.body.clone()).collect();
        let unsent = to.send(&bodies).await.map_err(|error| stop(&error))?;
        for (index, message) in batch.iter().enumerate() {
            match unsent.iter().find(|unsent| unsent.index == index) {
                None => queue.delete(&message.receipt).await.map_err(|error| stop(&error))?,
                Some(unsent) => {
                    failed += 1;
                    tracing::warn!("`{}` was not taken: {}", message.id, escape_controls(&unsent.reason));
                    hand_back(queue, std::slice::from_ref(message)).await;
                }
            }
        }
    }
    Ok(failed)
}

async fn purge(args: &DlqPurge) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    if args.ids.is_empty() {
        queue.purge().await.map_err(|error| stop(&error))?;
        tracing::info!("{} is empty", queue.url());
        return Ok(Exit::Done);
    }
    let messages = look(&queue, args.queue.most).await?;
    let (wanted, others): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| args.ids.contains(&message.id));
    hand_back(&queue, &others).await;
    for message in &wanted {
        queue.delete(&message.receipt).await.map_err(|error| stop(&error))?;
    }
    let not_there: Vec<_> = missing(&args.ids, &wanted).collect();
    for id in &not_there {
        tracing::warn!("there is no message `{}`", escape_controls(id));
    }
    tracing::info!("{} messages are deleted", wanted.len());
    Ok(if not_there.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

async fn open(queue: &str, s3: &S3Args) -> Result<Queue, Stop> {
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

/// Receives every message, up to `most`. The queue is empty when it gives nothing more.
async fn look(queue: &Queue, most: usize) -> Result<Vec<Message>, Stop> {
    let mut messages: Vec<Message> = Vec::new();
    let mut seen = HashSet::new();
    while messages.len() < most {
        let received =
            queue.receive(BATCH_MAX.min(most - messages.len()), WAIT, LOOK).await.map_err(|error| stop(&error))?;
        // What comes twice was hidden too short: all have been seen.
        let new: Vec<_> = received.into_iter().filter(|message| seen.insert(message.id.clone())).collect();
        if new.is_empty() {
            break;
        }
        messages.extend(new);
    }
    Ok(messages)
}

/// Hands messages back. Where that fails they come again by themselves, later.
async fn hand_back(queue: &Queue, messages: &[Message]) {
    for message in messages {
        if let Err(error) = queue.extend(&message.receipt, Duration::ZERO).await {
            tracing::debug!("cannot hand `{}` back: {error}", message.id);
        }
    }
}

fn missing<'a>(ids: &'a [String], found: &'a [Message]) -> impl Iterator<Item = &'a String> {
    ids.iter().filter(|id| !found.iter().any(|message| message.id == **id))
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
        Record::Change(Change::Created(created)) => {
            format!("s3://{}/{}", created.object.bucket, created.object.key.as_str())
        }
        Record::Change(Change::Removed(removed)) => {
            format!("removed s3://{}/{}", removed.object.bucket, removed.object.key.as_str())
        }
        Record::Change(Change::Other { name, object }) => format!("{name} {object}"),
        Record::Unusable { key, problem } => format!("{key} ({problem})"),
        Record::Unreadable { error, .. } => format!("cannot be read: {error}"),
    }
}
