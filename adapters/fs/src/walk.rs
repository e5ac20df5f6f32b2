//! Listing a folder: regular files below a prefix, folder by folder, in byte order.

use rustix::fs::FileType;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{KEY_BYTES_MAX, KeyPrefix, ObjectKey, escape_controls};
use thumbgate_core::port::Entry;
use tokio::sync::mpsc::Sender;

use crate::disk::Folder;
use crate::error::os;
use crate::names::{OWN, path_of, segment_of};

/// A path below the root as raw names, because a name need not be Unicode.
type RawPath = Vec<Vec<u8>>;

/// Walks everything below `prefix` and sends what it finds. Ends early when nobody listens.
///
/// Symbolic links are not followed, and what is neither folder nor regular file is no object. One
/// folder's names are in memory at a time, and the paths of the folders still to be read; a folder
/// whose path is too long for any key below it is told and not read, which bounds the depth too.
pub(crate) fn walk(root: &Folder, prefix: &KeyPrefix, found: &Sender<Result<Entry, StorageError>>) {
    if let Err(error) = walk_from(root, prefix, found) {
        // Nobody listens any more: then nobody misses the error.
        let _ = found.blocking_send(Err(error));
    }
}

fn walk_from(
    root: &Folder,
    prefix: &KeyPrefix,
    found: &Sender<Result<Entry, StorageError>>,
) -> Result<(), StorageError> {
    let start = start_of(prefix)?;
    // Folders still to be read, the next one last.
    let mut pending: Vec<RawPath> = vec![start];
    while let Some(path) = pending.pop() {
        if key_bytes(&path) >= KEY_BYTES_MAX {
            if found.blocking_send(Ok(too_deep(&path))).is_err() {
                return Ok(());
            }
            continue;
        }
        let doing = |errno| match path.is_empty() {
            true => os(errno, "listing the folder"),
            false => os(errno, &format!("listing `{}`", escape_controls(&shown(&path)))),
        };
        let entries = match open(root, &path).and_then(|folder| folder.entries().map(|entries| (folder, entries))) {
            Ok((folder, entries)) => entries
                .into_iter()
                .map(|entry| (entry, &folder))
                .map(|((name, kind), folder)| {
                    let size = if kind == FileType::RegularFile { folder.size(&name) } else { Ok(0) };
                    (name, kind, size)
                })
                .collect::<Vec<_>>(),
            // It went away, or is no folder: then nothing lies below it.
            Err(Errno::NOENT | Errno::NOTDIR) => continue,
            Err(errno) if path.is_empty() => return Err(doing(errno)),
            // One folder that may not be read is told, and never stops the rest.
            Err(errno) => {
                let entry = Entry::Unusable { name: format!("{}/", shown(&path)), error: doing(errno) };
                if found.blocking_send(Ok(entry)).is_err() {
                    return Ok(());
                }
                continue;
            }
        };
        let mut folders = Vec::new();
        for (name, kind, size) in entries {
            if path.is_empty() && name == OWN.as_bytes() {
                continue;
            }
            let mut below = path.clone();
            below.push(name);
            match (kind, size) {
                (FileType::Directory, _) => folders.push(below),
                (FileType::RegularFile, Ok(size)) if found.blocking_send(Ok(entry(&below, size))).is_err() => {
                    return Ok(());
                }
                (FileType::RegularFile, Err(errno)) if errno != Errno::NOENT => return Err(doing(errno)),
                _ => {}
            }
        }
        pending.extend(folders.into_iter().rev());
    }
    Ok(())
}

/// The folder that a prefix stands for.
fn start_of(prefix: &KeyPrefix) -> Result<RawPath, StorageError> {
    let Some(text) = prefix.as_str().strip_suffix('/') else { return Ok(RawPath::new()) };
    let invalid = || StorageError::new(StorageErrorKind::InvalidKey, "the prefix is no path of a folder");
    // A prefix of one slash is the folder of the empty first segment.
    let names =
        if text.is_empty() { vec!["%".to_owned()] } else { path_of(&ObjectKey::parse(text).map_err(|_| invalid())?)? };
    Ok(names.into_iter().map(String::into_bytes).collect())
}

fn open(root: &Folder, path: &RawPath) -> Result<Folder, Errno> {
    path.iter().try_fold(root.descend([])?, |folder, name| folder.open_raw(name))
}

/// The object of a file, or the reason why it is none.
fn entry(path: &RawPath, size: u64) -> Entry {
    let unusable =
        |why: &str| Entry::Unusable { name: shown(path), error: StorageError::new(StorageErrorKind::InvalidKey, why) };
    let Ok(names) = path.iter().map(|name| std::str::from_utf8(name)).collect::<Result<Vec<_>, _>>() else {
        return unusable("the file's name is not Unicode, so it has no key");
    };
    let key = names.into_iter().map(segment_of).collect::<Vec<_>>().join("/");
    match ObjectKey::parse(key) {
        Ok(key) => Entry::Object { key, size },
        Err(error) => unusable(&format!("the file's path is no key: {error}")),
    }
}

/// The bytes of the key that a path stands for. Keys below it have a slash more, at the least.
fn key_bytes(path: &RawPath) -> usize {
    let segment = |name: &Vec<u8>| std::str::from_utf8(name).map_or(name.len(), |name| segment_of(name).len());
    path.iter().map(segment).sum::<usize>() + path.len().saturating_sub(1)
}

fn too_deep(path: &RawPath) -> Entry {
    let why = format!("the folder's path has {KEY_BYTES_MAX} bytes or more, so nothing below it has a key");
    Entry::Unusable { name: format!("{}/", shown(path)), error: StorageError::new(StorageErrorKind::InvalidKey, why) }
}

fn shown(path: &RawPath) -> String {
    path.iter().map(|name| String::from_utf8_lossy(name)).collect::<Vec<_>>().join("/")
}
