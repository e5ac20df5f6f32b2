//! One file by its path, for commands that name a file and not a bucket.
//!
//! Unlike the keys of [`crate::FolderObjects`], a path that a user typed may go through symbolic
//! links, and nothing is left beside it: no metadata, no `.thumbgate` folder.

use std::fs::Permissions;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::{Get, ObjectBody};

use crate::disk::Folder;
use crate::error::{io, os};
use crate::objects::blocking;
use crate::read::Opened;

/// Links on the way to a file that is to be replaced, before they count as a circle.
const LINKS_MAX: usize = 40;

/// Opens the regular file at `path`.
///
/// # Errors
/// By kind, `NotFound` among them; `Unsupported` for what is no regular file, which is not opened.
pub async fn open_path(path: &Path) -> Result<ObjectBody, StorageError> {
    let path = path.to_owned();
    blocking(move || {
        let target = std::fs::canonicalize(&path).map_err(|error| match Errno::from_io_error(&error) {
            Some(Errno::LOOP) => circle(&path),
            _ => io(&error, "opening the file"),
        })?;
        let (folder, name) = split(&target)?;
        let file = match Folder::root(&folder)?.open_file(&name) {
            Ok(file) => file,
            Err(Errno::ISDIR) => return Err(not_regular(&target)),
            Err(errno) => return Err(os(errno, "opening the file")),
        };
        let shown = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let key = ObjectKey::parse(shown)
            .map_err(|error| StorageError::new(StorageErrorKind::InvalidKey, error.to_string()))?;
        let opened = Opened::without_sidecar(&key, file)?;
        Ok(ObjectBody { meta: opened.meta.clone(), bytes: opened.stream(&Get::default()) })
    })
    .await
}

/// Puts `content` in the place of the file at `path`, or makes it: whole, or not at all.
///
/// A symbolic link stays, and what it points to is replaced. The folder must be there.
///
/// # Errors
/// By kind; `Unsupported` when something is there that is no regular file.
pub async fn replace_path(path: &Path, content: Bytes) -> Result<(), StorageError> {
    let path = path.to_owned();
    blocking(move || {
        let target = end_of_links(&path)?;
        let mode = match std::fs::symlink_metadata(&target) {
            Ok(found) if found.is_file() => Some(found.permissions().mode()),
            Ok(_) => return Err(not_regular(&target)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(io(&error, "looking at the output")),
        };
        let (folder, name) = split(&target)?;
        let folder = Folder::root(&folder)?;
        let unique = RandomState::new().hash_one(std::process::id());
        let temporary = Temporary { folder: &folder, name: format!(".thumbgate-{unique:016x}.tmp") };
        let failed = |errno| os(errno, "writing the output");
        let mut file = folder.create_new(&temporary.name).map_err(failed)?;
        if let Some(mode) = mode {
            file.set_permissions(Permissions::from_mode(mode)).map_err(|error| io(&error, "writing the output"))?;
        }
        file.write_all(&content).and_then(|()| file.sync_all()).map_err(|error| io(&error, "writing the output"))?;
        folder.take(&folder, &temporary.name, &name).map_err(failed)?;
        folder.sync().map_err(failed)
    })
    .await
}

/// Whether both paths lead to one file that is there.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| std::fs::metadata(path).map(|found| (found.dev(), found.ino()));
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}

/// A file that is removed unless it was moved into place.
struct Temporary<'f> {
    folder: &'f Folder,
    name: String,
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        // After a move there is nothing left to remove.
        let _ = self.folder.remove_file(&self.name);
    }
}

/// Where the links at `path` lead, though nothing may be there.
fn end_of_links(path: &Path) -> Result<PathBuf, StorageError> {
    let mut target = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Ok(next) = std::fs::read_link(&target) else { return Ok(target) };
        // A relative link starts from its own folder.
        target = target.parent().map_or_else(|| next.clone(), |folder| folder.join(&next));
    }
    Err(circle(path))
}

fn circle(path: &Path) -> StorageError {
    let why = format!("the symbolic links at `{}` lead in a circle", path.display());
    StorageError::new(StorageErrorKind::InvalidKey, why)
}

fn split(path: &Path) -> Result<(PathBuf, String), StorageError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or_else(|| Path::new(".")).to_owned();
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) => Ok((folder, name.to_owned())),
        None => Err(StorageError::new(
            StorageErrorKind::InvalidKey,
            format!("`{}` names no file, or is not Unicode", path.display()),
        )),
    }
}

fn not_regular(path: &Path) -> StorageError {
    let why = if path.is_dir() { "is a folder" } else { "is no regular file; pipe it through `-`" };
    StorageError::new(StorageErrorKind::Unsupported, format!("`{}` {why}", path.display()))
}
