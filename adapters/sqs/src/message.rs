//! A message as it was received.

use std::time::{Duration, SystemTime};

use aws_sdk_sqs::types::{Message as Received, MessageSystemAttributeName as Name};

/// The right to extend or delete one delivery of a message; it ends when the message comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(String);

impl Receipt {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, the same at every delivery.
    pub id: String,
    /// The right to extend or delete this delivery.
    pub receipt: Receipt,
    /// What was sent.
    pub body: String,
    /// How often it was handed out, this time included; 0 where the queue does not tell.
    pub receives: u32,
    /// When it was sent.
    pub sent: Option<SystemTime>,
}

impl Message {
    /// A message without id or receipt could be neither told nor deleted: the API sends none.
    pub(crate) fn of(received: Received) -> Option<Self> {
        let attribute = |name| received.attributes()?.get(&name)?.parse::<u64>().ok();
        let receives = attribute(Name::ApproximateReceiveCount).and_then(|count| u32::try_from(count).ok());
        let sent = attribute(Name::SentTimestamp).map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        Some(Self {
            receives: receives.unwrap_or(0),
            sent,
            id: received.message_id?,
            receipt: Receipt(received.receipt_handle?),
            body: received.body.unwrap_or_default(),
        })
    }
}
