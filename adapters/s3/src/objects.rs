//! The storage ports over one bucket.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use bytes::Bytes;
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{Bucket, KeyPrefix, ObjectKey, ObjectMeta};
use thumbgate_core::port::{
    EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite, PutOptions, Written,
};

use crate::error::{Asked, Place};
use crate::options::Patience;
use crate::{list, read, write};

/// One bucket of an [`S3Connection`](crate::S3Connection). Clones are the same bucket.
///
/// Needs `s3:GetObject` to read (and `s3:ListBucket` for "not there" to be told from "denied"),
/// `s3:PutObject` and `s3:AbortMultipartUpload` to write, `s3:ListBucket` to list and
/// `s3:DeleteObject` to delete: each only where that port is used.
#[derive(Clone)]
pub struct S3Objects {
    pub(crate) client: Client,
    pub(crate) place: Arc<Place>,
    pub(crate) patience: Patience,
}

impl fmt::Debug for S3Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client holds credentials: it is never shown.
        f.debug_struct("S3Objects").field("place", &self.place).finish_non_exhaustive()
    }
}

impl S3Objects {
    /// The bucket.
    #[must_use]
    pub fn bucket(&self) -> &Bucket {
        &self.place.bucket
    }

    pub(crate) fn bucket_name(&self) -> &str {
        self.place.bucket.as_str()
    }

    /// The account that is sent as the expected owner, with every call.
    pub(crate) fn owner(&self) -> Option<String> {
        self.place.owner.as_ref().map(ToString::to_string)
    }

    pub(crate) fn asked<'a>(&'a self, action: &'static str, key: &'a ObjectKey) -> Asked<'a> {
        Asked { action, place: &self.place, key: Some(key) }
    }
}

#[async_trait]
impl ObjectRead for S3Objects {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        read::head(self, key, None).await
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        read::get(self, key, what).await
    }
}

#[async_trait]
impl ObjectWrite for S3Objects {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        write::put(self, key, content, options).await
    }
}

#[async_trait]
impl ObjectList for S3Objects {
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError> {
        list::list(self.clone(), prefix.clone()).await
    }
}

#[async_trait]
impl ObjectDelete for S3Objects {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let call = self.client.delete_object().bucket(self.bucket_name()).key(key.as_str());
        match call.set_expected_bucket_owner(self.owner()).send().await {
            Ok(_) => Ok(()),
            // S3 answers 204 for what is not there; some other stores say so.
            Err(error) if error.as_service_error().and_then(|error| error.code()) == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(self.asked("s3:DeleteObject", key).failed(error)),
        }
    }
}
