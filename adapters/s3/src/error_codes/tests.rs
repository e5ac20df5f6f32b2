use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::{Bucket, ObjectKey};

use super::meaning;
use crate::error::{Answer, Asked, Place};
use crate::owner::BucketOwner;

fn place(owner: Option<&str>) -> Place {
    Place {
        bucket: Bucket::parse("photos-in").unwrap(),
        owner: owner.map(|text| BucketOwner::parse(text).unwrap()),
        region: "us-east-1".to_owned(),
    }
}

fn told(status: u16, code: &str, region: Option<&str>) -> (K, String) {
    let key = ObjectKey::parse("a.jpg").unwrap();
    let place = place(None);
    let answer = Answer {
        status,
        code: Some(code).filter(|code| !code.is_empty()).map(str::to_owned),
        region: region.map(str::to_owned),
        ..Answer::default()
    };
    meaning(&answer, &Asked { action: "s3:GetObject", place: &place, key: Some(&key) })
}

#[test]
fn every_answer_has_one_kind() {
    for (status, code, kind) in [
        (404, "NoSuchKey", K::NotFound),
        (404, "NoSuchBucket", K::NotFound),
        (404, "", K::NotFound),
        (404, "NoSuchUpload", K::Unavailable),
        (403, "AccessDenied", K::Denied),
        (403, "", K::Denied),
        (401, "", K::Denied),
        (400, "ExpiredToken", K::Credentials),
        (400, "InvalidToken", K::Credentials),
        (403, "InvalidAccessKeyId", K::Credentials),
        (403, "SignatureDoesNotMatch", K::Credentials),
        (403, "RequestTimeTooSkewed", K::Credentials),
        (301, "PermanentRedirect", K::WrongEndpoint),
        (301, "", K::WrongEndpoint),
        (307, "TemporaryRedirect", K::WrongEndpoint),
        (400, "AuthorizationHeaderMalformed", K::WrongEndpoint),
        (412, "PreconditionFailed", K::PreconditionFailed),
        (412, "", K::PreconditionFailed),
        (409, "ConditionalRequestConflict", K::Conflict),
        (409, "", K::Conflict),
        (429, "", K::Unavailable),
        (500, "InternalError", K::Unavailable),
        (503, "SlowDown", K::Unavailable),
        (503, "", K::Unavailable),
        (200, "InternalError", K::Unavailable),
        (200, "SlowDown", K::Unavailable),
        (400, "RequestTimeout", K::Timeout),
        (400, "BadDigest", K::Corrupt),
        (400, "KMS.DisabledException", K::Denied),
        (400, "KMS.ThrottlingException", K::Unavailable),
        (403, "InvalidObjectState", K::Denied),
        (400, "KeyTooLongError", K::InvalidKey),
        (400, "EntityTooLarge", K::Unsupported),
        (501, "NotImplemented", K::Unsupported),
        (405, "", K::Unsupported),
        (400, "InvalidArgument", K::Protocol),
        (200, "", K::Protocol),
        (304, "", K::Protocol),
    ] {
        assert_eq!(told(status, code, None).0, kind, "{status} {code}");
    }
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(told(404, "NoSuchKey", None).1, "no such object");
    assert_eq!(told(404, "NoSuchBucket", None).1, "no such bucket `photos-in`");
}

#[test]
fn a_denial_names_the_permission_and_the_owner() {
    let (key, place) = (ObjectKey::parse("a.jpg").unwrap(), place(Some("123456789012")));
    let asked = Asked { action: "s3:PutObject", place: &place, key: Some(&key) };
    let (_, text) = meaning(&Answer { status: 403, ..Answer::default() }, &asked);
    assert_eq!(
        text,
        "access denied: s3:PutObject on `arn:aws:s3:::photos-in/a.jpg` is needed; \
         or the bucket does not belong to account 123456789012"
    );
    let asked = Asked { action: "s3:ListBucket", place: &place, key: None };
    let (_, text) = meaning(&Answer { status: 403, ..Answer::default() }, &asked);
    assert!(text.contains("s3:ListBucket on `arn:aws:s3:::photos-in` is needed"), "{text}");
}

#[test]
fn the_region_that_a_bucket_is_in_is_told() {
    let text = "bucket `photos-in` is in region `eu-west-1`, not `us-east-1`: set AWS_REGION or --region";
    for (status, code) in [(301, "PermanentRedirect"), (301, ""), (400, "AuthorizationHeaderMalformed"), (400, "")] {
        assert_eq!(told(status, code, Some("eu-west-1")), (K::WrongEndpoint, text.to_owned()), "{status} {code}");
    }
    // The same region is no reason: then the request is wrong in another way.
    assert_eq!(told(400, "", Some("us-east-1")).0, K::Protocol);
}
