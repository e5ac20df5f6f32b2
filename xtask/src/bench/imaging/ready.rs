//! Making everybody ready: ours is built, sharp is installed, who is missing is left out.

use std::fs;
use std::path::PathBuf;

use super::ImagingBenchError;
use super::field::Programs;
use crate::bench::install::{copy, file_error, npm_ci, once, package_version, said};
use crate::prerequisite::{MissingError, Prerequisite};
use crate::workspace::Workspace;

/// Everybody's programs, and of what version they are.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) programs: Programs,
    /// Name and version of each.
    pub(super) versions: Vec<(&'static str, String)>,
    /// Who is not there, and how to get them.
    pub(super) left_out: Vec<MissingError>,
}

/// Builds and installs what is needed.
///
/// # Errors
/// Ours cannot be built, or Node.js is missing: sharp makes the sources too.
pub(super) fn ready(workspace: &Workspace) -> Result<Ready, ImagingBenchError> {
    let node = node(workspace)?;
    build(workspace, &["--package", "thumbgate-cli"])?;
    build(workspace, &["--package", "thumbgate-imaging", "--example", "bench_driver"])?;
    let scratch = workspace.target().join("bench/imaging/scratch");
    fs::create_dir_all(&scratch).map_err(file_error(&scratch))?;
    let mut left_out = Vec::new();
    let mut has = |prerequisite: Prerequisite| prerequisite.check().map_err(|error| left_out.push(error)).is_ok();
    let (has_vips, has_djpeg) = (has(Prerequisite::Vips), has(Prerequisite::Djpeg));

    let modules = node.join("node_modules");
    let mut versions = vec![
        ("thumbgate", env!("CARGO_PKG_VERSION").to_owned()),
        ("sharp", package_version(&modules.join("sharp/package.json"))?),
        ("sharp-cli", package_version(&modules.join("sharp-cli/package.json"))?),
        ("Node.js", said("node", &["--version"])?.trim_start_matches('v').to_owned()),
    ];
    if has_vips {
        // `libvips 8.14.1`, or `vips 8.15.0`.
        let told = said("vipsthumbnail", &["--vips-version"])?;
        versions.push(("vipsthumbnail", told.rsplit(' ').next().unwrap_or_default().to_owned()));
    }
    let dist = workspace.target().join("dist");
    let programs = Programs {
        ours: dist.join("examples/bench_driver"),
        thumbgate: dist.join("thumbgate"),
        node,
        has_vips,
        has_djpeg,
        scratch,
    };
    Ok(Ready { programs, versions, left_out })
}

/// Installs sharp and sharp-cli, and gives the folder.
fn node(workspace: &Workspace) -> Result<PathBuf, ImagingBenchError> {
    Prerequisite::Node.check()?;
    let sources = workspace.root().join("xtask/src/bench/imaging/node");
    let folder = workspace.target().join("bench/imaging/node");
    once(&folder, &sources.join("package-lock.json"), || npm_ci(&sources, &folder, &["--ignore-scripts"]))?;
    copy(&sources, &folder, "driver.mjs")?;
    Ok(folder)
}

/// Builds something of ours as it is packaged: with optimisation over all crates.
fn build(workspace: &Workspace, what: &[&str]) -> Result<(), ImagingBenchError> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--quiet", "--profile", "dist"]).args(what);
    let status = cargo.status().map_err(file_error("cargo".as_ref()))?;
    if status.success() { Ok(()) } else { Err(ImagingBenchError::Build(status)) }
}
