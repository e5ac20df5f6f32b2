//! Faults: a wrapper around a store that misbehaves on purpose, call by call.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{ObjectKey, ObjectMeta};
use thumbgate_core::port::{BodyStream, Get, ObjectBody, ObjectRead, ObjectWrite, PutOptions, Written};

/// What one call does instead of working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the call works.
    None,
    /// The call fails at once and does nothing.
    Fail(StorageErrorKind),
    /// The body breaks after this many bytes (`Corrupt`), as a cut connection does.
    CutAfter(usize),
    /// The body stops after this many bytes and never goes on.
    StallAfter(usize),
    /// The put takes place, but its answer is lost (`Timeout`).
    LoseAcknowledgement,
    /// The put takes place twice; the caller gets the second answer.
    Repeat,
    /// The call never returns.
    Hang,
}

/// A port that misbehaves: the n-th call gets the n-th fault; when they are used up, calls work.
pub struct Faulty<T: ?Sized> {
    inner: Arc<T>,
    faults: Mutex<VecDeque<Fault>>,
    calls: Mutex<Vec<String>>,
}

impl<T: ?Sized> fmt::Debug for Faulty<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("faults", &self.faults).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Faulty<T> {
    /// Wraps a port.
    pub fn new(inner: Arc<T>, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { inner, faults: Mutex::new(faults.into_iter().collect()), calls: Mutex::new(Vec::new()) }
    }

    /// The calls so far, such as `head a.jpg`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next(&self, call: &str, key: &ObjectKey) -> Fault {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{call} {key}"));
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(Fault::None)
    }
}

fn error(kind: StorageErrorKind, key: &ObjectKey) -> StorageError {
    StorageError::new(kind, "a fault on purpose").at(key)
}

#[async_trait]
impl<T: ObjectRead + ?Sized> ObjectRead for Faulty<T> {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        match self.next("head", key) {
            Fault::Fail(kind) => Err(error(kind, key)),
            Fault::Hang => std::future::pending().await,
            _ => self.inner.head(key).await,
        }
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        let fault = self.next("get", key);
        match fault {
            Fault::Fail(kind) => return Err(error(kind, key)),
            Fault::Hang => std::future::pending().await,
            _ => {}
        }
        let ObjectBody { meta, bytes } = self.inner.get(key, what).await?;
        let key = key.clone();
        let bytes: BodyStream = match fault {
            Fault::CutAfter(count) => {
                let cut = futures_util::stream::once(async move { Err(error(StorageErrorKind::Corrupt, &key)) });
                Box::pin(first_bytes(bytes, count).chain(cut))
            }
            Fault::StallAfter(count) => Box::pin(first_bytes(bytes, count).chain(futures_util::stream::pending())),
            _ => bytes,
        };
        Ok(ObjectBody { meta, bytes })
    }
}

/// The first `count` bytes of a body.
fn first_bytes(bytes: BodyStream, count: usize) -> BodyStream {
    let mut left = count;
    Box::pin(bytes.map(move |part| {
        part.map(|mut part| {
            part.truncate(left);
            left -= part.len();
            part
        })
    }))
}

#[async_trait]
impl<T: ObjectWrite + ?Sized> ObjectWrite for Faulty<T> {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        match self.next("put", key) {
            Fault::Fail(kind) => Err(error(kind, key)),
            Fault::Hang => std::future::pending().await,
            Fault::LoseAcknowledgement => {
                self.inner.put(key, content, options).await?;
                Err(error(StorageErrorKind::Timeout, key))
            }
            Fault::Repeat => {
                self.inner.put(key, content.clone(), options).await?;
                self.inner.put(key, content, options).await
            }
            _ => self.inner.put(key, content, options).await,
        }
    }
}
