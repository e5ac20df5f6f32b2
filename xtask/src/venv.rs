//! The Python environment that holds MiniStack, under the target folder.
//!
//! It is made once and again whenever `xtask/requirements.txt` changes. Nothing outside the
//! target folder is written, so `cargo clean` takes it away. What MiniStack is for: `stack`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::prerequisite::{MissingError, Prerequisite};
use crate::workspace::Workspace;

/// Written last: an environment without it was left half made.
const STAMP: &str = "thumbgate-requirements.txt";

/// An environment with everything that the requirements name.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

/// Why there is no environment.
#[derive(Debug, Error)]
pub(crate) enum VenvError {
    /// Python is missing.
    #[error(transparent)]
    Python(#[from] MissingError),
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
        status: std::process::ExitStatus,
    },
}

impl Venv {
    /// Gives the environment, and makes it first where it is missing or out of date.
    ///
    /// # Errors
    /// Python is missing, or `venv` or `pip` fails (pip needs a package index).
    pub(crate) fn ensure(workspace: &Workspace) -> Result<Self, VenvError> {
        let wanted_path = workspace.root().join("xtask/requirements.txt");
        let wanted = fs::read_to_string(&wanted_path).map_err(file_error(&wanted_path))?;
        let venv = Self { folder: workspace.target().join("venv") };
        // Two runs at once must not build the same environment into each other's files.
        let _lock = lock(&workspace.target())?;
        if venv.is_current(&wanted) {
            return Ok(venv);
        }
        Prerequisite::Python.check()?;
        let started = std::time::Instant::now();
        println!("installing {} with Python's venv and pip into {}", told(&wanted), venv.folder.display());
        venv.make(&wanted_path)?;
        let stamp = venv.folder.join(STAMP);
        fs::write(&stamp, venv.stamp_text(&wanted)).map_err(file_error(&stamp))?;
        println!("installed in {:.1} s", started.elapsed().as_secs_f64());
        Ok(venv)
    }

    /// The program that serves the S3 API.
    pub(crate) fn ministack(&self) -> PathBuf {
        self.folder.join("bin/ministack")
    }

    /// Its Python.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("bin/python3")
    }

    fn is_current(&self, wanted: &str) -> bool {
        let is_stamped =
            fs::read_to_string(self.folder.join(STAMP)).is_ok_and(|stamp| stamp == self.stamp_text(wanted));
        // A Python that was uninstalled leaves a dangling link, for which `exists` is false.
        is_stamped && self.python().exists() && self.ministack().exists()
    }

    /// The requirements, under the folder's path: a moved environment does not work.
    fn stamp_text(&self, wanted: &str) -> String {
        format!("# {}\n{wanted}", self.folder.display())
    }

    fn make(&self, requirements: &Path) -> Result<(), VenvError> {
        let mut create = Command::new("python3");
        create.args(["-m", "venv", "--clear"]).arg(&self.folder);
        succeed("python3 -m venv", create)?;
        let mut install = Command::new(self.python());
        install
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(requirements);
        succeed("pip install", install)
    }
}

/// Holds off other runs until it is dropped.
fn lock(target: &Path) -> Result<File, VenvError> {
    fs::create_dir_all(target).map_err(file_error(target))?;
    let path = target.join("venv.lock");
    let file = File::create(&path).map_err(file_error(&path))?;
    file.lock().map_err(file_error(&path))?;
    Ok(file)
}

/// `ministack==1.5.33 and 16 packages it needs`.
fn told(requirements: &str) -> String {
    let mut pinned = requirements.lines().filter(|line| line.contains("==") && !line.starts_with('#'));
    let first = pinned.next().unwrap_or("nothing");
    format!("{first} and {} packages it needs", pinned.count())
}

fn succeed(what: &'static str, mut command: Command) -> Result<(), VenvError> {
    let status = command.stdin(Stdio::null()).status().map_err(|source| VenvError::Start { what, source })?;
    if status.success() { Ok(()) } else { Err(VenvError::Failed { what, status }) }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> VenvError {
    let path = path.to_path_buf();
    |source| VenvError::File { path, source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{STAMP, Venv, told};

    #[test]
    fn an_environment_is_current_only_whole_and_at_its_pins() {
        let folder = tempfile::tempdir().unwrap();
        let venv = Venv { folder: folder.path().to_path_buf() };
        assert!(!venv.is_current("a==1"), "nothing there");

        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(folder.path().join("bin/python3"), "").unwrap();
        fs::write(venv.ministack(), "").unwrap();
        assert!(!venv.is_current("a==1"), "no stamp: left half made");

        fs::write(folder.path().join(STAMP), venv.stamp_text("a==1")).unwrap();
        assert!(venv.is_current("a==1"));
        assert!(!venv.is_current("a==2"), "another pin");

        fs::remove_file(folder.path().join("bin/python3")).unwrap();
        assert!(!venv.is_current("a==1"), "Python is gone");
    }

    #[test]
    fn an_environment_that_was_moved_is_made_again() {
        let here = tempfile::tempdir().unwrap();
        let elsewhere = Venv { folder: "elsewhere".into() };
        let venv = Venv { folder: here.path().to_path_buf() };
        fs::create_dir(here.path().join("bin")).unwrap();
        fs::write(here.path().join("bin/python3"), "").unwrap();
        fs::write(venv.ministack(), "").unwrap();
        fs::write(here.path().join(STAMP), elsewhere.stamp_text("a==1")).unwrap();
        assert!(!venv.is_current("a==1"));
    }

    #[test]
    fn what_is_installed_is_told() {
        assert_eq!(
            told("# why\nministack==1.5.33\n# also\nsix==1\nh2==4\n"),
            "ministack==1.5.33 and 2 packages it needs"
        );
    }
}
