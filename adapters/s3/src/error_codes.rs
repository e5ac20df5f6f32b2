//! The table from what S3 answers to what it means.
//!
//! Source: Amazon S3 API Reference, "Error responses" (the codes), and the pages of the single
//! operations for conditions. A HEAD has no body and so no code: there the status and the
//! headers must do.

use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ObjectKey;

use crate::error::{Answer, Asked};

/// What a failed answer means, and the sentence that says so.
pub(crate) fn meaning(answer: &Answer, asked: &Asked<'_>) -> (K, String) {
    answer.code.as_deref().and_then(|code| by_code(code, answer, asked)).unwrap_or_else(|| by_status(answer, asked))
}

fn by_code(code: &str, answer: &Answer, asked: &Asked<'_>) -> Option<(K, String)> {
    let told = |kind, text: &str| Some((kind, text.to_owned()));
    match code {
        "NoSuchKey" | "NoSuchVersion" => told(K::NotFound, "no such object"),
        "NoSuchBucket" => Some((K::NotFound, no_such_bucket(asked))),
        // Somebody else ended the upload, or the answer to its completion was lost and this is the
        // answer to the second try: the object may be there.
        "NoSuchUpload" => told(K::Unavailable, "the multipart upload is over, and whether it took place is unknown"),
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
            told(K::Credentials, "the AWS credentials have expired: renew them")
        }
        "InvalidAccessKeyId"
        | "InvalidToken"
        | "InvalidSecurity"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "CredentialsNotSupported" => {
            told(K::Credentials, "the AWS credentials are not known here: check the keys and the endpoint")
        }
        "SignatureDoesNotMatch" => told(K::Credentials, "the signature does not match: check the secret access key"),
        "RequestTimeTooSkewed" | "RequestExpired" => {
            told(K::Credentials, "this machine's clock differs too much from the server's: set the clock")
        }
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "Redirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException"
        | "IncorrectEndpoint" => Some((K::WrongEndpoint, elsewhere(answer, asked))),
        "PreconditionFailed" => told(K::PreconditionFailed, "the object is not the one that was seen"),
        "ConditionalRequestConflict" | "OperationAborted" => {
            told(K::Conflict, "another write of the object is going on")
        }
        "InvalidObjectState" => told(K::Denied, "the object is archived: restore it from its storage class first"),
        "KeyTooLongError" | "KeyTooLong" | "InvalidURI" | "XMinioInvalidObjectName" => {
            told(K::InvalidKey, "this store cannot hold such a key")
        }
        "SlowDown"
        | "SlowDownRead"
        | "SlowDownWrite"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequests"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "KMS.ThrottlingException" => told(K::Unavailable, "S3 asks to slow down"),
        "InternalError" | "ServiceUnavailable" => told(K::Unavailable, "S3 is unavailable"),
        "RequestTimeout" => told(K::Timeout, "S3 waited too long for the request"),
        "BadDigest"
        | "InvalidDigest"
        | "XAmzContentSHA256Mismatch"
        | "XAmzContentChecksumMismatch"
        | "IncompleteBody" => told(K::Corrupt, "the content was cut or altered on its way to S3"),
        "EntityTooLarge" => told(K::Unsupported, "the content is larger than the store takes"),
        "MetadataTooLarge" => told(K::Unsupported, "the metadata is larger than the store takes"),
        "MethodNotAllowed" | "NotImplemented" => told(K::Unsupported, "the store cannot do this"),
        "InvalidBucketName" => told(K::NotFound, "no bucket can have such a name"),
        "AccessDenied" | "AllAccessDisabled" | "AccountProblem" | "NotSignedUp" => Some((K::Denied, denied(asked))),
        _ if code.starts_with("KMS.") => {
            told(K::Denied, "the KMS key of the object cannot be used: see its key policy")
        }
        _ => None,
    }
}

fn by_status(answer: &Answer, asked: &Asked<'_>) -> (K, String) {
    let told = |kind, text: &str| (kind, text.to_owned());
    match answer.status {
        301 | 302 | 307 | 308 => (K::WrongEndpoint, elsewhere(answer, asked)),
        // A request that is signed for another region: a HEAD says so in this header alone.
        400 if answer.region.as_deref().is_some_and(|region| region != asked.place.region) => {
            (K::WrongEndpoint, elsewhere(answer, asked))
        }
        401 | 403 => (K::Denied, denied(asked)),
        404 if asked.key.is_some() => told(K::NotFound, "no such object, or no such bucket"),
        404 => (K::NotFound, no_such_bucket(asked)),
        405 | 501 => told(K::Unsupported, "the store cannot do this"),
        408 => told(K::Timeout, "S3 waited too long for the request"),
        409 => told(K::Conflict, "another write of the object is going on"),
        412 => told(K::PreconditionFailed, "the object is not the one that was seen"),
        429 => told(K::Unavailable, "S3 asks to slow down"),
        500..=599 => told(K::Unavailable, "S3 is unavailable"),
        200..=299 => told(K::Protocol, "the answer is not one that S3 gives"),
        status => (K::Protocol, format!("S3 refused the request with status {status}")),
    }
}

fn no_such_bucket(asked: &Asked<'_>) -> String {
    format!("no such bucket `{}`", asked.place.bucket)
}

fn elsewhere(answer: &Answer, asked: &Asked<'_>) -> String {
    let (bucket, ours) = (&asked.place.bucket, &asked.place.region);
    match &answer.region {
        Some(region) if region != ours => {
            format!("bucket `{bucket}` is in region `{region}`, not `{ours}`: set AWS_REGION or --region")
        }
        _ => format!("bucket `{bucket}` is not in region `{ours}` of this endpoint: set AWS_REGION or --region"),
    }
}

/// Names the permission that would be needed: what a policy must say, word for word.
fn denied(asked: &Asked<'_>) -> String {
    let arn = arn(asked);
    let mut text = format!("access denied: {} on `{arn}` is needed", asked.action);
    if asked.action == "s3:GetObject" {
        // API Reference, `GetObject` and `HeadObject`, "Permissions".
        text.push_str("; without s3:ListBucket an object that is not there is denied too");
    }
    if let Some(owner) = &asked.place.owner {
        text = format!("{text}; or the bucket does not belong to account {owner}");
    }
    text
}

fn arn(asked: &Asked<'_>) -> String {
    let region = &asked.place.region;
    let partition = if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    };
    let object = asked.key.map(ObjectKey::as_str).map(|key| format!("/{key}")).unwrap_or_default();
    format!("arn:{partition}:s3:::{}{object}", asked.place.bucket)
}

#[cfg(test)]
mod tests;
