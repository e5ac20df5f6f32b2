//! What came of a bench: a table for people, or a line of JSON a peer.

use serde_json::json;

use super::median::median;

/// One peer, measured.
#[derive(Debug)]
pub(super) struct Measured {
    /// Its name.
    pub(super) peer: &'static str,
    /// Its version.
    pub(super) version: String,
    /// Nanoseconds of CPU time a call, one number a round.
    pub(super) rounds: Vec<f64>,
}

impl Measured {
    /// The median of the rounds, in nanoseconds.
    pub(super) fn nanos(&self) -> f64 {
        median(self.rounds.iter().copied())
    }

    /// By how much the slowest round is above the fastest, in hundredths of the median.
    fn spread_percent(&self) -> f64 {
        let fastest = self.rounds.iter().copied().fold(f64::INFINITY, f64::min);
        let slowest = self.rounds.iter().copied().fold(0.0, f64::max);
        (slowest - fastest) / self.nanos() * 100.0
    }
}

/// A line a peer; the first is what the others are compared with.
pub(super) fn table(measured: &[Measured]) -> String {
    let ours = measured.first().map_or(f64::NAN, Measured::nanos);
    let mut text = format!("{:<38} {:>12} {:>8} {:>10}\n", "", "CPU time", "spread", "of ours");
    for one in measured {
        let name = format!("{} {}", one.peer, one.version);
        let (micros, spread, ratio) = (one.nanos() / 1e3, one.spread_percent(), one.nanos() / ours);
        text.push_str(&format!("{name:<38} {micros:>9.2} µs {spread:>6.0} % {ratio:>8.1} x\n"));
    }
    text
}

/// A JSON object a line, each with the bench's name.
pub(super) fn json_lines(bench: &str, measured: &[Measured]) -> String {
    let ours = measured.first().map_or(f64::NAN, Measured::nanos);
    let lines = measured.iter().map(|one| {
        let line = json!({
            "bench": bench,
            "peer": one.peer,
            "version": one.version,
            "cpu_ns": one.nanos(),
            "rounds_cpu_ns": one.rounds,
            "ratio_to_ours": one.nanos() / ours,
        });
        format!("{line}\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::{Measured, json_lines, table};

    fn measured() -> [Measured; 2] {
        let one = |peer, rounds: &[f64]| Measured { peer, version: "1.0".to_owned(), rounds: rounds.to_vec() };
        [one("ours", &[500.0, 400.0, 450.0]), one("theirs", &[4500.0])]
    }

    #[test]
    fn the_table_compares_with_the_first() {
        let text = table(&measured());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("ours 1.0 ") && lines[1].ends_with("0.45 µs     22 %      1.0 x"), "{text}");
        assert!(lines[2].starts_with("theirs 1.0 ") && lines[2].ends_with("4.50 µs      0 %     10.0 x"), "{text}");
    }

    #[test]
    fn each_line_is_json() {
        let lines: Vec<serde_json::Value> =
            json_lines("policy", &measured()).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[1]["ratio_to_ours"], 10.0);
        assert_eq!(lines[0]["cpu_ns"], 450.0);
    }
}
