//! A whole prefix: list, and generate each source, a bounded number at once.

use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::StreamExt as _;

use crate::error::{Failure, StorageError};
use crate::generate::{Generate, Outcome, Task};
use crate::object::{KeyPrefix, ObjectKey};
use crate::port::{Entry, ObjectList};
use crate::route::NotASource;

/// Something that a batch came to.
#[derive(Debug)]
pub enum BatchEvent {
    /// A source was worked on.
    Outcome(Outcome),
    /// A key below the prefix is no source of the route.
    Ignored(ObjectKey, NotASource),
}

/// Whether a batch works or only tells what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Makes what is missing.
    Run,
    /// Tells what would be made; writes nothing.
    Preview,
}

/// The use case: every source of a route.
#[derive(Debug, Clone)]
pub struct Batch {
    list: Arc<dyn ObjectList>,
    generate: Arc<Generate>,
    jobs: usize,
    below: Option<KeyPrefix>,
}

impl Batch {
    /// Wires the use case; `jobs` sources are in work at once (at least one).
    #[must_use]
    pub fn new(list: Arc<dyn ObjectList>, generate: Arc<Generate>, jobs: usize) -> Self {
        Self { list, generate, jobs: jobs.max(1), below: None }
    }

    /// Works on a part only: lists `prefix` instead of the route's. Keys of it that are no sources of
    /// the route stay none, and what is made keeps the names that the route gives it.
    #[must_use]
    pub fn below(self, prefix: KeyPrefix) -> Self {
        Self { below: Some(prefix), ..self }
    }

    /// Works on everything below the route's source prefix and yields what happened, in the order
    /// in which it happened. Memory does not grow with the number of objects. Dropping the stream
    /// drops the work in flight; what is stored stays whole.
    ///
    /// # Errors
    /// The listing's [`StorageError`], at once or from the stream; sources that were already
    /// listed are still worked on. A failed source is an outcome, not an error.
    pub async fn run(self, mode: Mode) -> Result<impl Stream<Item = Result<BatchEvent, StorageError>>, StorageError> {
        let prefix = self.below.as_ref().unwrap_or_else(|| self.generate.route().source().prefix());
        let entries = self.list.list(prefix).await?;
        let generate = self.generate;
        let work = move |entry| {
            let generate = Arc::clone(&generate);
            async move { Ok(one(&generate, entry?, mode).await) }
        };
        Ok(entries.map(work).buffer_unordered(self.jobs))
    }
}

async fn one(generate: &Generate, entry: Entry, mode: Mode) -> BatchEvent {
    let key = match entry {
        Entry::Object { key, .. } => key,
        Entry::Unusable { name, error } => {
            return BatchEvent::Outcome(Outcome::unusable(name, Failure::from(&error)));
        }
    };
    if let Err(reason) = generate.route().accept(&key) {
        return BatchEvent::Ignored(key, reason);
    }
    let task = Task { key, sequencer: None };
    BatchEvent::Outcome(match mode {
        Mode::Run => generate.run(&task).await,
        Mode::Preview => generate.preview(&task).await,
    })
}
