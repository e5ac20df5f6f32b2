//! Going through a queue: each message once, and all that are not deleted handed back at the end.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use thumbgate_sqs::{BATCH_MAX, Message, Queue, Receipt};

use super::stop;
use crate::exit::Stop;

/// How long the queue is asked for more, each time.
const WAIT: Duration = Duration::from_secs(1);

/// One way through a queue.
///
/// # Invariants
/// - A message is given once, however often it comes; of one that came again the newest receipt is
///   held.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    queue: &'a Queue,
    most: usize,
    hidden_for: Duration,
    seen: HashSet<String>,
    held: HashMap<String, Receipt>,
    /// How many in a row had come before.
    repeats: usize,
}

impl<'a> Scan<'a> {
    /// Goes through `most` messages, which are hidden from others for `hidden_for` at a time.
    pub(super) fn new(queue: &'a Queue, most: usize, hidden_for: Duration) -> Self {
        Self { queue, most, hidden_for, seen: HashSet::new(), held: HashMap::new(), repeats: 0 }
    }

    /// The next messages, ten at most; none when there are no others.
    pub(super) async fn next(&mut self) -> Result<Vec<Message>, Stop> {
        loop {
            let room = self.most.saturating_sub(self.seen.len());
            // When all that are held have come again, and nothing else has, all have been seen.
            if room == 0 || self.repeats > self.seen.len() {
                return Ok(Vec::new());
            }
            let received = self.queue.receive(BATCH_MAX.min(room), WAIT, self.hidden_for).await;
            let received = received.map_err(|error| stop(&error))?;
            if received.is_empty() {
                return Ok(received);
            }
            let new = self.keep(received);
            if !new.is_empty() {
                return Ok(new);
            }
        }
    }

    /// Holds what came, and gives what of it had not come before.
    fn keep(&mut self, received: Vec<Message>) -> Vec<Message> {
        let mut new = Vec::with_capacity(received.len());
        for message in received {
            self.held.insert(message.id.clone(), message.receipt.clone());
            if self.seen.insert(message.id.clone()) {
                self.repeats = 0;
                new.push(message);
            } else {
                self.repeats += 1;
            }
        }
        new
    }

    /// A message is deleted, or is another's: it is not handed back.
    pub(super) fn forget(&mut self, id: &str) {
        self.held.remove(id);
    }

    /// Whether there may be messages that were not looked at, because there were `most` before them.
    pub(super) async fn is_cut(&self) -> bool {
        // Where the queue does not tell there may be some.
        self.seen.len() >= self.most && self.queue.waiting().await.map_or(true, |waiting| waiting > 0)
    }

    /// Hands back what is held. Where that fails it comes again by itself, later.
    pub(super) async fn hand_back(self) {
        for (id, receipt) in &self.held {
            if let Err(error) = self.queue.extend(receipt, Duration::ZERO).await {
                tracing::debug!("cannot hand `{id}` back: {error}");
            }
        }
    }
}
