//! The cases of the storage ports.

mod keys;
mod list;
mod read;
mod write;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::{
    Condition, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite, PutOptions, Written,
};

pub use keys::{every_legal_key_works_or_is_refused, keys_that_look_alike_are_different_objects};
pub use list::{a_listing_is_complete_and_exact, a_long_listing_has_every_page, an_empty_prefix_lists_nothing};
pub use read::{
    a_range_is_exactly_that_range, an_etag_changes_with_the_content, get_of_another_content_fails_its_condition,
    get_of_what_is_absent_is_not_found, get_yields_exactly_the_bytes, head_and_get_agree,
    head_of_what_is_absent_is_not_found, metadata_reads_back,
};
pub use write::{
    a_large_object_reads_back, a_reader_sees_the_old_or_the_new, an_empty_object_is_an_object, if_absent_writes_once,
    if_match_of_what_is_absent_is_refused, if_match_writes_over_what_was_seen, of_many_conditional_puts_one_wins,
    the_written_etag_is_the_heads, what_is_deleted_is_gone,
};

/// All four storage ports of one adapter.
pub trait Store: ObjectRead + ObjectWrite + ObjectList + ObjectDelete {}

impl<T: ObjectRead + ObjectWrite + ObjectList + ObjectDelete> Store for T {}

/// An adapter under test, and a part of its keys that belongs to one case alone.
pub struct StorageFixture {
    store: Arc<dyn Store>,
    prefix: String,
    keep: Option<Box<dyn fmt::Debug + Send + Sync>>,
    page: usize,
}

impl fmt::Debug for StorageFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageFixture").field("prefix", &self.prefix).field("keep", &self.keep).finish_non_exhaustive()
    }
}

impl StorageFixture {
    /// A fixture over this store; each one gets a prefix of its own.
    #[must_use]
    pub fn new(store: impl Store + 'static) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("case-{}-{number}/", std::process::id());
        Self { store: Arc::new(store), prefix, keep: None, page: 10 }
    }

    /// Keeps something (a temporary folder, a server) alive as long as the case runs.
    #[must_use]
    pub fn keeping(mut self, what: impl fmt::Debug + Send + Sync + 'static) -> Self {
        self.keep = Some(Box::new(what));
        self
    }

    /// The number of entries of one page of a listing, where the backend has pages.
    #[must_use]
    pub fn with_page(mut self, entries: usize) -> Self {
        self.page = entries;
        self
    }

    fn key(&self, rest: &str) -> ObjectKey {
        ObjectKey::parse(format!("{}{rest}", self.prefix)).unwrap()
    }

    async fn put(&self, rest: &str, content: &[u8], condition: Condition) -> Result<Written, StorageError> {
        self.store.put(&self.key(rest), Bytes::copy_from_slice(content), &PutOptions::when(condition)).await
    }

    async fn get(&self, rest: &str) -> Result<Bytes, StorageError> {
        let body = self.store.get(&self.key(rest), &Get::default()).await?;
        collect(body).await
    }
}

async fn collect(mut body: ObjectBody) -> Result<Bytes, StorageError> {
    let mut whole = BytesMut::new();
    while let Some(part) = body.bytes.next().await {
        whole.extend_from_slice(&part?);
    }
    Ok(whole.freeze())
}

/// Bytes that repeat nowhere soon, so that a part that is lost or doubled shows.
fn pattern(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

#[track_caller]
fn assert_kind<T: fmt::Debug>(result: Result<T, StorageError>, expected: &[StorageErrorKind]) {
    match result {
        Err(error) if expected.contains(&error.kind()) => {}
        other => panic!("expected one of {expected:?}, got {other:?}"),
    }
}
