//! The changes of one delivery, each to its outcome: shared by Lambda, the server and replays.
//!
//! Events come at least once, in any order, and perhaps long after the fact. So the changes of one
//! key are worked on one after the other, the newest first (what is older then has nothing to add);
//! those of different keys at the same time. One that fails, fails alone. When the time is nearly
//! over, what is not done is handed back, not lost: whoever delivered it delivers it again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt as _};

use crate::error::{Failure, FailureKind};
use crate::event::Change;
use crate::generate::{Generate, Outcome, SkipReason, Task, Verdict};
use crate::object::ObjectRef;
use crate::port::Clock;
use crate::remove::Remove;

/// The use case: the changes of one delivery.
#[derive(Debug, Clone)]
pub struct Deliver {
    generate: Arc<Generate>,
    remove: Option<Remove>,
    clock: Arc<dyn Clock>,
    jobs: usize,
}

impl Deliver {
    /// Wires the use case; `jobs` keys are in work at once (at least one), and the memory gate of
    /// `generate` bounds what they decode together. Without `remove`, removals change nothing.
    #[must_use]
    pub fn new(generate: Arc<Generate>, remove: Option<Remove>, clock: Arc<dyn Clock>, jobs: usize) -> Self {
        Self { generate, remove, clock, jobs: jobs.max(1) }
    }

    /// The outcome of every change, in the order of the changes.
    ///
    /// `time_left` is how long the delivery may take; none is without end, and so is a time that is
    /// over already when it is handed out: an item that is never begun would come again for ever.
    pub async fn run(&self, changes: &[Change], time_left: Option<Duration>) -> Vec<Outcome> {
        let ends_at = time_left.filter(|left| !left.is_zero()).map(|left| self.clock.now() + left);
        let work = by_key(changes).into_iter().map(|same_key| self.one_key(changes, same_key, ends_at));
        let done: Vec<_> = stream::iter(work).buffer_unordered(self.jobs).collect().await;
        let mut outcomes: Vec<_> = done.into_iter().flatten().collect();
        outcomes.sort_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    /// The changes of one key, one after the other.
    async fn one_key(
        &self,
        changes: &[Change],
        same_key: Vec<usize>,
        ends_at: Option<Duration>,
    ) -> Vec<(usize, Outcome)> {
        let mut outcomes = Vec::with_capacity(same_key.len());
        for index in same_key {
            if let Some(change) = changes.get(index) {
                outcomes.push((index, self.in_time(change, ends_at).await));
            }
        }
        outcomes
    }

    async fn in_time(&self, change: &Change, ends_at: Option<Duration>) -> Outcome {
        let Some(ends_at) = ends_at else {
            return self.one(change).await;
        };
        let started = self.clock.now();
        let left = ends_at.saturating_sub(started);
        if left.is_zero() {
            return handed_back(change, Duration::ZERO);
        }
        let work = std::pin::pin!(self.one(change));
        match select(work, self.clock.sleep(left)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => handed_back(change, self.clock.now().saturating_sub(started)),
        }
    }

    async fn one(&self, change: &Change) -> Outcome {
        match change {
            Change::Created(created) if self.is_of_source(&created.object) => {
                let task = Task { key: created.object.key.clone(), sequencer: created.sequencer.clone() };
                let outcome = self.generate.run(&task).await;
                match &self.remove {
                    Some(remove) if may_leave_orphans(&outcome) => remove.settle(&task.key, outcome).await,
                    _ => outcome,
                }
            }
            Change::Removed(removed) if self.is_of_source(&removed.object) => match &self.remove {
                Some(remove) => remove.run(removed).await,
                None => Outcome::skipped(name_of(change), SkipReason::RemovalKept),
            },
            Change::Created(_) | Change::Removed(_) => Outcome::skipped(name_of(change), SkipReason::AnotherBucket),
            Change::Other { name, .. } => Outcome::skipped(name_of(change), SkipReason::OtherEvent(name.clone())),
        }
    }

    /// Whether an event is of the route's bucket; a folder that stands for a bucket has no name.
    fn is_of_source(&self, object: &ObjectRef) -> bool {
        self.generate.route().source().bucket_name().is_none_or(|bucket| *bucket == object.bucket)
    }
}

/// Whether renditions may be stored of a source that is gone: stored just now, or by a worker that was
/// killed before it could look at the source again.
fn may_leave_orphans(outcome: &Outcome) -> bool {
    match &outcome.verdict {
        Verdict::Done | Verdict::Skip(SkipReason::Gone) => true,
        Verdict::Skip(_) => false,
        Verdict::Failed(_) => !outcome.renditions.is_empty(),
    }
}

/// The indexes of the changes, gathered by object, the newest of each first.
fn by_key(changes: &[Change]) -> Vec<Vec<usize>> {
    let mut place_of_key = HashMap::new();
    let mut gathered: Vec<Vec<usize>> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let key = change.object().map(|object| (&object.bucket, &object.key));
        match key {
            None => gathered.push(vec![index]),
            Some(key) => {
                let place = *place_of_key.entry(key).or_insert(gathered.len());
                match gathered.get_mut(place) {
                    Some(same_key) => same_key.push(index),
                    None => gathered.push(vec![index]),
                }
            }
        }
    }
    let sequencer = |index: &usize| changes.get(*index).and_then(Change::sequencer);
    for same_key in &mut gathered {
        same_key.sort_by(|one, other| sequencer(other).cmp(&sequencer(one)));
    }
    gathered
}

fn name_of(change: &Change) -> String {
    match change {
        Change::Created(created) => created.object.key.as_str().to_owned(),
        Change::Removed(removed) => removed.object.key.as_str().to_owned(),
        Change::Other { object, .. } => object.clone(),
    }
}

/// An item for which the time did not suffice.
fn handed_back(change: &Change, elapsed: Duration) -> Outcome {
    let failure = Failure::retry(FailureKind::Timeout, "handed back: the time of this delivery is nearly over");
    let mut outcome = Outcome::unusable(name_of(change), failure);
    outcome.elapsed = elapsed;
    outcome
}
