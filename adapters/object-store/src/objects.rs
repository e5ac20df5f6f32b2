//! The storage ports over any `object_store::ObjectStore`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, UpdateVersion,
};
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{ETag, KeyPrefix, Metadata, ObjectKey, ObjectMeta, VersionId};
use thumbgate_core::port::{
    BodyStream, Condition, Entry, EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite,
    PutOptions, Written,
};

use crate::error::{storage_error, without_key};
use crate::keys::KeyStyle;

/// One bucket of a store of the `object_store` crate. Clones are the same bucket.
#[derive(Debug, Clone)]
pub struct StoredObjects {
    store: Arc<dyn ObjectStore>,
    keys: KeyStyle,
}

impl StoredObjects {
    /// An empty bucket in memory, which lives as long as this value and its clones.
    #[must_use]
    pub fn memory() -> Self {
        Self { store: Arc::new(InMemory::new()), keys: KeyStyle::Escaped }
    }

    /// A bucket of Google Cloud Storage, with the credentials of the environment.
    ///
    /// # Errors
    /// `Credentials` when the environment has none that can be used.
    #[cfg(feature = "gcs")]
    pub fn google(bucket: &str) -> Result<Self, StorageError> {
        let built = object_store::gcp::GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).build();
        Ok(Self { store: Arc::new(built.map_err(no_credentials)?), keys: KeyStyle::Plain })
    }

    /// A container of Azure Blob Storage, with the account and credentials of the environment.
    ///
    /// # Errors
    /// `Credentials` when the environment has none that can be used.
    #[cfg(feature = "azure")]
    pub fn azure(container: &str) -> Result<Self, StorageError> {
        let built = object_store::azure::MicrosoftAzureBuilder::from_env().with_container_name(container).build();
        Ok(Self { store: Arc::new(built.map_err(no_credentials)?), keys: KeyStyle::Plain })
    }

    fn meta(key: &ObjectKey, found: object_store::ObjectMeta, attributes: &Attributes) -> ObjectMeta {
        let text = |attribute| attributes.get(&attribute).map(|value| value.as_ref().to_owned());
        let mut metadata = Metadata::new();
        for (attribute, value) in attributes {
            if let Attribute::Metadata(name) = attribute {
                metadata.insert(name.to_string(), value.as_ref().to_owned());
            }
        }
        ObjectMeta {
            key: key.clone(),
            size: found.size,
            etag: ETag::new(found.e_tag.unwrap_or_default()),
            version: found.version.map(VersionId::new),
            modified: Some(found.last_modified.into()),
            media_type: text(Attribute::ContentType),
            cache_control: text(Attribute::CacheControl),
            metadata,
        }
    }

    async fn fetch(&self, key: &ObjectKey, options: GetOptions) -> Result<object_store::GetResult, StorageError> {
        let path = self.keys.path(key)?;
        self.store.get_opts(&path, options).await.map_err(|error| storage_error(error, key))
    }
}

#[cfg(any(feature = "gcs", feature = "azure"))]
fn no_credentials(error: object_store::Error) -> StorageError {
    StorageError::new(StorageErrorKind::Credentials, "the environment has no usable credentials").because(error)
}

#[async_trait]
impl ObjectRead for StoredObjects {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        let result = self.fetch(key, GetOptions { head: true, ..GetOptions::default() }).await?;
        Ok(Self::meta(key, result.meta, &result.attributes))
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        let options = GetOptions {
            if_match: what.if_match.as_ref().map(|etag| etag.as_str().to_owned()),
            range: what.range.clone().map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let result = self.fetch(key, options).await?;
        let meta = Self::meta(key, result.meta.clone(), &result.attributes);
        let length = result.range.end - result.range.start;
        Ok(ObjectBody { meta, bytes: exactly(result.into_stream(), length, key.clone()) })
    }
}

/// The stream, which fails unless it has exactly `length` bytes.
fn exactly(
    stream: futures_util::stream::BoxStream<'static, object_store::Result<Bytes>>,
    length: u64,
    key: ObjectKey,
) -> BodyStream {
    let wrong = |key: &ObjectKey| {
        StorageError::new(StorageErrorKind::Corrupt, "the body is not as long as the store said").at(key)
    };
    let start = (stream, length, key);
    Box::pin(futures_util::stream::try_unfold(start, move |(mut stream, left, key)| async move {
        match stream.next().await {
            None if left == 0 => Ok(None),
            None => Err(wrong(&key)),
            Some(Err(error)) => Err(storage_error(error, &key)),
            Some(Ok(part)) => {
                let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
                let left = left.checked_sub(length).ok_or_else(|| wrong(&key))?;
                Ok(Some((part, (stream, left, key))))
            }
        }
    }))
}

#[async_trait]
impl ObjectWrite for StoredObjects {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        let path = self.keys.path(key)?;
        let mode = match &options.condition {
            Condition::Always => PutMode::Overwrite,
            Condition::IfAbsent => PutMode::Create,
            Condition::IfMatch(etag) => {
                PutMode::Update(UpdateVersion { e_tag: Some(etag.as_str().to_owned()), version: None })
            }
        };
        let mut attributes = Attributes::new();
        if let Some(media_type) = &options.media_type {
            attributes.insert(Attribute::ContentType, media_type.clone().into());
        }
        if let Some(cache_control) = &options.cache_control {
            attributes.insert(Attribute::CacheControl, cache_control.clone().into());
        }
        for (name, value) in &options.metadata {
            attributes.insert(Attribute::Metadata(name.clone().into()), value.clone().into());
        }
        let put = object_store::PutOptions { mode, attributes, ..object_store::PutOptions::default() };
        let stored = self.store.put_opts(&path, PutPayload::from(content), put).await;
        let stored = stored.map_err(|error| storage_error(error, key))?;
        Ok(Written { etag: ETag::new(stored.e_tag.unwrap_or_default()), version: stored.version.map(VersionId::new) })
    }
}

#[async_trait]
impl ObjectList for StoredObjects {
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError> {
        // `object_store` lists by whole segments, without the closing slash.
        let below = prefix.as_str().strip_suffix('/').and_then(|text| ObjectKey::parse(text).ok());
        let path: Option<Path> = below.map(|key| self.keys.path(&key)).transpose()?;
        let (keys, wanted) = (self.keys, prefix.clone());
        let entries = self.store.list(path.as_ref()).map_err(without_key).try_filter_map(move |found| {
            let entry = match keys.key(&found.location) {
                Some(key) => wanted.strip(&key).is_some().then_some(Entry::Object { key, size: found.size }),
                None => Some(Entry::Unusable {
                    name: found.location.to_string(),
                    error: StorageError::new(StorageErrorKind::InvalidKey, "the name is no key"),
                }),
            };
            std::future::ready(Ok(entry))
        });
        Ok(Box::pin(entries))
    }
}

#[async_trait]
impl ObjectDelete for StoredObjects {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        match self.store.delete(&self.keys.path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(storage_error(error, key)),
        }
    }
}
