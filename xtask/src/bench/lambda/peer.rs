//! Who is measured, made ready to run: ours, and the two functions that people write instead.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::LambdaBenchError;
use super::install;
use crate::aws_env;
use crate::bench::install::{file_error, package_version, said};
use crate::package::{self, Arch};
use crate::workspace::Workspace;

/// The bucket of sources.
pub(super) const SOURCES: &str = "bench-in";

/// A function that can be started.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) version: String,
    /// Where its thumbnails go.
    pub(super) destination: &'static str,
    /// The length of what is uploaded to Lambda, which has the runtime and the SDK itself.
    pub(super) zip_bytes: usize,
    command: Vec<OsString>,
    folder: PathBuf,
}

impl Peer {
    /// What starts it, in an environment as Lambda gives it.
    pub(super) fn command(&self, runtime_api: &str, endpoint: &str) -> Command {
        let mut words = self.command.iter();
        let mut command = Command::new(words.next().map(OsString::as_os_str).unwrap_or_default());
        command.args(words).current_dir(&self.folder);
        aws_env::apply(&mut command, endpoint);
        command
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("LAMBDA_TASK_ROOT", &self.folder)
            .env("DESTINATION", self.destination);
        command
    }
}

/// Ours, as it is deployed.
pub(super) fn ours(workspace: &Workspace) -> Result<Peer, LambdaBenchError> {
    let folder = workspace.target().join("bench/lambda-ours");
    fs::create_dir_all(&folder).map_err(file_error(&folder))?;
    let config = folder.join("thumbgate.toml");
    let destination = "bench-out-ours";
    let text = format!(
        "[source]\nurl = \"s3://{SOURCES}/uploads/\"\n[destination]\nurl = \"s3://{destination}/thumbs/\"\n\
         [[rendition]]\nname = \"small\"\nwidth = 320\nformat = \"jpeg\"\nquality = 80\n"
    );
    fs::write(&config, text).map_err(file_error(&config))?;
    let arch = Arch::of_this_machine().ok_or(LambdaBenchError::Machine)?;
    let (binary, zip_bytes) = package::with_config(workspace, arch, &config, &folder)?;
    let version = format!("{}, Rust", env!("CARGO_PKG_VERSION"));
    Ok(Peer { name: "thumbgate", version, destination, zip_bytes, command: vec![binary.into()], folder })
}

/// Node.js, sharp and the AWS SDK.
pub(super) fn node(workspace: &Workspace) -> Result<Peer, LambdaBenchError> {
    let folder = install::node(workspace)?;
    let modules = folder.join("node_modules");
    let version = said("node", &["--version"])?;
    let sharp = package_version(&modules.join("sharp/package.json"))?;
    // The runtime nodejs20.x brings its client and the SDK.
    let own = ["sharp", "@img", "detect-libc", "semver"].map(|name| modules.join(name));
    let zip_bytes = zipped(&folder, &[own.as_slice(), &[folder.join("index.mjs")]].concat())?;
    Ok(Peer {
        name: "node + sharp",
        version: format!("{sharp}, Node.js {}", version.trim_start_matches('v')),
        destination: "bench-out-node",
        zip_bytes,
        command: vec!["node".into(), modules.join("aws-lambda-ric/bin/index.mjs").into(), "index.handler".into()],
        folder,
    })
}

/// Python, Pillow and boto3.
pub(super) fn python(workspace: &Workspace) -> Result<Peer, LambdaBenchError> {
    let folder = install::python(workspace)?;
    let interpreter = folder.join("bin/python3");
    let ask =
        "import PIL, sys, sysconfig; print(PIL.__version__, sys.version.split()[0], sysconfig.get_path('platlib'))";
    let told = said(&interpreter, &["-c", ask])?;
    let mut words = told.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (pillow, version, library) = (next(), next(), PathBuf::from(next()));
    // The runtimes of Python bring their client and boto3.
    let own = ["PIL", "pillow.libs"].map(|name| library.join(name));
    let zip_bytes = zipped(&library, &own)?;
    Ok(Peer {
        name: "python + Pillow",
        version: format!("{pillow}, Python {version}"),
        destination: "bench-out-python",
        zip_bytes,
        command: vec![interpreter.into(), "-m".into(), "awslambdaric".into(), "index.handler".into()],
        folder,
    })
}

/// The length of a zip of these files and folders.
fn zipped(root: &Path, parts: &[PathBuf]) -> Result<usize, LambdaBenchError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut left = parts.to_vec();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).map_err(file_error(&path))?;
            left.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let add = |content: Vec<u8>| -> io::Result<()> {
                archive.start_file(name, SimpleFileOptions::default().compression_level(Some(9)))?;
                archive.write_all(&content)
            };
            fs::read(&path).and_then(add).map_err(file_error(&path))?;
        }
    }
    let zip = archive.finish().map_err(|error| file_error(root)(error.into()))?;
    Ok(zip.into_inner().len())
}
