//! What one upload costs: our function, and the two that people write instead, as Lambda runs them.
//!
//! Everybody has a Runtime API of the bench, the same S3 API (MiniStack), the same photo and one
//! processor, and makes one thumbnail, 320 wide. The S3 API and the bench have the other processor.
//! Read next: `lambda/measure.rs`, then `lambda/peer.rs`.

mod install;
mod measure;
mod peer;
mod photo;
mod process;
mod runtime_api;
mod store;
mod told;

use std::fs;

use thiserror::Error;

use super::install::{InstallError, file_error};
use crate::package::PackageError;
use crate::prerequisite::MissingError;
use crate::stack::{Stack, StackError};
use crate::workspace::Workspace;
use measure::{Bench, COLD_ROUNDS, WARM_ROUNDS};
use peer::Peer;
use store::Store;
use told::Medians;

/// Why nothing was measured, or somebody was not.
#[derive(Debug, Error)]
pub(crate) enum LambdaBenchError {
    /// A program is missing.
    #[error(transparent)]
    Missing(#[from] MissingError),
    /// There is no S3 API.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// Our own function could not be built.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The photo could not be made.
    #[error("cannot make the photo")]
    Photo(#[from] jpeg_encoder::EncodingError),
    /// A file cannot be used, or a peer could not be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// Lambda has no such processor.
    #[error("this machine is none that Lambda has: it needs Linux on x86_64 or arm64")]
    Machine,
    /// A function did not do what it is to do.
    #[error("{0}")]
    Function(String),
}

/// Measures everybody who can be made ready; gives 1 where a target is missed.
pub(super) fn run(workspace: &Workspace, is_json: bool) -> Result<u8, LambdaBenchError> {
    let mut peers = vec![peer::ours(workspace)?];
    let mut left_out = Vec::new();
    for (name, made) in [("node + sharp", peer::node(workspace)), ("python + Pillow", peer::python(workspace))] {
        match made {
            Ok(peer) => peers.push(peer),
            Err(error) => left_out.push((name, error)),
        }
    }
    let logs = workspace.target().join("bench/lambda-logs");
    // Logs of an earlier run would be added to; where there are none, nothing is to be done.
    drop(fs::remove_dir_all(&logs));
    fs::create_dir_all(&logs).map_err(file_error(&logs))?;
    let photo = photo::jpeg()?;

    let processors = process::processors();
    let (first, last) = (processors.first().copied().unwrap_or(0), processors.last().copied().unwrap_or(0));
    process::pin(first).map_err(file_error(&logs))?;
    let stack = Stack::start(workspace)?;
    let endpoint = stack.endpoint();
    let store = Store { authority: endpoint.trim_start_matches("http://").to_owned() };
    let bench = Bench { endpoint, store, photo, processor: last, logs };
    let figures = bench.run(&peers).map_err(LambdaBenchError::Function)?;

    let measured: Vec<_> =
        peers.iter().zip(&figures).map(|(peer, figures)| (peer, Medians::of(peer, figures))).collect();
    Ok(say(&measured, bench.photo.len(), &left_out, is_json))
}

/// Prints what came of it; gives the exit code.
fn say(
    measured: &[(&Peer, Medians)],
    photo_bytes: usize,
    left_out: &[(&'static str, LambdaBenchError)],
    is_json: bool,
) -> u8 {
    let find = |name| measured.iter().find(|(peer, _)| peer.name == name).map(|(_, medians)| medians);
    let targets = find("thumbgate").map_or_else(Vec::new, |ours| told::targets(ours, find("node + sharp")));
    if is_json {
        print!("{}", told::json_lines(measured));
    } else {
        println!(
            "a photo of 4000 x 3000 and {photo_bytes} bytes to 320 x 240; medians of {COLD_ROUNDS} cold starts and {WARM_ROUNDS} warm events\n"
        );
        println!("{}", told::table(measured));
        for target in &targets {
            println!("{target}");
        }
    }
    for (name, error) in left_out {
        eprintln!("\n{name} was not measured: {}", crate::told_with_causes(error));
    }
    u8::from(targets.iter().any(|target| !target.is_met))
}
