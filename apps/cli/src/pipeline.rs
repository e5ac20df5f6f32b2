//! Wiring: a configuration becomes core's `generate` over real ports.

use std::sync::Arc;
use std::time::Duration;

use thumbgate_core::admission::MemoryGate;
use thumbgate_core::generate::{Generate, Ports, Settings};
use thumbgate_core::limits::Limits;
use thumbgate_core::port::{ObjectRead, ObjectWrite, Renderer as _};
use thumbgate_imaging::Imaging;

use crate::clock::RuntimeClock;
use crate::exit::Stop;
use crate::guard::Guard;
use crate::stores::{Store, Stores};
use crate::wishes::Wishes;

/// The longest that one item may take (contract: "Deadlines and limits by default").
pub(crate) const ITEM_DEADLINE: Duration = Duration::from_secs(60);

/// Both backends, and the use case between them.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) generate: Arc<Generate>,
    pub(crate) source: Store,
    pub(crate) destination: Store,
}

/// Opens both places of a configuration.
pub(crate) async fn open(
    wishes: &Wishes,
    stores: &Stores,
    limits: Limits,
    force: bool,
    guard: Option<&Guard>,
) -> Result<Pipeline, Stop> {
    let (source, destination) = places(wishes, stores).await?;
    connect(wishes, source, destination, limits, force, guard)
}

/// Opens both places of a configuration, and puts what is made elsewhere than into its destination;
/// `elsewhere` is told the destination.
pub(crate) async fn open_to(
    wishes: &Wishes,
    stores: &Stores,
    limits: Limits,
    elsewhere: impl FnOnce(&Store) -> Arc<dyn ObjectWrite>,
) -> Result<Pipeline, Stop> {
    let (source, destination) = places(wishes, stores).await?;
    let writes = elsewhere(&destination);
    let (reads, looks) = (source.read(), destination.read());
    join(wishes, Backends { source, destination, reads, looks, writes }, limits, false)
}

async fn places(wishes: &Wishes, stores: &Stores) -> Result<(Store, Store), Stop> {
    // The route first: what contradicts itself needs no backend.
    wishes.config.check(Imaging::new().engine_version()).map_err(|errors| wishes.stop(&errors))?;
    let file = wishes.config.file();
    let place = |errors| wishes.stop(&errors);
    let source = wishes.config.source().map_err(place)?;
    let destination = wishes.config.destination().map_err(place)?;
    let source = stores.open(&source, file.source.owner.as_deref()).await?;
    let destination = stores.open(&destination, file.destination.owner.as_deref()).await?;
    Ok((source, destination))
}

/// The use case between two backends; under guard it reads and writes what the policies allow.
pub(crate) fn connect(
    wishes: &Wishes,
    source: Store,
    destination: Store,
    limits: Limits,
    force: bool,
    guard: Option<&Guard>,
) -> Result<Pipeline, Stop> {
    let (reads, looks, writes) = match guard {
        None => (source.read(), destination.read(), destination.write()),
        Some(Guard { principal, source: of_source, destination: of_destination }) => (
            of_source.read(source.read(), principal),
            of_destination.read(destination.read(), principal),
            of_destination.write(destination.write(), principal),
        ),
    };
    join(wishes, Backends { source, destination, reads, looks, writes }, limits, force)
}

/// Both places, and the ports to them.
struct Backends {
    source: Store,
    destination: Store,
    reads: Arc<dyn ObjectRead>,
    looks: Arc<dyn ObjectRead>,
    writes: Arc<dyn ObjectWrite>,
}

fn join(wishes: &Wishes, backends: Backends, limits: Limits, force: bool) -> Result<Pipeline, Stop> {
    let Backends { source, destination, reads, looks, writes } = backends;
    let renderer = Imaging::new();
    let route = wishes.config.route(renderer.engine_version()).map_err(|errors| wishes.stop(&errors))?;
    let ports = Ports {
        source: reads,
        outputs: looks,
        destination: writes,
        renderer: Arc::new(renderer),
        clock: Arc::new(RuntimeClock::start()),
    };
    let gate = MemoryGate::new(limits.memory);
    let settings = Settings {
        limits,
        cache_control: Some(wishes.config.file().destination.cache_control.clone()),
        force,
        deadline: ITEM_DEADLINE,
    };
    let generate = Arc::new(Generate::new(ports, Arc::new(route), settings, gate));
    Ok(Pipeline { generate, source, destination })
}
