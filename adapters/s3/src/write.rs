//! Writing: a content under a key, whole or not at all, when its condition holds.

use aws_sdk_s3::config::Config;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use bytes::Bytes;
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{ETag, ObjectKey, VersionId};
use thumbgate_core::port::{Condition, PutOptions, Written};

use crate::error::Asked;
use crate::headers;
use crate::multipart;
use crate::objects::S3Objects;

/// The permission that a put needs.
pub(crate) const ACTION: &str = "s3:PutObject";

/// The longest content that goes up in one request, in bytes.
const SINGLE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Stores a content.
pub(crate) async fn put(
    objects: &S3Objects,
    key: &ObjectKey,
    content: Bytes,
    options: &PutOptions,
) -> Result<Written, StorageError> {
    headers::check(options).map_err(|error| error.at(key))?;
    if content.len() > SINGLE_BYTES_MAX {
        return multipart::put(objects, key, content, options).await;
    }
    let (if_none_match, if_match) = condition(options);
    let call = objects
        .client
        .put_object()
        .bucket(objects.bucket_name())
        .key(key.as_str())
        .set_expected_bucket_owner(objects.owner())
        .set_if_none_match(if_none_match)
        .set_if_match(if_match)
        .set_content_type(options.media_type.clone())
        .set_cache_control(options.cache_control.clone())
        .set_metadata(Some(options.metadata.clone().into_iter().collect()))
        .checksum_algorithm(ChecksumAlgorithm::Crc32);
    let deadlines = Config::builder().timeout_config(objects.patience.timeouts(content.len()));
    let call = call.body(ByteStream::from(content)).customize().config_override(deadlines);
    let asked = objects.asked(ACTION, key);
    let stored = call.send().await.map_err(|error| asked.failed(error))?;
    written(&asked, stored.e_tag, stored.version_id)
}

/// The headers of a condition: If-None-Match and If-Match.
///
/// Source: Amazon S3 User Guide, "Add preconditions to S3 operations with conditional requests".
pub(crate) fn condition(options: &PutOptions) -> (Option<String>, Option<String>) {
    match &options.condition {
        Condition::Always => (None, None),
        Condition::IfAbsent => (Some("*".to_owned()), None),
        Condition::IfMatch(etag) => (None, Some(etag.as_str().to_owned())),
    }
}

/// The identity of what was stored, which every successful answer tells.
pub(crate) fn written(
    asked: &Asked<'_>,
    etag: Option<String>,
    version: Option<String>,
) -> Result<Written, StorageError> {
    let etag = etag.map(ETag::new).filter(|etag| headers::check_etag(etag).is_ok());
    let etag = etag.ok_or_else(|| asked.nonsense("the answer to a put has no usable etag"))?;
    Ok(Written { etag, version: version.map(VersionId::new) })
}
