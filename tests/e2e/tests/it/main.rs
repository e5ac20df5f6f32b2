//! The pipeline over real backends.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unreachable,
    reason = "a failed test is a panic"
)]

mod backends;
mod deployment;
mod faults;
mod function;
mod policies;
mod rie;
mod storm;
mod world;
