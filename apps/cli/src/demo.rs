//! `thumbgate demo`: the whole pipeline on pictures that it draws itself.
//!
//! What runs here is what runs in a batch under `--guard`: the sources lie in a bucket (in memory),
//! core's `generate` reads, renders and writes them as the function's role may; only the pictures,
//! the documents and the report are the demo's own.

mod access;
mod attempts;
mod documents;
mod page;
mod paint;
mod png;
mod report;
mod scenes;
mod uploads;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_config::{Config, RenditionConfig};
use thumbgate_core::batch::{Batch, BatchEvent, Mode};
use thumbgate_core::error::StorageError;
use thumbgate_core::generate::Outcome;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{ObjectKey, escape_controls};
use thumbgate_core::port::{Condition, Get, ObjectRead as _, ObjectWrite as _, PutOptions};
use thumbgate_fs::FolderObjects;
use thumbgate_iam::PolicyAuthorizer;
use thumbgate_object_store::StoredObjects;

use self::access::{Access, Recorder};
use self::documents::{ACCOUNT, SOURCE};
use self::uploads::Upload;
use crate::args::DemoArgs;
use crate::console;
use crate::exit::{Exit, Stop};
use crate::guard::Guard;
use crate::pipeline::{self, Pipeline};
use crate::stores::Store;
use crate::wishes::Wishes;

/// One upload and what became of it.
#[derive(Debug)]
struct Shown {
    upload: Upload,
    outcome: Outcome,
    /// The renditions' contents, in the outcome's order.
    thumbnails: Vec<Vec<u8>>,
}

pub(crate) async fn run(args: DemoArgs) -> Result<Exit, Stop> {
    if args.out.exists() && !args.out.is_dir() {
        return Err(Stop::usage(format!("`{}` is no folder; choose another --out", folder_shown(&args.out))));
    }
    let (documents, attachments) = documents::read()?;
    let trust = access::assume(&attachments)?;
    let recorder = Arc::new(Recorder::new(PolicyAuthorizer::new(attachments, ACCOUNT)));
    let guard = access::guard(&recorder)?;

    tracing::info!("drawing eight uploads ...");
    let uploads = uploads::draw().await?;
    let bucket = fill(&uploads).await.map_err(failed)?;
    let pipeline = wire(&args.out, bucket, &guard)?;
    let started = Instant::now();
    let outcomes = generate(&pipeline).await?;
    let elapsed = started.elapsed();
    let answers = access::answers(recorder.take());
    let first = uploads.first().ok_or_else(|| Stop::failed("the demo has nothing to upload"))?;
    let attempts = attempts::run(&pipeline.source, &guard, &recorder, first).await?;
    let access = Access { documents, trust, answers, attempts };

    let folder = FolderObjects::new(&args.out);
    let mut rows = Vec::new();
    for outcome in outcomes {
        let thumbnails = read_back(&folder, &outcome).await.map_err(failed)?;
        rows.push((outcome, thumbnails));
    }
    let rows = in_order_of(uploads, rows)?;
    documents::write(&args.out).await?;
    let html = page::render(&rows, &access, &args.out).into();
    thumbgate_fs::replace_path(&args.out.join("index.html"), html).await.map_err(failed)?;
    console::print(&report::render(&rows, &access, &args.out, elapsed))?;
    Ok(Exit::Done)
}

/// Each upload with what became of it.
fn in_order_of(uploads: Vec<Upload>, mut done: Vec<(Outcome, Vec<Vec<u8>>)>) -> Result<Vec<Shown>, Stop> {
    let find = |upload: Upload| match done.iter().position(|(outcome, _)| outcome.source == upload.key()) {
        Some(index) => {
            let (outcome, thumbnails) = done.swap_remove(index);
            Ok(Shown { upload, outcome, thumbnails })
        }
        None => Err(Stop::failed(format!("`{}` was never worked on", upload.name))),
    };
    uploads.into_iter().map(find).collect()
}

/// A bucket as its users fill it: who uploads has rights of his own, so nothing is asked here.
async fn fill(uploads: &[Upload]) -> Result<StoredObjects, StorageError> {
    let bucket = StoredObjects::memory();
    let options = PutOptions::when(Condition::IfAbsent);
    for upload in uploads {
        bucket.put(&key(&upload.key())?, upload.content.clone(), &options).await?;
    }
    let (private, content) = attempts::PRIVATE;
    bucket.put(&key(private)?, Bytes::from_static(content), &options).await?;
    Ok(bucket)
}

/// The use case between the bucket in memory and the folder, under guard.
fn wire(out: &Path, bucket: StoredObjects, guard: &Guard) -> Result<Pipeline, Stop> {
    let Some(folder) = out.to_str() else {
        return Err(Stop::usage(format!("`{}` is not Unicode; choose another --out", out.display())));
    };
    let rendition = |name: &str, (width, height), fit: &str, gravity: &str, format: &str| RenditionConfig {
        name: name.to_owned(),
        width: Some(width),
        height: Some(height),
        fit: fit.to_owned(),
        gravity: gravity.to_owned(),
        format: format.to_owned(),
        ..RenditionConfig::default()
    };
    let config = Config::default().changed(|file| {
        file.source.url = Some(format!("memory://{}/{}", SOURCE.0, SOURCE.1));
        file.destination.url = Some(format!("file://{}", absolute(folder)));
        file.rendition = vec![
            rendition("card", (400, 250), "cover", "attention", "webp"),
            rendition("small", (320, 320), "inside", "center", "webp"),
            rendition("icon", (128, 128), "cover", "center", "jpeg"),
        ];
    });
    let wishes = Wishes { config, file: None };
    // Made again each time, so that the report always shows the work.
    let force = true;
    let destination = Store::Folder(FolderObjects::new(out));
    pipeline::connect(&wishes, Store::Memory(bucket), destination, Limits::default(), force, Some(guard))
}

fn absolute(folder: &str) -> String {
    std::path::absolute(folder).map_or_else(|_| folder.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn key(text: &str) -> Result<ObjectKey, StorageError> {
    use thumbgate_core::error::StorageErrorKind;
    ObjectKey::parse(text).map_err(|error| StorageError::new(StorageErrorKind::InvalidKey, error.to_string()))
}

async fn generate(pipeline: &Pipeline) -> Result<Vec<Outcome>, Stop> {
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let batch = Batch::new(pipeline.source.list(), pipeline.generate.clone(), jobs);
    let events = batch.run(Mode::Run).await.map_err(|error| Stop::failed(error.to_string()))?;
    let outcomes = events.filter_map(|event| {
        std::future::ready(match event {
            Ok(BatchEvent::Outcome(outcome)) => Some(Ok(outcome)),
            Ok(BatchEvent::Ignored(..)) => None,
            Err(error) => Some(Err(Stop::failed(error.to_string()))),
        })
    });
    outcomes.collect::<Vec<_>>().await.into_iter().collect()
}

async fn read_back(folder: &FolderObjects, outcome: &Outcome) -> Result<Vec<Vec<u8>>, StorageError> {
    let mut contents = Vec::new();
    for stored in &outcome.renditions {
        let mut body = folder.get(&stored.key, &Get::default()).await?;
        let mut content = Vec::new();
        while let Some(part) = body.bytes.next().await {
            content.extend_from_slice(&part?);
        }
        contents.push(content);
    }
    Ok(contents)
}

fn failed(error: StorageError) -> Stop {
    Stop::failed(error.to_string())
}

/// The folder as its user wrote it, fit for a terminal.
fn folder_shown(out: &Path) -> String {
    escape_controls(&out.to_string_lossy()).to_string()
}
