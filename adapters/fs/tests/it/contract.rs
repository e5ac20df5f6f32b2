//! The contract of the storage ports.

use thumbgate_contract::storage::StorageFixture;
use thumbgate_fs::FolderObjects;

async fn folder() -> StorageFixture {
    let folder = tempfile::tempdir().unwrap();
    StorageFixture::new(FolderObjects::new(folder.path())).keeping(folder)
}

thumbgate_contract::object_storage_contract!(folder);
