//! How the peers of other languages get under the target folder: at pinned versions, once.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::LambdaBenchError;
use crate::prerequisite::Prerequisite;
use crate::workspace::Workspace;

/// Written last: an installation without it was left half made.
const STAMP: &str = "thumbgate-installed.txt";

/// Installs the function on Node.js, and gives its folder. Its client of the Runtime API is compiled.
pub(super) fn node(workspace: &Workspace) -> Result<PathBuf, LambdaBenchError> {
    Prerequisite::Node.check()?;
    let sources = workspace.root().join("xtask/src/bench/lambda/node");
    let folder = workspace.target().join("bench/lambda-node");
    once(&folder, &sources.join("package-lock.json"), || {
        Prerequisite::NativeModules.check()?;
        copy(&sources, &folder, "package.json")?;
        copy(&sources, &folder, "package-lock.json")?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder);
        succeed("npm ci", npm, &folder)
    })?;
    copy(&sources, &folder, "index.mjs")?;
    Ok(folder)
}

/// Installs the function in Python, and gives its folder.
pub(super) fn python(workspace: &Workspace) -> Result<PathBuf, LambdaBenchError> {
    Prerequisite::Python.check()?;
    let sources = workspace.root().join("xtask/src/bench/lambda/python");
    let folder = workspace.target().join("bench/lambda-python");
    let requirements = sources.join("requirements.txt");
    once(&folder, &requirements, || {
        let mut create = Command::new("python3");
        create.args(["-m", "venv", "--clear"]).arg(&folder);
        succeed("python3 -m venv", create, &folder)?;
        let mut pip = Command::new(folder.join("bin/python3"));
        pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--requirement"]);
        pip.arg(&requirements);
        succeed("pip install", pip, &folder)
    })?;
    copy(&sources, &folder, "index.py")?;
    Ok(folder)
}

/// What a program says on one line.
pub(super) fn said(program: impl AsRef<OsStr>, arguments: &[&str]) -> Result<String, LambdaBenchError> {
    let path = PathBuf::from(program.as_ref());
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().map_err(file_error(&path))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version that a `package.json` tells.
pub(super) fn package_version(path: &Path) -> Result<String, LambdaBenchError> {
    let text = fs::read_to_string(path).map_err(file_error(path))?;
    let package: serde_json::Value = serde_json::from_str(&text).map_err(|error| file_error(path)(error.into()))?;
    let version = package.get("version").and_then(serde_json::Value::as_str);
    Ok(version.unwrap_or_default().to_owned())
}

pub(super) fn file_error(path: &Path) -> impl FnOnce(io::Error) -> LambdaBenchError {
    let path = path.to_path_buf();
    |source| LambdaBenchError::File { path, source }
}

/// Installs unless just what `pins` says is there.
fn once(
    folder: &Path,
    pins: &Path,
    install: impl FnOnce() -> Result<(), LambdaBenchError>,
) -> Result<(), LambdaBenchError> {
    let wanted = fs::read_to_string(pins).map_err(file_error(pins))?;
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(file_error(folder))?;
    eprintln!("installing into {}; this takes a minute or two", folder.display());
    install()?;
    fs::write(&stamp, wanted).map_err(file_error(&stamp))
}

fn copy(from: &Path, to: &Path, name: &str) -> Result<(), LambdaBenchError> {
    let path = to.join(name);
    fs::copy(from.join(name), &path).map(drop).map_err(file_error(&path))
}

/// Runs a program whose words go to a log.
fn succeed(what: &'static str, mut command: Command, folder: &Path) -> Result<(), LambdaBenchError> {
    let log = folder.with_extension("install.log");
    let file = File::create(&log).map_err(file_error(&log))?;
    let both = file.try_clone().map_err(file_error(&log))?;
    let status = command.stdin(Stdio::null()).stdout(file).stderr(both).status().map_err(file_error(&log))?;
    if status.success() { Ok(()) } else { Err(LambdaBenchError::Install { what, status, log }) }
}
