//! The in-memory store keeps the contract of the storage ports.

use thumbgate_contract::storage::StorageFixture;
use thumbgate_object_store::StoredObjects;

async fn memory() -> StorageFixture {
    StorageFixture::new(StoredObjects::memory())
}

thumbgate_contract::object_storage_contract!(memory);
