//! A store that is a map behind a lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{ETag, KeyPrefix, ObjectKey, ObjectMeta};
use thumbgate_core::port::{
    Condition, Entry, EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite, PutOptions,
    Written,
};

/// Objects in a map. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ReferenceStore {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<ObjectKey, (ObjectMeta, Bytes)>,
    writes: u64,
}

impl ReferenceStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many puts have taken place.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    /// Every key and its content.
    #[must_use]
    pub fn contents(&self) -> BTreeMap<String, Bytes> {
        self.state().objects.iter().map(|(key, (_, bytes))| (key.as_str().to_owned(), bytes.clone())).collect()
    }
}

fn fail<T>(kind: StorageErrorKind, message: &str, key: &ObjectKey) -> Result<T, StorageError> {
    Err(StorageError::new(kind, message).at(key))
}

#[async_trait]
impl ObjectRead for ReferenceStore {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        match self.state().objects.get(key) {
            Some((meta, _)) => Ok(meta.clone()),
            None => fail(StorageErrorKind::NotFound, "no such object", key),
        }
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        let (meta, bytes) = match self.state().objects.get(key) {
            Some(found) => found.clone(),
            None => return fail(StorageErrorKind::NotFound, "no such object", key),
        };
        if what.if_match.as_ref().is_some_and(|etag| *etag != meta.etag) {
            return fail(StorageErrorKind::PreconditionFailed, "the object has changed", key);
        }
        let bytes = match &what.range {
            Some(range) => {
                let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(at(range.start)..at(range.end))
            }
            None => bytes,
        };
        let parts: Vec<_> = bytes.chunks(16 * 1024).map(|part| Ok(bytes.slice_ref(part))).collect();
        Ok(ObjectBody { meta, bytes: Box::pin(futures_util::stream::iter(parts)) })
    }
}

#[async_trait]
impl ObjectWrite for ReferenceStore {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        let mut state = self.state();
        let there = state.objects.get(key).map(|(meta, _)| &meta.etag);
        match (&options.condition, there) {
            (Condition::Always, _) | (Condition::IfAbsent, None) => {}
            (Condition::IfMatch(wanted), Some(found)) if wanted == found => {}
            (Condition::IfMatch(_), None) => {
                return fail(StorageErrorKind::NotFound, "no such object", key);
            }
            _ => {
                return fail(StorageErrorKind::PreconditionFailed, "the condition does not hold", key);
            }
        }
        state.writes += 1;
        let etag = ETag::new(format!("\"{}\"", state.writes));
        let meta = ObjectMeta {
            key: key.clone(),
            size: u64::try_from(content.len()).unwrap_or(u64::MAX),
            etag: etag.clone(),
            version: None,
            modified: None,
            media_type: options.media_type.clone(),
            cache_control: options.cache_control.clone(),
            metadata: options.metadata.clone(),
        };
        state.objects.insert(key.clone(), (meta, content));
        Ok(Written { etag, version: None })
    }
}

#[async_trait]
impl ObjectList for ReferenceStore {
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError> {
        let state = self.state();
        let below = state.objects.iter().filter(|(key, _)| prefix.strip(key).is_some());
        let entries: Vec<_> =
            below.map(|(key, (meta, _))| Ok(Entry::Object { key: key.clone(), size: meta.size })).collect();
        Ok(Box::pin(futures_util::stream::iter(entries)))
    }
}

#[async_trait]
impl ObjectDelete for ReferenceStore {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        self.state().objects.remove(key);
        Ok(())
    }
}
