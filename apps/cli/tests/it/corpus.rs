//! Hundreds of odd files of other projects, each through a process of its own: none crashes it,
//! hangs it or fills the memory.
//!
//! `THUMBGATE_CORPUS` names the folder (`../shared/corpus` beside the workspace otherwise). Without
//! it this says so and passes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::{Desk, Ran, thumbgate};

const MIB: f64 = 1024.0 * 1024.0;

/// What any file may take at most.
const TIME_MAX: Duration = Duration::from_secs(10);
const PEAK_MAX: f64 = 1024.0 * MIB;

/// What a bomb may take: refused at once, or done within the limits.
const REFUSED_CPU_MAX_MS: f64 = 100.0;
const REFUSED_PEAK_MAX: f64 = 64.0 * MIB;
const DONE_PEAK_MAX: f64 = 600.0 * MIB;

fn folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder = std::env::var_os("THUMBGATE_CORPUS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    folder.join("manifest.csv").is_file().then_some(folder)
}

/// CPU in milliseconds and peak memory in bytes, from the line of `--timings`.
fn used(err: &str) -> Option<(f64, f64)> {
    let line = err.lines().find_map(|line| line.strip_prefix("all "))?;
    let cpu = line.split(", CPU ").nth(1)?.split(' ').next()?.parse().ok()?;
    let mut peak = line.split(", peak memory ").nth(1)?.split(' ');
    let number: f64 = peak.next()?.parse().ok()?;
    let unit = match peak.next()? {
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return None,
    };
    Some((cpu, number * unit))
}

#[test]
fn no_file_crashes_hangs_or_fills_the_memory() {
    let Some(folder) = folder() else {
        println!("skipped: no corpus at THUMBGATE_CORPUS or ../shared/corpus");
        return;
    };
    let desk = Desk::new();
    let manifest = std::fs::read_to_string(folder.join("manifest.csv")).unwrap();
    let (mut table, mut wrong) = (BTreeMap::<(String, String), u32>::new(), Vec::new());
    let (mut slowest, mut largest) = ((Duration::ZERO, ""), (0.0, ""));
    for line in manifest.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (name, class) = (fields[0], fields[fields.len() - 2]);
        let path = folder.join(name);
        let started = Instant::now();
        let mut command =
            thumbgate(&["make", path.to_str().unwrap(), "t.jpg", "--size", "320x320", "--timings", "--json"]);
        let ran = Ran::of(&command.current_dir(desk.path()).output().unwrap());
        let took = started.elapsed();
        let (Some(0 | 1), Some((cpu, peak))) = (ran.code, used(&ran.err)) else {
            wrong.push(format!("{name}: ended with {:?}: {}", ran.code, ran.err));
            continue;
        };
        let line = ran.lines().remove(0);
        let outcome = line["error"]["kind"].as_str().unwrap_or("made").to_owned();
        let bomb_is_fine = match outcome.as_str() {
            "made" => peak < DONE_PEAK_MAX,
            _ => cpu <= REFUSED_CPU_MAX_MS && peak < REFUSED_PEAK_MAX,
        };
        if took > TIME_MAX || peak > PEAK_MAX || outcome == "internal" || (class == "bombs" && !bomb_is_fine) {
            wrong.push(format!("{name}: {outcome}, {} ms, CPU {cpu} ms, {:.0} MiB", took.as_millis(), peak / MIB));
        }
        *table.entry((class.to_owned(), outcome)).or_default() += 1;
        slowest = slowest.max((took, name));
        largest = if peak > largest.0 { (peak, name) } else { largest };
    }
    for ((class, outcome), count) in &table {
        println!("{class:<12} {outcome:<12} {count}");
    }
    println!("slowest {} ms: {}", slowest.0.as_millis(), slowest.1);
    println!("largest {:.0} MiB: {}", largest.0 / MIB, largest.1);
    assert_eq!(wrong, Vec::<String>::new());
}
