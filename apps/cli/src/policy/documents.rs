//! Policies from files and folders.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use thumbgate_core::object::escape_controls;
use thumbgate_iam::attachments::{Attachments, guess, parse_index};
use thumbgate_iam::lang::{DOCUMENT_BYTES_MAX, Kind, Source};

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
    // One that cannot be read must not be passed over: that would widen what is allowed.
    if std::fs::symlink_metadata(&index).is_ok() {
        let text = read(&index)?;
        if text.text().len() > DOCUMENT_BYTES_MAX {
            return Err(Stop::configuration(format!("{} is larger than {DOCUMENT_BYTES_MAX} bytes", text.name())));
        }
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
    let mut guessed = Vec::new();
    for path in paths {
        let source = read(&path)?;
        let attachment = guess(&source).map_err(|error| Stop::configuration(error.to_string()))?;
        guessed.push((attachment.kind(), source.name().to_owned()));
        attachments.attach(source, attachment).map_err(|error| Stop::configuration(error.to_string()))?;
    }
    // Whose the second is, or at which level, only an index can tell.
    for kind in [Kind::Identity, Kind::ServiceControl, Kind::ResourceControl] {
        let names: Vec<_> = guessed.iter().filter(|(other, _)| *other == kind).map(|(_, name)| name.as_str()).collect();
        if names.len() > 1 {
            let names = names.join(", ");
            let text = format!("more than one {kind}: {names}; say in an index.json what each is attached to");
            return Err(Stop::configuration(text));
        }
    }
    if let Some((_, name)) = guessed.iter().find(|(kind, _)| *kind == Kind::Identity) {
        tracing::info!("{name} is taken for a policy of whoever asks; an index.json can say whose it is");
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
        if path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json")) && path.is_file() {
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
