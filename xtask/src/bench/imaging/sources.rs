//! The sources: real photographs in every format, made once by sharp from KDE's wallpapers.
//!
//! `node/sources.mjs` makes them, and is what their stamp says: they are made anew when it changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ImagingBenchError;
use crate::bench::install::{InstallError, file_error, once, succeed};
use crate::prerequisite::{Prerequisite, WALLPAPERS};
use crate::workspace::Workspace;

/// A picture whose thumbnail is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    /// Its name, which is its folder's too.
    pub(super) name: &'static str,
    /// What it is, for people.
    pub(super) title: &'static str,
    suffix: &'static str,
}

/// All of them, in the order of the tables.
pub(super) const CASES: [Case; 10] = [
    Case { name: "jpeg-12", title: "JPEG 12 MP", suffix: "jpg" },
    Case { name: "jpeg-24", title: "JPEG 24 MP", suffix: "jpg" },
    Case { name: "jpeg-50", title: "JPEG 50 MP", suffix: "jpg" },
    Case { name: "jpeg-24-progressive", title: "progressive JPEG 24 MP", suffix: "jpg" },
    Case { name: "png-12-rgb", title: "PNG 12 MP RGB", suffix: "png" },
    Case { name: "png-12-rgba", title: "PNG 12 MP RGBA", suffix: "png" },
    Case { name: "webp-12", title: "lossy WebP 12 MP", suffix: "webp" },
    Case { name: "tiff-12-lzw", title: "TIFF 12 MP LZW", suffix: "tif" },
    Case { name: "gif-4", title: "GIF 4 MP", suffix: "gif" },
    Case { name: "avif-12", title: "AVIF 12 MP", suffix: "avif" },
];

/// Where the sources are.
#[derive(Debug)]
pub(super) struct Sources {
    folder: PathBuf,
}

impl Sources {
    /// Makes them where they are not there.
    ///
    /// # Errors
    /// Node.js or the wallpapers are missing, or the script failed.
    pub(super) fn ensure(workspace: &Workspace, node: &Path) -> Result<Self, ImagingBenchError> {
        let folder = workspace.target().join("bench/imaging/sources");
        let script = workspace.root().join("xtask/src/bench/imaging/node/sources.mjs");
        once(&folder, &script, || {
            Prerequisite::Wallpapers.check()?;
            let mut command = Command::new("node");
            command.arg(&script).arg(node).arg(WALLPAPERS).arg(&folder);
            Ok::<_, ImagingBenchError>(succeed("node sources.mjs", command, &folder)?)
        })?;
        Ok(Self { folder })
    }

    /// The file of a case.
    pub(super) fn of(&self, case: &Case) -> PathBuf {
        self.folder.join(case.name).join(format!("photo.{}", case.suffix))
    }

    /// The folder of a hundred small ones.
    pub(super) fn hundred(&self) -> PathBuf {
        self.folder.join("hundred")
    }

    /// The pictures for fidelity, in the order of their names.
    pub(super) fn fidelity(&self) -> Result<Vec<PathBuf>, InstallError> {
        jpegs(&self.folder.join("fidelity"))
    }
}

/// The JPEGs right in a folder, in the order of their names; `thumbgate batch` keeps notes beside them.
pub(super) fn jpegs(folder: &Path) -> Result<Vec<PathBuf>, InstallError> {
    let entries = fs::read_dir(folder).map_err(file_error(folder))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|suffix| suffix == "jpg"));
    paths.sort();
    Ok(paths)
}
