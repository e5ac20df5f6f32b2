//! Measuring: cold starts and warm events, everybody in turn, so that a slow moment hits all.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::peer::{Peer, SOURCES};
use super::process::Process;
use super::runtime_api::RuntimeApi;
use super::store::Store;

/// Cold starts of each peer.
pub(super) const COLD_ROUNDS: usize = 7;
/// Warm events of each peer that count.
pub(super) const WARM_ROUNDS: usize = 21;
/// Warm events before, for compilers and caches.
const WARM_UP: usize = 5;

/// What came of one peer.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// From its start until it asks for the first event, one number a round.
    pub(super) init: Vec<Duration>,
    /// From its start until its first answer.
    pub(super) cold: Vec<Duration>,
    /// The CPU time of that.
    pub(super) cold_cpu: Vec<Duration>,
    /// From an event to its answer.
    pub(super) warm: Vec<Duration>,
    /// The CPU time of a warm event.
    pub(super) warm_cpu: Duration,
    /// The most memory at once, with one event after the other, in bytes.
    pub(super) memory: u64,
}

/// Where and how it is measured.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) endpoint: String,
    pub(super) store: Store,
    pub(super) photo: Vec<u8>,
    /// The processor of the functions.
    pub(super) processor: usize,
    /// The folder of their logs.
    pub(super) logs: PathBuf,
}

/// A function that runs.
struct Running {
    process: Process,
    api: RuntimeApi,
}

impl Bench {
    /// Measures all, in turns.
    pub(super) fn run(&self, peers: &[Peer]) -> Result<Vec<Figures>, String> {
        let system = |error: std::io::Error| error.to_string();
        self.store.create_bucket(SOURCES).map_err(system)?;
        for peer in peers {
            self.store.create_bucket(peer.destination).map_err(system)?;
        }
        let mut figures: Vec<_> = peers.iter().map(|_| Figures::default()).collect();
        for round in 0..COLD_ROUNDS {
            let event = self.upload(&format!("cold-{round}"))?;
            for (peer, figures) in peers.iter().zip(&mut figures) {
                let cold = self.cold(peer, &event, figures);
                cold.map_err(|error| format!("{}: {error}; its log is below {}", peer.name, self.logs.display()))?;
                self.check(peer, &format!("cold-{round}"))?;
            }
        }
        self.warm(peers, &mut figures)?;
        Ok(figures)
    }

    fn cold(&self, peer: &Peer, event: &str, figures: &mut Figures) -> Result<(), String> {
        let running = self.start(peer)?;
        let init = running.api.until_next()? - running.process.started;
        let first = running.api.invoke(event)?;
        figures.init.push(init);
        figures.cold.push(init + first);
        figures.cold_cpu.push(running.process.cpu_time().map_err(|error| error.to_string())?);
        Ok(())
    }

    fn warm(&self, peers: &[Peer], figures: &mut [Figures]) -> Result<(), String> {
        let mut running = Vec::new();
        for peer in peers {
            let one = self.start(peer)?;
            one.api.until_next()?;
            running.push((one, Duration::ZERO));
        }
        for round in 0..WARM_UP + WARM_ROUNDS {
            let event = self.upload(&format!("warm-{round}"))?;
            for ((one, cpu_before), figures) in running.iter_mut().zip(figures.iter_mut()) {
                if round == WARM_UP {
                    *cpu_before = one.process.cpu_time().map_err(|error| error.to_string())?;
                }
                let took = one.api.invoke(&event)?;
                one.api.until_next()?;
                if round >= WARM_UP {
                    figures.warm.push(took);
                }
            }
        }
        for ((one, cpu_before), figures) in running.iter().zip(figures) {
            let spent = one.process.cpu_time().map_err(|error| error.to_string())?.saturating_sub(*cpu_before);
            figures.warm_cpu = spent / u32::try_from(WARM_ROUNDS).unwrap_or(u32::MAX);
            figures.memory = one.process.memory_peak().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn start(&self, peer: &Peer) -> Result<Running, String> {
        let start = || {
            let api = RuntimeApi::start()?;
            let log = self.logs.join(format!("{}.log", peer.destination));
            let process = Process::start(peer.command(&api.address, &self.endpoint), self.processor, &log)?;
            Ok(Running { process, api })
        };
        start().map_err(|error: std::io::Error| format!("cannot start {}: {error}", peer.name))
    }

    /// Uploads the photo under a new name, and gives the event of that.
    fn upload(&self, name: &str) -> Result<String, String> {
        let key = format!("uploads/{name}.jpg");
        self.store.put(SOURCES, &key, &self.photo).map_err(|error| error.to_string())?;
        let object = json!({"key": key, "sequencer": "0055AED6DCD90281E5"});
        let record = json!({"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": SOURCES}, "object": object}});
        Ok(json!({"Records": [record]}).to_string())
    }

    /// A function that makes nothing would be quick.
    fn check(&self, peer: &Peer, name: &str) -> Result<(), String> {
        let thumbnail = self.store.get(peer.destination, &format!("thumbs/{name}.jpg.small.jpg"));
        let thumbnail = thumbnail.map_err(|error| format!("{}: {error}", peer.name))?;
        let is_jpeg = thumbnail.starts_with(&[0xff, 0xd8, 0xff]) && thumbnail.len() > 2000;
        if is_jpeg { Ok(()) } else { Err(format!("{} made no thumbnail", peer.name)) }
    }
}
