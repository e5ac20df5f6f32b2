//! The wire formats of upload events: bytes of a payload become changes, outcomes become the answer
//! that the caller expects.
//!
//! [`Delivery::parse`] finds out by itself what it was given: an S3 notification (MinIO's webhook is
//! one), an EventBridge event, SNS or SQS around either, a task of S3 Batch Operations, Lambda's
//! record of a failed invocation around any of them, or the test event that S3 sends when a
//! notification is set up. [`Delivery::answer`] says what became of it.
//!
//! Keys are decoded once, and only where the source encodes them: notifications and S3 Batch write
//! them as forms do (`+` is a space), EventBridge as they are. (No page of AWS says the latter
//! outright; its examples show it, and keys with `+` arrive so.)
//!
//! There is no SDK here, and no I/O.
//!
//! ```
//! use thumbgate_core::event::Change;
//! use thumbgate_events::{Delivery, Record};
//!
//! let payload = br#"{"Records": [{"eventVersion": "2.3", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
//!     "s3": {"bucket": {"name": "photos-in"}, "object": {"key": "uploads/a+b%2Bc.jpg", "sequencer": "0A1B"}}}]}"#;
//! let delivery = Delivery::parse(payload)?;
//! let Record::Change(Change::Created(created)) = &delivery.records()[0] else { panic!() };
//! assert_eq!(created.object.key.as_str(), "uploads/a b+c.jpg");
//!
//! let error = Delivery::parse(br#"{"Records": [{"eventSource": "aws:s3", "s3": {}}]}"#).unwrap_err();
//! assert_eq!(error.to_string(), "Records[0].eventVersion is missing");
//! # Ok::<(), thumbgate_events::PayloadError>(())
//! ```
#![forbid(unsafe_code)]

mod answer;
mod delivery;
mod envelope;
mod error;
mod field;
mod s3_batch;
mod s3_event;

pub use answer::{Answer, Rejects};
pub use delivery::{Delivery, Form, Message, PAYLOAD_BYTES_MAX, Record};
pub use envelope::reason_of;
pub use error::PayloadError;
