//! The contract of the storage ports, against a real S3 API over HTTP.

use thumbgate_contract::emulator;
use thumbgate_contract::storage::StorageFixture;

use crate::bucket_at;

async fn bucket() -> StorageFixture {
    let name = emulator::new_bucket().await;
    StorageFixture::new(bucket_at(&emulator::endpoint(), &name).await)
}

thumbgate_contract::object_storage_contract!(bucket);
