//! Every envelope, and what is in it.

use serde_json::json;
use thumbgate_core::event::{Change, Removal};
use thumbgate_events::{Delivery, Form, PayloadError, Record};

use crate::{created, event_bridge, parse, s3_notification, s3_record, sns_body, sqs_record};

const ENCODED: &str = "uploads/a%2Bb+c%25%E5%86%99.jpg";
const KEY: &str = "uploads/a+b c%写.jpg";

#[test]
fn every_envelope_gives_the_same_key() {
    let s3 = s3_notification(ENCODED);
    let bridge = event_bridge("Object Created", KEY, &json!({}));
    let text = |value: &serde_json::Value| value.to_string();
    for (envelope, payload) in [
        ("S3", s3.clone()),
        ("EventBridge", bridge.clone()),
        (
            "SNS to Lambda",
            json!({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns_body(&s3)}]}),
        ),
        ("SNS by HTTP", sns_body(&s3)),
        ("SQS", json!({"Records": [sqs_record("1", &text(&s3))]})),
        ("SQS with EventBridge", json!({"Records": [sqs_record("1", &text(&bridge))]})),
        ("SQS with SNS", json!({"Records": [sqs_record("1", &text(&sns_body(&s3)))]})),
        ("SQS with SNS with EventBridge", json!({"Records": [sqs_record("1", &text(&sns_body(&bridge)))]})),
        (
            "a failed invocation",
            json!({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": s3, "responsePayload": {}}),
        ),
        (
            "a failed invocation in a queue",
            json!({"Records": [sqs_record("1", &text(&json!({"requestContext": {}, "requestPayload": bridge})))]}),
        ),
        (
            "S3 Batch 1.0",
            json!({"invocationSchemaVersion": "1.0", "invocationId": "i", "job": {"id": "j"},
            "tasks": [{"taskId": "t", "s3Key": ENCODED, "s3VersionId": null, "s3BucketArn": "arn:aws:s3:::photos-in"}]}),
        ),
        (
            "S3 Batch 2.0",
            json!({"invocationSchemaVersion": "2.0", "invocationId": "i", "job": {"id": "j"},
            "tasks": [{"taskId": "t", "s3Key": ENCODED, "s3VersionId": null, "s3Bucket": "photos-in"}]}),
        ),
    ] {
        assert_eq!(created(&payload), [KEY], "{envelope}");
    }
    assert_eq!(
        created(&json!({"EventName": "s3:ObjectCreated:Put", "Key": "photos-in/x", "Records": [
        {"eventVersion": "2.0", "eventSource": "minio:s3", "eventName": "s3:ObjectCreated:Put",
         "s3": {"bucket": {"name": "photos-in"}, "object": {"key": ENCODED, "sequencer": "17"}}}]})),
        [KEY],
        "MinIO"
    );
}

#[test]
fn a_consumer_of_the_queue_reads_bodies_alone() {
    let delivery = Delivery::of_message("7", &s3_notification(ENCODED).to_string());
    assert_eq!((delivery.messages()[0].id.as_str(), delivery.changes().len()), ("7", 1));
    assert!(Delivery::of_message("7", "{").messages()[0].records.is_err());
}

#[test]
fn a_change_carries_bucket_version_and_sequencer() {
    let Record::Change(Change::Created(created)) = parse(&s3_notification("a.jpg")).records()[0].clone() else {
        panic!()
    };
    assert_eq!(created.object.bucket.as_str(), "photos-in");
    assert_eq!(created.object.version.unwrap().as_str(), "v1");
    assert_eq!(created.sequencer.unwrap().as_str(), "55AED6DCD90281E5");
}

#[test]
fn removals_say_what_they_left() {
    let of = |payload: &serde_json::Value| match parse(payload).records()[0] {
        Record::Change(Change::Removed(removed)) => Some(removed.removal),
        _ => None,
    };
    let s3 = |name: &str| of(&json!({"Records": [s3_record(name, "a.jpg")]}));
    assert_eq!(s3("ObjectRemoved:Delete"), Some(Removal::Deleted));
    assert_eq!(s3("ObjectRemoved:DeleteMarkerCreated"), Some(Removal::MarkerCreated));
    assert_eq!(s3("LifecycleExpiration:Delete"), Some(Removal::Deleted));
    assert_eq!(s3("LifecycleExpiration:DeleteMarkerCreated"), Some(Removal::MarkerCreated));
    let bridge = |kind: &str| of(&event_bridge("Object Deleted", "a.jpg", &json!({"deletion-type": kind})));
    assert_eq!(bridge("Permanently Deleted"), Some(Removal::Deleted));
    assert_eq!(bridge("Delete Marker Created"), Some(Removal::MarkerCreated));
}

#[test]
fn other_events_keep_their_name_and_the_test_event_has_no_record() {
    for payload in [
        json!({"Records": [s3_record("ObjectTagging:Put", "a.jpg")]}),
        event_bridge("Object Tags Added", "a.jpg", &json!({})),
    ] {
        assert!(matches!(parse(&payload).records()[0], Record::Change(Change::Other { .. })), "{payload}");
    }
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-15T12:00:00.000Z", "Bucket": "photos-in", "RequestId": "r", "HostId": "h"});
    assert!(parse(&test).records().is_empty());
    let queued = json!({"Records": [sqs_record("1", &test.to_string())]});
    assert!(parse(&queued).messages()[0].records.as_ref().unwrap().is_empty());
    assert!(parse(&json!({"Records": []})).records().is_empty());
}

#[test]
fn a_key_that_is_none_fails_alone() {
    let long = "x".repeat(1025);
    for key in ["%FF.jpg", "", &long] {
        let payload =
            json!({"Records": [s3_record("ObjectCreated:Put", key), s3_record("ObjectCreated:Put", "a.jpg")]});
        let delivery = parse(&payload);
        assert!(matches!(delivery.records()[0], Record::Unusable { .. }), "{key}");
        assert_eq!(delivery.changes().len(), 1, "{key}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let error = |payload: &serde_json::Value| Delivery::parse(payload.to_string().as_bytes()).unwrap_err().to_string();
    let mut record = s3_record("ObjectCreated:Put", "a.jpg");
    record["s3"]["object"].as_object_mut().unwrap().remove("key");
    assert_eq!(error(&json!({"Records": [record]})), "Records[0].s3.object.key is missing");
    record["eventVersion"] = json!("3.0");
    assert_eq!(
        error(&json!({"Records": [record]})),
        "Records[0].eventVersion is `\\\"3.0\\\"`; it should be 2.x, the version that is read here"
    );
    assert!(error(&json!({"hello": "world"})).starts_with("the payload is no event"));
    assert!(error(&json!({"Records": 7})).contains("Records is `7`; it should be a list"));
    assert!(
        error(&json!({"Records": [{"eventSource": "aws:sqs", "body": "{}"}]}))
            .contains("Records[0].messageId is missing")
    );
    assert_eq!(Delivery::parse(b"{\n  \"a\": }").unwrap_err().to_string(), "not JSON at line 2, column 8");
    let mut nested = s3_notification("a.jpg");
    for _ in 0..9 {
        nested = sns_body(&nested);
    }
    assert!(matches!(Delivery::parse(nested.to_string().as_bytes()), Err(PayloadError::TooDeep { .. })));
}

#[test]
fn an_unreadable_message_fails_alone() {
    let good = s3_notification("a.jpg").to_string();
    let payload = json!({"Records": [sqs_record("1", "not json"), sqs_record("2", &good), sqs_record("3", "{}")]});
    let delivery = parse(&payload);
    assert_eq!(*delivery.form(), Form::Queue);
    let read: Vec<_> = delivery.messages().iter().map(|message| message.records.is_ok()).collect();
    assert_eq!(read, [false, true, false]);
    let why = delivery.messages()[0].records.as_ref().unwrap_err().to_string();
    assert_eq!(why, "Records[0].body: not JSON at line 1, column 2");
}

#[test]
fn a_record_that_cannot_be_read_fails_alone() {
    let mut bad = s3_record("ObjectCreated:Put", "bad.jpg");
    bad["s3"]["object"].as_object_mut().unwrap().remove("key");
    let sns = |message: &str| json!({"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": message}});
    for (payload, why) in [
        (json!({"Records": [s3_record("ObjectCreated:Put", "a.jpg"), bad]}), "Records[1].s3.object.key is missing"),
        (
            json!({"Records": [sns(&s3_notification("a.jpg").to_string()), sns("no json")]}),
            "Records[1].Sns.Message: not JSON at line 1, column 2",
        ),
    ] {
        let delivery = parse(&payload);
        assert_eq!(delivery.changes().len(), 1, "{payload}");
        let Record::Unreadable { place, error } = delivery.records()[1] else { panic!("{payload}") };
        assert_eq!((place.as_str(), error.to_string().as_str()), ("Records[1]", why));
        assert!(!delivery.records()[1].names_object() && delivery.records()[0].names_object());
    }
}

#[test]
fn event_bridge_events_of_another_type_are_named_whatever_they_tell() {
    let trail = json!({"version": "0", "id": "e1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3",
        "detail": {"eventSource": "s3.amazonaws.com", "eventName": "PutObject"}});
    let Record::Change(Change::Other { name, object }) = parse(&trail).records()[0].clone() else { panic!() };
    assert_eq!((name.as_str(), object.as_str()), ("AWS API Call via CloudTrail", "event e1"));
    let mut bare = event_bridge("Object Created", "a.jpg", &json!({}));
    bare["detail"].as_object_mut().unwrap().remove("object");
    assert!(Delivery::parse(bare.to_string().as_bytes()).is_err(), "an upload tells of its object");
}

#[test]
fn a_test_event_has_no_records() {
    let payload = json!({"Event": "s3:TestEvent", "Records": [s3_record("ObjectCreated:Put", "a.jpg")]});
    assert_eq!(created(&payload), ["a.jpg"]);
}
