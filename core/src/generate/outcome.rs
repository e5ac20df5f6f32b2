//! What became of one source.

use std::fmt;
use std::time::Duration;

use super::output::Output;
use super::steps::Steps;
use crate::error::{Disposition, Failure};
use crate::geometry::Size;
use crate::object::{ObjectKey, escape_controls};
use crate::port::RenderedOutput;
use crate::rendition::RenditionName;
use crate::route::NotASource;

/// Why there was nothing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// The key is no source of the route.
    NotASource(NotASource),
    /// Every output is already made from this content with this configuration.
    AlreadyMade,
    /// A newer event's result is already stored.
    Overtaken,
    /// The source is not there any more.
    Gone,
    /// The event is of a bucket that is not the route's source.
    AnotherBucket,
    /// The event, by its name, changes no thumbnail.
    OtherEvent(String),
    /// The source is gone, and removals are not passed on.
    RemovalKept,
    /// The source was removed, and is there (again).
    SourceThere,
    /// The source was removed, and its renditions with it.
    Removed,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotASource(why) => why.as_str(),
            Self::AlreadyMade => "already made from this source and configuration",
            Self::Overtaken => "a newer event's result is already stored",
            Self::Gone => "the source is not there any more",
            Self::AnotherBucket => "an event of another bucket",
            Self::OtherEvent(name) => return write!(f, "the event {} changes no thumbnail", escape_controls(name)),
            Self::RemovalKept => "the source was removed, and renditions are kept (propagate_deletes is off)",
            Self::SourceThere => "the source was removed, and is there again",
            Self::Removed => "the source was removed, and its renditions with it",
        })
    }
}

/// One rendition that was stored (or, in a preview, would be).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRendition {
    /// The rendition's name.
    pub name: RenditionName,
    /// Its key in the destination's store.
    pub key: ObjectKey,
    /// Its size in pixels.
    pub size: Size,
    /// Its length in bytes and the SHA-256 of them in hexadecimal; `None` in a preview.
    pub content: Option<(u64, String)>,
}

impl StoredRendition {
    pub(super) fn new(output: &Output, made: &RenderedOutput) -> Self {
        // A usize is at most 64 bits wide on every target of Rust.
        let bytes = u64::try_from(made.bytes.len()).unwrap_or(u64::MAX);
        Self { content: Some((bytes, made.sha256_hex())), ..Self::planned(output, made.size) }
    }

    pub(super) fn planned(output: &Output, size: Size) -> Self {
        Self { name: output.wanted.rendition.name.clone(), key: output.key.clone(), size, content: None }
    }
}

/// The verdict on one source.
#[derive(Debug)]
pub enum Verdict {
    /// Every rendition is stored.
    Done,
    /// There was nothing to do.
    Skip(SkipReason),
    /// It failed.
    Failed(Failure),
}

/// What became of one source, whole.
#[derive(Debug)]
pub struct Outcome {
    /// The source's key, or what can be shown of its name where it has none.
    pub source: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What this run stored: may be part of the renditions when the source failed later.
    pub renditions: Vec<StoredRendition>,
    /// Bytes of the source that were read.
    pub bytes_in: u64,
    /// Bytes of the source that were never fetched, because the renderer had seen enough.
    pub bytes_unread: u64,
    /// Whether the source was truncated and rendered all the same.
    pub truncated: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// Where the time went; nothing where the time was over first.
    pub steps: Steps,
    /// How many rounds it took.
    pub rounds: u32,
}

impl Outcome {
    /// A source that failed before anything was read.
    #[must_use]
    pub fn failed(key: &ObjectKey, failure: Failure) -> Self {
        Self::without_work(key.as_str().to_owned(), Verdict::Failed(failure))
    }

    /// Something that is no object at all, such as a file whose name is not Unicode.
    #[must_use]
    pub fn unusable(name: String, failure: Failure) -> Self {
        Self::without_work(name, Verdict::Failed(failure))
    }

    /// A source on which there was nothing to do.
    #[must_use]
    pub fn skipped(source: String, reason: SkipReason) -> Self {
        Self::without_work(source, Verdict::Skip(reason))
    }

    fn without_work(source: String, verdict: Verdict) -> Self {
        Self {
            source,
            verdict,
            renditions: Vec::new(),
            bytes_in: 0,
            bytes_unread: 0,
            truncated: false,
            elapsed: Duration::ZERO,
            steps: Steps::default(),
            rounds: 1,
        }
    }

    /// What becomes of the item.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match &self.verdict {
            Verdict::Done => Disposition::Done,
            Verdict::Skip(_) => Disposition::Skip,
            Verdict::Failed(failure) => failure.disposition(),
        }
    }

    /// Bytes that this run stored.
    #[must_use]
    pub fn bytes_out(&self) -> u64 {
        self.renditions.iter().filter_map(|stored| stored.content.as_ref()).map(|(bytes, _)| bytes).sum()
    }
}
