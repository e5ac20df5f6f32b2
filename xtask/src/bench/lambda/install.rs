//! How the functions of other languages get under the target folder.

use std::path::PathBuf;
use std::process::Command;

use super::LambdaBenchError;
use crate::bench::install::{copy, npm_ci, once, succeed};
use crate::prerequisite::Prerequisite;
use crate::workspace::Workspace;

/// Installs the function on Node.js, and gives its folder. Its client of the Runtime API is compiled.
pub(super) fn node(workspace: &Workspace) -> Result<PathBuf, LambdaBenchError> {
    Prerequisite::Node.check()?;
    let sources = workspace.root().join("xtask/src/bench/lambda/node");
    let folder = workspace.target().join("bench/lambda-node");
    once(&folder, &sources.join("package-lock.json"), || {
        Prerequisite::NativeModules.check()?;
        Ok::<_, LambdaBenchError>(npm_ci(&sources, &folder, &[])?)
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
