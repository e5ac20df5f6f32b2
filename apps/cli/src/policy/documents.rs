//! Policies from files and folders.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use thumbgate_core::object::escape_controls;
use thumbgate_iam::attachments::{Attachments, guess, parse_index};
use thumbgate_iam::lang::{DOCUMENT_BYTES_MAX, Source};

use crate::exit::Stop;

/// The most documents of one folder: far more than a deployment has.
const DOCUMENTS_MAX: usize = 1_000;

/// The file that says what each document of its folder is attached to.
const INDEX: &str = "index.json";

/// Reads one document.
pub(crate) fn read(path: &Path) -> Result<Source, Stop> {
    let shown = shown(path);
    let failed = |why: String| Stop::configuration(format!("cannot read the policy `{shown}`: {why}"));
    let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is no text in UTF-8".to_owned()))?;
    Ok(Source::new(shown, text))
}

/// Reads the documents of a folder: as its index says, or as each of them suggests.
pub(crate) fn read_folder(folder: &Path) -> Result<Attachments, Stop> {
    let mut attachments = Attachments::new();
    let index = folder.join(INDEX);
    if index.is_file() {
        let text = read(&index)?;
        let entries =
            parse_index(text.text()).map_err(|error| Stop::configuration(format!("{}: {error}", text.name())))?;
        for entry in entries {
            let source = read(&folder.join(&entry.file))?;
            attachments.attach(source, entry.attachment).map_err(|error| Stop::configuration(error.to_string()))?;
        }
        return Ok(attachments);
    }
    let paths = json_files(folder)?;
    if paths.is_empty() {
        return Err(Stop::configuration(format!("there is no policy (*.json) in `{}`", shown(folder))));
    }
    for path in paths {
        let source = read(&path)?;
        let attached = guess(&source).and_then(|attachment| attachments.attach(source, attachment));
        attached.map_err(|error| Stop::configuration(error.to_string()))?;
    }
    Ok(attachments)
}

/// The JSON files of a folder, sorted by name, so that a run is like the last.
fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let failed = |error: std::io::Error| {
        Stop::configuration(format!("cannot read the folder of policies `{}`: {error}", shown(folder)))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension() == Some(OsStr::new("json")) && path.is_file() {
            paths.push(path);
        }
        if paths.len() > DOCUMENTS_MAX {
            return Err(Stop::configuration(format!("`{}` has more than {DOCUMENTS_MAX} policies", shown(folder))));
        }
    }
    paths.sort();
    Ok(paths)
}

fn shown(path: &Path) -> String {
    escape_controls(&path.to_string_lossy()).to_string()
}
