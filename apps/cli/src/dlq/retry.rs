//! `thumbgate dlq retry`: what failed, once more.
//!
//! Ten messages are received, worked through and deleted before others are asked for, so that none
//! waits hidden longer than it is worked on.

use std::collections::HashSet;
use std::time::Duration;

use thumbgate_core::object::escape_controls;
use thumbgate_events::Delivery;
use thumbgate_sqs::{Message, Queue, QueueErrorKind};

use super::heartbeat::{beats, with_beats};
use super::scan::Scan;
use super::{missing, open, stop, tell_cut};
use crate::args::DlqRetry;
use crate::delivery::{Function, Worked, Write};
use crate::events::tell;
use crate::exit::{Exit, Stop};

/// How long messages are hidden at a time while they are worked through.
const WORK: Duration = Duration::from_secs(300);

/// Where messages are worked through.
enum Way {
    Here(Box<Function>),
    /// By whoever receives from another queue.
    To(Queue),
}

/// How many messages were found, and how many of them are done.
#[derive(Default)]
struct Count {
    found: usize,
    done: usize,
}

pub(super) async fn run(args: &DlqRetry) -> Result<Exit, Stop> {
    let queue = open(&args.queue.queue, &args.queue.s3).await?;
    let way = match &args.to {
        Some(to) => Way::To(open(to, &args.queue.s3).await?),
        None => Way::Here(Box::new(Function::open(&args.place, &args.queue.s3, Write::Stored).await?)),
    };
    let mut scan = Scan::new(&queue, args.queue.most, WORK);
    let (mut count, mut found) = (Count::default(), HashSet::new());
    let worked = work(args, &queue, &way, &mut scan, &mut count, &mut found).await;
    let is_cut = scan.is_cut().await;
    scan.hand_back().await;
    worked?;
    let missing = missing(&args.ids, &found);
    tracing::info!("{} of {} messages are done", count.done, count.found);
    if is_cut && (args.all || missing > 0) {
        tell_cut(args.queue.most);
    }
    let is_all = count.done == count.found && missing == 0 && !(args.all && is_cut);
    Ok(if is_all { Exit::Done } else { Exit::SomeFailed })
}

async fn work(
    args: &DlqRetry,
    queue: &Queue,
    way: &Way,
    scan: &mut Scan<'_>,
    count: &mut Count,
    found: &mut HashSet<String>,
) -> Result<(), Stop> {
    while args.all || args.ids.iter().any(|id| !found.contains(id)) {
        let mut wanted = scan.next().await?;
        if wanted.is_empty() {
            break;
        }
        wanted.retain(|message| args.all || args.ids.contains(&message.id));
        found.extend(wanted.iter().map(|message| message.id.clone()));
        count.found += wanted.len();
        count.done += match way {
            Way::Here(function) => work_through(args, queue, function, scan, &wanted).await?,
            Way::To(to) => move_to(queue, to, scan, &wanted).await?,
        };
    }
    Ok(())
}

/// Works messages through here; gives how many are done. The others stay in the queue.
async fn work_through(
    args: &DlqRetry,
    queue: &Queue,
    function: &Function,
    scan: &mut Scan<'_>,
    wanted: &[Message],
) -> Result<usize, Stop> {
    let mut done = 0;
    let mut beats = beats(WORK);
    for (index, message) in wanted.iter().enumerate() {
        let delivery = Delivery::of_message(message.id.clone(), &message.body);
        let waiting = wanted.get(index..).unwrap_or_default();
        let worked = with_beats(function.work(&delivery), &mut beats, async || hide(queue, waiting).await).await;
        for item in worked.items() {
            tell(item, function, args.queue.json).await?;
        }
        if worked.is_done() {
            done += usize::from(delete(queue, scan, message).await?);
        } else {
            tell_left(&message.id, &worked);
        }
    }
    Ok(done)
}

/// Hides messages for longer.
async fn hide(queue: &Queue, messages: &[Message]) {
    for message in messages {
        if let Err(error) = queue.extend(&message.receipt, WORK).await {
            tracing::warn!(
                "`{}` may come again while it is worked through: {}",
                message.id,
                escape_controls(&error.to_string())
            );
        }
    }
}

/// Deletes what is done; gives whether it is gone.
pub(super) async fn delete(queue: &Queue, scan: &mut Scan<'_>, message: &Message) -> Result<bool, Stop> {
    match queue.delete(&message.receipt).await {
        Ok(()) => {
            scan.forget(&message.id);
            Ok(true)
        }
        Err(error) if error.kind() == QueueErrorKind::Stale => {
            tracing::warn!("`{}` was handed out again meanwhile: it is left in the queue", message.id);
            Ok(false)
        }
        Err(error) => Err(stop(&error)),
    }
}

/// Why a message stays, where its outcomes have not told it.
fn tell_left(id: &str, worked: &Worked) {
    for item in worked.items() {
        if let Some(why) = &item.undone {
            let name = escape_controls(&item.name);
            tracing::warn!(
                "`{id}` is left in the queue: nothing was made of {name}: {why}; is this the right configuration? `dlq purge` deletes it"
            );
        }
    }
}

/// Sends messages to another queue; what was taken there is deleted here. Gives how many are done.
async fn move_to(queue: &Queue, to: &Queue, scan: &mut Scan<'_>, wanted: &[Message]) -> Result<usize, Stop> {
    let bodies: Vec<_> = wanted.iter().map(|message| message.body.clone()).collect();
    let unsent = to.send(&bodies).await.map_err(|error| stop(&error))?;
    let mut done = 0;
    for (index, message) in wanted.iter().enumerate() {
        match unsent.iter().find(|unsent| unsent.index == index) {
            None => done += usize::from(delete(queue, scan, message).await?),
            Some(unsent) => tracing::warn!("`{}` was not taken: {}", message.id, escape_controls(&unsent.reason)),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests;
