//! What carries an event: found by what it looks like, opened until an event of S3 is there.
//!
//! Sources: AWS Lambda Developer Guide, "Process Amazon S3 event notifications", "Using Lambda with
//! Amazon SQS", "Invoking Lambda functions with Amazon SNS notifications"; Amazon SNS Developer
//! Guide, "Amazon SNS message and JSON formats", "raw message delivery"; Amazon S3 User Guide, "Event
//! message structure", "EventBridge event message structure".

use serde_json::Value;

use crate::delivery::{Delivery, Form, Message, Record, not_json};
use crate::error::PayloadError;
use crate::field::Field;
use crate::{s3_batch, s3_event};

/// How many envelopes may stand in each other: SQS, SNS in it, and one to spare.
const DEPTH_MAX: usize = 4;

/// Opens a whole payload.
pub(crate) fn open(payload: &Field<'_>) -> Result<Delivery, PayloadError> {
    if let Some(failed) = of_failure_destination(payload) {
        return open(&failed);
    }
    if s3_batch::is_one(payload) {
        return s3_batch::read(payload);
    }
    if is_of_queue(payload) {
        let messages: Result<Vec<_>, _> = payload.member("Records")?.items()?.map(|record| message(&record)).collect();
        return Ok(Delivery::new(Form::Queue, messages?));
    }
    records(payload, 0).map(Delivery::direct)
}

/// Whether the records are messages of a queue.
fn is_of_queue(payload: &Field<'_>) -> bool {
    first_record(payload).and_then(|record| record.get("eventSource")).is_some_and(|source| source == "aws:sqs")
}

/// The event in what Lambda sends to a failure destination (AWS Lambda Developer Guide, "Adding a
/// destination": the invocation record).
fn of_failure_destination<'a>(payload: &Field<'a>) -> Option<Field<'a>> {
    payload.optional("requestContext")?;
    payload.optional("requestPayload")
}

/// Why an invocation failed, where a message is Lambda's record of it. A message that a queue's
/// redrive moved carries no reason.
///
/// ```
/// let record = r#"{"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {"Records": []},
///     "responsePayload": {"errorType": "Thumbgate.ItemsToRetry", "errorMessage": "a.jpg: io: no space left"}}"#;
/// assert_eq!(thumbgate_events::reason_of(record).as_deref(), Some("Thumbgate.ItemsToRetry: a.jpg: io: no space left"));
/// assert_eq!(thumbgate_events::reason_of("{}"), None);
/// ```
#[must_use]
pub fn reason_of(body: &str) -> Option<String> {
    let value: Value = serde_json::from_str(body).ok()?;
    of_failure_destination(&Field::whole(&value))?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let response = value.get("responsePayload");
    let kind = text(response.and_then(|response| response.get("errorType")));
    let message = text(response.and_then(|response| response.get("errorMessage")));
    let condition = text(value.get("requestContext").and_then(|context| context.get("condition")));
    match (kind, message) {
        (Some(kind), Some(message)) => Some(format!("{kind}: {message}")),
        (Some(told), None) | (None, Some(told)) => Some(told),
        (None, None) => condition,
    }
}

fn first_record<'a>(payload: &Field<'a>) -> Option<&'a Value> {
    payload.value.get("Records").and_then(|records| records.get(0))
}

/// A message of a queue. Without an id it could not be answered, so that is an error of the whole.
fn message(record: &Field<'_>) -> Result<Message, PayloadError> {
    let id = record.text_of("messageId")?.to_owned();
    let body = record.member("body");
    let records = body.and_then(|body| open_body(body.text()?, &body.path(), 0));
    Ok(Message { id, records })
}

/// Opens a payload that stands as text within another.
pub(crate) fn open_body(body: &str, path: &str, depth: usize) -> Result<Vec<Record>, PayloadError> {
    if depth >= DEPTH_MAX {
        return Err(PayloadError::TooDeep { path: path.to_owned() });
    }
    let value: Value = serde_json::from_str(body).map_err(|error| not_json(path, &error))?;
    records(&Field::within(&value, path.to_owned()), depth)
}

/// The records of S3 in any envelope but those that are answered message by message.
fn records(payload: &Field<'_>, depth: usize) -> Result<Vec<Record>, PayloadError> {
    if s3_event::is_test(payload) {
        return Ok(Vec::new());
    }
    if let Some(failed) = of_failure_destination(payload) {
        return records(&failed, depth);
    }
    if payload.optional("detail-type").is_some() {
        return Ok(vec![s3_event::of_event_bridge(payload)?]);
    }
    // A notification of SNS, as it is sent to a queue or by HTTP.
    if payload.value.get("Type").is_some_and(|kind| kind == "Notification") {
        let message = payload.member("Message")?;
        return open_body(message.text()?, &message.path(), depth + 1);
    }
    let Some(list) = payload.optional("Records") else {
        return Err(PayloadError::Unknown { path: payload.path() });
    };
    let read: Vec<_> = list.items()?.map(|record| (record.path(), of_record(&record, depth))).collect();
    // One that cannot be read fails alone; where none can be, there is nothing else to work on.
    let can_be_read = read.iter().any(|(_, records)| records.is_ok());
    let mut all = Vec::new();
    for (place, records) in read {
        match records {
            Ok(records) => all.extend(records),
            Err(error) if can_be_read => all.push(Record::Unreadable { place, error }),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// One record: a notification of S3, or a payload in SNS or SQS.
fn of_record(record: &Field<'_>, depth: usize) -> Result<Vec<Record>, PayloadError> {
    if let Some(notification) = record.optional("Sns") {
        let message = notification.member("Message")?;
        return open_body(message.text()?, &message.path(), depth + 1);
    }
    if record.value.get("eventSource").is_some_and(|source| source == "aws:sqs") {
        let body = record.member("body")?;
        return open_body(body.text()?, &body.path(), depth + 1);
    }
    Ok(vec![s3_event::of_notification(record)?])
}
