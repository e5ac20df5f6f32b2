//! The function as Lambda runs it: a process, a Runtime API, a real S3 API.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test is a panic")]

mod http;
mod lifecycle;
mod runtime_api;
mod uploads;

use serde_json::{Value, json};

/// A configuration from `uploads/` of one bucket to `thumbs/` of another.
fn config(source: &str, destination: &str) -> String {
    format!(
        "[source]\nurl = \"s3://{source}/uploads/\"\n[destination]\nurl = \"s3://{destination}/thumbs/\"\n\
         [[rendition]]\nname = \"small\"\nwidth = 32\n[[rendition]]\nname = \"large\"\nwidth = 64\nformat = \"webp\"\n"
    )
}

/// A notification of an upload, its key as S3 writes it.
fn notification(bucket: &str, key: &str) -> Value {
    let encoded: String = key
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            other => format!("%{other:02X}"),
        })
        .collect();
    json!({"Records": [{"eventVersion": "2.3", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": encoded, "sequencer": "0055AED6DCD90281E5"}}}]})
}

/// Messages of a queue around notifications.
fn queued(bodies: &[(&str, String)]) -> Value {
    let record = |(id, body): &(&str, String)| json!({"messageId": id, "body": body, "eventSource": "aws:sqs"});
    json!({"Records": bodies.iter().map(record).collect::<Vec<_>>()})
}

/// A picture as a Windows bitmap.
fn picture(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let row_bytes = (width * 3).next_multiple_of(4);
    let mut file = b"BM".to_vec();
    for field in [54 + row_bytes * height, 0, 54, 40, width, height] {
        file.extend(field.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend((0..row_bytes * height).map(|index| (index * 7 + seed).to_le_bytes()[0]));
    file
}
