//! Errors of the ports by kind, and the one table from a failure to what becomes of its item.
//!
//! Adapters keep their own private errors and turn them into these at the port. `Display` gives
//! one sentence without the source; who prints follows [`std::error::Error::source`].

use std::error::Error as StdError;
use std::fmt;

use crate::access::Denial;
use crate::object::{ObjectKey, escape_controls};

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// What went wrong at a storage port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StorageErrorKind {
    /// The object (or bucket, or folder) is not there.
    NotFound,
    /// The caller may not do this (403), or the backend hides whether the object is there.
    Denied,
    /// The credentials are missing, expired or malformed: no item can succeed.
    Credentials,
    /// The condition of a put, or the If-Match of a get, does not hold (412).
    PreconditionFailed,
    /// Another write to the same key is going on (409): the same call may succeed in a moment.
    Conflict,
    /// The key cannot be stored by this backend.
    InvalidKey,
    /// Another object's key stands in the way: `a` and `a/b` in a folder, or two names that differ
    /// only in letter case on a disk that does not tell them apart.
    KeyConflict,
    /// The backend asked to slow down or is unavailable (429, 500, 503), or the connection broke.
    Unavailable,
    /// The body ended early or does not match its checksum.
    Corrupt,
    /// The object changed while it was read.
    Changed,
    /// The call took longer than it may.
    Timeout,
    /// The bucket lives in another region or under another endpoint.
    WrongEndpoint,
    /// The disk is full, too many files are open, the file system is read-only, and the like.
    Io,
    /// The backend cannot do what was asked.
    Unsupported,
    /// The backend answered what its protocol does not allow.
    Protocol,
}

impl StorageErrorKind {
    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Conflict | Self::Unavailable | Self::Corrupt | Self::Changed | Self::Timeout)
    }
}

/// A failure of a storage port.
///
/// ```
/// use thumbgate_core::error::{StorageError, StorageErrorKind};
/// use thumbgate_core::object::ObjectKey;
/// let error = StorageError::new(StorageErrorKind::NotFound, "no such object")
///     .at(&ObjectKey::parse("a.jpg")?);
/// assert_eq!(error.to_string(), "no such object: `a.jpg`");
/// assert!(!error.is_transient());
/// # Ok::<(), thumbgate_core::object::NameError>(())
/// ```
#[derive(Debug)]
pub struct StorageError {
    kind: StorageErrorKind,
    message: String,
    key: Option<ObjectKey>,
    source: Option<Source>,
}

impl StorageError {
    /// An error of this kind; `message` is one lower-case sentence without a full stop.
    #[must_use]
    pub fn new(kind: StorageErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), key: None, source: None }
    }

    /// Names the object that the call was about.
    #[must_use]
    pub fn at(mut self, key: &ObjectKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Keeps the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> StorageErrorKind {
        self.kind
    }

    /// The object that the call was about, where it was about one.
    #[must_use]
    pub fn key(&self) -> Option<&ObjectKey> {
        self.key.as_ref()
    }

    /// Whether the same call may succeed later; see [`StorageErrorKind::is_transient`].
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.kind.is_transient()
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", escape_controls(&self.message))?;
        match &self.key {
            Some(key) => write!(f, ": `{key}`"),
            None => Ok(()),
        }
    }
}

impl StdError for StorageError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What went wrong in a renderer.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenderError {
    /// The content is of no format that this renderer decodes; the text names what it is.
    Unsupported(String),
    /// The content breaks the rules of its format.
    Malformed(String),
    /// The content ends before the picture does.
    Truncated(String),
    /// The content asks for more than the limits allow.
    Limit(String),
    /// Decoding or encoding took longer than [`crate::limits::Limits::time_per_image`].
    Timeout,
    /// The decoder or encoder failed in a way that is our fault (a caught panic, say).
    Internal(String),
    /// The byte stream failed; the picture may be fine.
    Body(StorageError),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, detail) = match self {
            Self::Unsupported(detail) => ("unsupported content", detail),
            Self::Malformed(detail) => ("malformed picture", detail),
            Self::Truncated(detail) => ("truncated picture", detail),
            Self::Limit(detail) => ("over a limit", detail),
            Self::Internal(detail) => ("internal failure of a codec", detail),
            Self::Timeout => return f.write_str("decoding and encoding took too long"),
            Self::Body(_) => return f.write_str("the source could not be read to its end"),
        };
        write!(f, "{what}: {}", escape_controls(detail))
    }
}

impl StdError for RenderError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Body(error) => Some(error),
            _ => None,
        }
    }
}

/// What becomes of an item. Every failure maps to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Every rendition is stored.
    Done,
    /// There was nothing to do, and that is right.
    Skip,
    /// The item can never succeed as it is; trying again is useless.
    Reject,
    /// The item may succeed later, or once a person has changed something.
    Retry,
}

impl Disposition {
    /// The word used in reports: `done`, `skip`, `reject` or `retry`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skip => "skip",
            Self::Reject => "reject",
            Self::Retry => "retry",
        }
    }
}

/// The closed list of reasons that reports give for a failed item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    /// The source or its bucket is not there.
    NotFound,
    /// Access was denied, or the credentials are no good.
    Denied,
    /// The picture ends early.
    Truncated,
    /// The picture breaks its format's rules.
    Malformed,
    /// The content is no picture that can be decoded.
    Unsupported,
    /// A named limit is passed.
    Limit,
    /// Another writer won, again and again, or two keys stand in each other's way.
    Conflict,
    /// Time ran out.
    Timeout,
    /// Storage failed.
    Io,
    /// Our own fault.
    Internal,
}

impl FailureKind {
    /// The word used in reports, as `error.kind`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Denied => "denied",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::Limit => "limit",
            Self::Conflict => "conflict",
            Self::Timeout => "timeout",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }
}

/// A failed item: why, and what becomes of it.
#[derive(Debug)]
pub struct Failure {
    disposition: Disposition,
    kind: FailureKind,
    message: String,
    ends_run: bool,
    explanation: Option<String>,
}

impl Failure {
    /// A failure that no retry mends.
    #[must_use]
    pub fn reject(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { disposition: Disposition::Reject, kind, message: message.into(), ends_run: false, explanation: None }
    }

    /// A failure that a later try may mend.
    #[must_use]
    pub fn retry(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { disposition: Disposition::Retry, kind, message: message.into(), ends_run: false, explanation: None }
    }

    /// A failure of a whole place (a bucket, a folder, the credentials for it), not of one item.
    #[must_use]
    pub fn of_place(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { ends_run: true, ..Self::retry(kind, message) }
    }

    /// Reject or Retry.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// The reason, from the closed list.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether a whole place or the credentials for it are at fault, so that no other item can
    /// succeed either.
    #[must_use]
    pub fn ends_run(&self) -> bool {
        self.ends_run
    }

    /// Why the policies deny it, in several lines, where a guard refused it; control characters
    /// escaped.
    #[must_use]
    pub fn explanation(&self) -> Option<&str> {
        self.explanation.as_deref()
    }

    /// The whole story in one line, causes included, control characters escaped.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Failure {}

impl From<&StorageError> for Failure {
    fn from(error: &StorageError) -> Self {
        use StorageErrorKind as K;
        let (disposition, kind) = match error.kind() {
            K::NotFound => (Disposition::Retry, FailureKind::NotFound),
            K::Denied | K::Credentials => (Disposition::Retry, FailureKind::Denied),
            K::PreconditionFailed | K::Conflict | K::Changed => (Disposition::Retry, FailureKind::Conflict),
            K::InvalidKey => (Disposition::Reject, FailureKind::Limit),
            K::KeyConflict => (Disposition::Reject, FailureKind::Conflict),
            K::Unavailable | K::Corrupt | K::Io | K::WrongEndpoint => (Disposition::Retry, FailureKind::Io),
            K::Timeout => (Disposition::Retry, FailureKind::Timeout),
            K::Unsupported => (Disposition::Reject, FailureKind::Unsupported),
            K::Protocol => (Disposition::Retry, FailureKind::Internal),
        };
        let ends_run = matches!(error.kind(), K::Credentials | K::WrongEndpoint);
        let denial = error.source().and_then(|source| source.downcast_ref::<Denial>());
        let explanation = denial.and_then(|denial| denial.0.explanation.clone());
        Self { disposition, kind, message: with_causes(error), ends_run, explanation }
    }
}

impl From<&RenderError> for Failure {
    fn from(error: &RenderError) -> Self {
        let kind = match error {
            RenderError::Body(body) => return Self::from(body),
            RenderError::Unsupported(_) => FailureKind::Unsupported,
            RenderError::Malformed(_) => FailureKind::Malformed,
            RenderError::Truncated(_) => FailureKind::Truncated,
            RenderError::Limit(_) => FailureKind::Limit,
            RenderError::Timeout => FailureKind::Timeout,
            RenderError::Internal(_) => FailureKind::Internal,
        };
        Self::reject(kind, with_causes(error))
    }
}

/// The error and its causes in one line.
fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = escape_controls(&inner.to_string()).to_string();
        // SDKs often repeat their cause's text in their own.
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Disposition, Failure, FailureKind, RenderError, StorageError, StorageErrorKind};

    #[test]
    fn each_storage_kind_has_one_disposition() {
        use StorageErrorKind as K;
        for (kind, disposition, failure) in [
            (K::NotFound, Disposition::Retry, FailureKind::NotFound),
            (K::Denied, Disposition::Retry, FailureKind::Denied),
            (K::Credentials, Disposition::Retry, FailureKind::Denied),
            (K::PreconditionFailed, Disposition::Retry, FailureKind::Conflict),
            (K::InvalidKey, Disposition::Reject, FailureKind::Limit),
            (K::Io, Disposition::Retry, FailureKind::Io),
            (K::Corrupt, Disposition::Retry, FailureKind::Io),
            (K::Timeout, Disposition::Retry, FailureKind::Timeout),
        ] {
            let told = Failure::from(&StorageError::new(kind, "x"));
            assert_eq!((told.disposition(), told.kind()), (disposition, failure), "{kind:?}");
        }
    }

    #[test]
    fn a_broken_body_is_not_the_pictures_fault() {
        let error = RenderError::Body(StorageError::new(StorageErrorKind::Corrupt, "cut"));
        assert_eq!(Failure::from(&error).disposition(), Disposition::Retry);
        assert_eq!(Failure::from(&RenderError::Timeout).disposition(), Disposition::Reject);
    }

    #[test]
    fn causes_are_told_once_each() {
        let error = StorageError::new(StorageErrorKind::Io, "no space left on the disk")
            .because(std::io::Error::other("disk\nfull"));
        assert_eq!(Failure::from(&error).message(), r"no space left on the disk: disk\nfull");
    }
}
