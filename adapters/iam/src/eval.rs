//! Decisions: documents are compiled once, then asked many times.
//!
//! A [`Request`] is judged against the [`Policies`] that apply to its caller and its resource.
//! Read in this order: `policies` (which layer decides), `policy`, `statement`, then what a
//! statement is made of: `principal`, `arn_pattern`, `condition`.

mod arn_pattern;
mod condition;
mod context;
mod date;
mod flip;
mod policies;
mod policy;
mod principal;
mod request;
mod statement;
mod text;
mod trace;
mod truth;
mod value;
mod wildcard;

pub use context::{Context, DuplicateKey};
pub use flip::{Change, Place};
pub use policies::{Decision, Layer, Policies};
pub use policy::Policy;
pub use request::{Caller, Request, RequestError};
pub use trace::{Because, Explanation, Mismatch, StatementTrace};
