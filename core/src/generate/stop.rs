//! Why a round ends without a result, and whether another one may mend it.

use super::output::{Output, OutputState};
use crate::error::{Failure, FailureKind, RenderError, StorageError, StorageErrorKind};

/// Why a round ended without a result.
pub(super) enum Stop {
    /// The item is over: nothing in this process mends it.
    Over(Failure),
    /// The next round may succeed.
    Again(Failure),
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        let failure = Failure::from(&error);
        if error.is_transient() { Self::Again(failure) } else { Self::Over(failure) }
    }
}

impl From<RenderError> for Stop {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Body(body) if body.kind() == StorageErrorKind::PreconditionFailed => {
                Self::Again(Failure::from(&body))
            }
            RenderError::Body(body) => body.into(),
            other => Self::Over(Failure::from(&other)),
        }
    }
}

impl Output {
    /// What a failed put of this output means.
    pub(super) fn lost(&self, error: StorageError) -> Stop {
        let failure = Failure::from(&error);
        match (error.kind(), &self.state) {
            // Somebody else was faster: look again and decide.
            (StorageErrorKind::PreconditionFailed, OutputState::Hidden) => Stop::Over(Failure::retry(
                FailureKind::Denied,
                format!(
                    "output `{}` is there but may not be looked at: allow reading the destination (s3:GetObject)",
                    self.key
                ),
            )),
            (StorageErrorKind::PreconditionFailed, _) => Stop::Again(failure),
            // A new object cannot fail to be found: what is not there is its bucket or folder.
            (StorageErrorKind::NotFound, OutputState::Absent | OutputState::Hidden) => {
                Stop::Over(Failure::of_place(failure.kind(), failure.message()))
            }
            // It was there when looked at and is gone: the next round puts it as a new one.
            (StorageErrorKind::NotFound, OutputState::There(_)) => Stop::Again(failure),
            _ if error.is_transient() => Stop::Again(failure),
            _ => Stop::Over(failure),
        }
    }
}
