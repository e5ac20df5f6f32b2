//! A small world to run use cases in.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use thumbgate_contract::clock::RuntimeClock;
use thumbgate_contract::faults::{Fault, Faulty};
use thumbgate_contract::reference::{ReferenceRenderer, ReferenceStore};
use thumbgate_core::access::{AccessRequest, Action, Decision, Effect, Resource};
use thumbgate_core::admission::MemoryGate;
use thumbgate_core::event::Sequencer;
use thumbgate_core::generate::{Generate, Ports, Settings, Task};
use thumbgate_core::geometry::WantedBox;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{Bucket, KeyPrefix, ObjectKey};
use thumbgate_core::port::{Authorizer, Condition, ObjectRead, ObjectWrite, PutOptions};
use thumbgate_core::rendition::{ConfigHash, Rendition, RenditionName, Wanted};
use thumbgate_core::route::{DEFAULT_PATTERN, KeyPattern, Location, Route, Selection};

/// Stores, ports with faults, and the use case over them.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) sources: ReferenceStore,
    pub(crate) thumbs: ReferenceStore,
    pub(crate) reads: Arc<Faulty<ReferenceStore>>,
    pub(crate) looks: Arc<Faulty<ReferenceStore>>,
    pub(crate) writes: Arc<Faulty<ReferenceStore>>,
    pub(crate) gate: MemoryGate,
    pub(crate) memory_limit: Option<u64>,
    force: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_faults([], [], [])
    }

    pub(crate) fn with_faults<const R: usize, const L: usize, const W: usize>(
        reads: [Fault; R],
        looks: [Fault; L],
        writes: [Fault; W],
    ) -> Self {
        let (sources, thumbs) = (ReferenceStore::default(), ReferenceStore::default());
        Self {
            reads: Arc::new(Faulty::new(Arc::new(sources.clone()), reads)),
            looks: Arc::new(Faulty::new(Arc::new(thumbs.clone()), looks)),
            writes: Arc::new(Faulty::new(Arc::new(thumbs.clone()), writes)),
            sources,
            thumbs,
            gate: MemoryGate::new(1_000_000_000),
            memory_limit: None,
            force: false,
        }
    }

    pub(crate) fn forced(mut self) -> Self {
        self.force = true;
        self
    }

    pub(crate) async fn upload(&self, name: &str, content: impl Into<Bytes>) {
        let put = PutOptions::when(Condition::Always);
        self.sources.put(&key(&format!("in/{name}")), content.into(), &put).await.unwrap();
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports {
            source: Arc::clone(&self.reads) as Arc<dyn ObjectRead>,
            outputs: Arc::clone(&self.looks) as Arc<dyn ObjectRead>,
            destination: Arc::clone(&self.writes) as Arc<dyn ObjectWrite>,
            renderer: Arc::new(ReferenceRenderer),
            clock: Arc::new(RuntimeClock::start()),
        }
    }

    pub(crate) fn generate(&self) -> Generate {
        self.generate_with(self.ports(), "config-1")
    }

    pub(crate) fn generate_with(&self, ports: Ports, config: &str) -> Generate {
        let settings = Settings {
            limits: Limits { memory: self.memory_limit.unwrap_or(Limits::default().memory), ..Limits::default() },
            cache_control: Some("public, max-age=3600".to_owned()),
            force: self.force,
            deadline: Duration::from_secs(60),
        };
        Generate::new(ports, Arc::new(route(config)), settings, self.gate.clone())
    }
}

pub(crate) fn route(config: &str) -> Route {
    let at =
        |bucket, prefix| Location::bucket("memory", Bucket::parse(bucket).unwrap(), KeyPrefix::parse(prefix).unwrap());
    let wanted = ["small", "large"].into_iter().zip([32, 128]).map(|(name, side)| Wanted {
        rendition: Rendition::new(RenditionName::parse(name).unwrap(), WantedBox::new(Some(side), Some(side)).unwrap()),
        config: ConfigHash::new(config),
    });
    let pattern = KeyPattern::parse(DEFAULT_PATTERN).unwrap();
    Route::new(at("photos", "in"), at("thumbs", "out"), Selection::default(), pattern, wanted.collect()).unwrap()
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn task(name: &str) -> Task {
    Task { key: key(&format!("in/{name}")), sequencer: None }
}

pub(crate) fn event(name: &str, sequencer: &str) -> Task {
    Task { sequencer: Some(Sequencer::parse(sequencer).unwrap()), ..task(name) }
}

/// An authorizer that allows these actions below these ARN ends, and nothing else.
#[derive(Debug)]
pub(crate) struct Allow(pub(crate) Vec<(Action, &'static str)>);

impl Authorizer for Allow {
    fn decide(&self, request: &AccessRequest) -> Decision {
        let named = match &request.resource {
            Resource::Bucket(bucket) => bucket.to_string(),
            Resource::Object(bucket, key) => format!("{bucket}/{}", key.as_str()),
        };
        let allowed = self.0.iter().any(|(action, start)| *action == request.action && named.starts_with(start));
        let effect = if allowed { Effect::Allow } else { Effect::ImplicitDeny };
        Decision { effect, reason: "the table of this test".to_owned(), explanation: None }
    }
}
