//! `index.json`: which document is attached to what.
//!
//! ```json
//! {"documents": [
//!   {"file": "trust.json", "kind": "trust", "attached_to": "arn:aws:iam::111122223333:role/LambdaThumbRole"},
//!   {"file": "role.json", "kind": "identity", "attached_to": "arn:aws:iam::111122223333:role/LambdaThumbRole"},
//!   {"file": "photos-in.json", "kind": "bucket", "attached_to": "arn:aws:s3:::photos-in"}
//! ]}
//! ```

use jsonc_parser::ast::{Object, Value};
use thiserror::Error;

use super::Attachment;
use crate::lang::json::{self, NotJson, members};

/// One line of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The document's file, beside the index.
    pub file: String,
    /// What it is attached to.
    pub attachment: Attachment,
}

/// Why an index cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// It is not JSON.
    #[error("not JSON at byte {byte}: {message}")]
    Json {
        /// Where it ceases to be.
        byte: usize,
        /// Why.
        message: String,
    },
    /// It has not the form of an index.
    #[error("an index is `{{\"documents\": [{{\"file\": …, \"kind\": …, \"attached_to\": …}}]}}`; {0}")]
    Form(String),
}

/// The kinds that an entry may have, in the order of the documentation.
const KINDS: &str =
    "trust, identity, boundary, session, bucket, queue, topic, key, function, resource, scp or rcp (with a `level`)";

/// Reads an index.
///
/// # Errors
/// What is no JSON, or has not the form of an index.
pub fn parse_index(text: &str) -> Result<Vec<Entry>, IndexError> {
    let value = json::read(text).map_err(|NotJson { byte, message }| IndexError::Json { byte, message })?;
    let documents = value.as_object().and_then(|index| index.get("documents")).map(|member| &member.value);
    let Some(Value::Array(documents)) = documents else {
        return Err(IndexError::Form("there is no list `documents`".to_owned()));
    };
    documents.elements.iter().enumerate().map(|(index, value)| entry(index, value)).collect()
}

fn entry(index: usize, value: &Value<'_>) -> Result<Entry, IndexError> {
    let form = |message: &str| IndexError::Form(format!("entry {}: {message}", index + 1));
    let object = value.as_object().ok_or_else(|| form("it is no object"))?;
    let file = text(object, "file").ok_or_else(|| form("it has no `file`"))?;
    if file.contains(['/', '\\']) || file == ".." {
        return Err(form("its `file` lies beside the index: a name without folders"));
    }
    let attached_to = text(object, "attached_to");
    let needs_arn = || attached_to.clone().ok_or_else(|| form("it has no `attached_to`"));
    let level = || match object.get_number("level") {
        Some(number) => number.value.parse().map_err(|_| form("its `level` is a whole number from 0")),
        None => Ok(0),
    };
    let attachment = match text(object, "kind").as_deref() {
        Some("trust") => Attachment::Trust(attached_to),
        Some("identity") => Attachment::Identity(attached_to),
        Some("boundary") => Attachment::Boundary(attached_to),
        Some("session") => Attachment::Session,
        Some("bucket" | "queue" | "topic" | "key" | "function" | "resource") => Attachment::Resource(needs_arn()?),
        Some("scp") => Attachment::ServiceControl(level()?),
        Some("rcp") => Attachment::ResourceControl(level()?),
        _ => return Err(form(&format!("its `kind` is {KINDS}"))),
    };
    Ok(Entry { file, attachment })
}

fn text(object: &Object<'_>, name: &str) -> Option<String> {
    members(object).find(|member| member.name == name).and_then(|member| match member.value {
        Value::StringLit(text) => Some(text.value.clone().into_owned()),
        _ => None,
    })
}
