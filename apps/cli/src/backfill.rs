//! `thumbgate backfill`: what was there before the function.
//!
//! Three ways to one end: from here, as a batch; by the function's own queue, at a rate that it can
//! take; or by a job of S3 Batch Operations, for which a manifest and the request are written.

mod manifest;

use std::time::Duration;

use clap::Parser as _;
use futures_util::StreamExt as _;
use serde_json::json;
use thumbgate_core::error::Failure;
use thumbgate_core::object::{Bucket, ObjectKey};
use thumbgate_core::port::Entry;
use thumbgate_sqs::{BATCH_MAX, Queue, QueueOptions};
use tokio::time::{Instant, sleep_until};

use self::manifest::Manifest;
use crate::args::{BackfillArgs, Command, CommandLine};
use crate::batch;
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
    let mut line = vec!["thumbgate".to_owned(), "batch".to_owned(), "--config".to_owned(), args.config.clone()];
    line.extend(args.source.clone());
    let flags = [(args.dry_run, "--dry-run"), (args.json, "--json")];
    line.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| (*flag).to_owned()));
    for (name, value) in [("--endpoint-url", &args.s3.endpoint_url), ("--region", &args.s3.region)] {
        line.extend(value.iter().flat_map(|value| [name.to_owned(), value.clone()]));
    }
    let parsed = CommandLine::try_parse_from(line).map_err(|error| Stop::usage(error.to_string()))?;
    match parsed.command {
        Command::Batch(wanted) => batch::run(*wanted).await,
        _ => Err(Stop::usage("this is no batch")),
    }
}

/// What is to be done: the sources of the route, and the bucket that their events name.
struct Sources {
    pipeline: Pipeline,
    bucket: Bucket,
}

impl Sources {
    async fn open(args: &BackfillArgs) -> Result<Self, Stop> {
        let config = wishes::read(&args.config)?.changed(|file| {
            if let Some(source) = &args.source {
                file.source.url = Some(source.clone());
            }
        });
        let wishes = Wishes { config, file: Some(args.config.clone()) };
        let limits = wishes.config.limits();
        let pipeline = pipeline::open(&wishes, &Stores::new(&args.s3), limits, false, None).await?;
        let bucket = pipeline.generate.route().source().bucket_name().cloned();
        let bucket = bucket.ok_or_else(|| Stop::usage("the source is a folder: a function reads buckets only"))?;
        Ok(Self { pipeline, bucket })
    }

    /// Hands every source to `take`, and gives their count.
    async fn each(&self, mut take: impl AsyncFnMut(ObjectKey) -> Result<(), Stop>) -> Result<u64, Stop> {
        let route = self.pipeline.generate.route();
        let place = route.source().url(route.source().prefix().as_str());
        let stopped = |error| Stop::of_place(&place, &error);
        let mut entries = self.pipeline.source.list().list(route.source().prefix()).await.map_err(stopped)?;
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
    let options = QueueOptions { endpoint_url: args.s3.endpoint_url.clone(), region: args.s3.region.clone() };
    let queue = Queue::open(&options, queue).await.map_err(|error| dlq::stop(&error))?;
    let mut pending = Vec::new();
    let mut next_at = Instant::now();
    let mut unsent = 0;
    let interval = Duration::from_secs(1) / args.rate;
    let count = sources
        .each(async |key| {
            pending.push(event_of(&sources.bucket, &key));
            if pending.len() < BATCH_MAX || args.dry_run {
                return Ok(());
            }
            sleep_until(next_at).await;
            next_at = Instant::now() + interval * u32::try_from(pending.len()).unwrap_or(1);
            unsent += send(&queue, &mut pending).await?;
            Ok(())
        })
        .await?;
    if !args.dry_run {
        unsent += send(&queue, &mut pending).await?;
    }
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
        tracing::warn!("not sent: {}: {}", pending.get(one.index).map_or("", String::as_str), one.reason);
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
