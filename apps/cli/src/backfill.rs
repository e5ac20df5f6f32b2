//! `thumbgate backfill`: what was there before the function.
//!
//! Three ways to one end: from here, as a batch; by the function's own queue, at a rate that it can
//! take; or by a job of S3 Batch Operations, for which a manifest and the request are written.

mod manifest;
mod part;

use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::json;
use thumbgate_core::error::Failure;
use thumbgate_core::object::{Bucket, KeyPrefix, ObjectKey, escape_controls};
use thumbgate_core::port::Entry;
use thumbgate_sqs::{BATCH_MAX, Queue};
use tokio::time::{Instant, sleep_until};

use self::manifest::Manifest;
use crate::args::BackfillArgs;
use crate::batch::{self, Job, Telling};
use crate::console;
use crate::dlq;
use crate::exit::{Exit, Stop};
use crate::interrupt::unless_interrupted;
use crate::pipeline::{self, Pipeline};
use crate::stores::Stores;
use crate::wishes::{self, Wishes};

pub(crate) async fn run(args: BackfillArgs) -> Result<Exit, Stop> {
    match (&args.queue, &args.manifest) {
        (Some(queue), _) => unless_interrupted(by_queue(&args, queue)).await,
        (None, Some(folder)) => unless_interrupted(by_batch_job(&args, folder)).await,
        (None, None) => directly(&args).await,
    }
}

/// As `thumbgate batch` with the same configuration.
async fn directly(args: &BackfillArgs) -> Result<Exit, Stop> {
    let telling = Telling { json: args.json, dry_run: args.dry_run, verbose: false };
    let job = async {
        let (pipeline, below, wishes) = open(args).await?;
        let by_globs = wishes.config.file().source.include.is_some();
        Ok(Job { pipeline, guard: None, below: Some(below), jobs: None, by_globs })
    };
    batch::run_job(telling, job).await
}

/// The route of the configuration, and the part of its source that is asked for.
async fn open(args: &BackfillArgs) -> Result<(Pipeline, KeyPrefix, Wishes), Stop> {
    let wishes = Wishes { config: wishes::read(&args.config)?, file: Some(args.config.clone()) };
    let below = match &args.source {
        Some(part) => Some(part::prefix_of(part, &wishes.config.source().map_err(|errors| wishes.stop(&errors))?)?),
        None => None,
    };
    let limits = wishes.config.limits();
    let pipeline = pipeline::open(&wishes, &Stores::new(&args.s3), limits, false, None).await?;
    let below = below.unwrap_or_else(|| pipeline.generate.route().source().prefix().clone());
    Ok((pipeline, below, wishes))
}

/// What is to be done: the sources of the route, and the bucket that their events name.
struct Sources {
    pipeline: Pipeline,
    below: KeyPrefix,
    bucket: Bucket,
}

impl Sources {
    async fn open(args: &BackfillArgs) -> Result<Self, Stop> {
        let (pipeline, below, _) = open(args).await?;
        let bucket = pipeline.generate.route().source().bucket_name().cloned();
        let bucket = bucket.ok_or_else(|| Stop::usage("the source is a folder: a function reads buckets only"))?;
        Ok(Self { pipeline, below, bucket })
    }

    /// Hands every source to `take`, and gives their count.
    async fn each(&self, mut take: impl AsyncFnMut(ObjectKey) -> Result<(), Stop>) -> Result<u64, Stop> {
        let route = self.pipeline.generate.route();
        let place = route.source().url(self.below.as_str());
        let stopped = |error| Stop::of_place(&place, &error);
        let mut entries = self.pipeline.source.list().list(&self.below).await.map_err(stopped)?;
        let mut count = 0;
        while let Some(entry) = entries.next().await {
            match entry.map_err(stopped)? {
                Entry::Object { key, .. } if route.accept(&key).is_ok() => {
                    count += 1;
                    take(key).await?;
                }
                Entry::Object { .. } => {}
                Entry::Unusable { name, error } => tracing::warn!("`{name}` is left out: {}", Failure::from(&error)),
            }
        }
        Ok(count)
    }
}

/// An upload event of every source to the function's queue.
async fn by_queue(args: &BackfillArgs, queue: &str) -> Result<Exit, Stop> {
    let sources = Sources::open(args).await?;
    let queue = dlq::open(queue, &args.s3).await?;
    let mut pending = Vec::new();
    let mut next_at = Instant::now();
    let mut unsent = 0;
    let interval = Duration::from_secs(1) / args.rate;
    let count = sources
        .each(async |key| {
            if args.dry_run {
                return Ok(());
            }
            pending.push(event_of(&sources.bucket, &key));
            if pending.len() < BATCH_MAX {
                return Ok(());
            }
            sleep_until(next_at).await;
            next_at = Instant::now() + interval * u32::try_from(pending.len()).unwrap_or(1);
            unsent += send(&queue, &mut pending).await?;
            Ok(())
        })
        .await?;
    unsent += send(&queue, &mut pending).await?;
    tell(args, &json!({"sources": count, "sent": if args.dry_run { 0 } else { count - unsent }, "unsent": unsent, "queue": queue.url()})).await?;
    Ok(if unsent == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// Sends what is pending; gives how many the queue did not take, each of them told.
async fn send(queue: &Queue, pending: &mut Vec<String>) -> Result<u64, Stop> {
    if pending.is_empty() {
        return Ok(0);
    }
    let unsent = queue.send(pending).await.map_err(|error| dlq::stop(&error))?;
    for one in &unsent {
        tracing::warn!(
            "not sent: {}: {}",
            pending.get(one.index).map_or("", String::as_str),
            escape_controls(&one.reason)
        );
    }
    pending.clear();
    Ok(u64::try_from(unsent.len()).unwrap_or(u64::MAX))
}

/// An event as S3 would have sent it, without a sequencer: it comes before every real one.
fn event_of(bucket: &Bucket, key: &ObjectKey) -> String {
    json!({"Records": [{
        "eventVersion": "2.3", "eventSource": "aws:s3", "eventName": "ObjectCreated:Backfill",
        "s3": {"bucket": {"name": bucket.as_str()}, "object": {"key": manifest::encoded(key.as_str())}},
    }]})
    .to_string()
}

/// A manifest and the request of a job.
async fn by_batch_job(args: &BackfillArgs, folder: &std::path::Path) -> Result<Exit, Stop> {
    let sources = Sources::open(args).await?;
    let mut manifest = Manifest::new(sources.bucket.clone());
    let count = sources
        .each(async |key| {
            manifest.add(&key);
            Ok(())
        })
        .await?;
    let (function, role) = (args.function.as_deref().unwrap_or_default(), args.job_role.as_deref().unwrap_or_default());
    if !args.dry_run {
        manifest.write(folder, function, role).await?;
        tracing::info!("{}", manifest::next_steps(folder, &sources.bucket));
    }
    tell(args, &json!({"sources": count, "manifest": folder.join(manifest::MANIFEST)})).await?;
    Ok(Exit::Done)
}

async fn tell(args: &BackfillArgs, summary: &serde_json::Value) -> Result<(), Stop> {
    if args.json {
        console::print_soon(summary.to_string()).await?;
    } else {
        let count = summary.get("sources").and_then(serde_json::Value::as_u64).unwrap_or(0);
        tracing::info!("{count} pictures{}", if args.dry_run { ", nothing done" } else { "" });
    }
    Ok(())
}
