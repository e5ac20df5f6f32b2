//! Writing an object: whole or absent, and only while its condition holds.

use std::io::Write as _;

use bytes::Bytes;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::{Condition, PutOptions, Written};

use crate::disk::{Folder, unless_removed};
use crate::error::{io, os};
use crate::lock::Lock;
use crate::names::{OWN, path_of};
use crate::read;
use crate::scratch::{COMMIT_LOCK, Scratch};
use crate::sidecar::{Sidecar, place};

/// A temporary that is removed unless it was moved into place.
struct Temporary<'s> {
    scratch: &'s Scratch,
    name: String,
}

impl<'s> Temporary<'s> {
    fn new(scratch: &'s Scratch) -> Self {
        Self { scratch, name: scratch.name() }
    }

    /// Moves it to a name below these folders, which are made where they are missing.
    fn move_below<'n>(
        &self,
        root: &Folder,
        folders: impl IntoIterator<Item = &'n str> + Clone,
        name: &str,
    ) -> Result<Folder, Errno> {
        unless_removed(|| {
            let folder = root.descend_making(folders.clone())?;
            folder.take(self.scratch.folder(), &self.name, name)?;
            Ok(folder)
        })
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        // After a move there is nothing left to remove.
        let _ = self.scratch.folder().remove_file(&self.name);
    }
}

/// Stores a content.
///
/// Content first, sidecar second, each whole in a temporary before it is moved; the content and
/// its folder are made durable.
pub(crate) fn put(
    scratch: &Scratch,
    key: &ObjectKey,
    content: &Bytes,
    options: &PutOptions,
) -> Result<Written, StorageError> {
    let root = scratch.root();
    let doing = |errno| os(errno, "writing a file").at(key);
    let names = path_of(key)?;
    let (name, folders) = names.split_last().ok_or_else(|| doing(Errno::INVAL))?;

    let body = Temporary::new(scratch);
    let mut file = scratch.folder().create_new(&body.name).map_err(doing)?;
    let modified = file
        .write_all(content)
        .and_then(|()| file.sync_all())
        // Moving a file keeps this time.
        .and_then(|()| file.metadata()?.modified())
        .map_err(|error| io(&error, "writing a file").at(key))?;
    drop(file);
    let sidecar = Sidecar::new(key, content, options);
    let meta = Temporary::new(scratch);
    sidecar.write(scratch.folder(), &meta.name, modified).map_err(|error| error.at(key))?;

    let folder = {
        let _exclusive = Lock::exclusive(scratch.own(), COMMIT_LOCK).map_err(|error| error.at(key))?;
        check(root, key, &options.condition)?;
        if root.folds_case() {
            let folder = root.descend_making(folders.iter().map(String::as_str)).map_err(doing)?;
            folder.refuse_twin(name).map_err(|error| error.at(key))?;
        }
        let (meta_folder, meta_name) = place(key);
        let meta_folders = [OWN, "meta", &meta_folder];
        // Before the content, so that what cannot be made is known before anything is there.
        root.descend_making(meta_folders).map_err(doing)?;
        let folder = body.move_below(root, folders.iter().map(String::as_str), name).map_err(doing)?;
        meta.move_below(root, meta_folders, &meta_name).map_err(doing)?;
        folder
    };
    folder.sync().map_err(doing)?;
    Ok(Written { etag: sidecar.etag(), version: None })
}

/// Checks the condition of a put, under the commit lock.
fn check(root: &Folder, key: &ObjectKey, condition: &Condition) -> Result<(), StorageError> {
    let wanted = match condition {
        Condition::Always => return Ok(()),
        Condition::IfAbsent => None,
        Condition::IfMatch(etag) => Some(etag),
    };
    let found = read::open_locked(root, key)?.map(|opened| opened.meta.etag);
    match (wanted, &found) {
        (None, None) => Ok(()),
        (Some(wanted), Some(found)) if wanted == found => Ok(()),
        (Some(_), None) => {
            Err(StorageError::new(StorageErrorKind::PreconditionFailed, "the file that was seen is gone").at(key))
        }
        _ => Err(StorageError::new(StorageErrorKind::PreconditionFailed, "the file is not what was seen").at(key)),
    }
}

/// Deletes an object and its sidecar; what is not there is deleted already.
pub(crate) fn delete(scratch: &Scratch, key: &ObjectKey) -> Result<(), StorageError> {
    let root = scratch.root();
    let doing = |errno| os(errno, "deleting a file").at(key);
    let names = path_of(key)?;
    let (name, folders) = names.split_last().ok_or_else(|| doing(Errno::INVAL))?;
    let _exclusive = Lock::exclusive(scratch.own(), COMMIT_LOCK).map_err(|error| error.at(key))?;
    let gone = |errno| matches!(errno, Errno::NOENT | Errno::NOTDIR | Errno::ISDIR);
    let folder = match root.descend(folders.iter().map(String::as_str)) {
        Ok(folder) => folder,
        Err(errno) if gone(errno) => return Ok(()),
        Err(errno) => return Err(doing(errno)),
    };
    match folder.open_file(name).and_then(|_| folder.remove_file(name)) {
        Ok(()) => folder.sync().map_err(doing)?,
        Err(errno) if gone(errno) => return Ok(()),
        Err(errno) => return Err(doing(errno)),
    }
    let (meta_folder, meta_name) = place(key);
    let removed = root.descend([OWN, "meta", &meta_folder]).and_then(|folder| folder.remove_file(&meta_name));
    match removed {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(doing(errno)),
    }
}
