//! Why a picture is not decoded.

use thiserror::Error;

/// Why there are no rows, or no more of them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes break the rules of the format.
    #[error("{0}")]
    Malformed(&'static str),
    /// The bytes end before the picture does.
    #[error("the picture ends before {0}")]
    Truncated(&'static str),
    /// Legal, and not decoded here; the text names what it is.
    #[error("{0} is not decoded")]
    Unsupported(&'static str),
}
