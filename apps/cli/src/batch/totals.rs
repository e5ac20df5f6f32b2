//! The sums of a batch.

use std::time::{Duration, Instant};

use serde::Serialize;
use thumbgate_core::error::Disposition;
use thumbgate_core::generate::{Outcome, SkipReason, Verdict};
use thumbgate_core::object::escape_controls;

use crate::report::bytes_shown;

/// What a batch came to so far.
#[derive(Debug)]
pub(super) struct Totals {
    started: Instant,
    done: u64,
    skip: u64,
    reject: u64,
    retry: u64,
    renditions: u64,
    bytes_in: u64,
    bytes_unread: u64,
    bytes_out: u64,
    /// Keys below the prefix that are no sources.
    pub(super) ignored: u64,
    /// Of the skipped, sources that went away.
    gone: u64,
    /// Of these, keys that no glob (or, without globs, no suffix) takes.
    pub(super) not_included: u64,
    /// Where sources are, and whether they are chosen by globs and not by their suffix.
    place: String,
    by_globs: bool,
    /// The listing ended in an error, so there may be more sources.
    pub(super) listing_broke: bool,
}

/// The last line of `--json` (contract: "CLI").
#[derive(Debug, Serialize)]
pub(super) struct SummaryLine {
    summary: bool,
    sources: u64,
    done: u64,
    skip: u64,
    reject: u64,
    retry: u64,
    renditions: u64,
    bytes_in: u64,
    /// Of sources of which enough was seen before their end.
    bytes_unread: u64,
    bytes_out: u64,
    elapsed_ms: u64,
    ignored: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
}

impl Totals {
    pub(super) fn start() -> Self {
        Self {
            started: Instant::now(),
            done: 0,
            skip: 0,
            reject: 0,
            retry: 0,
            renditions: 0,
            bytes_in: 0,
            bytes_unread: 0,
            bytes_out: 0,
            ignored: 0,
            gone: 0,
            not_included: 0,
            place: String::new(),
            by_globs: false,
            listing_broke: false,
        }
    }

    /// Says where sources are, for advice.
    pub(super) fn is_at(&mut self, place: &str, by_globs: bool) {
        self.place = escape_controls(place).to_string();
        self.by_globs = by_globs;
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        let count = match outcome.disposition() {
            Disposition::Done => &mut self.done,
            Disposition::Skip => &mut self.skip,
            Disposition::Reject => &mut self.reject,
            Disposition::Retry => &mut self.retry,
        };
        *count += 1;
        self.gone += u64::from(matches!(outcome.verdict, Verdict::Skip(SkipReason::Gone)));
        self.renditions += u64::try_from(outcome.renditions.len()).unwrap_or(u64::MAX);
        self.bytes_in += outcome.bytes_in;
        self.bytes_unread += outcome.bytes_unread;
        self.bytes_out += outcome.bytes_out();
    }

    pub(super) fn failed(&self) -> bool {
        self.reject + self.retry > 0 || self.listing_broke
    }

    fn sources(&self) -> u64 {
        self.done + self.skip + self.reject + self.retry
    }

    pub(super) fn line(&self, dry_run: bool, interrupted: bool) -> SummaryLine {
        SummaryLine {
            summary: true,
            sources: self.sources(),
            done: self.done,
            skip: self.skip,
            reject: self.reject,
            retry: self.retry,
            renditions: self.renditions,
            bytes_in: self.bytes_in,
            bytes_unread: self.bytes_unread,
            bytes_out: self.bytes_out,
            elapsed_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            ignored: self.ignored,
            dry_run,
            interrupted,
            incomplete: self.listing_broke,
        }
    }

    /// The sums in one sentence.
    pub(super) fn prose(&self, dry_run: bool) -> String {
        let mut parts = Vec::new();
        let made = if dry_run { "would be made" } else { "made" };
        for (count, word) in [
            (self.done, made),
            (self.skip - self.gone, "up to date"),
            (self.gone, "gone meanwhile"),
            (self.reject, "rejected"),
            (self.retry, "failed for now"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        let sources = self.sources();
        let what = if sources == 1 { "picture" } else { "pictures" };
        let mut text = format!("{sources} {what}");
        if !parts.is_empty() {
            text = format!("{text}: {}", parts.join(", "));
        }
        if self.renditions > 0 {
            let thumbnails = if self.renditions == 1 { "thumbnail" } else { "thumbnails" };
            let sizes = if dry_run {
                String::new()
            } else {
                format!(", {} in, {} out", bytes_shown(self.bytes_in), bytes_shown(self.bytes_out))
            };
            text = format!("{text}; {} {thumbnails}{sizes}", self.renditions);
        }
        format!("{text}, {}", seconds(self.started.elapsed()))
    }

    /// What to do next, where there is something to do.
    pub(super) fn advice(&self) -> Option<String> {
        if self.retry > 0 {
            return Some("run the same command again for what failed for now; the rest is skipped".to_owned());
        }
        if self.sources() == 0 && !self.listing_broke {
            let others = match self.ignored {
                count if self.by_globs && self.not_included > 0 => format!(
                    "none of {count} files is matched by the include globs; `*` stays within one folder, `**/*.jpg` \
                     reaches all"
                ),
                0 => "it holds no regular files (links are not followed)".to_owned(),
                1 => "1 other file is no picture by its name".to_owned(),
                count => format!("{count} other files are no pictures by their names"),
            };
            return Some(format!("no pictures below `{}`: {others}", self.place));
        }
        None
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
