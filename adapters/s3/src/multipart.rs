//! Writing a large content in parts.
//!
//! Nothing is to be seen of the object until the upload is completed, and the condition of the
//! put goes with the completion. Whatever ends the upload before, it is aborted: parts that are
//! left behind are paid for and never seen (User Guide, "Uploading and copying objects using
//! multipart upload").

use aws_sdk_s3::config::Config;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use aws_smithy_checksums::ChecksumAlgorithm as Algorithm;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use thumbgate_core::error::StorageError;
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::{PutOptions, Written};

use crate::objects::S3Objects;
use crate::write::{ACTION, condition, written};

/// The least length of a part, in bytes; S3 takes no part below 5 MiB but the last.
const PART_BYTES_MIN: usize = 8 * 1024 * 1024;

/// The most parts of one upload (User Guide, "Amazon S3 multipart upload limits").
const PARTS_MAX: usize = 10_000;

/// Parts that are on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// Stores a content in parts.
pub(crate) async fn put(
    objects: &S3Objects,
    key: &ObjectKey,
    content: Bytes,
    options: &PutOptions,
) -> Result<Written, StorageError> {
    let upload = Upload::begin(objects, key, options).await?;
    let result = match upload.send_parts(&content).await {
        Ok(parts) => upload.complete(parts, &content, options).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(written) => {
            upload.close();
            Ok(written)
        }
        Err(error) => {
            upload.abort().await;
            Err(error)
        }
    }
}

/// An upload that was begun. Dropped before its end, it is aborted in the background.
struct Upload {
    objects: S3Objects,
    key: ObjectKey,
    /// `None` once it is over.
    id: Option<String>,
}

impl Upload {
    async fn begin(objects: &S3Objects, key: &ObjectKey, options: &PutOptions) -> Result<Self, StorageError> {
        let asked = objects.asked(ACTION, key);
        let call = objects
            .client
            .create_multipart_upload()
            .bucket(objects.bucket_name())
            .key(key.as_str())
            .set_expected_bucket_owner(objects.owner())
            .set_content_type(options.media_type.clone())
            .set_cache_control(options.cache_control.clone())
            .set_metadata(Some(options.metadata.clone().into_iter().collect()))
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            // Of the whole object, not of the parts' checksums: who reads it can compare it.
            .checksum_type(ChecksumType::FullObject);
        let begun = call.send().await.map_err(|error| asked.failed(error))?;
        let id = begun.upload_id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| asked.nonsense("a multipart upload was begun without an id"))?;
        Ok(Self { objects: objects.clone(), key: key.clone(), id: Some(id) })
    }

    /// Sends all parts, a few at once; the first that fails ends the others.
    async fn send_parts(&self, content: &Bytes) -> Result<Vec<CompletedPart>, StorageError> {
        let parts = parts_of(content).into_iter().map(|(number, part)| self.send_part(number, part));
        let mut sent: Vec<CompletedPart> =
            futures_util::stream::iter(parts).buffer_unordered(PARTS_AT_ONCE).try_collect().await?;
        sent.sort_by_key(|part| part.part_number);
        Ok(sent)
    }

    async fn send_part(&self, number: i32, part: Bytes) -> Result<CompletedPart, StorageError> {
        let asked = self.objects.asked(ACTION, &self.key);
        let deadlines = Config::builder().timeout_config(self.objects.patience.timeouts(part.len()));
        let call = self
            .objects
            .client
            .upload_part()
            .bucket(self.objects.bucket_name())
            .key(self.key.as_str())
            .set_upload_id(self.id.clone())
            .part_number(number)
            .set_expected_bucket_owner(self.objects.owner())
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(ByteStream::from(part));
        let sent = call.customize().config_override(deadlines).send().await.map_err(|error| asked.failed(error))?;
        let etag = sent.e_tag.ok_or_else(|| asked.nonsense("the answer to a part has no etag"))?;
        Ok(CompletedPart::builder().part_number(number).e_tag(etag).set_checksum_crc32(sent.checksum_crc32).build())
    }

    async fn complete(
        &self,
        parts: Vec<CompletedPart>,
        content: &Bytes,
        options: &PutOptions,
    ) -> Result<Written, StorageError> {
        let asked = self.objects.asked(ACTION, &self.key);
        let (if_none_match, if_match) = condition(options);
        let call = self
            .objects
            .client
            .complete_multipart_upload()
            .bucket(self.objects.bucket_name())
            .key(self.key.as_str())
            .set_upload_id(self.id.clone())
            .set_expected_bucket_owner(self.objects.owner())
            .set_if_none_match(if_none_match)
            .set_if_match(if_match)
            .checksum_type(ChecksumType::FullObject)
            .set_mpu_object_size(i64::try_from(content.len()).ok())
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        // S3 joins the parts before it answers; that takes time with the content's length.
        let deadlines = Config::builder().timeout_config(self.objects.patience.timeouts(content.len()));
        let call = call.customize().config_override(deadlines);
        let stored = call.send().await.map_err(|error| asked.failed(error))?;
        // The checksum is compared here and not sent: some stores take it for that of the request.
        if stored.checksum_crc32.is_some_and(|told| is_of_whole(&told) && told != crc32(content)) {
            return Err(asked.altered());
        }
        written(&asked, stored.e_tag, stored.version_id)
    }

    /// The upload was completed: there is nothing left to abort.
    fn close(mut self) {
        self.id = None;
    }

    /// Ends the upload without an object.
    async fn abort(mut self) {
        if let Some(id) = self.id.clone() {
            abort(&self.objects, &self.key, id).await;
        }
        self.id = None;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        // Without a runtime (the process is ending) nothing can be sent; the bucket's lifecycle
        // rule for incomplete uploads is the net below.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (objects, key) = (self.objects.clone(), self.key.clone());
        runtime.spawn(async move { abort(&objects, &key, id).await });
    }
}

/// Aborts an upload. A failure of this is not told: the reason for it is, and an upload that was
/// completed after all, its answer lost, is not there to be aborted.
async fn abort(objects: &S3Objects, key: &ObjectKey, id: String) {
    let call = objects.client.abort_multipart_upload().bucket(objects.bucket_name()).key(key.as_str()).upload_id(id);
    let _ = call.set_expected_bucket_owner(objects.owner()).send().await;
}

/// The parts of a content, numbered from 1.
fn parts_of(content: &Bytes) -> Vec<(i32, Bytes)> {
    let length = content.len().div_ceil(PARTS_MAX).max(PART_BYTES_MIN);
    let starts = (0..content.len()).step_by(length);
    (1..).zip(starts).map(|(number, start)| (number, content.slice(start..content.len().min(start + length)))).collect()
}

/// Whether a checksum is of a whole object; one of its parts' checksums ends in their number.
fn is_of_whole(checksum: &str) -> bool {
    !checksum.contains('-')
}

/// The CRC32 of a content as S3 writes checksums: base64 of its four bytes.
fn crc32(content: &[u8]) -> String {
    let mut checksum = Algorithm::Crc32.into_impl();
    checksum.update(content);
    aws_smithy_types::base64::encode(checksum.finalize())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{PART_BYTES_MIN, crc32, parts_of};

    #[test]
    fn parts_are_the_content_in_order() {
        for length in [PART_BYTES_MIN, PART_BYTES_MIN + 1, 2 * PART_BYTES_MIN, 3 * PART_BYTES_MIN - 1] {
            let parts = parts_of(&Bytes::from(vec![7; length]));
            assert_eq!(parts.iter().map(|(_, part)| part.len()).sum::<usize>(), length);
            assert_eq!(
                parts.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
                (1..).take(parts.len()).collect::<Vec<_>>()
            );
            let (_, all_but_last) = parts.split_last().unwrap();
            assert!(all_but_last.iter().all(|(_, part)| part.len() == PART_BYTES_MIN), "{length}");
        }
    }

    #[test]
    fn the_checksum_is_written_as_s3_writes_it() {
        // Amazon S3 User Guide, "Checking object integrity": CRC32 of `Hello world`.
        assert_eq!(crc32(b"Hello world"), "i9aeUg==");
    }
}
