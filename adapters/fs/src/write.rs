//! Writing an object: whole or absent, and only while its condition holds.

use std::io::Write as _;

use bytes::Bytes;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::{Condition, PutOptions, Written};

use crate::disk::Folder;
use crate::error::{io, os};
use crate::lock::Lock;
use crate::names::path_of;
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

    fn move_to(&self, folder: &Folder, name: &str) -> Result<(), Errno> {
        folder.take(self.scratch.folder(), &self.name, name)
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
    root: &Folder,
    scratch: &Scratch,
    key: &ObjectKey,
    content: &Bytes,
    options: &PutOptions,
) -> Result<Written, StorageError> {
    let doing = |errno| os(errno, "writing a file").at(key);
    let names = path_of(key)?;
    let (name, folders) = names.split_last().ok_or_else(|| doing(Errno::INVAL))?;

    let body = Temporary::new(scratch);
    let mut file = scratch.folder().create_new(&body.name).map_err(doing)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| io(&error, "writing a file").at(key))?;
    drop(file);
    let sidecar = Sidecar::new(key, content, options);
    let meta = Temporary::new(scratch);
    sidecar.write(scratch.folder(), &meta.name).map_err(|error| error.at(key))?;

    let folder = {
        let _exclusive = Lock::exclusive(scratch.own(), COMMIT_LOCK).map_err(|error| error.at(key))?;
        check(root, key, &options.condition)?;
        let folder = root.descend_making(folders.iter().map(String::as_str)).map_err(doing)?;
        if root.folds_case() {
            folder.refuse_twin(name).map_err(|error| error.at(key))?;
        }
        let (meta_folder, meta_name) = place(key);
        let meta_folder = scratch.own().descend_making(["meta", &meta_folder]).map_err(doing)?;
        body.move_to(&folder, name).map_err(doing)?;
        meta.move_to(&meta_folder, &meta_name).map_err(doing)?;
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
        (Some(_), None) => Err(StorageError::new(StorageErrorKind::NotFound, "no such file").at(key)),
        _ => Err(StorageError::new(StorageErrorKind::PreconditionFailed, "the file is not what was seen").at(key)),
    }
}

/// Deletes an object and its sidecar; what is not there is deleted already.
pub(crate) fn delete(root: &Folder, scratch: &Scratch, key: &ObjectKey) -> Result<(), StorageError> {
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
    let removed = scratch.own().descend(["meta", &meta_folder]).and_then(|folder| folder.remove_file(&meta_name));
    match removed {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(doing(errno)),
    }
}
