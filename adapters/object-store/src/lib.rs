//! Storage ports over the `object_store` crate: `memory://` always, `gs://` and `az://` as
//! features.
//!
//! Not S3 and not local folders: they have adapters of their own, because `object_store` has no
//! user metadata with conditional puts on S3 as Thumbgate needs them, and its local store refuses
//! legal keys.
//!
//! ```
//! use thumbgate_object_store::StoredObjects;
//! let objects = StoredObjects::memory();
//! # let _ = objects;
//! ```
#![forbid(unsafe_code)]

mod error;
mod keys;
mod objects;

pub use objects::StoredObjects;
