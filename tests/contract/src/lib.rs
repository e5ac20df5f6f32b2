//! What every adapter of a port must do, as test cases that any adapter runs with one line.
//!
//! - [`object_storage_contract!`], [`renderer_contract!`], [`authorizer_contract!`]: one `#[test]`
//!   a case. The cases follow the "Contract" bullets on the ports.
//! - [`faults`]: wrappers that fail, cut, stall, forget and repeat, for tests of use cases.
//! - [`emulator`]: the real S3 API that `cargo xtask test` starts.
//! - [`mod@reference`], [`clock`]: a small store, renderer and clock, so that core's own tests need no
//!   adapter.
//!
//! `docs/guide/backends.md` shows how a new adapter is written and put under this contract.
#![forbid(unsafe_code)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a failed case is a panic: that is what a test library is for"
)]

pub mod authorizer;
pub mod clock;
pub mod emulator;
pub mod faults;
pub mod reference;
pub mod renderer;
pub mod storage;

/// Runs one case on a runtime of its own.
pub fn run<F: Future>(case: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(case)
}

/// Runs one case on virtual time: waits end at once, in the order in which they would have ended.
pub fn run_paused<F: Future>(case: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(case)
}

/// Puts a storage adapter under the contract of the storage ports: one `#[test]` a case.
///
/// `$fixture` is the path of an `async fn() -> thumbgate_contract::storage::StorageFixture`.
///
/// ```no_run
/// # use thumbgate_contract::{reference::ReferenceStore, storage::StorageFixture};
/// async fn fixture() -> StorageFixture {
///     StorageFixture::new(ReferenceStore::default())
/// }
/// thumbgate_contract::object_storage_contract!(fixture);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! object_storage_contract {
    ($fixture:path) => {
        $crate::contract_cases!(storage, $fixture;
            head_of_what_is_absent_is_not_found,
            get_of_what_is_absent_is_not_found,
            head_and_get_agree,
            an_etag_changes_with_the_content,
            get_yields_exactly_the_bytes,
            get_of_another_content_fails_its_condition,
            a_range_is_exactly_that_range,
            metadata_reads_back,
            every_legal_key_works_or_is_refused,
            keys_that_look_alike_are_different_objects,
            if_absent_writes_once,
            if_match_writes_over_what_was_seen,
            if_match_of_what_is_absent_is_refused,
            of_many_conditional_puts_one_wins,
            a_reader_sees_the_old_or_the_new,
            the_written_etag_is_the_heads,
            an_empty_object_is_an_object,
            a_large_object_reads_back,
            a_listing_is_complete_and_exact,
            an_empty_prefix_lists_nothing,
            a_long_listing_has_every_page,
            what_is_deleted_is_gone,
        );
    };
}

/// Puts a renderer under the contract of its port: one `#[test]` a case.
///
/// `$fixture` is the path of an `async fn() -> thumbgate_contract::renderer::RendererFixture`.
#[macro_export]
macro_rules! renderer_contract {
    ($fixture:path) => {
        $crate::contract_cases!(renderer, $fixture;
            outputs_have_the_planned_sizes,
            what_is_no_picture_is_unsupported,
            an_empty_body_is_refused,
            a_picture_over_a_limit_is_refused_from_its_header,
            a_body_that_breaks_is_the_bodys_error,
            a_body_that_ends_early_is_truncated,
            the_same_source_gives_the_same_bytes,
            an_error_at_the_very_end_is_seen,
            a_dropped_render_stops_reading,
        );
    };
}

/// Puts an authorizer under the contract of its port: one `#[test]` a case.
///
/// `$fixture` is the path of an `async fn() -> thumbgate_contract::authorizer::AuthorizerFixture`.
#[macro_export]
macro_rules! authorizer_contract {
    ($fixture:path) => {
        $crate::contract_cases!(authorizer, $fixture;
            what_is_allowed_is_allowed_every_time,
            what_no_document_allows_is_denied,
            a_denial_says_why,
        );
    };
}

/// One `#[test]` for each named case of a module of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_cases {
    ($module:ident, $fixture:path; $($case:ident,)*) => {
        $(
            #[test]
            fn $case() {
                $crate::run(async { $crate::$module::$case($fixture().await).await });
            }
        )*
    };
}
