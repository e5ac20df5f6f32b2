//! The storage ports over one folder.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{KeyPrefix, ObjectKey, ObjectMeta};
use thumbgate_core::port::{
    EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite, PutOptions, Written,
};

use crate::disk::{Folder, make_root};
use crate::scratch::Scratch;
use crate::{read, walk, write};

/// Entries of a listing that are found ahead of who asks for them.
const LIST_AHEAD: usize = 64;

/// A local folder as a bucket. Clones are the same folder.
///
/// Making one touches nothing: the folder is opened when something is asked for, and made when
/// something is written. What is written then goes to that very folder, though its path may have
/// come to lead elsewhere.
#[derive(Debug, Clone)]
pub struct FolderObjects {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    scratch: Mutex<Option<Arc<Scratch>>>,
}

impl FolderObjects {
    /// The folder at `path`, which need not be there yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { shared: Arc::new(Shared { path: path.into(), scratch: Mutex::new(None) }) }
    }

    /// The folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Removes temporaries that runs which died have left, and makes nothing.
    ///
    /// Every first write of a run does so too; this is for runs that may find nothing to write.
    ///
    /// # Errors
    /// [`StorageError`] when they cannot be removed; a folder that is not there has none.
    pub async fn sweep(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        blocking(move || match shared.open() {
            Ok(root) => Scratch::sweep(&root),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    async fn open(&self, key: &ObjectKey) -> Result<read::Opened, StorageError> {
        let (shared, key) = (Arc::clone(&self.shared), key.clone());
        blocking(move || {
            let absent = || StorageError::new(StorageErrorKind::NotFound, "no such file").at(&key);
            let root = match shared.open() {
                Err(error) if is_absent(&error) => return Err(absent()),
                other => other?,
            };
            read::open(&root, &key)?.ok_or_else(absent)
        })
        .await
    }
}

impl Shared {
    fn open(&self) -> Result<Folder, StorageError> {
        Folder::root(&self.path)
    }

    /// Does what writes.
    ///
    /// All of a run's writes go to the folder that its first one found: contents and metadata stay
    /// together when somebody moves that folder and puts another one, or a link, in its place. When
    /// it was removed the write fails and the next one begins anew. That is not `NotFound`, which
    /// tells the caller that there can be no folder to write to at all.
    fn write<T>(&self, work: impl FnOnce(&Scratch) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let run = self.run()?;
        let done = if run.root().is_removed() { Err(removed()) } else { work(&run) };
        match done {
            Err(error) if is_absent(&error) || run.root().is_removed() => {
                self.forget(&run);
                Err(removed())
            }
            done => done,
        }
    }

    /// The run's temporaries and its folder, both made where they are missing.
    fn run(&self) -> Result<Arc<Scratch>, StorageError> {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(begun) = &*scratch {
            return Ok(Arc::clone(begun));
        }
        make_root(&self.path)?;
        let begun = self.open().and_then(Scratch::begin);
        let begun = begun.map_err(|error| if is_absent(&error) { removed() } else { error })?;
        Ok(Arc::clone(scratch.insert(Arc::new(begun))))
    }

    /// Lets the next write begin anew, unless another one has begun already.
    fn forget(&self, run: &Arc<Scratch>) {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let _last = scratch.take_if(|begun| Arc::ptr_eq(begun, run));
    }
}

fn is_absent(error: &StorageError) -> bool {
    error.kind() == StorageErrorKind::NotFound
}

fn removed() -> StorageError {
    StorageError::new(StorageErrorKind::Io, "the destination folder was removed or replaced while the run was at work")
}

/// Runs file work off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StorageError::new(StorageErrorKind::Io, "the file worker was stopped").because(error)),
    }
}

#[async_trait]
impl ObjectRead for FolderObjects {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        Ok(self.open(key).await?.meta)
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        let opened = self.open(key).await?;
        if what.if_match.as_ref().is_some_and(|etag| *etag != opened.meta.etag) {
            return Err(StorageError::new(StorageErrorKind::PreconditionFailed, "the file has changed").at(key));
        }
        Ok(ObjectBody { meta: opened.meta.clone(), bytes: opened.stream(what) })
    }
}

#[async_trait]
impl ObjectWrite for FolderObjects {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        let (shared, key, options) = (Arc::clone(&self.shared), key.clone(), options.clone());
        blocking(move || {
            shared
                .write(|run| write::put(run, &key, &content, &options))
                .map_err(|error| if error.key().is_none() { error.at(&key) } else { error })
        })
        .await
    }
}

#[async_trait]
impl ObjectList for FolderObjects {
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError> {
        let shared = Arc::clone(&self.shared);
        let root = blocking(move || shared.open()).await?;
        let (found, entries) = tokio::sync::mpsc::channel(LIST_AHEAD);
        let prefix = prefix.clone();
        tokio::task::spawn_blocking(move || walk::walk(&root, &prefix, &found));
        Ok(Box::pin(futures_util::stream::unfold(entries, |mut entries| async move {
            entries.recv().await.map(|entry| (entry, entries))
        })))
    }
}

#[async_trait]
impl ObjectDelete for FolderObjects {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let (shared, key) = (Arc::clone(&self.shared), key.clone());
        blocking(move || shared.write(|run| write::delete(run, &key))).await
    }
}
