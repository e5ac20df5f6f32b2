//! Outcomes in the form that the caller expects.

use serde_json::{Value, json};
use thumbgate_core::error::{Failure, FailureKind};
use thumbgate_core::generate::{Outcome, SkipReason};
use thumbgate_events::{Answer, Delivery, Rejects};

use crate::{parse, s3_notification, s3_record, sqs_record};

fn skipped() -> Outcome {
    Outcome::skipped("a.jpg".to_owned(), SkipReason::AlreadyMade)
}

fn to_retry() -> Outcome {
    Outcome::unusable("b.jpg".to_owned(), Failure::retry(FailureKind::Io, "no space left"))
}

fn rejected() -> Outcome {
    Outcome::unusable("c\u{1b}.jpg".to_owned(), Failure::reject(FailureKind::Malformed, "no picture"))
}

fn answer(delivery: &Delivery, of_changes: Vec<Outcome>, rejects: Rejects) -> Answer {
    let outcomes = delivery.outcomes(of_changes);
    delivery.answer(&outcomes, rejects)
}

#[test]
fn a_queue_gets_back_the_messages_that_failed_and_no_others() {
    let body = |key: &str| s3_notification(key).to_string();
    let two = json!({"Records": [s3_record("ObjectCreated:Put", "a.jpg"), s3_record("ObjectCreated:Put", "b.jpg")]})
        .to_string();
    let payload = json!({"Records": [
        sqs_record("done", &body("a.jpg")), sqs_record("half", &two), sqs_record("poison", "not json"),
        sqs_record("reject", &body("c.jpg")), sqs_record("no key", &body("%FF"))]});
    let outcomes = vec![skipped(), skipped(), to_retry(), rejected()];
    let Answer::Document(document) = answer(&parse(&payload), outcomes, Rejects::Log) else { panic!() };
    let failed: Vec<_> =
        ["half", "poison", "reject", "no key"].into_iter().map(|id| json!({"itemIdentifier": id})).collect();
    assert_eq!(document, json!({"batchItemFailures": failed}));
}

#[test]
fn a_direct_event_fails_as_a_whole_and_names_what_failed() {
    let payload =
        json!({"Records": [s3_record("ObjectCreated:Put", "a.jpg"), s3_record("ObjectCreated:Put", "b.jpg")]});
    let delivery = parse(&payload);
    let Answer::Failed { kind, message } = answer(&delivery, vec![skipped(), to_retry()], Rejects::DeadLetter) else {
        panic!()
    };
    assert_eq!((kind, message.as_str()), ("ItemsToRetry", "b.jpg: io: no space left"));
    let Answer::Failed { kind, message } = answer(&delivery, vec![skipped(), rejected()], Rejects::DeadLetter) else {
        panic!()
    };
    assert_eq!((kind, message.as_str()), ("ItemsRejected", "c\\u{1b}.jpg: malformed: no picture"));
    let logged = answer(&delivery, vec![skipped(), rejected()], Rejects::Log);
    assert_eq!(logged, Answer::Document(json!({"sources": 2, "done": 0, "skip": 1, "reject": 1, "retry": 0})));
    assert!(matches!(
        answer(&delivery, vec![to_retry(), rejected()], Rejects::Log),
        Answer::Failed { kind: "ItemsToRetry", .. }
    ));
    assert!(
        matches!(answer(&delivery, vec![skipped()], Rejects::Log), Answer::Failed { .. }),
        "a change without outcome"
    );
}

#[test]
fn a_record_that_cannot_be_read_is_named_and_is_never_a_logged_success() {
    let payload = json!({"Records": [s3_record("ObjectCreated:Put", "a.jpg"), {"eventVersion": "2.1"}]});
    let delivery = parse(&payload);
    for rejects in [Rejects::DeadLetter, Rejects::Log] {
        let Answer::Failed { kind, message } = answer(&delivery, vec![skipped()], rejects) else { panic!() };
        assert_eq!(
            (kind, message.as_str()),
            ("ItemsRejected", "Records[1]: malformed: Records[1].eventName is missing")
        );
    }
}

#[test]
fn s3_batch_gets_a_result_for_each_task() {
    let task = |id: &str, key: &str| json!({"taskId": id, "s3Key": key, "s3VersionId": null, "s3Bucket": "photos-in"});
    let payload = json!({"invocationSchemaVersion": "2.0", "invocationId": "i", "job": {},
        "tasks": [task("1", "a.jpg"), task("2", "b.jpg"), task("3", "c.jpg"), {"taskId": "4", "s3Bucket": "b"}]});
    let Answer::Document(document) = answer(&parse(&payload), vec![skipped(), to_retry(), rejected()], Rejects::Log)
    else {
        panic!()
    };
    assert_eq!((&document["invocationSchemaVersion"], &document["invocationId"]), (&json!("2.0"), &json!("i")));
    let codes: Vec<_> = document["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (&result["taskId"], &result["resultCode"]))
        .collect();
    let expected: [(Value, Value); 4] =
        [("1", "Succeeded"), ("2", "TemporaryFailure"), ("3", "PermanentFailure"), ("4", "PermanentFailure")]
            .map(|(id, code)| (id.into(), code.into()));
    assert_eq!(codes, expected.iter().map(|(id, code)| (id, code)).collect::<Vec<_>>());
}

#[test]
fn many_failures_are_counted_not_listed() {
    let records: Vec<_> = (0..50).map(|index| s3_record("ObjectCreated:Put", &format!("{index}.jpg"))).collect();
    let delivery = parse(&json!({"Records": records}));
    let outcomes = (0..50).map(|_| to_retry()).collect();
    let Answer::Failed { message, .. } = answer(&delivery, outcomes, Rejects::Log) else { panic!() };
    assert!(message.ends_with("and 40 more"), "{message}");
}
