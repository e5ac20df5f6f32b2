//! What came of it: a table and the targets for people, or a line of JSON a peer.

use std::time::Duration;

use serde_json::json;

use super::measure::Figures;
use super::peer::Peer;
use crate::bench::median::median;

const MIB: f64 = 1024.0 * 1024.0;

/// A function of 1,769 MB has one processor, and 1,024 MB are what Lambda charges as a GB. Source: AWS
/// Lambda Developer Guide, "Configure Lambda function memory"; the examples of its price list.
const ONE_PROCESSOR_GB: f64 = 1769.0 / 1024.0;

/// The medians of one peer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Medians {
    pub(super) init_ms: f64,
    pub(super) cold_ms: f64,
    pub(super) cold_cpu_ms: f64,
    pub(super) warm_ms: f64,
    pub(super) warm_cpu_ms: f64,
    pub(super) memory_mib: f64,
    pub(super) zip_mb: f64,
}

/// Something that has to hold.
#[derive(Debug)]
pub(super) struct Target {
    text: &'static str,
    figure: String,
    pub(super) is_met: bool,
}

impl Medians {
    pub(super) fn of(peer: &Peer, figures: &Figures) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "sizes of files and processes")]
        let (memory, zip) = (figures.memory as f64, peer.zip_bytes as f64);
        Self {
            init_ms: median_ms(&figures.init),
            cold_ms: median_ms(&figures.cold),
            cold_cpu_ms: median_ms(&figures.cold_cpu),
            warm_ms: median_ms(&figures.warm),
            warm_cpu_ms: figures.warm_cpu.as_secs_f64() * 1e3,
            memory_mib: memory / MIB,
            zip_mb: zip / 1e6,
        }
    }

    /// What a million warm events cost in a function that has one processor.
    fn gb_seconds(&self) -> f64 {
        self.warm_ms / 1e3 * ONE_PROCESSOR_GB * 1e6
    }
}

fn median_ms(rounds: &[Duration]) -> f64 {
    median(rounds.iter().map(|round| round.as_secs_f64() * 1e3))
}

/// A line a peer.
pub(super) fn table(peers: &[(&Peer, Medians)]) -> String {
    let mut text = format!(
        "{:<36} {:>8} {:>8} {:>9} {:>8} {:>9} {:>8} {:>7} {:>9}\n",
        "", "init", "cold", "its CPU", "warm", "its CPU", "memory", "zip", "GB-s/10^6"
    );
    for (peer, figures) in peers {
        let name = format!("{} {}", peer.name, peer.version);
        text.push_str(&format!(
            "{name:<36} {:>5.0} ms {:>5.0} ms {:>6.0} ms {:>5.0} ms {:>6.0} ms {:>4.0} MiB {:>4.1} MB {:>9.0}\n",
            figures.init_ms,
            figures.cold_ms,
            figures.cold_cpu_ms,
            figures.warm_ms,
            figures.warm_cpu_ms,
            figures.memory_mib,
            figures.zip_mb,
            figures.gb_seconds()
        ));
    }
    text
}

/// A JSON object a line.
pub(super) fn json_lines(peers: &[(&Peer, Medians)]) -> String {
    let lines = peers.iter().map(|(peer, figures)| {
        let line = json!({
            "bench": "lambda",
            "peer": peer.name,
            "version": peer.version,
            "init_ms": figures.init_ms,
            "cold_ms": figures.cold_ms,
            "cold_cpu_ms": figures.cold_cpu_ms,
            "warm_ms": figures.warm_ms,
            "warm_cpu_ms": figures.warm_cpu_ms,
            "memory_peak_mib": figures.memory_mib,
            "zip_mb": figures.zip_mb,
            "gb_seconds_per_million": figures.gb_seconds(),
        });
        format!("{line}\n")
    });
    lines.collect()
}

/// Ours against Node.js with sharp, where that was measured.
pub(super) fn targets(ours: &Medians, node: Option<&Medians>) -> Vec<Target> {
    let mut targets = vec![Target {
        text: "the zip is below 8 MB",
        figure: format!("{:.1} MB", ours.zip_mb),
        is_met: ours.zip_mb < 8.0,
    }];
    let Some(node) = node else { return targets };
    for (text, share, most) in [
        ("a cold start with its first image takes at most 0.2 of node + sharp", ours.cold_ms / node.cold_ms, 0.2),
        ("a warm event takes at most 0.6 of node + sharp", ours.warm_ms / node.warm_ms, 0.6),
        ("it needs at most 0.2 of the memory of node + sharp", ours.memory_mib / node.memory_mib, 0.2),
    ] {
        targets.push(Target { text, figure: format!("{share:.2}"), is_met: share <= most });
    }
    targets
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}, {}", self.text, self.figure, if self.is_met { "met" } else { "MISSED" })
    }
}

#[cfg(test)]
mod tests {
    use super::{Medians, targets};

    fn medians(cold_ms: f64, warm_ms: f64) -> Medians {
        Medians { init_ms: 1.0, cold_ms, cold_cpu_ms: 1.0, warm_ms, warm_cpu_ms: 1.0, memory_mib: 10.0, zip_mb: 7.0 }
    }

    #[test]
    fn a_missed_target_is_told() {
        let told: Vec<_> = targets(&medians(20.0, 61.0), Some(&medians(100.0, 100.0)))
            .iter()
            .map(|target| (target.is_met, target.to_string()))
            .collect();
        assert_eq!(told.iter().map(|(is_met, _)| *is_met).collect::<Vec<_>>(), [true, true, false, false]);
        assert_eq!(told[2].1, "a warm event takes at most 0.6 of node + sharp: 0.61, MISSED");
        assert_eq!(targets(&medians(1.0, 1.0), None).len(), 1);
    }
}
