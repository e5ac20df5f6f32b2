//! Core's use cases on the reference store and renderer, through faults.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test is a panic")]

mod batch;
mod contract;
mod deliver;
mod generate;
mod guard;
mod world;
