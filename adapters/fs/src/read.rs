//! Reading an object: its metadata, and its bytes as they are on the disk.

use std::fs::{File, Metadata as FileMetadata};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::Arc;

use bytes::Bytes;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{ETag, Metadata, ObjectKey, ObjectMeta};
use thumbgate_core::port::{BodyStream, Get};

use crate::disk::Folder;
use crate::error::{io, os};
use crate::lock::Lock;
use crate::names::{OWN, path_of};
use crate::objects::blocking;
use crate::scratch::COMMIT_LOCK;
use crate::sidecar::Sidecar;

/// How much is read at once.
const PART_BYTES: u64 = 256 * 1024;

/// An open object.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) meta: ObjectMeta,
    file: File,
    stamp: Stamp,
}

/// What changes when a file is written to. Not the change time of the inode: that changes too when
/// another file takes the name of one that is being read, which is still whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    seconds: i64,
    nanos: i64,
}

impl From<&FileMetadata> for Stamp {
    fn from(found: &FileMetadata) -> Self {
        Self { size: found.len(), seconds: found.mtime(), nanos: found.mtime_nsec() }
    }
}

/// Opens the object of a key, `None` when there is none.
///
/// Content and sidecar are taken under the commit lock, so that they belong together. Where the
/// lock is not to be had in time the sidecar's own check decides whether they do.
pub(crate) fn open(root: &Folder, key: &ObjectKey) -> Result<Option<Opened>, StorageError> {
    let own = root.open(OWN).ok();
    let _shared = own.and_then(|own| Lock::shared(&own, COMMIT_LOCK));
    open_locked(root, key)
}

/// [`open`] for who holds the commit lock already.
pub(crate) fn open_locked(root: &Folder, key: &ObjectKey) -> Result<Option<Opened>, StorageError> {
    let names = path_of(key)?;
    let Some((name, folders)) = names.split_last() else { return Ok(None) };
    let opened = root.descend(folders.iter().map(String::as_str)).and_then(|folder| {
        let file = folder.open_file(name)?;
        Ok((folder, file))
    });
    let (folder, file) = match opened {
        Ok(found) => found,
        // `a/b` cannot be there while `a` is a file, nor `a` while it is a folder.
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ISDIR) => return Ok(None),
        Err(errno) => return Err(os(errno, "opening a file").at(key)),
    };
    if root.folds_case() && folder.refuse_twin(name).is_err() {
        return Ok(None);
    }
    let sidecar = Sidecar::read(root, key, &file)?;
    let mut opened = Opened::without_sidecar(key, file)?;
    if let Some(sidecar) = sidecar {
        opened.meta.etag = sidecar.etag();
        opened.meta.media_type = sidecar.media_type;
        opened.meta.cache_control = sidecar.cache_control;
        opened.meta.metadata = sidecar.metadata;
    }
    Ok(Some(opened))
}

impl Opened {
    /// An open file, and what the file system knows of it.
    pub(crate) fn without_sidecar(key: &ObjectKey, file: File) -> Result<Self, StorageError> {
        let found = file.metadata().map_err(|error| io(&error, "looking at a file").at(key))?;
        let stamp = Stamp::from(&found);
        // As backup tools tell a changed file; the inode's change time sees an edit after which the
        // modification time was set back.
        let tag = format!(
            "\"{:x}-{:x}.{:x}-{:x}-{:x}.{:x}\"",
            stamp.size,
            stamp.seconds,
            stamp.nanos,
            found.ino(),
            found.ctime(),
            found.ctime_nsec()
        );
        let meta = ObjectMeta {
            key: key.clone(),
            size: stamp.size,
            etag: ETag::new(tag),
            version: None,
            modified: found.modified().ok(),
            media_type: None,
            cache_control: None,
            metadata: Metadata::new(),
        };
        Ok(Self { meta, file, stamp })
    }

    /// The bytes, or the wanted range of them. A file that changes meanwhile ends in `Changed`.
    pub(crate) fn stream(self, what: &Get) -> BodyStream {
        let whole = 0..self.stamp.size;
        let wanted = what.range.clone().unwrap_or_else(|| whole.clone());
        let range = wanted.start.min(whole.end)..wanted.end.min(whole.end);
        let opened = Arc::new(self);
        Box::pin(futures_util::stream::try_unfold((opened, range), |(opened, range)| async move {
            let reader = Arc::clone(&opened);
            let at = range.start;
            let length = PART_BYTES.min(range.end - range.start);
            let part = blocking(move || reader.part(at, length)).await?;
            Ok(part.map(|part| (part, (opened, at + length..range.end))))
        }))
    }

    /// The bytes from `at`, exactly `length` of them; `None` at the end of an unchanged file.
    fn part(&self, at: u64, length: u64) -> Result<Option<Bytes>, StorageError> {
        let key = &self.meta.key;
        let changed = || StorageError::new(StorageErrorKind::Changed, "the file changed while it was read").at(key);
        if length == 0 {
            let now = self.file.metadata().map_err(|error| io(&error, "looking at a file").at(key))?;
            return if Stamp::from(&now) == self.stamp { Ok(None) } else { Err(changed()) };
        }
        let mut part = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        match self.file.read_exact_at(&mut part, at) {
            Ok(()) => Ok(Some(Bytes::from(part))),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(changed()),
            Err(error) => Err(io(&error, "reading a file").at(key)),
        }
    }
}
