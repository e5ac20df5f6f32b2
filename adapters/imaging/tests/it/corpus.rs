//! Thousands of odd files of other projects, where they are at hand.
//!
//! `THUMBGATE_CORPUS` names the folder (`../shared/corpus` beside the workspace otherwise): a
//! `manifest.csv` and the files that it names. Without it this says so and passes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use thumbgate_core::error::RenderError;
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;

use crate::{inside, render_within};

/// No file may take longer.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Files that stand among the valid ones and are not rendered, and why: `name<TAB>kind<TAB>reason`.
const NOT_RENDERED: &str = include_str!("corpus/not-rendered.tsv");

fn folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder = std::env::var_os("THUMBGATE_CORPUS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    folder.join("manifest.csv").is_file().then_some(folder)
}

fn kind(error: &RenderError) -> &'static str {
    match error {
        RenderError::Unsupported(_) => "unsupported",
        RenderError::Malformed(_) => "malformed",
        RenderError::Truncated(_) => "truncated",
        RenderError::Limit(_) => "limit",
        RenderError::Timeout => "timeout",
        RenderError::Internal(_) => "internal",
        RenderError::Body(_) => "body",
        _ => "other",
    }
}

#[test]
fn every_file_ends_in_a_thumbnail_or_a_reason() {
    let Some(folder) = folder() else {
        println!("skipped: no corpus at THUMBGATE_CORPUS or ../shared/corpus");
        return;
    };
    let expected: BTreeMap<&str, &str> = NOT_RENDERED.lines().filter_map(|line| line.split_once('\t')).collect();
    let manifest = std::fs::read_to_string(folder.join("manifest.csv")).unwrap();
    let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut slowest = (Duration::ZERO, String::new());
    let mut wrong = Vec::new();
    for line in manifest.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (name, class) = (fields[0], fields[fields.len() - 2]);
        let content = std::fs::read(folder.join(name)).unwrap();
        let began = Instant::now();
        let limits = Limits::default();
        let result = thumbgate_contract::run(render_within(&content, &[inside(320, 320, OutputFormat::Jpeg)], &limits));
        let took = began.elapsed();
        let outcome = result.as_ref().map_or_else(kind, |_| "rendered");
        let text =
            result.as_ref().map_or_else(ToString::to_string, |(info, _)| format!("{} {}", info.format, info.stored));
        if std::env::var_os("THUMBGATE_CORPUS_VERBOSE").is_some() {
            println!("{name}\t{outcome}\t{text}\t{}", took.as_millis());
        }
        *table.entry((class.to_owned(), outcome)).or_default() += 1;
        if took > slowest.0 {
            slowest = (took, name.to_owned());
        }
        let listed = expected.get(name).and_then(|line| line.split('\t').next());
        let is_fine = match (class, listed, outcome) {
            (_, _, "internal" | "timeout" | "body") => false,
            ("valid" | "colour" | "animated" | "orientation", None, "rendered") => true,
            ("valid" | "colour" | "animated" | "orientation", listed, outcome) => listed == Some(outcome),
            _ => true,
        };
        if !is_fine || took > TIME_MAX {
            wrong.push(format!("{name}\t{outcome}\t{text} ({} ms)", took.as_millis()));
        }
    }
    for ((class, outcome), count) in &table {
        println!("{class:12} {outcome:12} {count}");
    }
    println!("slowest: {} ms {}", slowest.0.as_millis(), slowest.1);
    assert!(wrong.is_empty(), "{} files:\n{}", wrong.len(), wrong.join("\n"));
}

/// What one file costs a process of its own: milliseconds of CPU, KiB of memory at the peak.
#[cfg(target_os = "linux")]
mod cost {
    use std::path::Path;
    use std::process::Command;

    const CHILD: &str = "THUMBGATE_CORPUS_CHILD";

    /// Runs [`child`] in a process of its own.
    pub(super) fn of(file: &Path) -> (String, u64, u64) {
        let test = concat!(module_path!(), "::child");
        let test = test.split_once("::").map_or(test, |(_, path)| path);
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.args(["--exact", test, "--nocapture"]).env(CHILD, file).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find_map(|line| line.split_once("cost: ").map(|(_, rest)| rest.to_owned()));
        let line = line.unwrap_or_else(|| panic!("{}: {text}", file.display()));
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields[0].to_owned(), fields[1].parse().unwrap(), fields[2].parse().unwrap())
    }

    #[test]
    fn child() {
        let Some(file) = std::env::var_os(CHILD) else { return };
        let content = std::fs::read(file).unwrap();
        let small = [crate::inside(320, 320, super::OutputFormat::Jpeg)];
        let before = cpu_ms();
        let result = thumbgate_contract::run(crate::render_within(&content, &small, &super::Limits::default()));
        let outcome = result.as_ref().map_or_else(super::kind, |_| "rendered");
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        println!("\ncost: {outcome} {} {}", cpu_ms() - before, peak.trim().trim_end_matches(" kB"));
    }

    /// User and system time of this process, in steps of 10 ms (proc(5), fields 14 and 15).
    fn cpu_ms() -> u64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        10 * (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
    }
}

#[test]
#[cfg(target_os = "linux")]
fn bombs_are_refused_cheaply() {
    let Some(folder) = folder() else {
        println!("skipped: no corpus at THUMBGATE_CORPUS or ../shared/corpus");
        return;
    };
    for entry in std::fs::read_dir(folder.join("bombs")).unwrap() {
        let path = entry.unwrap().path();
        let (outcome, cpu_ms, peak_kib) = cost::of(&path);
        println!("{}: {outcome}, {cpu_ms} ms of CPU, {} MiB", path.display(), peak_kib / 1024);
        assert_ne!(outcome, "internal");
        let (cpu_max, peak_max) = if outcome == "rendered" { (10_000, 600 * 1024) } else { (100, 64 * 1024) };
        assert!(cpu_ms <= cpu_max && peak_kib <= peak_max, "{}: {cpu_ms} ms, {peak_kib} KiB", path.display());
    }
}
