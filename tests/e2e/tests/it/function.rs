//! The real `bootstrap`, as cargo built it beside these tests, and what it is given.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Its path.
///
/// # Panics
/// When there is none: a test that needs it must not pass without it.
pub(crate) fn bootstrap() -> PathBuf {
    // This test's own binary is target/PROFILE/deps/it-HASH.
    let this = std::env::current_exe().unwrap();
    let path = this.ancestors().nth(2).unwrap().join("bootstrap");
    assert!(path.exists(), "there is no `{}`: run `cargo xtask test`, which builds the function", path.display());
    path
}

/// A configuration from `uploads/` of one bucket to `thumbs/` of another.
pub(crate) fn config(source: &str, destination: &str) -> String {
    format!(
        "[source]\nurl = \"s3://{source}/uploads/\"\n[destination]\nurl = \"s3://{destination}/thumbs/\"\n\
         [[rendition]]\nname = \"small\"\nwidth = 32\n[[rendition]]\nname = \"large\"\nwidth = 64\nformat = \"webp\"\n"
    )
}

/// A zip as `cargo xtask package` makes it. It is not compressed and the binary is a debug build, so
/// that tests begin soon.
pub(crate) fn zip(config: &str) -> Vec<u8> {
    static BINARY: OnceLock<Vec<u8>> = OnceLock::new();
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, mode, content) in
        [("bootstrap", 0o755, BINARY.get_or_init(stripped).as_slice()), ("thumbgate.toml", 0o644, config.as_bytes())]
    {
        archive.start_file(name, options.unix_permissions(mode)).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The binary without its symbols, which are most of it; with them where nothing can take them out.
fn stripped() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("bootstrap");
    let strip = Command::new("strip").arg("-o").arg(&to).arg(bootstrap()).stderr(Stdio::null()).status();
    let is_stripped = strip.is_ok_and(|status| status.success());
    fs::read(if is_stripped { to } else { bootstrap() }).unwrap()
}
