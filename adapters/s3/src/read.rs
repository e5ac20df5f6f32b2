//! Reading: an object's metadata, its bytes, or a range of them.

use std::collections::HashMap;
use std::ops::Range;
use std::time::SystemTime;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::ChecksumMode;
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{ETag, ObjectKey, ObjectMeta, VersionId};
use thumbgate_core::port::{Get, ObjectBody};

use crate::body::exactly;
use crate::error::Asked;
use crate::headers::check_etag;
use crate::objects::S3Objects;

/// The permission that a head and a get need.
const ACTION: &str = "s3:GetObject";

type SdkError<E> = aws_sdk_s3::error::SdkError<E, aws_sdk_s3::config::http::HttpResponse>;

/// The metadata of an object, as long as its content is the one that is meant.
pub(crate) async fn head(
    objects: &S3Objects,
    key: &ObjectKey,
    if_match: Option<&ETag>,
) -> Result<ObjectMeta, StorageError> {
    let asked = objects.asked(ACTION, key);
    let call = objects.client.head_object().bucket(objects.bucket_name()).key(key.as_str());
    let call = call.set_if_match(if_match.map(|etag| etag.as_str().to_owned()));
    match call.set_expected_bucket_owner(objects.owner()).send().await {
        Ok(found) => Described::from(found).meta(&asked, key, None),
        Err(error) if is_unexplained(&error) => Err(explained(objects, key, asked.failed(error)).await),
        Err(error) => Err(asked.failed(error)),
    }
}

/// Whether a head was refused for a reason that only a body could tell: expired credentials, a
/// malformed signature, another region.
fn is_unexplained(error: &SdkError<HeadObjectError>) -> bool {
    let raw = error.raw_response();
    raw.is_some_and(|raw| raw.status().as_u16() == 400 && raw.headers().get("x-amz-bucket-region").is_none())
}

/// The reason why a head was refused: that of a get of one byte, whose answer has a body.
async fn explained(objects: &S3Objects, key: &ObjectKey, unexplained: StorageError) -> StorageError {
    let call = objects.client.get_object().bucket(objects.bucket_name()).key(key.as_str()).range("bytes=0-0");
    match call.set_expected_bucket_owner(objects.owner()).send().await {
        Ok(_) => unexplained,
        Err(error) => objects.asked(ACTION, key).failed(error),
    }
}

/// An object's metadata and bytes.
pub(crate) async fn get(objects: &S3Objects, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
    what.if_match.as_ref().map_or(Ok(()), check_etag).map_err(|error| error.at(key))?;
    let asked = objects.asked(ACTION, key);
    let call = objects.client.get_object().bucket(objects.bucket_name()).key(key.as_str());
    let call = call.set_if_match(what.if_match.as_ref().map(|etag| etag.as_str().to_owned()));
    let call = call.set_expected_bucket_owner(objects.owner());
    let call = match &what.range {
        // A checksum is of the whole object: there is none to compare with a range.
        Some(range) => match header(range) {
            Some(range) => call.range(range),
            None => return nothing(objects, key, what).await,
        },
        None => call.checksum_mode(ChecksumMode::Enabled),
    };
    let mut found = match call.send().await {
        Ok(found) => found,
        // The range begins at or beyond the object's end: it has no bytes, which is no error.
        Err(error) if what.range.is_some() && status(&error) == Some(416) => return nothing(objects, key, what).await,
        Err(error) => return Err(asked.failed(error)),
    };
    let bytes = std::mem::take(&mut found.body);
    let part = what.range.as_ref().map(|range| (range.clone(), found.content_range.take()));
    if part.is_none() && found.content_range.is_some() {
        return Err(asked.nonsense("a part of the object was answered where all of it was asked for"));
    }
    let described = Described::from(found);
    let length = described.size.ok_or_else(|| asked.nonsense("the answer does not tell its length"))?;
    let whole = match part {
        Some((range, answered)) => Some(
            whole_size(&range, answered.as_deref(), length)
                .ok_or_else(|| asked.nonsense("the answer is not the range of the object that was asked for"))?,
        ),
        None => None,
    };
    let meta = described.meta(&asked, key, whole)?;
    Ok(ObjectBody { meta, bytes: exactly(bytes, length, key.clone()) })
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|raw| raw.status().as_u16())
}

/// The answer to a range without bytes, which HTTP cannot ask for.
async fn nothing(objects: &S3Objects, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
    let meta = head(objects, key, what.if_match.as_ref()).await?;
    Ok(ObjectBody { meta, bytes: Box::pin(futures_util::stream::empty()) })
}

/// A range as HTTP writes it, both ends included; `None` for an empty one.
fn header(range: &Range<u64>) -> Option<String> {
    let last = range.end.checked_sub(1).filter(|last| *last >= range.start)?;
    Some(format!("bytes={}-{last}", range.start))
}

/// The whole object's size from `bytes FIRST-LAST/SIZE`, if that is the range that was asked for
/// (RFC 9110, "Content-Range").
fn whole_size(asked: &Range<u64>, answered: Option<&str>, length: u64) -> Option<u64> {
    let (range, size) = answered?.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, size): (u64, u64, u64) = (first.parse().ok()?, last.parse().ok()?, size.parse().ok()?);
    let is_it = first == asked.start
        && last.checked_add(1) == Some(asked.end.min(size))
        && last.checked_sub(first)?.checked_add(1) == Some(length);
    is_it.then_some(size)
}

/// What the heads of both calls say of an object.
struct Described {
    size: Option<u64>,
    etag: Option<String>,
    version: Option<String>,
    modified: Option<DateTime>,
    media_type: Option<String>,
    cache_control: Option<String>,
    metadata: Option<HashMap<String, String>>,
}

impl Described {
    /// The metadata; `whole` is the object's size where the answer is a part of it.
    fn meta(self, asked: &Asked<'_>, key: &ObjectKey, whole: Option<u64>) -> Result<ObjectMeta, StorageError> {
        let size = whole.or(self.size).ok_or_else(|| asked.nonsense("the answer does not tell the object's length"))?;
        let etag = self.etag.map(ETag::new).filter(|etag| check_etag(etag).is_ok());
        let etag = etag.ok_or_else(|| asked.nonsense("the answer has no usable etag"))?;
        Ok(ObjectMeta {
            key: key.clone(),
            size,
            etag,
            version: self.version.map(VersionId::new),
            modified: self.modified.and_then(|time| SystemTime::try_from(time).ok()),
            media_type: self.media_type,
            cache_control: self.cache_control,
            metadata: self.metadata.unwrap_or_default().into_iter().collect(),
        })
    }
}

/// Head and get describe an object in the same fields of two types.
macro_rules! described_by {
    ($($answer:ty),+) => {
        $(impl From<$answer> for Described {
            fn from(found: $answer) -> Self {
                Self {
                    size: found.content_length.and_then(|length| u64::try_from(length).ok()),
                    etag: found.e_tag,
                    version: found.version_id,
                    modified: found.last_modified,
                    media_type: found.content_type,
                    cache_control: found.cache_control,
                    metadata: found.metadata,
                }
            }
        })+
    };
}

described_by!(HeadObjectOutput, GetObjectOutput);

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{header, whole_size};

    #[test]
    fn a_range_is_written_with_both_ends() {
        for (range, text) in [
            (0..1, Some("bytes=0-0")),
            (10..20, Some("bytes=10-19")),
            (0..u64::MAX, Some("bytes=0-18446744073709551614")),
            (5..5, None),
            (0..0, None),
            (Range { start: 9, end: 3 }, None),
        ] {
            assert_eq!(header(&range).as_deref(), text, "{range:?}");
        }
    }

    #[test]
    fn only_the_range_that_was_asked_for_is_taken() {
        let size = |answered, length| whole_size(&(10..20), answered, length);
        assert_eq!(size(Some("bytes 10-19/100"), 10), Some(100));
        assert_eq!(size(Some("bytes 10-14/15"), 5), Some(15), "cut at the object's end");
        for (answered, length) in [
            (None, 10),
            (Some("bytes 0-19/100"), 20),
            (Some("bytes 10-14/100"), 5),
            (Some("bytes 10-19/100"), 9),
            (Some("bytes 10-19/*"), 10),
            (Some("bytes 19-10/100"), 10),
            (Some("bytes 10-18446744073709551615/100"), 10),
            (Some("10-19/100"), 10),
            (Some(""), 10),
        ] {
            assert_eq!(size(answered, length), None, "{answered:?}");
        }
    }
}
