//! The processors that Lambda has, and how `bootstrap` is built for each of them.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use thiserror::Error;

use crate::workspace::Workspace;

/// A processor of Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arch {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    X86_64,
}

/// Why there is no binary.
#[derive(Debug, Error)]
pub(crate) enum BuildError {
    /// The toolchain or the linker for the target is missing.
    #[error("this machine cannot build for {arch}: {missing} is missing\n{}", instructions(arch))]
    Missing {
        /// What was to be built for.
        arch: &'static str,
        /// What is missing.
        missing: String,
    },
    /// A program cannot be started.
    #[error("cannot run {what}")]
    Start {
        /// What was to be run.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Cargo ran and failed; it has printed why.
    #[error("`cargo build` failed with {0}; its own words are above")]
    Failed(ExitStatus),
}

impl Arch {
    /// Both, by their names in `thumbgate.toml` and in Lambda.
    pub(crate) const ALL: [Self; 2] = [Self::Arm64, Self::X86_64];

    /// Its name in Lambda.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// The one with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arch| arch.name() == name)
    }

    /// Its name among Rust's targets.
    pub(crate) const fn triple(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }

    /// Its number in ELF files.
    pub(super) const fn elf_machine(self) -> u16 {
        match self {
            Self::Arm64 => 183,
            Self::X86_64 => 62,
        }
    }

    /// Its name in the names of GNU's compilers.
    const fn gnu(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-linux-gnu-gcc",
            Self::X86_64 => "x86_64-linux-gnu-gcc",
        }
    }

    /// That of this machine, where it is one.
    pub(crate) fn of_this_machine() -> Option<Self> {
        match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "aarch64") => Some(Self::Arm64),
            ("linux", "x86_64") => Some(Self::X86_64),
            _ => None,
        }
    }
}

/// What to do where the target cannot be built: elsewhere or with another linker.
pub(super) fn instructions(arch: &str) -> String {
    let triple = Arch::named(arch).map_or("", Arch::triple);
    format!(
        "build it with cargo-zigbuild (`pip install cargo-zigbuild` brings its linker) and package the result:
    rustup target add {triple}
    cargo zigbuild --profile dist --package thumbgate-lambda --bin bootstrap --target {triple}.2.34
    cargo xtask package --arch {arch} --binary target/{triple}/dist/bootstrap
or with cargo-lambda (`pip install cargo-lambda`):
    cargo lambda build --profile dist --package thumbgate-lambda --bin bootstrap --target {triple}.2.34
    cargo xtask package --arch {arch} --binary target/lambda/bootstrap/bootstrap"
    )
}

/// Builds `bootstrap` as it is deployed, and gives its path.
///
/// # Errors
/// The target cannot be built here, or the build fails.
pub(crate) fn build(workspace: &Workspace, arch: Arch) -> Result<PathBuf, BuildError> {
    let triple = arch.triple();
    let mut cargo = workspace.cargo();
    if Arch::of_this_machine() != Some(arch) {
        let missing = |missing| BuildError::Missing { arch: arch.name(), missing };
        let library = ask_rustc(&["--print", "target-libdir", "--target", triple])?;
        if !Path::new(&library).is_dir() {
            return Err(missing(format!("Rust's standard library for {triple}")));
        }
        let linker = format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_"));
        if std::env::var_os(&linker).is_none() {
            let compiler = arch.gnu();
            if !answers(compiler) {
                return Err(missing(format!("a linker (`{compiler}`, or the one that {linker} names)")));
            }
            cargo.env(linker, compiler);
        }
    }
    cargo
        .args("build --profile dist --package thumbgate-lambda --bin bootstrap --target".split(' '))
        .arg(triple)
        .env("CARGO_ENCODED_RUSTFLAGS", without_paths(workspace)?);
    let status = cargo.stdin(Stdio::null()).status().map_err(start("cargo build"))?;
    if !status.success() {
        return Err(BuildError::Failed(status));
    }
    Ok(workspace.target().join(triple).join("dist/bootstrap"))
}

/// Compiler flags that replace this machine's folders in the texts of panics.
fn without_paths(workspace: &Workspace) -> Result<OsString, BuildError> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    let toolchain = ask_rustc(&["--print", "sysroot"])?;
    let mut flags = OsString::new();
    for (from, to) in [(workspace.root(), "/thumbgate"), (home.as_path(), "/cargo"), (Path::new(&toolchain), "/rust")] {
        if !flags.is_empty() {
            // What separates encoded flags.
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    Ok(flags)
}

fn ask_rustc(arguments: &[&str]) -> Result<String, BuildError> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(arguments).stdin(Stdio::null()).output().map_err(start("rustc"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn start(what: &'static str) -> impl FnOnce(io::Error) -> BuildError {
    move |source| BuildError::Start { what, source }
}

#[cfg(test)]
mod tests {
    use super::{Arch, BuildError};

    #[test]
    fn what_to_do_where_a_target_cannot_be_built_is_told_whole() {
        let missing = BuildError::Missing { arch: "arm64", missing: "a linker".to_owned() }.to_string();
        for line in [
            "this machine cannot build for arm64: a linker is missing",
            "rustup target add aarch64-unknown-linux-gnu",
            "--profile dist --package thumbgate-lambda --bin bootstrap --target aarch64-unknown-linux-gnu.2.34",
            "cargo xtask package --arch arm64 --binary target/aarch64-unknown-linux-gnu/dist/bootstrap",
        ] {
            assert!(missing.contains(line), "{missing}");
        }
    }

    #[test]
    fn every_architecture_is_found_by_its_name() {
        for arch in Arch::ALL {
            assert_eq!(Arch::named(arch.name()), Some(arch));
        }
    }
}
