//! What became of a source, as a JSON line and as a line of prose.

use serde::Serialize;
use thumbgate_core::error::{Disposition, Failure};
use thumbgate_core::generate::{Outcome, StoredRendition, Verdict};
use thumbgate_core::object::escape_controls;
use thumbgate_core::route::Location;

/// One line of `--json` (contract: "CLI").
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    source: String,
    outcome: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    renditions: Vec<RenditionLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorLine>,
    ms: u64,
}

#[derive(Debug, Serialize)]
pub(crate) struct RenditionLine {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

#[derive(Debug, Serialize)]
struct ErrorLine {
    kind: &'static str,
    message: String,
    /// Why the policies of `--guard` refuse it.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
}

impl Line {
    /// The line of a source of a batch.
    pub(crate) fn of(outcome: &Outcome, source: &Location, destination: &Location) -> Self {
        Self::named(source.url(&outcome.source), outcome, destination)
    }

    /// The line of something that may be no object of the source.
    pub(crate) fn named(source: String, outcome: &Outcome, destination: &Location) -> Self {
        let renditions = outcome.renditions.iter().map(|stored| RenditionLine::of(stored, destination)).collect();
        Self {
            source,
            outcome: outcome.disposition().as_str(),
            reason: reason(outcome),
            truncated: outcome.truncated,
            renditions,
            error: failure(outcome).map(ErrorLine::of),
            ms: millis(outcome.elapsed),
        }
    }

    /// The line of a picture that was made alone.
    pub(crate) fn done(
        source: String,
        rendition: RenditionLine,
        truncated: bool,
        elapsed: std::time::Duration,
    ) -> Self {
        Self {
            source,
            outcome: Disposition::Done.as_str(),
            reason: "made".to_owned(),
            truncated,
            renditions: vec![rendition],
            error: None,
            ms: millis(elapsed),
        }
    }

    /// The line of a picture that failed alone.
    pub(crate) fn failed(source: String, failure: &Failure, elapsed: std::time::Duration) -> Self {
        Self {
            source,
            outcome: failure.disposition().as_str(),
            reason: failure.message().to_owned(),
            truncated: false,
            renditions: Vec::new(),
            error: Some(ErrorLine::of(failure)),
            ms: millis(elapsed),
        }
    }
}

impl RenditionLine {
    fn of(stored: &StoredRendition, destination: &Location) -> Self {
        let (bytes, sha256) = stored.content.clone().unzip();
        Self {
            name: stored.name.to_string(),
            url: destination.url(stored.key.as_str()),
            width: stored.size.width(),
            height: stored.size.height(),
            bytes,
            sha256,
        }
    }
}

impl ErrorLine {
    fn of(failure: &Failure) -> Self {
        Self {
            kind: failure.kind().as_str(),
            message: failure.message().to_owned(),
            explanation: failure.explanation().map(str::to_owned),
        }
    }
}

/// The failure of a source, if it failed.
pub(crate) fn failure(outcome: &Outcome) -> Option<&Failure> {
    match &outcome.verdict {
        Verdict::Failed(failure) => Some(failure),
        Verdict::Done | Verdict::Skip(_) => None,
    }
}

/// Why the outcome is what it is, in words.
fn reason(outcome: &Outcome) -> String {
    match &outcome.verdict {
        Verdict::Done if outcome.renditions.iter().all(|stored| stored.content.is_none()) => "would be made".to_owned(),
        Verdict::Done => "made".to_owned(),
        Verdict::Skip(reason) => reason.to_string(),
        Verdict::Failed(failure) => failure.message().to_owned(),
    }
}

/// One line of prose: `done    photos/a.jpg  small 320x213, large 1280x853`.
pub(crate) fn prose(outcome: &Outcome, source: &Location) -> String {
    prose_named(&source.url(&outcome.source), outcome)
}

/// As [`prose`], of something that may be no object of the source.
pub(crate) fn prose_named(name: &str, outcome: &Outcome) -> String {
    let sizes: Vec<_> = outcome.renditions.iter().map(|stored| format!("{}: {}", stored.name, stored.size)).collect();
    let told = match &outcome.verdict {
        Verdict::Done if outcome.truncated => format!("{} (what is there of a truncated picture)", sizes.join(", ")),
        Verdict::Done if outcome.renditions.iter().any(|stored| stored.content.is_none()) => {
            format!("make {}", sizes.join(", "))
        }
        Verdict::Done => sizes.join(", "),
        Verdict::Skip(reason) => reason.to_string(),
        Verdict::Failed(failure) => failure.to_string(),
    };
    let is_planned = outcome.renditions.iter().any(|stored| stored.content.is_none());
    let word = if is_planned { "would" } else { outcome.disposition().as_str() };
    format!("{word:<7} {}  {told}", escape_controls(name))
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Bytes as people read them: `14.2 KB`, `3.1 MB`.
pub(crate) fn bytes_shown(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}
