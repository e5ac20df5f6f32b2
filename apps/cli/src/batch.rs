//! `thumbgate batch`: every picture below a place.

mod progress;
mod totals;

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Serialize;
use thumbgate_core::batch::{Batch, BatchEvent, Mode};
use thumbgate_core::error::{Disposition, Failure};
use thumbgate_core::generate::Outcome;
use thumbgate_core::object::{KeyPrefix, escape_controls};
use thumbgate_core::route::{Location, NotASource};

use self::progress::Progress;
use self::totals::Totals;
use crate::args::{BatchArgs, RenditionArgs};
use crate::console;
use crate::exit::{Exit, Stop};
use crate::guard::Guard;
use crate::interrupt::Interrupt;
use crate::pipeline::{self, Pipeline};
use crate::report::{Line, failure, prose};
use crate::stores::{Store, Stores};
use crate::wishes::{self, Wishes};

/// How many more pictures are in work at once when they come or go over a network: most of that
/// time is waiting.
const REMOTE_FACTOR: usize = 4;

/// How long a summary may wait for whoever reads the standard output, after an interruption.
const SUMMARY_WAIT: Duration = Duration::from_secs(1);

/// How a batch is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling {
    pub(crate) json: bool,
    pub(crate) dry_run: bool,
    pub(crate) verbose: bool,
}

/// What a batch works on.
pub(crate) struct Job {
    pub(crate) pipeline: Pipeline,
    pub(crate) guard: Option<Guard>,
    /// The part of the source that is listed; none is all.
    pub(crate) below: Option<KeyPrefix>,
    pub(crate) jobs: Option<u16>,
    /// Whether sources are chosen by globs and not by their suffix.
    pub(crate) by_globs: bool,
}

pub(crate) async fn run(args: BatchArgs) -> Result<Exit, Stop> {
    let telling = Telling { json: args.json, dry_run: args.dry_run, verbose: args.verbose };
    run_job(telling, job(&args)).await
}

/// Works on everything of a job, and tells it.
pub(crate) async fn run_job(telling: Telling, job: impl Future<Output = Result<Job, Stop>>) -> Result<Exit, Stop> {
    let mut interrupt = Interrupt::listen();
    let mut totals = Totals::start();
    // Everything may wait (a lock, a network, a reader of the output), so all of it can be cut off.
    let ended = tokio::select! {
        ended = work(telling, job, &mut totals) => ended?,
        () = interrupt.wait() => Ended::Interrupted,
    };
    end(telling, &totals, ended).await
}

async fn job(args: &BatchArgs) -> Result<Job, Stop> {
    let (wishes, guard) = wishes(args)?;
    let limits = wishes::limits(&wishes.config, &args.limits);
    let stores = Stores::new(&args.s3);
    let pipeline = pipeline::open(&wishes, &stores, limits, args.force, guard.as_ref()).await?;
    let by_globs = wishes.config.file().source.include.is_some();
    Ok(Job { pipeline, guard, below: None, jobs: args.jobs, by_globs })
}

async fn work(
    telling: Telling,
    job: impl Future<Output = Result<Job, Stop>>,
    totals: &mut Totals,
) -> Result<Ended, Stop> {
    let Job { pipeline, guard, below, jobs, by_globs } = job.await?;
    check_destination(&pipeline.destination)?;
    if !telling.dry_run {
        sweep(&pipeline.destination).await;
    }
    let jobs = jobs.map_or_else(|| default_jobs(&pipeline), usize::from);
    let mode = if telling.dry_run { Mode::Preview } else { Mode::Run };

    let route = pipeline.generate.route();
    let below = below.unwrap_or_else(|| route.source().prefix().clone());
    let place = route.source().url(below.as_str());
    totals.is_at(&place, by_globs);
    let mut report = Report { telling, has_explained: false, from: route.source(), to: route.destination(), totals };
    let batch = Batch::new(pipeline.source.list(), pipeline.generate.clone(), jobs).below(below.clone());
    let events = batch.run(mode).await.map_err(|error| Stop::of_place(&place, &error))?;
    let progress = Progress::start(&pipeline, below);
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        match event {
            Ok(BatchEvent::Outcome(outcome)) => {
                let outcome = match &guard {
                    Some(guard) if telling.dry_run => guard.previewed(outcome).await,
                    _ => outcome,
                };
                progress.count(&outcome);
                report.outcome(&outcome).await?;
                if failure(&outcome).is_some_and(Failure::ends_run) {
                    return Ok(Ended::ByPlace);
                }
            }
            Ok(BatchEvent::Ignored(key, why)) => {
                tracing::debug!("ignored {key}: {}", why.as_str());
                report.totals.ignored += 1;
                report.totals.not_included += u64::from(why == NotASource::NotIncluded);
            }
            Err(error) => {
                let failure = Failure::from(&error);
                tracing::error!("the listing of `{place}` broke off: {failure}; run again for the rest");
                report.totals.listing_broke = true;
            }
        }
    }
    Ok(Ended::Whole)
}

/// How the loop over a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Whole,
    Interrupted,
    /// A place or the credentials are no good, so no other picture can succeed.
    ByPlace,
}

/// What is told while a batch runs.
struct Report<'a> {
    telling: Telling,
    /// Whether the reasoning of a refusal was told: those that follow are mostly the same.
    has_explained: bool,
    from: &'a Location,
    to: &'a Location,
    totals: &'a mut Totals,
}

impl Report<'_> {
    async fn outcome(&mut self, outcome: &Outcome) -> Result<(), Stop> {
        self.totals.add(outcome);
        if self.telling.json {
            print_json(&Line::of(outcome, self.from, self.to)).await?;
        }
        let told = prose(outcome, self.from);
        match outcome.disposition() {
            Disposition::Reject | Disposition::Retry => tracing::warn!("{told}"),
            _ if self.telling.json => tracing::debug!("{told}"),
            _ if self.telling.dry_run || self.telling.verbose => console::print_soon(told).await?,
            _ => tracing::debug!("{told}"),
        }
        if let (false, false, Some(why)) =
            (self.telling.json, self.has_explained, failure(outcome).and_then(Failure::explanation))
        {
            self.has_explained = true;
            tracing::info!("{why}");
        }
        Ok(())
    }
}

async fn print_json(line: &impl Serialize) -> Result<(), Stop> {
    Ok(console::print_soon(serde_json::to_string(line).map_err(std::io::Error::from)?).await?)
}

/// Sums up, and says what to do next.
async fn end(telling: Telling, totals: &Totals, ended: Ended) -> Result<Exit, Stop> {
    let interrupted = ended == Ended::Interrupted;
    if telling.json {
        let line = totals.line(telling.dry_run, interrupted);
        if !interrupted {
            print_json(&line).await?;
        } else if let Ok(printed) = tokio::time::timeout(SUMMARY_WAIT, print_json(&line)).await {
            printed?;
        }
    }
    tracing::info!("{}", totals.prose(telling.dry_run));
    if let Some(advice) = totals.advice().filter(|_| ended == Ended::Whole) {
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
        Ended::Whole if totals.failed() => Ok(Exit::SomeFailed),
        Ended::Whole => Ok(Exit::Done),
    }
}

fn wishes(args: &BatchArgs) -> Result<(Wishes, Option<Guard>), Stop> {
    require_renditions(&args.rendition)?;
    let wishes = Wishes::of(&args.rendition)?;
    if args.rendition.config.is_none() && args.destination.is_none() {
        return Err(Stop::usage("from where to where? name SRC and DST, or give both in --config"));
    }
    let named = wishes.config.clone();
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
    let guard = Guard::of(&args.guard, &named, &config)?;
    Ok((Wishes { config, file: wishes.file }, guard))
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
