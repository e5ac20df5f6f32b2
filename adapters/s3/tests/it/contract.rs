//! The contract of the storage ports, against a real S3 API over HTTP.

use thumbgate_contract::storage::StorageFixture;

use crate::{bucket_at, real};

async fn bucket() -> StorageFixture {
    let name = real::new_bucket().await;
    StorageFixture::new(bucket_at(&real::endpoint(), &name).await)
}

thumbgate_contract::object_storage_contract!(bucket);
