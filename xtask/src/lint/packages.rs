//! The workspace's packages and what they depend on, as data for the rules.

use std::fs;
use std::io;
use std::path::PathBuf;

use cargo_metadata::camino::Utf8Path;
use cargo_metadata::{DependencyKind, Package};
use thiserror::Error;
use toml_edit::TomlError;

use super::manifest::{Kind, Manifest, Shared};
use crate::workspace::Workspace;

/// All members, and what they share.
#[derive(Debug)]
pub(crate) struct Packages {
    /// The members.
    pub(crate) members: Vec<Member>,
    /// The root's `[workspace.dependencies]`.
    pub(crate) shared: Vec<Shared>,
}

/// One package of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    /// The package's name.
    pub(crate) name: String,
    /// Its folder from the root, such as `adapters/s3`.
    pub(crate) folder: String,
    /// Everything that it depends on.
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether it takes the workspace's lints.
    pub(crate) inherits_lints: bool,
    /// What its feature `bench` turns on.
    pub(crate) bench_feature: Vec<String>,
    /// The first file of each of its crates, from the root.
    pub(crate) crate_roots: Vec<String>,
}

/// One dependency of a member.
#[derive(Debug)]
pub(crate) struct Dependency {
    /// The package's real name.
    pub(crate) name: String,
    /// The key in the manifest, unlike the name where it is renamed.
    pub(crate) key: String,
    /// The table.
    pub(crate) kind: Kind,
    /// Whether a feature must turn it on.
    pub(crate) is_optional: bool,
    /// Whether its version is the workspace's.
    pub(crate) is_inherited: bool,
    /// Where it stands in the manifest.
    pub(crate) line: usize,
}

/// A manifest cannot be read.
#[derive(Debug, Error)]
pub(crate) enum PackagesError {
    /// The system refused it.
    #[error("cannot read `{path}`")]
    Read {
        /// The manifest.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not TOML.
    #[error("cannot understand `{path}`")]
    Parse {
        /// The manifest.
        path: PathBuf,
        /// Where and why.
        source: TomlError,
    },
}

impl Packages {
    /// Reads the members' metadata and manifests.
    ///
    /// # Errors
    /// A manifest cannot be read.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self, PackagesError> {
        let metadata = workspace.metadata();
        let root = &metadata.workspace_root;
        let members = metadata
            .workspace_packages()
            .into_iter()
            .map(|package| Member::read(package, root))
            .collect::<Result<_, _>>()?;
        Ok(Self { members, shared: manifest_at(&root.join("Cargo.toml"))?.shared })
    }

    /// The member of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl Member {
    /// Its manifest, from the root.
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    fn read(package: &Package, root: &Utf8Path) -> Result<Self, PackagesError> {
        let from_root = |path: &Utf8Path| path.strip_prefix(root).unwrap_or(path).to_string();
        let manifest = manifest_at(&package.manifest_path)?;
        let folder = package.manifest_path.parent().unwrap_or(root);
        Ok(Self {
            name: package.name.to_string(),
            folder: from_root(folder),
            dependencies: package.dependencies.iter().map(|dependency| Dependency::of(dependency, &manifest)).collect(),
            inherits_lints: manifest.inherits_lints,
            bench_feature: package.features.get("bench").cloned().unwrap_or_default(),
            crate_roots: package.targets.iter().map(|target| from_root(&target.src_path)).collect(),
        })
    }
}

impl Dependency {
    fn of(dependency: &cargo_metadata::Dependency, manifest: &Manifest) -> Self {
        let kind = match dependency.kind {
            DependencyKind::Development => Kind::Dev,
            DependencyKind::Build => Kind::Build,
            _ => Kind::Normal,
        };
        let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
        let entry = manifest.entries.iter().find(|entry| entry.key == *key && entry.kind == kind);
        Self {
            name: dependency.name.clone(),
            key: key.clone(),
            kind,
            is_optional: dependency.optional,
            is_inherited: entry.is_some_and(|entry| entry.is_inherited),
            line: entry.map_or(1, |entry| entry.line),
        }
    }
}

fn manifest_at(path: &Utf8Path) -> Result<Manifest, PackagesError> {
    let text = fs::read_to_string(path).map_err(|source| PackagesError::Read { path: path.into(), source })?;
    Manifest::parse(&text).map_err(|source| PackagesError::Parse { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::Packages;
    use crate::workspace::Workspace;

    #[test]
    fn this_workspace_is_read() {
        let workspace = Workspace::locate().unwrap();
        let packages = Packages::read(&workspace).unwrap();
        let xtask = packages.named("xtask").unwrap();
        assert_eq!(xtask.manifest(), "xtask/Cargo.toml");
        assert_eq!(xtask.crate_roots, ["xtask/src/main.rs"]);
        assert!(xtask.inherits_lints);
        assert!(!xtask.dependencies.is_empty());
        assert!(xtask.dependencies.iter().all(|dependency| dependency.line > 1));
        assert!(packages.shared.iter().any(|shared| shared.is_ours));
    }
}
