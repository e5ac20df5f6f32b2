//! The story of one source: from its key to its renditions, in numbered steps.
//!
//! Everything that makes thumbnails of stored objects (batch, Lambda, server) runs this.
//! Correctness rests on one order of steps: look at the outputs, *then* read the source, then put
//! each output on the condition that it is still what was seen. Whoever is overtaken by a newer
//! result loses that condition, looks again and decides anew.

mod outcome;
mod output;
mod steps;
mod stop;
mod stopwatch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};

pub use outcome::{Outcome, SkipReason, StoredRendition, Verdict};
pub use output::{META_CONFIG, META_SEQUENCER, META_SOURCE_ETAG, META_SOURCE_VERSION, META_TRUNCATED};
pub use steps::Steps;

use self::output::{Output, OutputState};
use self::steps::Lap;
use self::stop::Stop;
use self::stopwatch::Stopwatch;
use crate::admission::{MemoryGate, Permit};
use crate::error::{Failure, FailureKind, RenderError, StorageErrorKind};
use crate::event::Sequencer;
use crate::limits::Limits;
use crate::object::{ObjectKey, ObjectMeta};
use crate::plan::Plan;
use crate::port::{Clock, Get, ObjectRead, ObjectWrite, Picture, Rendered, Renderer};
use crate::rendition::Rendition;
use crate::route::Route;

/// How often one source is begun anew before it is given up.
///
/// A round asks an object for at most two things (a source's head and content, an output's head and
/// put), and storage adapters try each call at most twice themselves: 12 tries an object in all.
pub const ROUNDS_MAX: u32 = 3;

/// The part of `limits.memory` that sources may take together while they are opened: one quarter.
const OPENED_SHARE: u64 = 4;

/// The wait before the second round; it grows fourfold from round to round.
const BACKOFF: Duration = Duration::from_millis(250);

/// The ports that the use case needs, and no others: what is not here need not be granted.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Reads sources.
    pub source: Arc<dyn ObjectRead>,
    /// Looks at outputs.
    pub outputs: Arc<dyn ObjectRead>,
    /// Stores outputs.
    pub destination: Arc<dyn ObjectWrite>,
    /// Makes renditions.
    pub renderer: Arc<dyn Renderer>,
    /// Passes time between rounds and ends the item at its deadline.
    pub clock: Arc<dyn Clock>,
}

/// What holds for every source.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The limits of the work on one source.
    pub limits: Limits,
    /// The Cache-Control of outputs.
    pub cache_control: Option<String>,
    /// Make outputs again that are already made.
    pub force: bool,
    /// After this time a source is handed back; its wait for memory is not counted.
    pub deadline: Duration,
}

/// One source to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its key.
    pub key: ObjectKey,
    /// The place of the event that asks for it, where there is one.
    pub sequencer: Option<Sequencer>,
}

/// The use case: one source in, all its renditions out.
#[derive(Debug, Clone)]
pub struct Generate {
    ports: Ports,
    route: Arc<Route>,
    settings: Settings,
    gate: MemoryGate,
    /// Admits sources that are opened: until it is known what a picture takes, as much of it as its
    /// header asks for may be held. A gate of its own, so that who holds a part of it never waits
    /// for another part.
    opened: MemoryGate,
}

/// What a round is for.
#[derive(Debug, Clone, Copy)]
enum Work {
    Make,
    /// Tell what would be made.
    Preview,
}

/// What is remembered from round to round.
#[derive(Default)]
struct Memory {
    /// Puts that were sent and whose answer was lost or refused, by rendition: when the next look
    /// finds the output made, that was our own doing.
    sent: BTreeMap<String, StoredRendition>,
    /// Outputs that are stored for good.
    stored: BTreeMap<String, StoredRendition>,
    bytes_read: u64,
    bytes_unread: u64,
    truncated: bool,
    steps: Steps,
}

/// What is known before anything is decoded.
enum Examined {
    Skip(SkipReason),
    /// The outputs to make, and the opened source.
    Ready {
        source: Box<ObjectMeta>,
        outputs: Vec<Output>,
        picture: Box<dyn Picture>,
        /// The memory that opening it was admitted with.
        opened: Permit,
    },
}

impl Generate {
    /// Wires the use case. `gate` is shared by all that decode in this process.
    #[must_use]
    pub fn new(ports: Ports, route: Arc<Route>, settings: Settings, gate: MemoryGate) -> Self {
        let opened = MemoryGate::new(settings.limits.memory / OPENED_SHARE);
        Self { ports, route, settings, gate, opened }
    }

    /// The route that is served.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Makes what is missing of one source, and tells what happened. Never fails, never panics:
    /// a failure is an outcome.
    pub async fn run(&self, task: &Task) -> Outcome {
        let watch = Stopwatch::start(&*self.ports.clock);
        self.within_deadline(task, &watch, self.rounds(task, &watch, Work::Make)).await
    }

    /// Tells what [`Self::run`] would do, as far as the source's header shows, and writes nothing.
    pub async fn preview(&self, task: &Task) -> Outcome {
        let watch = Stopwatch::start(&*self.ports.clock);
        self.within_deadline(task, &watch, self.rounds(task, &watch, Work::Preview)).await
    }

    async fn within_deadline(
        &self,
        task: &Task,
        watch: &Stopwatch<'_>,
        work: impl Future<Output = Outcome>,
    ) -> Outcome {
        let work = std::pin::pin!(work);
        let alarm = std::pin::pin!(watch.reaches(self.settings.deadline));
        let mut outcome = match select(work, alarm).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => {
                let text = format!("given up after {} s", self.settings.deadline.as_secs());
                Outcome::failed(&task.key, Failure::retry(FailureKind::Timeout, text))
            }
        };
        outcome.elapsed = watch.elapsed();
        outcome
    }

    async fn rounds(&self, task: &Task, watch: &Stopwatch<'_>, work: Work) -> Outcome {
        let mut memory = Memory::default();
        let mut wait = BACKOFF;
        for round in 1.. {
            let result = match work {
                Work::Make => self.round(task, watch, &mut memory).await,
                Work::Preview => self.preview_round(task, watch, &mut memory).await,
            };
            let verdict = match result {
                Ok(verdict) => verdict,
                Err(Stop::Again(_)) if round < ROUNDS_MAX => {
                    self.ports.clock.sleep(wait).await;
                    wait *= 4;
                    continue;
                }
                Err(Stop::Over(failure) | Stop::Again(failure)) => Verdict::Failed(failure),
            };
            return Outcome {
                source: task.key.as_str().to_owned(),
                verdict,
                bytes_in: memory.bytes_read,
                bytes_unread: memory.bytes_unread,
                truncated: memory.truncated,
                renditions: self.in_order(memory.stored),
                elapsed: Duration::ZERO,
                steps: memory.steps,
                rounds: round,
            };
        }
        // The loop above counts to ROUNDS_MAX and returns.
        Outcome::failed(&task.key, Failure::retry(FailureKind::Internal, "no round was run"))
    }

    /// What is stored, in the order in which the route asks for it.
    fn in_order(&self, mut stored: BTreeMap<String, StoredRendition>) -> Vec<StoredRendition> {
        self.route.wanted().iter().filter_map(|wanted| stored.remove(wanted.rendition.name.as_str())).collect()
    }

    /// One round, from the look at the outputs to the last put.
    async fn round(&self, task: &Task, watch: &Stopwatch<'_>, memory: &mut Memory) -> Result<Verdict, Stop> {
        // 1 to 4. Accept, look, open, probe.
        let (source, outputs, picture, opened) = match self.examine(task, watch, memory).await? {
            Examined::Skip(SkipReason::AlreadyMade) if !memory.stored.is_empty() => {
                return Ok(Verdict::Done);
            }
            Examined::Skip(reason) => return Ok(Verdict::Skip(reason)),
            Examined::Ready { source, outputs, picture, opened } => (source, outputs, picture, opened),
        };
        // 5. Plan: every limit is checked before a pixel is decoded.
        let plan = self.plan(&outputs, picture.as_ref())?;
        let mut lap = Lap::start(&*self.ports.clock);
        // 6. Wait until there is memory for it.
        let permit = watch.pause(self.gate.acquire(plan.memory())).await;
        drop(opened);
        lap.ends(&mut memory.steps.wait);
        // 7. Render everything at once.
        let rendered = picture.render(&plan).await;
        drop(permit);
        lap.ends(&mut memory.steps.render);
        let rendered = rendered?;
        memory.bytes_read += rendered.bytes_read;
        if rendered.stopped_early {
            memory.bytes_unread += source.size.saturating_sub(rendered.bytes_read);
        }
        memory.truncated = rendered.truncated;
        // 8. Put each output if it is still what was seen.
        let stored = self.store(task, &source, &outputs, rendered, memory).await;
        lap.ends(&mut memory.steps.store);
        stored?;
        Ok(Verdict::Done)
    }

    /// Steps 1 to 4: nothing is decoded and nothing is written.
    async fn examine(&self, task: &Task, watch: &Stopwatch<'_>, memory: &mut Memory) -> Result<Examined, Stop> {
        // 1. Is it a source at all?
        if let Err(reason) = self.route.accept(&task.key) {
            return Ok(Examined::Skip(SkipReason::NotASource(reason)));
        }
        let mut lap = Lap::start(&*self.ports.clock);
        // 2. Look at the outputs, before the source is read.
        let mut outputs = Vec::with_capacity(self.route.wanted().len());
        for wanted in self.route.wanted() {
            outputs.push(self.look(task, wanted).await?);
        }
        lap.ends(&mut memory.steps.look);
        if !self.settings.force && outputs.iter().all(|output| output.is_newer_than(task.sequencer.as_ref())) {
            return Ok(Examined::Skip(SkipReason::Overtaken));
        }
        // 3. Open the source. Where the outputs look made, its head is enough to know.
        let candidates = outputs.iter().any(Output::has_our_config);
        let known = if candidates && !self.forced(memory) {
            match self.ports.source.head(&task.key).await {
                Ok(meta) => Some(meta),
                Err(error) if error.kind() == StorageErrorKind::NotFound => {
                    return Ok(Examined::Skip(SkipReason::Gone));
                }
                Err(error) => return Err(error.into()),
            }
        } else {
            None
        };
        if let Some(meta) = &known {
            outputs.retain(|output| {
                let made = output.is_made_from(meta);
                if made {
                    memory.recognise(output);
                }
                !made
            });
            if outputs.is_empty() {
                return Ok(Examined::Skip(SkipReason::AlreadyMade));
            }
        }
        let what = Get { if_match: known.map(|meta| meta.etag), range: None };
        let body = match self.ports.source.get(&task.key, &what).await {
            Ok(body) => body,
            Err(error) if error.kind() == StorageErrorKind::NotFound => {
                return Ok(Examined::Skip(SkipReason::Gone));
            }
            Err(error) if error.kind() == StorageErrorKind::PreconditionFailed => {
                return Err(Stop::Again(Failure::from(&error)));
            }
            Err(error) => return Err(error.into()),
        };
        let source = Box::new(body.meta.clone());
        // 4. Probe: what is it, by content?
        let held = source.size.min(self.settings.limits.source_bytes);
        lap.ends(&mut memory.steps.open);
        let opened = watch.pause(self.opened.acquire(held)).await;
        lap.ends(&mut memory.steps.wait);
        let picture = self.ports.renderer.open(body, &self.settings.limits).await;
        lap.ends(&mut memory.steps.open);
        let picture = picture?;
        Ok(Examined::Ready { source, outputs, picture, opened })
    }

    /// With `force` everything is made again, but for what this very run has made.
    fn forced(&self, memory: &Memory) -> bool {
        self.settings.force && memory.sent.is_empty() && memory.stored.is_empty()
    }

    async fn look(&self, task: &Task, wanted: &crate::rendition::Wanted) -> Result<Output, Stop> {
        let too_long = |error: crate::object::NameError| {
            let text = format!("rendition `{}` would get an impossible key: {error}", wanted.rendition.name);
            Stop::Over(Failure::reject(FailureKind::Limit, text))
        };
        let key = self.route.output_key(&task.key, wanted).map_err(too_long)?;
        let state = match self.ports.outputs.head(&key).await {
            Ok(meta) => OutputState::There(Box::new(meta)),
            Err(error) => match error.kind() {
                StorageErrorKind::NotFound => OutputState::Absent,
                // Without s3:ListBucket S3 answers 403 for what is absent: the put will tell.
                StorageErrorKind::Denied => OutputState::Hidden,
                _ => return Err(error.into()),
            },
        };
        Ok(Output { wanted: wanted.clone(), key, state })
    }

    async fn store(
        &self,
        task: &Task,
        source: &ObjectMeta,
        outputs: &[Output],
        rendered: Rendered,
        memory: &mut Memory,
    ) -> Result<(), Stop> {
        for (output, made) in outputs.iter().zip(rendered.outputs) {
            let name = output.wanted.rendition.name.as_str().to_owned();
            let stored = StoredRendition::new(output, &made);
            let mut options = output.put_options(source, task.sequencer.as_ref(), rendered.truncated);
            options.cache_control.clone_from(&self.settings.cache_control);
            match self.ports.destination.put(&output.key, made.bytes, &options).await {
                Ok(_) => {
                    memory.stored.insert(name, stored);
                }
                Err(error) => {
                    let stop = output.lost(error);
                    if matches!(stop, Stop::Again(_)) {
                        memory.sent.insert(name, stored);
                    }
                    return Err(stop);
                }
            }
        }
        Ok(())
    }

    /// A round that ends where something would be decoded.
    async fn preview_round(&self, task: &Task, watch: &Stopwatch<'_>, memory: &mut Memory) -> Result<Verdict, Stop> {
        let (outputs, picture) = match self.examine(task, watch, memory).await? {
            Examined::Skip(reason) => return Ok(Verdict::Skip(reason)),
            Examined::Ready { outputs, picture, .. } => (outputs, picture),
        };
        let plan = self.plan(&outputs, picture.as_ref())?;
        for (output, planned) in outputs.iter().zip(plan.outputs()) {
            let stored = StoredRendition::planned(output, planned.placement.canvas);
            memory.stored.insert(output.wanted.rendition.name.as_str().to_owned(), stored);
        }
        Ok(Verdict::Done)
    }

    fn plan(&self, outputs: &[Output], picture: &dyn Picture) -> Result<Plan, RenderError> {
        let wishes: Vec<Rendition> = outputs.iter().map(|output| output.wanted.rendition.clone()).collect();
        Plan::new(picture.info(), &wishes, &self.settings.limits)
    }
}

impl Memory {
    /// An output that is made already: if this run sent it, its acknowledgement was lost and it
    /// is our own success.
    fn recognise(&mut self, output: &Output) {
        let name = output.wanted.rendition.name.as_str();
        if let Some(stored) = self.sent.remove(name) {
            self.stored.insert(name.to_owned(), stored);
        }
    }
}

#[cfg(test)]
mod tests;
