//! Local folders keep the contract of the storage ports, and what only folders must.
#![expect(clippy::unwrap_used, reason = "a failed test is a panic")]

mod contract;
mod hostile;
mod locks;
mod moved;
mod runs;
mod sidecars;
mod single;

use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{KeyPrefix, ObjectKey};
use thumbgate_core::port::{Condition, Entry, Get, ObjectList as _, ObjectRead as _, ObjectWrite as _, PutOptions};
use thumbgate_fs::FolderObjects;

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

async fn put(folder: &FolderObjects, name: &str, content: &str) -> Result<(), StorageError> {
    let options = PutOptions::when(Condition::Always);
    folder.put(&key(name), Bytes::from(content.to_owned()), &options).await.map(|_| ())
}

async fn read(folder: &FolderObjects, name: &str) -> Result<String, StorageError> {
    let mut body = folder.get(&key(name), &Get::default()).await?;
    let mut text = Vec::new();
    while let Some(part) = body.bytes.next().await {
        text.extend_from_slice(&part?);
    }
    Ok(String::from_utf8(text).unwrap())
}

async fn listed(folder: &FolderObjects) -> Vec<String> {
    let entries = folder.list(&KeyPrefix::default()).await.unwrap();
    let names = entries.map(|entry| match entry.unwrap() {
        Entry::Object { key, .. } => key.as_str().to_owned(),
        Entry::Unusable { name, .. } => format!("unusable {name}"),
    });
    names.collect().await
}

/// Every file below a folder, with its content.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
