//! Storage: reading, writing, listing and deleting objects of one bucket.

use std::fmt;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;

use crate::error::StorageError;
use crate::object::{ETag, KeyPrefix, Metadata, ObjectKey, ObjectMeta, VersionId};

/// The bytes of an object as they arrive. An error ends the stream.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, StorageError>> + Send>>;

/// The entries of a listing as they arrive. An error ends the stream.
pub type EntryStream = Pin<Box<dyn Stream<Item = Result<Entry, StorageError>> + Send>>;

/// An object's metadata and its content, not yet read.
pub struct ObjectBody {
    /// What is known of the object that the bytes belong to.
    pub meta: ObjectMeta,
    /// The content; dropping it ends the transfer.
    pub bytes: BodyStream,
}

impl fmt::Debug for ObjectBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectBody").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// What of an object to get, and under which condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Get {
    /// Get it only while its content is this one.
    pub if_match: Option<ETag>,
    /// Only the bytes from `start` (inclusive) to `end` (exclusive); `end` beyond the object
    /// means to its end.
    pub range: Option<std::ops::Range<u64>>,
}

/// Reads objects of one bucket (`s3:GetObject`).
///
/// # Contract
/// - An object that is not there is `NotFound`, from both methods.
/// - `head` and `get` of an unchanged object give the same metadata; `etag` changes whenever the
///   content is written anew with other bytes.
/// - `get` yields exactly the object's bytes, or an error; a body that is cut or altered on its
///   way ends in an error, never in a shorter stream.
/// - `get` with `if_match` of another content is `PreconditionFailed`.
/// - `get` with a range yields exactly that range; `meta.size` is still the whole object's.
/// - What was written with metadata, media type and cache control reads back with them.
/// - Any legal key works, or is refused as `InvalidKey`.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ObjectRead: Send + Sync + fmt::Debug {
    /// The object's metadata.
    ///
    /// # Errors
    /// [`StorageError`] by kind.
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError>;

    /// The object's metadata and a stream of its bytes.
    ///
    /// # Errors
    /// [`StorageError`] by kind; errors of the transfer come from the stream.
    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError>;
}

/// When a put may take place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// In any case.
    Always,
    /// Only while no object has this key (`If-None-Match: *`).
    IfAbsent,
    /// Only while the object's content is this one (`If-Match`).
    IfMatch(ETag),
}

/// Everything of a put but its key and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOptions {
    /// When it may take place.
    pub condition: Condition,
    /// The Content-Type to store.
    pub media_type: Option<String>,
    /// The Cache-Control to store.
    pub cache_control: Option<String>,
    /// The user metadata to store.
    pub metadata: Metadata,
}

impl PutOptions {
    /// Options with this condition and nothing else.
    #[must_use]
    pub fn when(condition: Condition) -> Self {
        Self { condition, media_type: None, cache_control: None, metadata: Metadata::new() }
    }
}

/// The identity of what a put stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The new content's tag.
    pub etag: ETag,
    /// Its version, where the backend keeps versions.
    pub version: Option<VersionId>,
}

/// Writes objects of one bucket (`s3:PutObject`).
///
/// # Contract
/// - A put is whole or absent: no reader ever sees a part of it, whatever ends the writer.
/// - `IfAbsent` of a key that is there, and `IfMatch` of another content, is `PreconditionFailed`
///   and changes nothing; `IfMatch` of a key that is not there is `NotFound` or
///   `PreconditionFailed`. Of many such puts at once exactly one wins.
/// - The returned etag is what `head` then gives.
/// - An empty content is stored as an empty object.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ObjectWrite: Send + Sync + fmt::Debug {
    /// Stores `content` under `key`.
    ///
    /// # Errors
    /// [`StorageError`] by kind. After `Timeout` or `Unavailable` the put may have taken place.
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError>;
}

/// One entry of a listing.
#[derive(Debug)]
pub enum Entry {
    /// An object.
    Object {
        /// Its key.
        key: ObjectKey,
        /// Its length in bytes.
        size: u64,
    },
    /// Something that is there but cannot be named as an object (a file name that is not
    /// Unicode, a path that is too long): never passed over in silence.
    Unusable {
        /// Its name, as far as it can be shown.
        name: String,
        /// Why it is no object.
        error: StorageError,
    },
}

/// Lists objects of one bucket (`s3:ListBucket`).
///
/// # Contract
/// - Every object below the prefix is listed exactly once, however many pages it takes; none
///   from elsewhere is.
/// - A prefix with nothing below it lists nothing; a bucket or folder that is not there is
///   `NotFound`.
/// - A listing that is cut, or whose continuation repeats itself, ends in an error, never in a
///   shorter list.
#[async_trait]
pub trait ObjectList: Send + Sync + fmt::Debug {
    /// The objects below `prefix`, in the backend's order.
    ///
    /// # Errors
    /// [`StorageError`] by kind; later pages' errors come from the stream.
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError>;
}

/// Deletes objects of one bucket (`s3:DeleteObject`).
///
/// # Contract
/// - After a delete, `head` is `NotFound`.
/// - Deleting what is not there succeeds.
#[async_trait]
pub trait ObjectDelete: Send + Sync + fmt::Debug {
    /// Deletes the object.
    ///
    /// # Errors
    /// [`StorageError`] by kind.
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError>;
}
