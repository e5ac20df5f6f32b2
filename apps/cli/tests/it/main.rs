//! The command as its users run it: a process, files, signals, pipes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test is a panic")]

mod batch;
mod config;
mod corpus;
mod demo;
mod events;
mod hostile;
mod inspect;
mod interrupt;
mod kill;
mod make;
mod pages;
mod policy;
mod s3;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The command with these arguments, in an environment of its own.
fn thumbgate(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thumbgate"));
    command.args(args).stdin(Stdio::null()).env_remove("THUMBGATE_LOG").env_remove("THUMBGATE_LOG_FORMAT");
    command
}

/// What a finished command said.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// The JSON lines of the standard output.
    #[track_caller]
    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs the command in a folder.
fn run_in(folder: &Path, args: &[&str]) -> Ran {
    Ran::of(&thumbgate(args).current_dir(folder).output().unwrap())
}

/// A temporary folder with pictures in it.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    fn run(&self, args: &[&str]) -> Ran {
        run_in(self.path(), args)
    }

    /// The names of all files below a folder, sorted, those of our own left out.
    fn names(&self, folder: &str) -> Vec<String> {
        tree(&self.path().join(folder)).into_iter().map(|(name, _)| name).filter(|name| !is_own(name)).collect()
    }
}

fn is_own(name: &str) -> bool {
    name.starts_with(".thumbgate/")
}

/// Every file below a folder with its content, sorted by name.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read(&path).unwrap_or_default()));
            }
        }
    }
    files.sort();
    files
}

/// A picture as a Windows bitmap: a gradient that depends on `seed`.
fn picture(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let row_bytes = (width * 3).next_multiple_of(4);
    let mut file = b"BM".to_vec();
    for field in [54 + row_bytes * height, 0, 54, 40, width, height] {
        file.extend(field.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    for field in [0, row_bytes * height, 0, 0, 0, 0] {
        file.extend(u32::to_le_bytes(field));
    }
    for y in 0..height {
        let mut row = Vec::new();
        for x in 0..width {
            row.extend([(x + seed), (y * 2 + seed), (x * y / 64 + seed * 7)].map(|value| value.to_le_bytes()[0]));
        }
        row.resize(usize::try_from(row_bytes).unwrap(), 0);
        file.extend(row);
    }
    file
}

/// The size of a picture, as the command itself tells it.
fn size_of(path: &Path) -> (u64, u64) {
    let ran = run_in(path.parent().unwrap(), &["inspect", path.to_str().unwrap(), "--json"]).expect(0);
    let line = ran.lines().remove(0);
    (line["width"].as_u64().unwrap(), line["height"].as_u64().unwrap())
}
