//! Events of the function, worked through here: the same code, other wiring.

mod standing;

use std::sync::Arc;

use thumbgate_config::StoreUrl;
use thumbgate_core::deliver::Deliver;
use thumbgate_core::error::Disposition;
use thumbgate_core::event::Change;
use thumbgate_core::generate::{Outcome, SkipReason, Verdict};
use thumbgate_core::object::ObjectRef;
use thumbgate_core::port::{ObjectDelete, ObjectWrite};
use thumbgate_core::remove::Remove;
use thumbgate_core::route::NotASource;
use thumbgate_events::{Answer, Delivery, Message, Record, Rejects};

use self::standing::Standing;
use crate::args::{PlaceArgs, S3Args};
use crate::clock::RuntimeClock;
use crate::exit::Stop;
use crate::nowhere::Nowhere;
use crate::pipeline::{self, Pipeline};
use crate::stores::{Store, Stores};
use crate::wishes::{self, Wishes};

/// Keys in work at once, as in the function.
const JOBS: usize = 4;

/// Whether outputs are written where the configuration says, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Stored,
    /// Everything is worked through, but nothing is put and nothing deleted.
    Nowhere,
}

/// The function, here.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) pipeline: Pipeline,
    deliver: Deliver,
    rejects: Rejects,
    standing: Option<Standing>,
}

/// What became of a delivery.
#[derive(Debug)]
pub(crate) struct Worked {
    pub(crate) answer: Answer,
    items: Vec<Item>,
    is_success: bool,
}

/// The URL of an object that an event names, which is in no store of this run.
pub(crate) fn url_of(object: &ObjectRef) -> String {
    format!("s3://{}/{}", object.bucket, object.key.as_str())
}

/// One item of a delivery.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its URL, or what else it is called.
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// Why nothing was made of it here that may have to be made, where the outcome is no failure.
    pub(crate) undone: Option<String>,
}

/// Where a change is worked on.
enum Placed {
    Here(Change),
    Elsewhere(Box<Outcome>),
}

impl Function {
    /// Wires it as the configuration says.
    pub(crate) async fn open(args: &PlaceArgs, s3: &S3Args, write: Write) -> Result<Self, Stop> {
        let (wishes, standing) = wishes(args)?;
        let stores = Stores::new(s3);
        let limits = wishes.config.limits();
        let (pipeline, deletes): (_, Arc<dyn ObjectDelete>) = match write {
            Write::Stored => {
                let pipeline = pipeline::open(&wishes, &stores, limits, false, None).await?;
                let deletes = pipeline.destination.delete();
                (pipeline, deletes)
            }
            Write::Nowhere => {
                let nowhere =
                    |destination: &Store| -> Arc<dyn ObjectWrite> { Arc::new(Nowhere::instead_of(destination)) };
                let pipeline = pipeline::open_to(&wishes, &stores, limits, nowhere).await?;
                let deletes = Arc::new(Nowhere::instead_of(&pipeline.destination));
                (pipeline, deletes)
            }
        };
        let deployment = &wishes.config.file().deployment;
        // A folder that stands for a bucket proves nothing about what is gone from the bucket.
        let removes = deployment.propagate_deletes && standing.is_none();
        let remove = removes.then(|| Remove::new(pipeline.generate.clone(), pipeline.source.read(), deletes));
        let rejects = match deployment.rejects {
            thumbgate_config::Rejects::DeadLetter => Rejects::DeadLetter,
            thumbgate_config::Rejects::Log => Rejects::Log,
        };
        let deliver = Deliver::new(pipeline.generate.clone(), remove, Arc::new(RuntimeClock::start()), JOBS);
        Ok(Self { pipeline, deliver, rejects, standing })
    }

    /// Works a delivery through.
    pub(crate) async fn work(&self, delivery: &Delivery) -> Worked {
        let placed: Vec<_> = delivery.changes().into_iter().map(|change| self.placed(change)).collect();
        let here: Vec<_> = placed
            .iter()
            .filter_map(|placed| match placed {
                Placed::Here(change) => Some(change.clone()),
                Placed::Elsewhere(_) => None,
            })
            .collect();
        let mut done = self.deliver.run(&here, None).await.into_iter();
        let in_order = placed.into_iter().filter_map(|placed| match placed {
            Placed::Here(_) => done.next(),
            Placed::Elsewhere(outcome) => Some(*outcome),
        });
        let outcomes = delivery.outcomes(in_order.collect());
        let answer = delivery.answer(&outcomes, self.rejects);
        let is_success = is_success(&answer, &outcomes);
        let items =
            delivery.messages().iter().zip(outcomes).flat_map(|(message, outcomes)| self.items(message, outcomes));
        Worked { answer, items: items.collect(), is_success }
    }

    /// A change as the source here names its object, or its outcome where it has none here.
    fn placed(&self, change: Change) -> Placed {
        let object = change.object().map_or_else(String::new, |object| object.key.as_str().to_owned());
        match self.standing.as_ref().map(|standing| standing.placed(change.clone())) {
            Some(Ok(placed)) => Placed::Here(placed),
            Some(Err(reason)) => Placed::Elsewhere(Box::new(Outcome::skipped(object, reason))),
            None => Placed::Here(change),
        }
    }

    fn items(&self, message: &Message, outcomes: Vec<Outcome>) -> Vec<Item> {
        let records = message.records.as_deref().unwrap_or_default();
        let item = |(index, outcome): (usize, Outcome)| {
            let name = self.name_of(records.get(index), &outcome);
            Item { name, undone: self.undone(&outcome), outcome }
        };
        outcomes.into_iter().enumerate().map(item).collect()
    }

    /// What is no object must not look like one.
    fn name_of(&self, record: Option<&Record>, outcome: &Outcome) -> String {
        let Some(record) = record.filter(|record| record.names_object()) else {
            return outcome.source.clone();
        };
        let is_elsewhere = matches!(
            outcome.verdict,
            Verdict::Skip(SkipReason::AnotherBucket | SkipReason::NotASource(NotASource::Elsewhere))
        );
        match record {
            Record::Change(change) if is_elsewhere => change.object().map_or_else(String::new, url_of),
            _ => self.pipeline.generate.route().source().url(&outcome.source),
        }
    }

    /// Skips that are right where the event was sent to, and may be wrong where it is worked through.
    fn undone(&self, outcome: &Outcome) -> Option<String> {
        let Verdict::Skip(reason) = &outcome.verdict else {
            return None;
        };
        let is_undone = match reason {
            SkipReason::AnotherBucket | SkipReason::NotASource(_) => true,
            SkipReason::Gone => !self.pipeline.source.is_remote(),
            SkipReason::RemovalKept => self.standing.is_some(),
            _ => false,
        };
        is_undone.then(|| reason.to_string())
    }
}

impl Worked {
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether the function's caller would take the answer for a success.
    pub(crate) fn is_success(&self) -> bool {
        self.is_success
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.is_success && self.items.iter().all(|item| item.undone.is_none())
    }

    /// Whether something was made.
    pub(crate) fn is_made(&self) -> bool {
        self.items.iter().any(|item| item.outcome.disposition() == Disposition::Done)
    }
}

fn is_success(answer: &Answer, outcomes: &[Vec<Outcome>]) -> bool {
    let is_good = |outcome: &Outcome| matches!(outcome.disposition(), Disposition::Done | Disposition::Skip);
    match answer {
        Answer::Failed { .. } => false,
        // A direct answer counts logged rejects as success; one by message names what failed.
        Answer::Document(document) => document.get("reject").is_some() || outcomes.iter().flatten().all(is_good),
    }
}

/// The configuration with the places of the command line, and what a folder among them stands for.
fn wishes(args: &PlaceArgs) -> Result<(Wishes, Option<Standing>), Stop> {
    let named = wishes::read(&args.config)?;
    let config = named.clone().changed(|file| {
        if let Some(source) = &args.source {
            file.source.url = Some(source.clone());
        }
        if let Some(destination) = &args.destination {
            file.destination.url = Some(destination.clone());
        }
    });
    let wishes = Wishes { config, file: Some(args.config.clone()) };
    let stop = |errors| wishes.stop(&errors);
    let is_folder = matches!(wishes.config.source().map_err(stop)?, StoreUrl::Folder { .. });
    let own = named.file().source.url.as_ref().filter(|_| is_folder).map(|_| named.source()).transpose();
    let standing = own.map_err(stop)?.and_then(Standing::of);
    Ok((wishes, standing))
}
