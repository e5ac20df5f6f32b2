//! From the SDK's errors to the port's.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use http_body_util::LengthLimitError;
use thumbgate_core::error::{StorageError, StorageErrorKind as K};
use thumbgate_core::object::{Bucket, ObjectKey};

use crate::answers::CutListing;
use crate::error_codes::meaning;
use crate::owner::BucketOwner;

/// The longest text of a server that is repeated, in characters.
const TEXT_MAX: usize = 300;

/// Where a bucket is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) bucket: Bucket,
    pub(crate) owner: Option<BucketOwner>,
    pub(crate) region: String,
}

/// What was asked: the permission that it needs, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) action: &'static str,
    pub(crate) place: &'a Place,
    pub(crate) key: Option<&'a ObjectKey>,
}

/// A failed answer of S3: what of it is kept as the cause.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request: Option<String>,
    /// The region in which the bucket is, where the answer says.
    pub(crate) region: Option<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3 answered {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ", `{message}`")?;
        }
        match &self.request {
            Some(request) => write!(f, " (request {request})"),
            None => Ok(()),
        }
    }
}

impl StdError for Answer {}

impl Asked<'_> {
    /// The port's error of a call that the SDK gave up.
    pub(crate) fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> StorageError
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        if let Some(error) = no_credentials(&error) {
            return self.at_key(error);
        }
        match &error {
            SdkError::ServiceError(failed) => return self.answered(Answer::of(failed.raw(), failed.err())),
            // An answer that was cut off says by its status what it is about, unless that is success.
            SdkError::ResponseError(failed) if !failed.raw().status().is_success() => {
                let answer = Answer::without_body(failed.raw());
                let error = self.answered(answer);
                if error.kind() != K::Protocol {
                    return error;
                }
            }
            _ => {}
        }
        let (kind, text) = transport(&error);
        let failure = StorageError::new(kind, text);
        self.at_key(match error.into_source() {
            Ok(source) => failure.because(source),
            Err(_) => failure,
        })
    }

    /// The port's error of an answer that says no.
    pub(crate) fn answered(&self, answer: Answer) -> StorageError {
        let (kind, text) = meaning(&answer, self);
        self.at_key(StorageError::new(kind, text).because(answer))
    }

    /// The port's error of an answer that S3 never gives.
    pub(crate) fn nonsense(&self, what: &str) -> StorageError {
        self.at_key(StorageError::new(K::Protocol, what))
    }

    /// The port's error of a content that was stored otherwise than it was sent.
    pub(crate) fn altered(&self) -> StorageError {
        self.at_key(StorageError::new(K::Corrupt, "the stored content does not match the checksum of what was sent"))
    }

    fn at_key(&self, error: StorageError) -> StorageError {
        match self.key {
            Some(key) => error.at(key),
            None => error,
        }
    }
}

impl Answer {
    fn of(raw: &HttpResponse, error: &impl ProvideErrorMetadata) -> Self {
        Self {
            code: error.code().map(shortened),
            message: error.message().map(shortened).filter(|text| !text.is_empty()),
            ..Self::without_body(raw)
        }
    }

    fn without_body(raw: &HttpResponse) -> Self {
        let header = |name: &str| raw.headers().get(name).map(shortened);
        Self {
            status: raw.status().as_u16(),
            code: None,
            message: None,
            request: header("x-amz-request-id"),
            region: header("x-amz-bucket-region"),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

/// Credentials that could not be had, or were refused by whoever gives them out.
fn no_credentials<E: StdError + 'static>(error: &SdkError<E, HttpResponse>) -> Option<StorageError> {
    let SdkError::DispatchFailure(_) = error else { return None };
    find::<CredentialsError>(error).map(credentials)
}

/// The port's error of credentials that could not be had.
pub(crate) fn credentials(error: &CredentialsError) -> StorageError {
    let text = match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, \
             or run where a role is attached"
        }
        CredentialsError::InvalidConfiguration(_) => "the AWS configuration names credentials that cannot be used",
        CredentialsError::ProviderTimedOut(_) => "the source of the AWS credentials did not answer in time",
        _ => "the source of the AWS credentials failed",
    };
    StorageError::new(K::Credentials, text).because(Told::chain(error))
}

/// What a failure without an answer means.
fn transport<E: StdError + 'static>(error: &SdkError<E, HttpResponse>) -> (K, &'static str) {
    match error {
        SdkError::ConstructionFailure(_) => (K::Unsupported, "the request cannot be made"),
        SdkError::TimeoutError(_) => (K::Timeout, "S3 did not answer in time"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            (K::Timeout, "S3 could not be reached in time, or took the content too slowly")
        }
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.as_other().is_some() => {
            (K::Unavailable, "the connection to S3 failed")
        }
        SdkError::DispatchFailure(_) => (K::Protocol, "no answer that can be understood came from the S3 endpoint"),
        _ if find::<LengthLimitError>(error).is_some() => (K::Protocol, "the answer is longer than any that S3 gives"),
        _ if find::<CutListing>(error).is_some() => (K::Protocol, "the listing ends before its closing tag"),
        _ => (K::Unavailable, "the answer could not be read to its end"),
    }
}

/// An error and its causes.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// The first of an error and its causes that is a `T`.
pub(crate) fn find<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// Causes as text, for errors that cannot be kept themselves.
#[derive(Debug)]
pub(crate) struct Told(String);

impl Told {
    /// The causes of `error`, itself included, in one line.
    pub(crate) fn chain(error: &(dyn StdError + 'static)) -> Self {
        let parts: Vec<String> = causes(error).map(ToString::to_string).collect();
        Self(shortened(&parts.join(": ")))
    }

    pub(crate) fn contains(&self, words: &str) -> bool {
        self.0.contains(words)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Told {}
