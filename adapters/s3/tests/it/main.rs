//! S3 keeps the contract of the storage ports, and what only a network can break.
//!
//! `contract` and some others run against the real S3 API that `cargo xtask test` starts; the
//! rest against a server that answers what a test tells it to (`server`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test is a panic")]

mod connection;
mod contract;
mod errors;
mod hostile;
mod lists;
mod multipart;
mod owner;
mod ranges;
mod reads;
mod server;
mod tries;
mod writes;

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{Bucket, KeyPrefix, ObjectKey};
use thumbgate_core::port::{
    Condition, Entry, Get, ObjectList as _, ObjectRead as _, ObjectWrite as _, PutOptions, Written,
};
use thumbgate_s3::{BucketOwner, Patience, S3Connection, S3Objects, S3Options};

/// Waits as short as tests need: nothing here has to wait for a far network.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(3),
    answer: Duration::from_secs(20),
    stall: Duration::from_millis(100),
    backoff: Duration::from_millis(1),
};

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

async fn connect(endpoint: &str, patience: Patience) -> S3Connection {
    let options = S3Options { endpoint_url: Some(endpoint.to_owned()), region: None, patience };
    S3Connection::from_environment(&options).await.unwrap()
}

async fn bucket_at(endpoint: &str, bucket: &str) -> S3Objects {
    connect(endpoint, PATIENCE).await.bucket(Bucket::parse(bucket).unwrap(), None)
}

async fn owned_bucket_at(endpoint: &str, bucket: &str) -> S3Objects {
    let owner = BucketOwner::parse("123456789012").unwrap();
    connect(endpoint, PATIENCE).await.bucket(Bucket::parse(bucket).unwrap(), Some(owner))
}

async fn put(objects: &S3Objects, name: &str, content: &[u8], condition: Condition) -> Result<Written, StorageError> {
    objects.put(&key(name), Bytes::copy_from_slice(content), &PutOptions::when(condition)).await
}

/// What arrived of an object, and how its stream ended.
async fn read(objects: &S3Objects, name: &str, what: &Get) -> (Vec<u8>, Result<(), StorageError>) {
    let mut bytes = Vec::new();
    let mut body = match objects.get(&key(name), what).await {
        Ok(body) => body,
        Err(error) => return (bytes, Err(error)),
    };
    while let Some(part) = body.bytes.next().await {
        match part {
            Ok(part) => bytes.extend_from_slice(&part),
            Err(error) => return (bytes, Err(error)),
        }
    }
    (bytes, Ok(()))
}

/// The entries of a listing, and how it ended.
async fn listed(objects: &S3Objects, prefix: &str) -> (Vec<String>, Result<(), StorageError>) {
    let mut names = Vec::new();
    let mut entries = match objects.list(&KeyPrefix::parse(prefix).unwrap()).await {
        Ok(entries) => entries,
        Err(error) => return (names, Err(error)),
    };
    while let Some(entry) = entries.next().await {
        match entry {
            Ok(Entry::Object { key, .. }) => names.push(key.as_str().to_owned()),
            Ok(Entry::Unusable { name, .. }) => names.push(format!("unusable {name}")),
            Err(error) => return (names, Err(error)),
        }
    }
    (names, Ok(()))
}
