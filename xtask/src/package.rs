//! `cargo xtask package`: the zip that Lambda is given.
//!
//! The steps: read and check the configuration, build `bootstrap` (or take one that was built
//! elsewhere), check that Lambda can start it, and put both into an archive that has the same bytes
//! whenever they have. Read next: `package/target.rs`, `package/archive.rs`.

mod archive;
mod elf;
mod target;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use thumbgate_config::{Architecture, Config, ConfigErrors};

use crate::workspace::Workspace;
pub(crate) use target::Arch;

/// The zip's name; `deploy.sh` looks for it beside itself.
const ZIP: &str = "thumbgate.zip";

/// The configuration that is taken where none is named.
const CONFIG: &str = "thumbgate.toml";

/// What Lambda takes in one request. Source: AWS Lambda Developer Guide, "Lambda quotas".
const UPLOAD_BYTES_MAX: usize = 50 * 1024 * 1024;

/// What to package.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// The processor; that of the configuration where it is not named.
    pub(crate) arch: Option<Arch>,
    /// The configuration.
    pub(crate) config: Option<PathBuf>,
    /// Where the zip goes.
    pub(crate) out: Option<PathBuf>,
    /// A binary that was built elsewhere.
    pub(crate) binary: Option<PathBuf>,
}

/// Why there is no zip.
#[derive(Debug, Error)]
pub(crate) enum PackageError {
    /// A file cannot be read or written.
    #[error("cannot {what} `{}`", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The configuration is no good.
    #[error("{}", in_lines(path, errors))]
    Config {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        errors: ConfigErrors,
    },
    /// There is no binary.
    #[error(transparent)]
    Build(#[from] target::BuildError),
    /// Lambda could not start the binary.
    #[error("`{}` cannot run in Lambda", path.display())]
    Binary {
        /// The binary.
        path: PathBuf,
        /// Why not.
        source: elf::ElfError,
    },
}

/// Makes the zip and tells its path, size and hash; gives the exit code.
///
/// # Errors
/// The configuration is no good, or there is no binary that Lambda can start.
pub(crate) fn run(workspace: &Workspace, request: &Request) -> Result<u8, PackageError> {
    let default = Some(PathBuf::from(CONFIG)).filter(|path| path.exists());
    let config = match request.config.clone().or(default) {
        Some(path) => Some(Checked::read(&path)?),
        None => None,
    };
    let arch = request.arch.or(config.as_ref().map(|config| config.arch)).unwrap_or(Arch::Arm64);
    let built = match &request.binary {
        Some(path) => path.clone(),
        None => target::build(workspace, arch)?,
    };
    let out = request.out.clone().unwrap_or_else(|| workspace.target().join("package"));
    let (path, zip) = zipped(arch, &built, config.as_ref().map(|config| config.text.as_slice()), &out)?;
    let hash: String = Sha256::digest(&zip).iter().map(|byte| format!("{byte:02x}")).collect();
    println!("{}  {} bytes  {}  sha256 {hash}", path.display(), zip.len(), arch.name());
    match config.map(|config| config.arch.name()) {
        None => println!("without `{CONFIG}`: name it with --config, or give the function THUMBGATE_CONFIG_TOML"),
        Some(configured) if configured != arch.name() => {
            println!(
                "[deployment] architecture is {configured}; make it {}, or the function cannot start",
                arch.name()
            );
        }
        Some(_) => {}
    }
    if zip.len() > UPLOAD_BYTES_MAX {
        println!("Lambda takes at most {UPLOAD_BYTES_MAX} bytes in one request; upload it by way of S3");
    }
    Ok(0)
}

/// Builds for `arch` and packages; gives the binary's path and the zip's length.
///
/// # Errors
/// As those of [`run`].
#[cfg(feature = "bench")]
pub(crate) fn with_config(
    workspace: &Workspace,
    arch: Arch,
    config: &Path,
    out: &Path,
) -> Result<(PathBuf, usize), PackageError> {
    let config = Checked::read(config)?;
    let built = target::build(workspace, arch)?;
    let (_, zip) = zipped(arch, &built, Some(&config.text), out)?;
    Ok((built, zip.len()))
}

/// A configuration that the function starts with.
#[derive(Debug)]
struct Checked {
    text: Vec<u8>,
    arch: Arch,
}

impl Checked {
    fn read(path: &Path) -> Result<Self, PackageError> {
        Self::of(read(path)?, path)
    }

    fn of(text: Vec<u8>, path: &Path) -> Result<Self, PackageError> {
        let wrong = |errors| PackageError::Config { path: path.to_owned(), errors };
        let config = Config::parse(&String::from_utf8_lossy(&text)).map_err(wrong)?;
        // The renderer's version shapes no error.
        config.check("package").map_err(wrong)?;
        let arch = match config.file().deployment.architecture {
            Architecture::Arm64 => Arch::Arm64,
            Architecture::X86_64 => Arch::X86_64,
        };
        Ok(Self { text, arch })
    }
}

/// Writes the zip, and gives its path and its bytes.
fn zipped(arch: Arch, binary: &Path, config: Option<&[u8]>, out: &Path) -> Result<(PathBuf, Vec<u8>), PackageError> {
    let content = read(binary)?;
    elf::check(&content, arch).map_err(|source| PackageError::Binary { path: binary.to_owned(), source })?;
    let path = out.join(ZIP);
    let zip = archive::zip(&content, config).map_err(file("write", &path))?;
    fs::create_dir_all(out).map_err(file("make the folder", out))?;
    fs::write(&path, &zip).map_err(file("write", &path))?;
    Ok((path, zip))
}

fn read(path: &Path) -> Result<Vec<u8>, PackageError> {
    fs::read(path).map_err(file("read", path))
}

fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PackageError {
    let path = path.to_owned();
    move |source| PackageError::File { what, path, source }
}

fn in_lines(path: &Path, errors: &ConfigErrors) -> String {
    let lines: Vec<_> = errors.iter().map(|error| format!("{}: {error}", path.display())).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Arch, Checked};

    fn config(deployment: &str) -> String {
        format!(
            "[source]\nurl = \"s3://in/uploads/\"\n[destination]\nurl = \"s3://out/thumbs/\"\n\
             [[rendition]]\nname = \"small\"\nwidth = 32\n{deployment}"
        )
    }

    fn arch(text: &str) -> Result<Arch, String> {
        let checked = Checked::of(text.as_bytes().to_vec(), Path::new("t.toml"));
        checked.map(|config| config.arch).map_err(|error| error.to_string())
    }

    #[test]
    fn the_processor_is_that_of_the_configuration() {
        assert_eq!(arch(&config("")), Ok(Arch::Arm64));
        assert_eq!(arch(&config("[deployment]\narchitecture = \"x86_64\"\n")), Ok(Arch::X86_64));
    }

    #[test]
    fn a_configuration_that_would_not_start_is_not_packaged() {
        let looping = config("").replace("s3://out/thumbs/", "s3://in/uploads/thumbs/");
        assert!(arch(&looping).unwrap_err().starts_with("t.toml: "), "{looping}");
    }
}
