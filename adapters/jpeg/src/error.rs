//! Why a picture is not decoded.

use std::io;

use thiserror::Error;

/// Why there are no rows, or no more of them.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The reader failed.
    #[error("the reader failed")]
    Read(#[source] io::Error),
    /// The bytes break the rules of the format.
    #[error("{0}")]
    Malformed(&'static str),
    /// The bytes end before the picture does.
    #[error("the picture ends before {0}")]
    Truncated(&'static str),
    /// Legal, and not decoded here; the text names what it is.
    #[error("{0} is not decoded")]
    Unsupported(String),
    /// More work or memory than the [`Limits`](crate::Limits) allow.
    #[error("{0}")]
    Limit(String),
}
