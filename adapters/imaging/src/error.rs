//! Short ways to the port's errors.

use std::io;

use thumbgate_core::error::RenderError;

/// The content breaks the rules of its format.
pub(crate) fn malformed(what: impl Into<String>) -> RenderError {
    RenderError::Malformed(what.into())
}

/// The content ends before the picture does.
pub(crate) fn truncated(what: impl Into<String>) -> RenderError {
    RenderError::Truncated(what.into())
}

/// The content is legal, but nothing that is decoded here.
pub(crate) fn unsupported(what: impl Into<String>) -> RenderError {
    RenderError::Unsupported(what.into())
}

/// The content asks for more than it may.
pub(crate) fn over_limit(what: impl Into<String>) -> RenderError {
    RenderError::Limit(what.into())
}

/// Our own fault.
pub(crate) fn internal(what: impl Into<String>) -> RenderError {
    RenderError::Internal(what.into())
}

/// A decoder's failed read: the content has ended, or the reader was stopped and knows why.
pub(crate) fn read_failed(format: &str, error: &io::Error) -> RenderError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => truncated(format!("the {format} ends early")),
        _ => malformed(format!("{format}: {error}")),
    }
}
