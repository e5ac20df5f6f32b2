//! Any bytes end in a delivery or a typed error.

use proptest::prelude::*;
use serde_json::{Value, json};
use thumbgate_events::{Delivery, PAYLOAD_BYTES_MAX, PayloadError};

use crate::{created, event_bridge, s3_notification};

/// A key as S3 writes it: what Java's `URLEncoder` leaves as it is, and the slash.
fn form_encoded(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'*' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Payloads that look like events in most places.
fn any_payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "aws:s3|aws:sqs|aws.s3|2.1|ObjectCreated:Put|Object Created|Notification|1.0|\\{\\}|.{0,12}"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let name = "Records|eventSource|eventVersion|eventName|s3|bucket|name|object|key|body|messageId|Sns|Message|Type|detail|detail-type|source|tasks|taskId|invocationSchemaVersion|invocationId|s3Key|Event";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_key_arrives_as_it_is(key in "\\PC{1,40}|[ +%/.~*_-]{1,20}|[\\x01-\\x1f]{1,8}") {
        prop_assert_eq!(created(&s3_notification(&form_encoded(&key))), [key.as_str()]);
        prop_assert_eq!(created(&event_bridge("Object Created", &key, &json!({}))), [key.as_str()]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Delivery::parse(&bytes);
    }

    #[test]
    fn anything_like_an_event_is_read_without_panic(payload in any_payload()) {
        if let Ok(delivery) = Delivery::parse(payload.to_string().as_bytes()) {
            let outcomes = delivery.outcomes(Vec::new());
            prop_assert_eq!(outcomes.len(), delivery.messages().len());
        }
    }
}

#[test]
fn garbage_is_refused_at_its_first_byte() {
    let garbage = vec![0xFF; 10 * 1024 * 1024];
    assert_eq!(Delivery::parse(&garbage), Err(PayloadError::Json { path: String::new(), line: 1, column: 1 }));
    let nested = "[".repeat(10 * 1024 * 1024);
    assert!(matches!(Delivery::parse(nested.as_bytes()), Err(PayloadError::Json { column: ..200, .. })));
    let large = vec![b' '; PAYLOAD_BYTES_MAX + 1];
    assert!(matches!(Delivery::parse(&large), Err(PayloadError::TooLarge { .. })));
}
