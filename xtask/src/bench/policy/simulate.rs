//! The npm package @cloud-copilot/iam-simulate, under node.
//!
//! It is installed into the target folder as `policy/node/package-lock.json` pins it; its scripts
//! are not run. The script `policy/node/simulate.mjs` measures it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;
use thiserror::Error;

use super::request::Verdict;
use super::{ROUND, ROUNDS};
use crate::prerequisite::{MissingError, Prerequisite};
use crate::workspace::Workspace;

pub(super) const NAME: &str = "@cloud-copilot/iam-simulate";

/// Node's compiler needs longer to make up its mind.
const WARM_UP_MS: u32 = 1500;

/// What came of it.
#[derive(Debug)]
pub(super) struct Answers {
    /// The package's version.
    pub(super) version: String,
    /// The verdicts, in the order of the requests.
    pub(super) verdicts: Vec<Result<Verdict, String>>,
    /// Microseconds of CPU time a decision, one number a round.
    pub(super) micros: Vec<f64>,
}

/// Why it was not measured.
#[derive(Debug, Error)]
pub(super) enum SimulateError {
    /// Node or npm is missing.
    #[error(transparent)]
    Node(#[from] MissingError),
    /// A file cannot be read or written.
    #[error("cannot use `{path}`")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program cannot be started.
    #[error("cannot run {what}")]
    Start {
        /// What was to be run.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed; it has printed why.
    #[error("{what} failed with {status}; its own words are above")]
    Failed {
        /// What was run.
        what: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
    /// The script's answer is none.
    #[error("the script answered `{0}`")]
    Answer(String),
}

/// Installs the package where that is needed, and measures it.
pub(super) fn run(workspace: &Workspace) -> Result<Answers, SimulateError> {
    Prerequisite::Node.check()?;
    let sources = workspace.root().join("xtask/src/bench/policy");
    let installation = workspace.target().join("bench/node");
    install(&sources.join("node"), &installation)?;
    let mut node = Command::new("node");
    node.arg(sources.join("node/simulate.mjs"))
        .arg(&installation)
        .args(["statements.json", "key-policy.json", "requests.json"].map(|name| sources.join(name)))
        .args([WARM_UP_MS.to_string(), ROUND.as_millis().to_string(), ROUNDS.to_string()]);
    let output = succeed("node", &mut node)?;
    let package = installation.join("node_modules").join(NAME).join("package.json");
    let version = read(&package)?;
    answers(&output, &version).ok_or(SimulateError::Answer(output))
}

/// Installs what the lock file pins, unless just that is there.
fn install(sources: &Path, installation: &Path) -> Result<(), SimulateError> {
    let wanted = read(&sources.join("package-lock.json"))?;
    // Written last: an installation without it was left half made.
    let stamp = installation.join("thumbgate-package-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing {NAME} with npm into {}", installation.display());
    fs::create_dir_all(installation).map_err(file_error(installation))?;
    for name in ["package.json", "package-lock.json"] {
        let to = installation.join(name);
        fs::copy(sources.join(name), &to).map_err(file_error(&to))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(installation);
    succeed("npm ci", &mut npm)?;
    fs::write(&stamp, wanted).map_err(file_error(&stamp))
}

/// What the program said on stdout.
fn succeed(what: &'static str, command: &mut Command) -> Result<String, SimulateError> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| SimulateError::Start { what, source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(SimulateError::Failed { what, status: output.status })
    }
}

fn answers(output: &str, package: &str) -> Option<Answers> {
    let output: Value = serde_json::from_str(output).ok()?;
    let package: Value = serde_json::from_str(package).ok()?;
    let verdict = |word: &Value| {
        let word = word.as_str().unwrap_or("nothing");
        Verdict::named(word).ok_or_else(|| word.to_owned())
    };
    Some(Answers {
        version: package.get("version")?.as_str()?.to_owned(),
        verdicts: output.get("verdicts")?.as_array()?.iter().map(verdict).collect(),
        micros: output.get("micros")?.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?,
    })
}

fn read(path: &Path) -> Result<String, SimulateError> {
    fs::read_to_string(path).map_err(file_error(path))
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> SimulateError {
    let path = path.to_path_buf();
    |source| SimulateError::File { path, source }
}

#[cfg(test)]
mod tests {
    use super::answers;
    use crate::bench::policy::request::Verdict;

    #[test]
    fn the_scripts_answer_is_read() {
        let output = r#"{"verdicts":["allow","not valid"],"micros":[900.5,901]}"#;
        let answers = answers(output, r#"{"version":"0.1.173"}"#).unwrap();
        assert_eq!(answers.verdicts, [Ok(Verdict::Allow), Err("not valid".to_owned())]);
        assert_eq!(answers.micros, [900.5, 901.0]);
        assert_eq!(answers.version, "0.1.173");
        assert!(super::answers("{}", "{}").is_none());
    }
}
