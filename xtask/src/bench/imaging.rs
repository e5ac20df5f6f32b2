//! What a thumbnail costs: our renderer, libvips and sharp, on the same photographs.
//!
//! Everybody makes the same thumbnails in turn, round after round: in processes that live on, and in
//! one process a picture. Then the thumbnails are looked at: how near they are to a full decode and a
//! good filter, and how near everybody's JPEG comes with equal bytes.
//! Read next: `imaging/field.rs`, `imaging/speed.rs`, `imaging/targets.rs`.

mod alike;
mod batch;
mod driver;
mod encoder;
mod fidelity;
mod field;
mod order;
mod process;
mod ready;
mod reference;
mod report;
mod score;
mod sources;
mod speed;
mod targets;

use std::fs;
use std::process::ExitStatus;

use thiserror::Error;

use super::Request;
use super::install::{InstallError, file_error};
use crate::prerequisite::MissingError;
use crate::workspace::Workspace;
use field::Field;
use sources::Sources;
use speed::Subject;
use targets::Results;

/// Rounds that count.
const ROUNDS: usize = 7;
/// Rounds that are enough to see where one stands.
const ROUNDS_QUICK: usize = 3;

/// Why nothing was measured.
#[derive(Debug, Error)]
pub(crate) enum ImagingBenchError {
    /// Something without which nothing can be measured is missing.
    #[error(transparent)]
    Missing(#[from] MissingError),
    /// A file cannot be used, or sharp could not be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// Ours could not be built; cargo has said why.
    #[error("cargo build ended with {0}")]
    Build(ExitStatus),
    /// Somebody did not do what was asked for.
    #[error("{0}")]
    Peer(String),
}

/// Measures everybody who is there; gives 1 where a target is missed.
pub(super) fn run(workspace: &Workspace, request: Request) -> Result<u8, ImagingBenchError> {
    let ready = ready::ready(workspace)?;
    let sources = Sources::ensure(workspace, &ready.programs.node)?;
    let mut field = Field::start(ready.programs).map_err(ImagingBenchError::Peer)?;
    let rounds = if request.is_quick { ROUNDS_QUICK } else { ROUNDS };
    let subjects = speed::subjects(&sources);
    let results = measure(&mut field, &sources, &subjects, rounds)?;
    let targets = targets::targets(&results);

    let lines = report::json_lines(&ready.versions, &results, &targets);
    let file = workspace.target().join("bench/imaging.json");
    fs::write(&file, &lines).map_err(file_error(&file))?;
    if request.is_json {
        print!("{lines}");
    } else {
        let versions: Vec<_> = ready.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        println!("{}; medians of {rounds} rounds after one\n", versions.join(", "));
        println!("{}", report::tables(&subjects, &results, &targets));
    }
    for missing in &ready.left_out {
        eprintln!("\nnot measured: {missing}");
    }
    Ok(u8::from(targets.iter().any(|target| !target.is_met())))
}

/// What holds pictures in this process comes last: see [`process::run`].
fn measure(
    field: &mut Field,
    sources: &Sources,
    subjects: &[Subject],
    rounds: usize,
) -> Result<Results, ImagingBenchError> {
    let floor = speed::count(process::memory_floor()) / 1024.0 / 1024.0;
    eprintln!("peaks of memory below {floor:.1} MiB cannot be told");
    let speed = speed::measure(field, subjects, rounds);
    eprintln!("a hundred pictures");
    let batch = batch::measure(field.programs(), &sources.hundred(), rounds).map_err(ImagingBenchError::Peer)?;
    alike::check(subjects, &speed, &field.programs().scratch).map_err(ImagingBenchError::Peer)?;
    let pictures = sources.fidelity()?;
    eprintln!("fidelity on {} pictures", pictures.len());
    let fidelity = fidelity::judge(field, &pictures).map_err(ImagingBenchError::Peer)?;
    let encoder = encoder::compare(field, &pictures).map_err(ImagingBenchError::Peer)?;
    Ok(Results { speed, batch, fidelity, encoder })
}
