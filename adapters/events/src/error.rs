//! Why a payload is no event.

use thiserror::Error;

/// Why a payload cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is larger than any service sends.
    #[error("the payload has {bytes} bytes; no event has more than {max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The largest that is read.
        max: usize,
    },
    /// It is not JSON.
    #[error("{}not JSON at line {line}, column {column}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
    Json {
        /// Where the text is; empty where the whole payload is none.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at a line's end.
        column: usize,
    },
    /// A member is missing.
    #[error("{path} is missing")]
    Missing {
        /// Where it should be, such as `Records[0].s3.object.key`.
        path: String,
    },
    /// A member has a value that it cannot have.
    #[error("{path} is {found}; it should be {expected}")]
    Unexpected {
        /// Where it is.
        path: String,
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// It is JSON, and none of the events that are known.
    #[error("{path} is no event that is known here: neither of S3, EventBridge, SNS, SQS nor S3 Batch Operations")]
    Unknown {
        /// Where it is; `the payload` for all of it.
        path: String,
    },
    /// Envelopes stand in envelopes deeper than any service nests them.
    #[error("{path} is an envelope in too many others")]
    TooDeep {
        /// Where it is.
        path: String,
    },
}
