//! Wiring: the settings become core's use cases over S3. Only what the function does is wired:
//! reading sources, reading and writing outputs, and deleting them where removals are passed on.

use std::sync::Arc;
use std::time::Duration;

use thumbgate_core::admission::MemoryGate;
use thumbgate_core::deliver::Deliver;
use thumbgate_core::generate::{Generate, Ports, Settings as Generation};
use thumbgate_core::port::Renderer as _;
use thumbgate_core::remove::Remove;
use thumbgate_events::Rejects;
use thumbgate_imaging::Imaging;
use thumbgate_s3::{BucketOwner, S3Connection, S3Objects, S3Options};

use crate::clock::RuntimeClock;
use crate::init_error::InitError;
use crate::settings::{Place, Settings};

/// Keys in work at once. The memory gate bounds what they decode together; beyond that most of the
/// time is waiting for S3.
const JOBS: usize = 4;

/// No item may take longer than an invocation can; its own deadline is the invocation's.
const ITEM_DEADLINE: Duration = Duration::from_secs(15 * 60);

/// What every invocation uses.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) deliver: Deliver,
    pub(crate) rejects: Rejects,
}

/// Makes the function. Nothing is asked of S3.
pub(crate) async fn wire(settings: &Settings) -> Result<Function, InitError> {
    let connection = S3Connection::from_environment(&S3Options::default()).await;
    let connection = connection.map_err(|error| InitError::storage(format!("cannot reach S3: {error}")))?;
    let source = Arc::new(bucket(&connection, &settings.source)?);
    let destination = Arc::new(bucket(&connection, &settings.destination)?);
    let renderer = Imaging::new();
    let route = settings.config.route(renderer.engine_version());
    let route = route.map_err(|errors| InitError::of_config(&errors, "the configuration"))?;
    let clock = Arc::new(RuntimeClock::start());
    let ports = Ports {
        source: source.clone(),
        outputs: destination.clone(),
        destination: destination.clone(),
        renderer: Arc::new(renderer),
        clock: clock.clone(),
    };
    let generation = Generation {
        limits: settings.limits.clone(),
        cache_control: Some(settings.config.file().destination.cache_control.clone()),
        force: false,
        deadline: ITEM_DEADLINE,
    };
    let gate = MemoryGate::new(settings.limits.memory);
    let generate = Arc::new(Generate::new(ports, Arc::new(route), generation, gate));
    let remove = settings.propagate_deletes.then(|| Remove::new(generate.clone(), source, destination));
    let rejects = match settings.rejects {
        thumbgate_config::Rejects::DeadLetter => Rejects::DeadLetter,
        thumbgate_config::Rejects::Log => Rejects::Log,
    };
    Ok(Function { deliver: Deliver::new(generate, remove, clock, JOBS), rejects })
}

fn bucket(connection: &S3Connection, place: &Place) -> Result<S3Objects, InitError> {
    let owner = place.owner.as_deref().map(BucketOwner::parse).transpose();
    let owner = owner.map_err(|error| InitError::configuration(error.to_string()))?;
    Ok(connection.bucket(place.bucket.clone(), owner))
}
