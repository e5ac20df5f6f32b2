//! Where the workspace is, and how cargo is called in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};
use thiserror::Error;

/// The workspace that this xtask belongs to.
#[derive(Debug)]
pub(crate) struct Workspace {
    metadata: Metadata,
}

/// `cargo metadata` did not answer.
#[derive(Debug, Error)]
#[error("cannot read the workspace with `cargo metadata`")]
pub(crate) struct WorkspaceError(#[from] cargo_metadata::Error);

impl Workspace {
    /// Asks cargo about the workspace around this package.
    ///
    /// Members only: nothing is resolved or downloaded, so this is quick and works offline.
    ///
    /// # Errors
    /// A manifest is broken, or cargo cannot be run.
    pub(crate) fn locate() -> Result<Self, WorkspaceError> {
        let metadata = MetadataCommand::new()
            .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .no_deps()
            .exec()?;
        Ok(Self { metadata })
    }

    /// What cargo says about the members.
    pub(crate) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The folder of the root manifest.
    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// The target folder, wherever the caller's configuration has put it.
    pub(crate) fn target(&self) -> PathBuf {
        self.metadata.target_directory.clone().into_std_path_buf()
    }

    /// A call of the cargo that runs this xtask, in the workspace's root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(self.root());
        command
    }
}
