//! The account that must own a bucket.

use std::fmt;

/// The account that is expected to own a bucket, sent with every call so that a bucket which was
/// deleted and made again by somebody else is never read or written.
///
/// Source: Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition".
///
/// ```
/// use thumbgate_s3::BucketOwner;
/// assert!(BucketOwner::parse("123456789012").is_ok());
/// assert!(BucketOwner::parse("12345678901").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketOwner(String);

/// The text is no account number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account number has 12 digits")]
pub struct BucketOwnerError;

impl BucketOwner {
    /// Parses an account number: exactly 12 digits.
    ///
    /// # Errors
    /// [`BucketOwnerError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BucketOwnerError> {
        let legal = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if legal { Ok(Self(text.to_owned())) } else { Err(BucketOwnerError) }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
