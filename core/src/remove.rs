//! The story of a removal: a source went away, and its renditions follow.
//!
//! A source can also go away while its renditions are made, after its removal was passed on: then
//! they would be orphans. So where removals are passed on, the source is looked at after some of its
//! renditions are stored, too, and where an upload's event finds it gone: an earlier try may have
//! stored some and died ([`Remove::settle`]).
//!
//! Deleting is the one thing that no rerun mends, so it needs proof: a delete marker, or a look at
//! the source that finds it absent. After the deletion the source is looked at once more: if it
//! came back meanwhile, its renditions are made again.

use std::sync::Arc;

use crate::error::{Failure, FailureKind, StorageErrorKind};
use crate::event::{ObjectRemoved, Removal};
use crate::generate::{Generate, Outcome, SkipReason, Task, Verdict};
use crate::object::ObjectKey;
use crate::port::{ObjectDelete, ObjectRead};

/// The use case: the renditions of a removed source go too.
#[derive(Debug, Clone)]
pub struct Remove {
    generate: Arc<Generate>,
    source: Arc<dyn ObjectRead>,
    renditions: Arc<dyn ObjectDelete>,
}

/// What a look at the source found.
enum Found {
    There,
    Absent,
    /// The role may not know.
    Hidden(Failure),
}

impl Remove {
    /// Wires the use case over the same stores as `generate`.
    #[must_use]
    pub fn new(generate: Arc<Generate>, source: Arc<dyn ObjectRead>, renditions: Arc<dyn ObjectDelete>) -> Self {
        Self { generate, source, renditions }
    }

    /// Removes the renditions of a source that is gone, and tells what happened.
    pub async fn run(&self, removed: &ObjectRemoved) -> Outcome {
        let key = &removed.object.key;
        let told = |reason| Outcome::skipped(key.as_str().to_owned(), reason);
        // 1. Was it a source at all?
        if let Err(reason) = self.generate.route().accept(key) {
            return told(SkipReason::NotASource(reason));
        }
        // 2. Is it really gone?
        match self.look(key).await {
            Ok(Found::There) => return told(SkipReason::SourceThere),
            Ok(Found::Hidden(failure)) if removed.removal == Removal::Deleted => {
                let text = format!(
                    "cannot tell whether the source is gone: allow s3:ListBucket on the source's bucket: {failure}"
                );
                return Outcome::failed(key, Failure::retry(FailureKind::Denied, text));
            }
            // A delete marker is proof by itself.
            Ok(Found::Absent | Found::Hidden(_)) => {}
            Err(failure) => return Outcome::failed(key, failure),
        }
        // 3. Its renditions go.
        self.remove(key).await
    }

    async fn remove(&self, key: &ObjectKey) -> Outcome {
        if let Err(failure) = self.delete(key).await {
            return Outcome::failed(key, failure);
        }
        // An upload since the look may have had its renditions deleted: they are made again.
        match self.look(key).await {
            Ok(Found::There) => self.generate.run(&Task { key: key.clone(), sequencer: None }).await,
            Ok(Found::Absent | Found::Hidden(_)) => Outcome::skipped(key.as_str().to_owned(), SkipReason::Removed),
            Err(failure) => Outcome::failed(key, failure),
        }
    }

    /// The outcome of a source of which renditions may be stored, if it is there still; else they are
    /// removed again.
    pub async fn settle(&self, key: &ObjectKey, made: Outcome) -> Outcome {
        match self.look(key).await {
            // Who may not know cannot remove either; the removal's own event will tell.
            Ok(Found::There | Found::Hidden(_)) => made,
            Ok(Found::Absent) => self.remove(key).await,
            // What failed already is told as it failed.
            Err(_) if matches!(made.verdict, Verdict::Failed(_)) => made,
            Err(failure) => Outcome::failed(key, failure),
        }
    }

    async fn look(&self, key: &ObjectKey) -> Result<Found, Failure> {
        match self.source.head(key).await {
            Ok(_) => Ok(Found::There),
            Err(error) => match error.kind() {
                StorageErrorKind::NotFound => Ok(Found::Absent),
                StorageErrorKind::Denied => Ok(Found::Hidden(Failure::from(&error))),
                _ => Err(Failure::from(&error)),
            },
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Failure> {
        let route = self.generate.route();
        for wanted in route.wanted() {
            // A key that is too long for a rendition never had one.
            let Ok(output) = route.output_key(key, wanted) else {
                continue;
            };
            self.renditions.delete(&output).await.map_err(|error| Failure::from(&error))?;
        }
        Ok(())
    }
}
