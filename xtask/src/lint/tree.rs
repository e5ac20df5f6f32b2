//! The files of the repository, as data for the rules: what git knows, or would take.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

use super::rust_text::{self, Line};

/// All files that are tracked, or neither tracked nor ignored.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<SourceFile>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path from the root, with `/` between folders.
    pub(crate) path: String,
    /// What is in it, if that is text.
    pub(crate) text: Option<String>,
    /// Code and comments apart, for Rust sources; else empty.
    pub(crate) rust: Vec<Line>,
}

/// The files cannot be listed or read.
#[derive(Debug, Error)]
pub(crate) enum TreeError {
    /// There is no git, or it cannot be started.
    #[error("cannot run `git`")]
    Start(#[source] io::Error),
    /// Git has no list to give.
    #[error("`git ls-files` failed: {0}")]
    List(String),
    /// A listed file cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Tree {
    /// Lists and reads the files under `root`.
    ///
    /// # Errors
    /// Git cannot list them, or one cannot be read.
    pub(crate) fn read(root: &Path) -> Result<Self, TreeError> {
        let mut files = Vec::new();
        for path in listed(root)? {
            let whole = root.join(&path);
            // A file that is deleted and not yet committed is still listed. A link to a folder
            // is listed as a file.
            if !whole.is_file() {
                continue;
            }
            let bytes = fs::read(&whole).map_err(|source| TreeError::Read { path: whole.clone(), source })?;
            let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
            files.push(SourceFile::new(path, text));
        }
        Ok(Self { files })
    }

    /// All files, by path.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// All Rust sources, by path.
    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// The file at this path.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a file or a folder is at this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let is_at = |file: &SourceFile| {
            file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.files.iter().any(is_at)
    }

    /// A tree of these paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| SourceFile::new((*path).to_owned(), Some((*text).to_owned()));
        Self { files: files.iter().map(file).collect() }
    }
}

impl SourceFile {
    fn new(path: String, text: Option<String>) -> Self {
        let mut file = Self { path, text, rust: vec![] };
        if let Some(text) = file.text.as_deref().filter(|_| file.is_rust()) {
            file.rust = rust_text::lines(text);
        }
        file
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Its Rust lines, counted from 1.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &Line)> {
        (1..).zip(&self.rust)
    }
}

fn listed(root: &Path) -> Result<BTreeSet<String>, TreeError> {
    let output = Command::new("git")
        .current_dir(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .stdin(Stdio::null())
        .output()
        .map_err(TreeError::Start)?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(TreeError::List(told.trim().to_owned()));
    }
    let list = String::from_utf8_lossy(&output.stdout);
    // A set, because a file in a merge conflict is listed once a side.
    Ok(list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Tree;

    #[test]
    fn files_and_folders_are_found() {
        let tree = Tree::of(&[("core/src/lib.rs", ""), ("README.md", "")]);
        for path in ["core", "core/src", "core/src/lib.rs", "README.md"] {
            assert!(tree.has(path), "{path}");
        }
        for path in ["cor", "core/src/lib", "src"] {
            assert!(!tree.has(path), "{path}");
        }
    }

    #[test]
    fn this_repository_is_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let tree = Tree::read(root).unwrap();
        assert!(tree.has("xtask/src/lint/tree.rs"));
        assert!(!tree.has("target"));
    }
}
