//! Payloads as AWS and MinIO send them, and the answers to them.
#![expect(clippy::unwrap_used, reason = "a failed test is a panic")]

mod answers;
mod hostile;
mod payloads;

use serde_json::{Value, json};
use thumbgate_core::event::Change;
use thumbgate_events::{Delivery, Record};

/// A record of a notification, with this key as S3 writes it.
fn s3_record(name: &str, key: &str) -> Value {
    json!({
        "eventVersion": "2.3", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": name,
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "thumbgate",
            "bucket": {"name": "photos-in", "arn": "arn:aws:s3:::photos-in"},
            "object": {"key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "versionId": "v1", "sequencer": "0055AED6DCD90281E5"}
        }
    })
}

/// A notification with one record.
fn s3_notification(key: &str) -> Value {
    json!({"Records": [s3_record("ObjectCreated:Put", key)]})
}

fn event_bridge(kind: &str, key: &str, more: &Value) -> Value {
    let mut detail = json!({
        "version": "0", "bucket": {"name": "photos-in"}, "reason": "PutObject",
        "object": {"key": key, "size": 1024, "etag": "x", "version-id": "v1", "sequencer": "0055AED6DCD90281E5"}
    });
    detail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"version": "0", "id": "1", "detail-type": kind, "source": "aws.s3", "account": "111122223333", "detail": detail})
}

/// A message of a queue with this body.
fn sqs_record(id: &str, body: &str) -> Value {
    json!({"messageId": id, "receiptHandle": "r", "body": body, "attributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:q"})
}

/// What SNS sends to a queue or by HTTP.
fn sns_body(message: &Value) -> Value {
    json!({"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Message": message.to_string()})
}

fn parse(payload: &Value) -> Delivery {
    Delivery::parse(payload.to_string().as_bytes()).unwrap()
}

/// The keys of the objects that were created.
fn created(payload: &Value) -> Vec<String> {
    let delivery = parse(payload);
    let key = |record: &&Record| match record {
        Record::Change(Change::Created(created)) => Some(created.object.key.as_str().to_owned()),
        _ => None,
    };
    delivery.records().iter().filter_map(key).collect()
}
