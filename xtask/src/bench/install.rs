//! How peers of other languages get under the target folder: at pinned versions, once.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use thiserror::Error;

/// Written last: an installation without it was left half made.
const STAMP: &str = "thumbgate-installed.txt";

/// Why something is not installed.
#[derive(Debug, Error)]
pub(crate) enum InstallError {
    /// A file or a program cannot be used.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{what} failed with {status}; its own words are in {}", log.display())]
    Failed {
        /// What was run.
        what: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        log: PathBuf,
    },
}

/// Makes what belongs into `folder`, unless just what `pins` says is there.
///
/// # Errors
/// What `make` says, or the files cannot be used.
pub(super) fn once<E: From<InstallError>>(
    folder: &Path,
    pins: &Path,
    make: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    let wanted = fs::read_to_string(pins).map_err(file_error(pins))?;
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(file_error(folder))?;
    eprintln!("making {}; this takes a minute or two", folder.display());
    make()?;
    fs::write(&stamp, wanted).map_err(file_error(&stamp))?;
    Ok(())
}

/// Copies the file of this name.
pub(super) fn copy(from: &Path, to: &Path, name: &str) -> Result<(), InstallError> {
    let path = to.join(name);
    fs::copy(from.join(name), &path).map(drop).map_err(file_error(&path))
}

/// Runs a program whose words go to a log beside `folder`.
pub(super) fn succeed(what: &'static str, mut command: Command, folder: &Path) -> Result<(), InstallError> {
    let log = folder.with_extension("install.log");
    let file = File::create(&log).map_err(file_error(&log))?;
    let both = file.try_clone().map_err(file_error(&log))?;
    let status = command.stdin(Stdio::null()).stdout(file).stderr(both).status().map_err(file_error(&log))?;
    if status.success() { Ok(()) } else { Err(InstallError::Failed { what, status, log }) }
}

/// Installs what the lock file in `sources` pins into `folder`.
///
/// # Errors
/// The files cannot be used, or npm failed.
pub(super) fn npm_ci(sources: &Path, folder: &Path, more: &[&str]) -> Result<(), InstallError> {
    copy(sources, folder, "package.json")?;
    copy(sources, folder, "package-lock.json")?;
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).args(more).current_dir(folder);
    succeed("npm ci", npm, folder)
}

/// What a program says on one line.
pub(super) fn said(program: impl AsRef<OsStr>, arguments: &[&str]) -> Result<String, InstallError> {
    let path = PathBuf::from(program.as_ref());
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().map_err(file_error(&path))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version that a `package.json` tells.
pub(super) fn package_version(path: &Path) -> Result<String, InstallError> {
    let text = fs::read_to_string(path).map_err(file_error(path))?;
    let package: serde_json::Value = serde_json::from_str(&text).map_err(|error| file_error(path)(error.into()))?;
    let version = package.get("version").and_then(serde_json::Value::as_str);
    Ok(version.unwrap_or_default().to_owned())
}

pub(super) fn file_error(path: &Path) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.to_path_buf();
    |source| InstallError::File { path, source }
}
