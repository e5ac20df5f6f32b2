//! A URL becomes a backend: the adapters that this command was built with.

use std::sync::Arc;

use thumbgate_config::StoreUrl;
use thumbgate_core::object::Bucket;
use thumbgate_core::port::{ObjectDelete, ObjectList, ObjectRead, ObjectWrite};
use thumbgate_fs::FolderObjects;
use thumbgate_object_store::StoredObjects;
use thumbgate_s3::{BucketOwner, S3Connection, S3Objects, S3Options};
use tokio::sync::OnceCell;

use crate::args::S3Args;
use crate::exit::Stop;

/// The backends of one command. One connection to S3 serves both sides.
#[derive(Debug)]
pub(crate) struct Stores {
    s3: S3Options,
    connection: OnceCell<S3Connection>,
}

/// One backend, which gives out the ports that a use case is wired with.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// A local folder.
    Folder(FolderObjects),
    /// A bucket in memory.
    Memory(StoredObjects),
    /// A bucket of S3.
    S3(S3Objects),
}

impl Stores {
    pub(crate) fn new(args: &S3Args) -> Self {
        let s3 =
            S3Options { endpoint_url: args.endpoint_url.clone(), region: args.region.clone(), ..S3Options::default() };
        Self { s3, connection: OnceCell::new() }
    }

    /// The backend of a URL.
    pub(crate) async fn open(&self, url: &StoreUrl, owner: Option<&str>) -> Result<Store, Stop> {
        Ok(match url {
            StoreUrl::Folder { path, .. } => Store::Folder(FolderObjects::new(path)),
            StoreUrl::Memory { .. } => Store::Memory(StoredObjects::memory()),
            StoreUrl::S3 { bucket, .. } => Store::S3(self.bucket(bucket, owner).await?),
        })
    }

    /// A bucket of S3.
    pub(crate) async fn bucket(&self, bucket: &Bucket, owner: Option<&str>) -> Result<S3Objects, Stop> {
        let owner = owner.map(BucketOwner::parse).transpose();
        let owner = owner.map_err(|error| Stop::configuration(error.to_string()))?;
        let connect = || S3Connection::from_environment(&self.s3);
        let connection = self.connection.get_or_try_init(connect).await;
        let connection = connection.map_err(|error| Stop::of_place(&format!("s3://{bucket}"), &error))?;
        Ok(connection.bucket(bucket.clone(), owner))
    }
}

impl Store {
    pub(crate) fn read(&self) -> Arc<dyn ObjectRead> {
        match self {
            Self::Folder(store) => Arc::new(store.clone()),
            Self::Memory(store) => Arc::new(store.clone()),
            Self::S3(store) => Arc::new(store.clone()),
        }
    }

    pub(crate) fn write(&self) -> Arc<dyn ObjectWrite> {
        match self {
            Self::Folder(store) => Arc::new(store.clone()),
            Self::Memory(store) => Arc::new(store.clone()),
            Self::S3(store) => Arc::new(store.clone()),
        }
    }

    pub(crate) fn delete(&self) -> Arc<dyn ObjectDelete> {
        match self {
            Self::Folder(store) => Arc::new(store.clone()),
            Self::Memory(store) => Arc::new(store.clone()),
            Self::S3(store) => Arc::new(store.clone()),
        }
    }

    pub(crate) fn list(&self) -> Arc<dyn ObjectList> {
        match self {
            Self::Folder(store) => Arc::new(store.clone()),
            Self::Memory(store) => Arc::new(store.clone()),
            Self::S3(store) => Arc::new(store.clone()),
        }
    }

    /// Whether asking it costs a way through a network.
    pub(crate) fn is_remote(&self) -> bool {
        matches!(self, Self::S3(_))
    }
}
