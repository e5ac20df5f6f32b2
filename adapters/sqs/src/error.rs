//! Why a call to a queue failed.

use std::error::Error as StdError;

use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use thiserror::Error;

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueErrorKind {
    /// There is no such queue.
    NotFound,
    /// The credentials may not do it.
    Denied,
    /// There are no credentials, or they are not known.
    Credentials,
    /// The receipt is one of an earlier delivery.
    Stale,
    /// The queue did not answer, or asked to come later.
    Unavailable,
    /// No region or no address is set.
    Configuration,
    /// Anything else.
    Other,
}

/// Why a call to a queue failed.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct QueueError {
    kind: QueueErrorKind,
    message: String,
}

impl QueueError {
    pub(crate) fn new(kind: QueueErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> QueueErrorKind {
        self.kind
    }

    /// The error of a call that the SDK gave up; `action` is the permission that it needs.
    pub(crate) fn of<E>(action: &'static str, queue: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let Some(service) = error.as_service_error() else {
            // The SDK tells missing credentials as a failed dispatch, in its own words.
            let told = with_causes(error);
            if told.contains("credentials") {
                let text = format!(
                    "no AWS credentials for the queue `{queue}`: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ({told})"
                );
                return Self::new(QueueErrorKind::Credentials, text);
            }
            return Self::new(QueueErrorKind::Unavailable, format!("cannot reach the queue `{queue}`: {told}"));
        };
        let code = service.code().unwrap_or_default();
        let kind = kind_of(action, code);
        let told = service.message().unwrap_or(code);
        let hint = match kind {
            QueueErrorKind::NotFound => "; check its name, account and region",
            QueueErrorKind::Denied => "; allow it to these credentials, in their policy or the queue's",
            _ => "",
        };
        Self::new(kind, format!("{action} on the queue `{queue}`: {told}{hint}"))
    }
}

/// The error and its causes in one line, each once.
fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let told = inner.to_string();
        if !text.contains(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        cause = inner.source();
    }
    text
}

/// Source: Amazon SQS API Reference, the errors of each action; the older names end in a code of
/// their own.
fn kind_of(action: &str, code: &str) -> QueueErrorKind {
    // Only the actions on a receipt call an expired one an invalid value.
    let is_of_receipt = matches!(action, "sqs:DeleteMessage" | "sqs:ChangeMessageVisibility");
    match code {
        "QueueDoesNotExist" | "AWS.SimpleQueueService.NonExistentQueue" => QueueErrorKind::NotFound,
        "AccessDenied" | "AccessDeniedException" | "KmsAccessDenied" => QueueErrorKind::Denied,
        "InvalidClientTokenId" | "UnrecognizedClientException" | "ExpiredToken" | "SignatureDoesNotMatch" => {
            QueueErrorKind::Credentials
        }
        "ReceiptHandleIsInvalid" | "MessageNotInflight" => QueueErrorKind::Stale,
        "InvalidParameterValue" if is_of_receipt => QueueErrorKind::Stale,
        "RequestThrottled" | "ThrottlingException" | "OverLimit" | "ServiceUnavailable" | "InternalError" => {
            QueueErrorKind::Unavailable
        }
        _ => QueueErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{QueueErrorKind, kind_of};

    #[test]
    fn old_and_new_names_mean_the_same() {
        assert_eq!(kind_of("sqs:SendMessage", "QueueDoesNotExist"), QueueErrorKind::NotFound);
        assert_eq!(kind_of("sqs:SendMessage", "AWS.SimpleQueueService.NonExistentQueue"), QueueErrorKind::NotFound);
        assert_eq!(kind_of("sqs:SendMessage", "AccessDenied"), QueueErrorKind::Denied);
        assert_eq!(kind_of("sqs:DeleteMessage", "InvalidParameterValue"), QueueErrorKind::Stale);
        assert_eq!(kind_of("sqs:SendMessage", "InvalidParameterValue"), QueueErrorKind::Other);
        assert_eq!(kind_of("sqs:SendMessage", "Surprise"), QueueErrorKind::Other);
    }
}
