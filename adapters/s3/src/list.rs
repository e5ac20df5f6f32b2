//! Listing: every object below a prefix, page by page.

use aws_sdk_s3::config::Config;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, Object};
use futures_util::stream::try_unfold;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::{KeyPrefix, ObjectKey};
use thumbgate_core::port::{Entry, EntryStream};

use crate::answers::WholeListing;
use crate::error::Asked;
use crate::objects::S3Objects;
use crate::options::PAGE_TRIES_MAX;
use crate::pages::Cursor;
use crate::url_encoding;

/// The objects below a prefix. The first page is asked for at once, each other when the entries
/// before it have been taken.
pub(crate) async fn list(objects: S3Objects, prefix: KeyPrefix) -> Result<EntryStream, StorageError> {
    let mut listing = Listing { objects, prefix, cursor: Cursor::start() };
    let first = listing.page().await?.unwrap_or_default();
    Ok(Box::pin(try_unfold((listing, first.into_iter()), |(mut listing, mut page)| async move {
        loop {
            if let Some(entry) = page.next() {
                return Ok(Some((entry, (listing, page))));
            }
            match listing.page().await? {
                Some(next) => page = next.into_iter(),
                None => return Ok(None),
            }
        }
    })))
}

struct Listing {
    objects: S3Objects,
    prefix: KeyPrefix,
    cursor: Cursor,
}

impl Listing {
    /// The entries of the next page; `None` at the end.
    async fn page(&mut self) -> Result<Option<Vec<Entry>>, StorageError> {
        let Some(token) = self.cursor.next() else { return Ok(None) };
        let asked = Asked { action: "s3:ListBucket", place: &self.objects.place, key: None };
        let call = self
            .objects
            .client
            .list_objects_v2()
            .bucket(self.objects.bucket_name())
            .prefix(self.prefix.as_str())
            .encoding_type(EncodingType::Url)
            .set_continuation_token(token)
            .set_expected_bucket_owner(self.objects.owner());
        let patient = Config::builder().retry_config(self.objects.patience.retries(PAGE_TRIES_MAX));
        let call = call.customize().config_override(patient);
        let answered = call.interceptor(WholeListing).send().await;
        let mut answered = answered.map_err(|error| asked.failed(error))?;
        let found = answered.contents.take().unwrap_or_default();
        check_count(&answered, found.len(), &asked)?;
        let entries = self.entries(found, answered.encoding_type.as_ref(), &asked)?;
        self.cursor
            .advance(answered.is_truncated, answered.next_continuation_token, entries.len())
            .map_err(|error| asked.nonsense(&error.to_string()))?;
        Ok(Some(entries))
    }

    fn entries(
        &self,
        found: Vec<Object>,
        encoding: Option<&EncodingType>,
        asked: &Asked<'_>,
    ) -> Result<Vec<Entry>, StorageError> {
        let mut entries = Vec::with_capacity(found.len());
        for object in found {
            let name = object.key.ok_or_else(|| asked.nonsense("the listing has an entry without a key"))?;
            // A store that does not know the encoding does not repeat it, and gives names as they are.
            let decoded = match encoding {
                Some(EncodingType::Url) => url_encoding::decode(&name),
                _ => Some(name.clone()),
            };
            let Some(text) = decoded else {
                entries.push(unusable(name));
                continue;
            };
            if !text.starts_with(self.prefix.as_str()) {
                return Err(asked.nonsense("the listing has an entry from outside the prefix"));
            }
            let Ok(key) = ObjectKey::parse(text) else {
                entries.push(unusable(name));
                continue;
            };
            // The object that marks the folder itself lies not below it.
            if self.prefix.strip(&key).is_some() {
                let size = object.size.and_then(|size| u64::try_from(size).ok());
                let size = size.ok_or_else(|| asked.nonsense("the listing has an entry without a size"))?;
                entries.push(Entry::Object { key, size });
            }
        }
        Ok(entries)
    }
}

/// Compares the number of entries with the one that the page tells, where it tells one.
fn check_count(page: &ListObjectsV2Output, found: usize, asked: &Asked<'_>) -> Result<(), StorageError> {
    let is_whole = page.key_count.is_none_or(|told| usize::try_from(told) == Ok(found));
    if is_whole { Ok(()) } else { Err(asked.nonsense("the listing has not as many entries as it says")) }
}

fn unusable(name: String) -> Entry {
    let error = StorageError::new(StorageErrorKind::InvalidKey, "the name in the listing is no key");
    Entry::Unusable { name, error }
}
