//! A payload, read: messages with records in them.

use serde_json::Value;
use thumbgate_core::event::Change;

use crate::envelope;
use crate::error::PayloadError;
use crate::field::Field;

/// The largest payload that is read: Lambda takes 6 MB, SQS hands out at most ten messages of 1 MiB.
pub const PAYLOAD_BYTES_MAX: usize = 12 * 1024 * 1024;

/// Who delivers, which decides the form of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// S3, EventBridge, SNS or a webhook calls directly: all of it succeeds or fails.
    Direct,
    /// SQS: each message by itself.
    Queue,
    /// S3 Batch Operations: each task by itself.
    S3Batch {
        /// `1.0` or `2.0`, given back in the answer.
        schema: String,
        /// Given back in the answer.
        invocation: String,
    },
}

/// What is delivered, kept or dropped as one: a message of a queue, a task, or the whole payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id to answer with; empty where the whole payload is one message.
    pub id: String,
    /// What it tells, or why it cannot be read.
    pub records: Result<Vec<Record>, PayloadError>,
}

/// One record of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A change.
    Change(Change),
    /// A record of an object that cannot be one of ours: its key, as far as it can be shown, and why.
    Unusable {
        /// The key as it was sent.
        key: String,
        /// Why it is none.
        problem: String,
    },
    /// A record that cannot be read, beside others that can.
    Unreadable {
        /// Where it is, such as `Records[1]`.
        place: String,
        /// Why it cannot be read.
        error: PayloadError,
    },
}

impl Record {
    /// Whether it names an object: what became of it can be told by the object's key.
    #[must_use]
    pub fn names_object(&self) -> bool {
        match self {
            Self::Change(change) => change.object().is_some(),
            Self::Unusable { .. } => true,
            Self::Unreadable { .. } => false,
        }
    }
}

/// A payload, read.
///
/// # Invariants
/// - A direct payload is one message, which could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    form: Form,
    messages: Vec<Message>,
}

impl Delivery {
    /// Reads a payload, whatever it is.
    ///
    /// # Errors
    /// [`PayloadError`] when nothing of it can be read. A single message of a queue, or a single one
    /// of several records, that cannot be read is no error here: it fails alone.
    pub fn parse(payload: &[u8]) -> Result<Self, PayloadError> {
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(PayloadError::TooLarge { bytes: payload.len(), max: PAYLOAD_BYTES_MAX });
        }
        let value: Value = serde_json::from_slice(payload).map_err(|error| not_json("", &error))?;
        Self::of_value(&value)
    }

    /// As [`parse`](Self::parse), for a payload that was read as JSON already.
    ///
    /// # Errors
    /// [`PayloadError`] when nothing of it can be read.
    pub fn of_value(payload: &Value) -> Result<Self, PayloadError> {
        envelope::open(&Field::whole(payload))
    }

    /// Reads the body of one message of a queue, as a consumer of the queue gets it.
    #[must_use]
    pub fn of_message(id: impl Into<String>, body: &str) -> Self {
        let message = Message { id: id.into(), records: envelope::open_body(body, "body", 0) };
        Self { form: Form::Queue, messages: vec![message] }
    }

    pub(crate) fn direct(records: Vec<Record>) -> Self {
        Self { form: Form::Direct, messages: vec![Message { id: String::new(), records: Ok(records) }] }
    }

    pub(crate) fn new(form: Form, messages: Vec<Message>) -> Self {
        Self { form, messages }
    }

    /// Who delivers.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The messages, in order.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The records of all messages that could be read, in order.
    #[must_use]
    pub fn records(&self) -> Vec<&Record> {
        self.messages.iter().filter_map(|message| message.records.as_ref().ok()).flatten().collect()
    }

    /// The changes among the records, in order.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let change = |record: &&Record| match record {
            Record::Change(change) => Some(change.clone()),
            Record::Unusable { .. } | Record::Unreadable { .. } => None,
        };
        self.records().iter().filter_map(change).collect()
    }
}

/// The text at `path` is no JSON; the path of the whole payload is empty.
pub(crate) fn not_json(path: &str, error: &serde_json::Error) -> PayloadError {
    PayloadError::Json { path: path.to_owned(), line: error.line(), column: error.column() }
}
