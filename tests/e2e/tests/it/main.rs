//! The pipeline over real backends.
#![expect(clippy::unwrap_used, clippy::unreachable, reason = "a failed test is a panic")]

mod backends;
mod faults;
mod policies;
mod world;
