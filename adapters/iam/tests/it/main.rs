//! The policy engine through its public face.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test is a panic")]

mod catalog;
mod contract;
mod judged;
