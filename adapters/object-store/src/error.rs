//! From `object_store`'s errors to the port's.

use object_store::Error;
use thumbgate_core::error::{StorageError, StorageErrorKind as K};
use thumbgate_core::object::ObjectKey;

/// The port's error of a failed call about `key`.
pub(crate) fn storage_error(error: Error, key: &ObjectKey) -> StorageError {
    without_key(error).at(key)
}

/// The port's error of a failed call about no single object.
pub(crate) fn without_key(error: Error) -> StorageError {
    let (kind, message) = match &error {
        Error::NotFound { .. } => (K::NotFound, "no such object"),
        Error::AlreadyExists { .. } => (K::PreconditionFailed, "the object is already there"),
        Error::Precondition { .. } => (K::PreconditionFailed, "the object is not the one that was seen"),
        Error::PermissionDenied { .. } => (K::Denied, "access denied"),
        Error::Unauthenticated { .. } => (K::Credentials, "no valid credentials"),
        Error::NotSupported { .. } | Error::NotImplemented { .. } => (K::Unsupported, "the store cannot do this"),
        Error::InvalidPath { .. } => (K::InvalidKey, "this store cannot hold such a key"),
        // What is left (a generic error) is a failure of the transport or of the service.
        _ => (K::Unavailable, "the store did not answer as it should"),
    };
    StorageError::new(kind, message).because(error)
}
