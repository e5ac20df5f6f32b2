//! `cargo xtask bench`: our own code against what else there is, measured in one run.
//!
//! What is measured and what it is measured with stand behind the feature `bench`, so that every
//! other task starts fast: without the feature, or without optimisation, this file only runs the
//! same command again, as it has to be built. Read next: `bench/policy.rs`, `bench/lambda.rs`,
//! `bench/imaging.rs`.

#[cfg(feature = "bench")]
mod clock;
#[cfg(feature = "bench")]
mod imaging;
#[cfg(feature = "bench")]
mod install;
#[cfg(feature = "bench")]
mod lambda;
#[cfg(feature = "bench")]
mod median;
#[cfg(feature = "bench")]
mod policy;
#[cfg(feature = "bench")]
mod report;

use std::io;

use thiserror::Error;

use crate::workspace::Workspace;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Decisions on policies.
    Policy,
    /// The function.
    Lambda,
    /// The renderer.
    Imaging,
}

impl Subject {
    /// All subjects.
    pub(crate) const ALL: [Self; 3] = [Self::Policy, Self::Lambda, Self::Imaging];

    /// The word that chooses it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Lambda => "lambda",
            Self::Imaging => "imaging",
        }
    }

    /// The subject with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }
}

/// What to measure, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Request {
    /// What.
    pub(crate) subject: Subject,
    /// Whether to print JSON lines instead of a table.
    pub(crate) is_json: bool,
    /// Whether fewer rounds are enough; for [`Subject::Imaging`] only.
    pub(crate) is_quick: bool,
}

/// Why nothing was measured.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    /// Cargo could not be run.
    #[error("cannot run cargo")]
    Cargo(#[source] io::Error),
    /// The measuring failed.
    #[cfg(feature = "bench")]
    #[error(transparent)]
    Policy(#[from] policy::PolicyBenchError),
    /// The measuring failed.
    #[cfg(feature = "bench")]
    #[error(transparent)]
    Lambda(#[from] lambda::LambdaBenchError),
    /// The measuring failed.
    #[cfg(feature = "bench")]
    #[error(transparent)]
    Imaging(#[from] imaging::ImagingBenchError),
}

/// Measures, prints a table or JSON lines, and gives the exit code: 1 where a target is missed.
///
/// # Errors
/// Nothing could be measured, or somebody gave a wrong verdict.
pub(crate) fn run(workspace: &Workspace, request: Request) -> Result<u8, BenchError> {
    #[cfg(feature = "bench")]
    if !cfg!(debug_assertions) {
        return match request.subject {
            Subject::Policy => Ok(policy::run(workspace, request.is_json)?),
            Subject::Lambda => Ok(lambda::run(workspace, request.is_json)?),
            Subject::Imaging => Ok(imaging::run(workspace, request)?),
        };
    }
    built_for_it(workspace, request)
}

/// Runs the command again, with the feature and with optimisation.
fn built_for_it(workspace: &Workspace, request: Request) -> Result<u8, BenchError> {
    eprintln!("building xtask for benches; the first time takes some minutes");
    let mut command = workspace.cargo();
    command.args("run --release --package xtask --features bench -- bench".split(' ')).arg(request.subject.name());
    if request.is_json {
        command.arg("--json");
    }
    if request.is_quick {
        command.arg("--quick");
    }
    let status = command.status().map_err(BenchError::Cargo)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(1))
}
