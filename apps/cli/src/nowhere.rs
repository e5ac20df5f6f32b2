//! A destination that stores nowhere: what is left of a put is whether its bucket is there, and
//! under guard whether it is allowed.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{ETag, KeyPrefix, ObjectKey};
use thumbgate_core::port::{ObjectDelete, ObjectList, ObjectWrite, PutOptions, Written};
use tokio::sync::OnceCell;

use crate::stores::Store;

/// Takes everything that the destination could take, and keeps nothing.
#[derive(Debug, Default)]
pub(crate) struct Nowhere {
    /// What can be asked whether it is there; a folder is made by the first put.
    bucket: Option<Arc<dyn ObjectList>>,
    is_there: OnceCell<()>,
}

impl Nowhere {
    /// Asks once whether the bucket is there; the default asks nothing.
    pub(crate) fn instead_of(destination: &Store) -> Self {
        Self { bucket: destination.is_remote().then(|| destination.list()), is_there: OnceCell::new() }
    }

    /// A bucket that may not be listed is taken to be there.
    async fn check(&self) -> Result<(), StorageError> {
        let Some(bucket) = &self.bucket else {
            return Ok(());
        };
        let first = match bucket.list(&KeyPrefix::default()).await {
            Ok(mut entries) => entries.next().await.transpose().map(|_| ()),
            Err(error) => Err(error),
        };
        match first {
            Err(error) if error.kind() == StorageErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl ObjectWrite for Nowhere {
    async fn put(&self, _: &ObjectKey, _: Bytes, _: &PutOptions) -> Result<Written, StorageError> {
        self.is_there.get_or_try_init(|| self.check()).await?;
        Ok(Written { etag: ETag::new("\"nowhere\""), version: None })
    }
}

#[async_trait]
impl ObjectDelete for Nowhere {
    async fn delete(&self, _: &ObjectKey) -> Result<(), StorageError> {
        Ok(())
    }
}
