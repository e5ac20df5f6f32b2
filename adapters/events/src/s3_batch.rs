//! Tasks of S3 Batch Operations.
//!
//! Source: Amazon S3 User Guide, "Invoke AWS Lambda function": schema 1.0 names the bucket by its
//! ARN, 2.0 by its name; keys are URL-encoded in both.

use thumbgate_core::event::{Change, ObjectCreated};
use thumbgate_core::object::{Bucket, ObjectKey, ObjectRef, VersionId};

use crate::delivery::{Delivery, Form, Message, Record};
use crate::error::PayloadError;
use crate::field::Field;
use crate::s3_event::form_decoded;

pub(crate) fn is_one(payload: &Field<'_>) -> bool {
    payload.value.get("invocationSchemaVersion").is_some() && payload.value.get("tasks").is_some()
}

pub(crate) fn read(payload: &Field<'_>) -> Result<Delivery, PayloadError> {
    let schema = payload.member("invocationSchemaVersion")?;
    if !matches!(schema.text()?, "1.0" | "2.0") {
        return Err(schema.unexpected("`1.0` or `2.0`"));
    }
    let invocation = payload.text_of("invocationId")?.to_owned();
    let tasks: Result<Vec<_>, _> = payload.member("tasks")?.items()?.map(|task| message(&task)).collect();
    Ok(Delivery::new(Form::S3Batch { schema: schema.text()?.to_owned(), invocation }, tasks?))
}

/// A task. Without an id it could not be answered, so that is an error of the whole.
fn message(task: &Field<'_>) -> Result<Message, PayloadError> {
    let id = task.text_of("taskId")?.to_owned();
    Ok(Message { id, records: record(task).map(|record| vec![record]) })
}

fn record(task: &Field<'_>) -> Result<Record, PayloadError> {
    let key = task.text_of("s3Key")?;
    let bucket = match task.optional("s3Bucket") {
        Some(bucket) => bucket.text()?,
        None => {
            let arn = task.text_of("s3BucketArn")?;
            arn.rsplit(":::").next().unwrap_or(arn)
        }
    };
    let decoded = form_decoded(key);
    let object = || {
        let key = decoded.clone().ok_or("the key is no text in UTF-8")?;
        Ok::<_, String>(ObjectRef {
            bucket: Bucket::parse(bucket).map_err(|error| format!("the bucket's name: {error}"))?,
            key: ObjectKey::parse(key).map_err(|error| format!("the key: {error}"))?,
            version: task.value.get("s3VersionId").and_then(|version| version.as_str()).map(VersionId::new),
        })
    };
    Ok(match object() {
        Ok(object) => Record::Change(Change::Created(ObjectCreated { object, sequencer: None })),
        Err(problem) => Record::Unusable { key: decoded.unwrap_or_else(|| key.to_owned()), problem },
    })
}
