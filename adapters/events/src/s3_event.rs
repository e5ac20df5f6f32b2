//! Events of S3 themselves: a record of a notification, or the detail of an EventBridge event.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use thumbgate_core::event::{Change, ObjectCreated, ObjectRemoved, Removal, Sequencer};
use thumbgate_core::object::{Bucket, ObjectKey, ObjectRef, VersionId};

use crate::delivery::Record;
use crate::error::PayloadError;
use crate::field::Field;

/// Whether it is the test event that S3 sends when a notification is set up. It has no records; what
/// has some is an event, whatever else it says.
pub(crate) fn is_test(payload: &Field<'_>) -> bool {
    payload.optional("Records").is_none() && payload.value.get("Event").is_some_and(|event| event == "s3:TestEvent")
}

/// A record of a notification, of S3 or of a store that speaks as S3 does.
pub(crate) fn of_notification(record: &Field<'_>) -> Result<Record, PayloadError> {
    let version = record.member("eventVersion")?;
    // "A minor version … is incremented for additions": only the major one may break.
    if version.text()?.split('.').next() != Some("2") {
        return Err(version.unexpected("2.x, the version that is read here"));
    }
    let name = record.text_of("eventName")?;
    let s3 = record.member("s3")?;
    let bucket = s3.member("bucket")?;
    let object = s3.member("object")?;
    let key = object.text_of("key")?;
    let told = Told {
        name: name.strip_prefix("s3:").unwrap_or(name),
        bucket: bucket.text_of("name")?,
        key: form_decoded(key),
        key_as_sent: key,
        version: optional_text(&object, "versionId"),
        sequencer: optional_text(&object, "sequencer"),
        removal: None,
    };
    Ok(told.record())
}

/// An event of EventBridge: its key is sent as it is. Those of another type than S3's own (such as
/// `AWS API Call via CloudTrail`) may tell of no object, and change no thumbnail.
pub(crate) fn of_event_bridge(event: &Field<'_>) -> Result<Record, PayloadError> {
    let source = event.member("source")?;
    if source.text()? != "aws.s3" {
        return Err(source.unexpected("`aws.s3`"));
    }
    let kind = event.text_of("detail-type")?;
    if !matches!(kind, "Object Created" | "Object Deleted") {
        return Ok(Record::Change(Change::Other { name: kind.to_owned(), object: told_object(event) }));
    }
    let detail = event.member("detail")?;
    let bucket = detail.member("bucket")?;
    let object = detail.member("object")?;
    let key = object.text_of("key")?;
    let is_marker = optional_text(&detail, "deletion-type") == Some("Delete Marker Created");
    let name = if kind == "Object Created" { "ObjectCreated:" } else { "ObjectRemoved:" };
    let told = Told {
        name,
        bucket: bucket.text_of("name")?,
        key: Some(key.to_owned()),
        key_as_sent: key,
        version: optional_text(&object, "version-id"),
        sequencer: optional_text(&object, "sequencer"),
        removal: Some(if is_marker { Removal::MarkerCreated } else { Removal::Deleted }),
    };
    Ok(told.record())
}

/// What an event of another type is about: its object's key, else the event by its id.
fn told_object(event: &Field<'_>) -> String {
    let key = event.value.pointer("/detail/object/key").and_then(|key| key.as_str());
    key.map_or_else(|| format!("event {}", optional_text(event, "id").unwrap_or("without an id")), str::to_owned)
}

/// What an event tells, not yet judged.
struct Told<'a> {
    name: &'a str,
    bucket: &'a str,
    /// The key, decoded; none where it is no text.
    key: Option<String>,
    key_as_sent: &'a str,
    version: Option<&'a str>,
    sequencer: Option<&'a str>,
    /// What the removal left, where the name does not tell.
    removal: Option<Removal>,
}

impl Told<'_> {
    fn record(self) -> Record {
        let shown = self.key.clone().unwrap_or_else(|| self.key_as_sent.to_owned());
        let is_created = self.name.starts_with("ObjectCreated:");
        // Deletions by lifecycle rules are events of another name.
        let is_removed = self.name.starts_with("ObjectRemoved:") || self.name.starts_with("LifecycleExpiration:");
        if !is_created && !is_removed {
            return Record::Change(Change::Other { name: self.name.to_owned(), object: shown });
        }
        let object = match self.object() {
            Ok(object) => object,
            Err(problem) => return Record::Unusable { key: shown, problem },
        };
        // An odd sequencer orders nothing; the object is read as it stands all the same.
        let sequencer = self.sequencer.and_then(Sequencer::parse);
        Record::Change(if is_created {
            Change::Created(ObjectCreated { object, sequencer })
        } else {
            let of_name =
                if self.name.ends_with("DeleteMarkerCreated") { Removal::MarkerCreated } else { Removal::Deleted };
            Change::Removed(ObjectRemoved { object, sequencer, removal: self.removal.unwrap_or(of_name) })
        })
    }

    fn object(&self) -> Result<ObjectRef, String> {
        let key = self.key.clone().ok_or("the key is no text in UTF-8")?;
        Ok(ObjectRef {
            bucket: Bucket::parse(self.bucket).map_err(|error| format!("the bucket's name: {error}"))?,
            key: ObjectKey::parse(key).map_err(|error| format!("the key: {error}"))?,
            version: self.version.map(VersionId::new),
        })
    }
}

fn optional_text<'a>(field: &Field<'a>, name: &str) -> Option<&'a str> {
    field.value.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

/// A key as notifications and S3 Batch write it: `+` is a space, `%` and two digits are a byte.
/// None where the bytes are no text.
pub(crate) fn form_decoded(key: &str) -> Option<String> {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}
