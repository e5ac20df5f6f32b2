//! The bytes of an object as they arrive: all of them, unaltered, or an error.

use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use aws_smithy_checksums::body::validate::Error as ChecksumError;
use futures_util::stream::try_unfold;
use thumbgate_core::error::{StorageError, StorageErrorKind as K};
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::BodyStream;

use crate::error::{Told, find};

/// The stream, which fails unless it has exactly `length` bytes.
///
/// The SDK compares the checksum of a whole object, where it has one, once the last byte is in:
/// so the end is always waited for.
pub(crate) fn exactly(stream: ByteStream, length: u64, key: ObjectKey) -> BodyStream {
    Box::pin(try_unfold((stream, length, key), |(mut stream, left, key)| async move {
        let wrong = |why: &str| Err(StorageError::new(K::Corrupt, why).at(&key));
        match stream.next().await {
            None if left == 0 => Ok(None),
            None => wrong("the object ended before its announced length"),
            Some(Err(error)) => Err(broken(&error).at(&key)),
            Some(Ok(part)) => {
                let arrived = u64::try_from(part.len()).unwrap_or(u64::MAX);
                match left.checked_sub(arrived) {
                    Some(left) => Ok(Some((part, (stream, left, key)))),
                    None => wrong("the object is longer than its announced length"),
                }
            }
        }
    }))
}

/// What a transfer that broke off means.
fn broken(error: &ByteStreamError) -> StorageError {
    let cause = Told::chain(error);
    let (kind, text) = if find::<ChecksumError>(error).is_some() {
        (K::Corrupt, "the object does not match its checksum")
    } else if cause.contains("minimum throughput") {
        // The SDK's stalled-stream protection, whose error type is private.
        (K::Timeout, "the transfer stalled")
    } else {
        (K::Unavailable, "the transfer broke off")
    };
    StorageError::new(kind, text).because(cause)
}
