//! Events of the function, worked through here: the same code, other wiring.

use std::sync::Arc;

use thumbgate_core::deliver::Deliver;
use thumbgate_core::generate::Outcome;
use thumbgate_core::remove::Remove;
use thumbgate_events::{Answer, Delivery, Rejects};
use thumbgate_object_store::StoredObjects;

use crate::args::{PlaceArgs, S3Args};
use crate::clock::RuntimeClock;
use crate::exit::Stop;
use crate::pipeline::{self, Pipeline};
use crate::stores::{Store, Stores};
use crate::wishes::{self, Wishes};

/// Keys in work at once, as in the function.
const JOBS: usize = 4;

/// Whether outputs are written where the configuration says, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Stored,
    /// Everything is worked through into a store that is dropped.
    Nowhere,
}

/// The function, here.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) pipeline: Pipeline,
    deliver: Deliver,
    rejects: Rejects,
}

impl Function {
    /// Wires it as the configuration says.
    pub(crate) async fn open(args: &PlaceArgs, s3: &S3Args, write: Write) -> Result<Self, Stop> {
        let wishes = wishes(args)?;
        let stores = Stores::new(s3);
        let limits = wishes.config.limits();
        let pipeline = match write {
            Write::Stored => pipeline::open(&wishes, &stores, limits, false, None).await?,
            Write::Nowhere => {
                let owner = wishes.config.file().source.owner.as_deref();
                let source = wishes.config.source().map_err(|errors| wishes.stop(&errors))?;
                let source = stores.open(&source, owner).await?;
                pipeline::connect(&wishes, source, Store::Memory(StoredObjects::memory()), limits, false, None)?
            }
        };
        let deployment = &wishes.config.file().deployment;
        let remove = deployment
            .propagate_deletes
            .then(|| Remove::new(pipeline.generate.clone(), pipeline.source.read(), pipeline.destination.delete()));
        let rejects = match deployment.rejects {
            thumbgate_config::Rejects::DeadLetter => Rejects::DeadLetter,
            thumbgate_config::Rejects::Log => Rejects::Log,
        };
        let deliver = Deliver::new(pipeline.generate.clone(), remove, Arc::new(RuntimeClock::start()), JOBS);
        Ok(Self { pipeline, deliver, rejects })
    }

    /// Works a delivery through: the outcomes by message, and the function's answer.
    pub(crate) async fn work(&self, delivery: &Delivery) -> (Vec<Vec<Outcome>>, Answer) {
        let done = self.deliver.run(&delivery.changes(), None).await;
        let outcomes = delivery.outcomes(done);
        let answer = delivery.answer(&outcomes, self.rejects);
        (outcomes, answer)
    }
}

/// Whether the function's caller would take this answer for a success.
pub(crate) fn is_success(answer: &Answer, outcomes: &[Vec<Outcome>]) -> bool {
    use thumbgate_core::error::Disposition;
    let is_good = |outcome: &Outcome| matches!(outcome.disposition(), Disposition::Done | Disposition::Skip);
    match answer {
        Answer::Failed { .. } => false,
        // A direct answer counts logged rejects as success; one by message names what failed.
        Answer::Document(document) => document.get("reject").is_some() || outcomes.iter().flatten().all(is_good),
    }
}

fn wishes(args: &PlaceArgs) -> Result<Wishes, Stop> {
    let config = wishes::read(&args.config)?.changed(|file| {
        if let Some(source) = &args.source {
            file.source.url = Some(source.clone());
        }
        if let Some(destination) = &args.destination {
            file.destination.url = Some(destination.clone());
        }
    });
    Ok(Wishes { config, file: Some(args.config.clone()) })
}
