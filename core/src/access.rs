//! Who asks to do what to which resource, and the verdict. No policy language, no JSON.

use std::fmt;

use thiserror::Error;

use crate::object::{Bucket, KeyPrefix, ObjectKey};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// Nobody in particular: an unsigned request.
    Anonymous,
    /// An identity by its ARN (a role, a role session, a user, an account root).
    Arn(String),
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Arn(arn) => fmt::Display::fmt(&crate::object::escape_controls(arn), f),
        }
    }
}

/// What is to be done: the S3 actions that the storage ports stand for.
///
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// `s3:GetObject`: head and get.
    GetObject,
    /// `s3:PutObject`.
    PutObject,
    /// `s3:ListBucket`.
    ListBucket,
    /// `s3:DeleteObject`.
    DeleteObject,
}

impl Action {
    /// The action's name in policies.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GetObject => "s3:GetObject",
            Self::PutObject => "s3:PutObject",
            Self::ListBucket => "s3:ListBucket",
            Self::DeleteObject => "s3:DeleteObject",
        }
    }
}

/// What it is to be done to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A bucket.
    Bucket(Bucket),
    /// An object.
    Object(Bucket, ObjectKey),
}

impl Resource {
    /// The ARN in a partition (`aws`, `aws-cn`, …).
    #[must_use]
    pub fn arn(&self, partition: &str) -> String {
        match self {
            Self::Bucket(bucket) => format!("arn:{partition}:s3:::{bucket}"),
            Self::Object(bucket, key) => format!("arn:{partition}:s3:::{bucket}/{}", key.as_str()),
        }
    }
}

/// A value of the request's context: a condition key and what it carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContextValue {
    /// The condition key, as policies write it (`s3:prefix`).
    pub key: &'static str,
    /// Its value.
    pub value: String,
}

/// One request for a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// Who asks.
    pub principal: Principal,
    /// To do what.
    pub action: Action,
    /// To what.
    pub resource: Resource,
    /// Under which circumstances.
    pub context: Vec<ContextValue>,
}

impl AccessRequest {
    /// The context of a listing: `s3:prefix`.
    #[must_use]
    pub fn prefix_context(prefix: &KeyPrefix) -> Vec<ContextValue> {
        vec![ContextValue { key: "s3:prefix", value: prefix.as_str().to_owned() }]
    }
}

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The request may go on.
    Allow,
    /// A statement forbids it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// A verdict and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The verdict.
    pub effect: Effect,
    /// Why, in one sentence: the statement that decided, or what is missing.
    pub reason: String,
    /// The whole reasoning, of several lines, where the authorizer tells it. It is for those who
    /// write the documents: a denied caller of a server is not told.
    pub explanation: Option<String>,
}

impl Decision {
    /// Whether the request may go on.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.effect == Effect::Allow
    }
}

/// Why a guarded call was refused: the source of its [`StorageError`](crate::error::StorageError).
///
/// A test that wants to know reads it from there:
///
/// ```
/// use std::error::Error as _;
/// use thumbgate_core::access::{Decision, Denial, Effect};
/// use thumbgate_core::error::{Failure, StorageError, StorageErrorKind};
///
/// let decision = Decision {
///     effect: Effect::ExplicitDeny,
///     reason: "`OnlyTls` denies it".to_owned(),
///     explanation: None,
/// };
/// let error = StorageError::new(StorageErrorKind::Denied, "alice may not s3:GetObject").because(Denial(decision));
/// let denial = error.source().and_then(|source| source.downcast_ref::<Denial>());
/// assert_eq!(denial.map(|denial| denial.0.effect), Some(Effect::ExplicitDeny));
/// assert_eq!(Failure::from(&error).message(), "alice may not s3:GetObject: `OnlyTls` denies it");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .0.reason)]
pub struct Denial(pub Decision);
