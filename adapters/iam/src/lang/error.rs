//! Why a text is not a policy that AWS would store.

use std::fmt;

use thiserror::Error;

use super::position::{Position, Source};

/// The kind of an error in a policy, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is not JSON.
    Json,
    /// A name stands twice in one object: JSON parsers keep the last and say nothing.
    DuplicateName,
    /// The text is larger than [`DOCUMENT_BYTES_MAX`](super::DOCUMENT_BYTES_MAX).
    TooLarge,
    /// A name that is no element of the policy language.
    UnknownElement,
    /// An element that has to be there is not.
    MissingElement,
    /// Two elements that exclude each other.
    Conflict,
    /// An element that this kind of document may not have, or not in this form.
    NotInThisKind,
    /// A value of another type than the element takes.
    WrongType,
    /// A version other than `2012-10-17` and `2008-10-17`.
    Version,
    /// An effect other than `Allow` and `Deny`.
    Effect,
    /// A statement's name that IAM refuses.
    Sid,
    /// An action without a service, or with wildcards in it.
    Action,
    /// A resource that is no ARN.
    Resource,
    /// A principal of no known form.
    Principal,
    /// A condition operator that does not exist.
    Operator,
}

/// One error in a policy, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{line}:{column}: {message}", line = position.line, column = position.column)]
pub struct SyntaxError {
    kind: SyntaxErrorKind,
    position: Position,
    message: String,
}

impl SyntaxError {
    pub(super) fn new(source: &Source, kind: SyntaxErrorKind, byte: usize, message: String) -> Self {
        Self { kind, position: source.position(byte), message }
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> SyntaxErrorKind {
        self.kind
    }

    /// Where it stands.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// What is wrong, and what to write, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The errors of one policy, the first [`ERRORS_MAX`](super::ERRORS_MAX) found, in the order of the
/// text; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxErrors {
    name: String,
    errors: Vec<SyntaxError>,
}

impl SyntaxErrors {
    pub(super) fn new(source: &Source, errors: Vec<SyntaxError>) -> Self {
        Self { name: source.name().to_owned(), errors }
    }

    /// The name of the document.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The errors.
    pub fn iter(&self) -> std::slice::Iter<'_, SyntaxError> {
        self.errors.iter()
    }
}

impl<'a> IntoIterator for &'a SyntaxErrors {
    type Item = &'a SyntaxError;
    type IntoIter = std::slice::Iter<'a, SyntaxError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for SyntaxErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{error}", self.name)?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxErrors {}
