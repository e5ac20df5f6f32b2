//! Storage ports over Amazon S3 and whatever speaks its API.
//!
//! [`S3Connection::from_environment`] finds credentials, region and endpoint once;
//! [`S3Connection::bucket`] gives the storage ports of one bucket. The SDK signs, sends and
//! retries; what it does not do is done here:
//!
//! - a body that is cut, altered or longer than announced ends in an error (`body`);
//! - a listing is whole or an error: cut XML, repeated tokens, names from elsewhere (`list`);
//! - answers are bounded in bytes, so that no server fills the memory (`answers`);
//! - large contents go up in parts, under the same condition as small ones, and leave nothing
//!   behind when they fail (`multipart`);
//! - every failure gets one kind and one sentence, in one table (`error`).
//!
//! What it does not know: rounds and re-reads of an object, which are `core::generate`'s. Each
//! call on an object is tried at most [`TRIES_MAX`] times, and only for failures that may pass: a 403 is
//! never asked again.
//!
//! ```no_run
//! use thumbgate_core::object::Bucket;
//! use thumbgate_s3::{S3Connection, S3Options};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let options = S3Options { endpoint_url: Some("http://127.0.0.1:9000".to_owned()), ..S3Options::default() };
//! let connection = S3Connection::from_environment(&options).await?;
//! let photos = connection.bucket(Bucket::parse("photos-in")?, None);
//! # let _ = photos; Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod answers;
mod body;
mod connection;
mod endpoint;
mod error;
mod error_codes;
mod headers;
mod list;
mod multipart;
mod objects;
mod options;
mod owner;
mod pages;
mod read;
mod transport;
mod url_encoding;
mod write;

pub use connection::S3Connection;
pub use objects::S3Objects;
pub use options::{Patience, S3Options, TRIES_MAX};
pub use owner::{BucketOwner, BucketOwnerError};
