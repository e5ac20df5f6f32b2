//! `thumbgate batch`: every picture below a place.

mod progress;
mod totals;

use std::pin::pin;

use futures_util::StreamExt as _;
use thumbgate_core::batch::{Batch, BatchEvent, Mode};
use thumbgate_core::error::{Disposition, Failure};
use thumbgate_core::generate::Outcome;
use thumbgate_core::object::escape_controls;
use thumbgate_core::route::{Location, NotASource};

use self::progress::Progress;
use self::totals::Totals;
use crate::args::{BatchArgs, RenditionArgs};
use crate::console;
use crate::exit::{Exit, Stop};
use crate::interrupt::Interrupt;
use crate::pipeline::{self, Pipeline};
use crate::report::{Line, failure, prose};
use crate::stores::{Store, Stores};
use crate::wishes::{self, Wishes};

/// How many more pictures are in work at once when they come or go over a network: most of that
/// time is waiting.
const REMOTE_FACTOR: usize = 4;

pub(crate) async fn run(args: BatchArgs) -> Result<Exit, Stop> {
    let mut interrupt = Interrupt::listen();
    let wishes = wishes(&args)?;
    let limits = wishes::limits(&wishes.config, &args.limits);
    let stores = Stores::new(&args.s3);
    let pipeline = pipeline::open(&wishes, &stores, limits, args.force).await?;
    check_destination(&pipeline.destination)?;
    if !args.dry_run {
        sweep(&pipeline.destination).await;
    }
    let jobs = args.jobs.map_or_else(|| default_jobs(&pipeline), usize::from);
    let mode = if args.dry_run { Mode::Preview } else { Mode::Run };

    let include = wishes.config.file().source.include.is_some();
    let route = pipeline.generate.route();
    let mut report =
        Report { args: &args, from: route.source(), to: route.destination(), totals: Totals::start(), include };
    let progress = Progress::start(&pipeline);
    let batch = Batch::new(pipeline.source.list(), pipeline.generate.clone(), jobs);
    let place = report.from.url(report.from.prefix().as_str());
    let events = batch.run(mode).await.map_err(|error| Stop::of_place(&place, &error))?;
    let mut events = pin!(events);
    let ended = loop {
        let event = tokio::select! {
            event = events.next() => event,
            () = interrupt.wait() => break Ended::Interrupted,
        };
        match event {
            None => break Ended::Whole,
            Some(Ok(BatchEvent::Outcome(outcome))) => {
                progress.count(&outcome);
                report.outcome(&outcome)?;
                if failure(&outcome).is_some_and(Failure::ends_run) {
                    break Ended::ByPlace;
                }
            }
            Some(Ok(BatchEvent::Ignored(key, why))) => {
                tracing::debug!("ignored {key}: {}", why.as_str());
                report.totals.ignored += 1;
                report.totals.not_included += u64::from(why == NotASource::NotIncluded);
            }
            Some(Err(error)) => {
                let failure = Failure::from(&error);
                tracing::error!("the listing of `{place}` broke off: {failure}; run again for the rest");
                report.totals.listing_broke = true;
            }
        }
    };
    drop(progress);
    report.end(ended)
}

/// How the loop over a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Whole,
    Interrupted,
    /// A place or the credentials are no good, so no other picture can succeed.
    ByPlace,
}

/// What is told while a batch runs and when it is over.
struct Report<'a> {
    args: &'a BatchArgs,
    from: &'a Location,
    to: &'a Location,
    totals: Totals,
    /// Whether sources are chosen by globs and not by their suffix.
    include: bool,
}

impl Report<'_> {
    fn outcome(&mut self, outcome: &Outcome) -> Result<(), Stop> {
        self.totals.add(outcome);
        if self.args.json {
            let line = Line::of(outcome, self.from, self.to);
            console::print(&serde_json::to_string(&line).map_err(std::io::Error::from)?)?;
        }
        let told = prose(outcome, self.from);
        match outcome.disposition() {
            Disposition::Reject | Disposition::Retry => tracing::warn!("{told}"),
            _ if self.args.json => tracing::debug!("{told}"),
            _ if self.args.dry_run || self.args.verbose => console::print(&told)?,
            _ => tracing::debug!("{told}"),
        }
        Ok(())
    }

    fn end(self, ended: Ended) -> Result<Exit, Stop> {
        let interrupted = ended == Ended::Interrupted;
        if self.args.json {
            let line = self.totals.line(self.args.dry_run, interrupted);
            console::print(&serde_json::to_string(&line).map_err(std::io::Error::from)?)?;
        }
        tracing::info!("{}", self.totals.prose(self.args.dry_run));
        let place = self.from.url(self.from.prefix().as_str());
        if let Some(advice) = self.totals.advice(&place, self.include) {
            tracing::info!("{advice}");
        }
        match ended {
            Ended::Interrupted => {
                tracing::info!("interrupted; run the same command again for the rest");
                Ok(Exit::Interrupted)
            }
            Ended::ByPlace => Err(Stop::configuration(
                "stopped: no other picture can succeed either; set this right and run the same command again",
            )),
            Ended::Whole if self.totals.failed() => Ok(Exit::SomeFailed),
            Ended::Whole => Ok(Exit::Done),
        }
    }
}

fn wishes(args: &BatchArgs) -> Result<Wishes, Stop> {
    require_renditions(&args.rendition)?;
    let wishes = Wishes::of(&args.rendition)?;
    if args.rendition.config.is_none() && args.destination.is_none() {
        return Err(Stop::usage("from where to where? name SRC and DST, or give both in --config"));
    }
    let config = wishes.config.changed(|file| {
        if let Some(source) = &args.source {
            file.source.url = Some(source.clone());
        }
        if let Some(destination) = &args.destination {
            file.destination.url = Some(destination.clone());
        }
        if !args.include.is_empty() {
            file.source.include = Some(args.include.clone());
        }
        file.source.exclude.extend(args.exclude.iter().cloned());
    });
    Ok(Wishes { config, file: wishes.file })
}

fn require_renditions(args: &RenditionArgs) -> Result<(), Stop> {
    if args.size.is_empty() && args.config.is_none() {
        let found = if std::path::Path::new("thumbgate.toml").is_file() { " (there is one here)" } else { "" };
        return Err(Stop::usage(format!("which thumbnails? add --size 320x320, or --config thumbgate.toml{found}")));
    }
    Ok(())
}

/// Finds out before any work what would fail every item.
fn check_destination(destination: &Store) -> Result<(), Stop> {
    match destination {
        Store::Folder(folder) if folder.path().exists() && !folder.path().is_dir() => {
            let shown = escape_controls(&folder.path().to_string_lossy()).to_string();
            Err(Stop::configuration(format!("`{shown}` is no folder; name a folder for the thumbnails as DST")))
        }
        _ => Ok(()),
    }
}

/// Removes what runs that were killed have left. A failure is told when something is written.
async fn sweep(destination: &Store) {
    if let Store::Folder(folder) = destination
        && let Err(error) = folder.sweep().await
    {
        tracing::debug!("cannot clear temporaries: {error}");
    }
}

fn default_jobs(pipeline: &Pipeline) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let remote = pipeline.source.is_remote() || pipeline.destination.is_remote();
    if remote { processors * REMOTE_FACTOR } else { processors }
}
