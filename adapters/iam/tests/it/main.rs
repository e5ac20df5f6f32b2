//! The policy engine through its public face.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failed test is a panic")]

mod catalog;
mod contract;
mod hostile;
mod judged;
mod properties;
mod reference;
