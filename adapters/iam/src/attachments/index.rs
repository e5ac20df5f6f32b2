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
use crate::lang::Arn;
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

/// What an entry may have. `note` is for people.
const MEMBERS: &[&str] = &["file", "kind", "attached_to", "level", "note"];

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
    // A member that is misspelt would attach the document to everyone.
    if let Some(unknown) = members(object).find(|member| !MEMBERS.contains(&member.name)) {
        let shown: String = unknown.name.chars().take(40).flat_map(char::escape_debug).collect();
        return Err(form(&format!("it has no `{shown}`; it may have {}", MEMBERS.join(", "))));
    }
    let file = text(object, "file").ok_or_else(|| form("it has no `file`"))?;
    if file.contains(['/', '\\']) || file == ".." {
        return Err(form("its `file` lies beside the index: a name without folders"));
    }
    let attached_to = |is_right: fn(&Arn<'_>) -> bool, wanted: &str| {
        let arn = text(object, "attached_to").filter(|text| Arn::parse(text).is_some_and(|arn| is_right(&arn)));
        arn.ok_or_else(|| form(&format!("its `attached_to` is the ARN of {wanted}")))
    };
    let holder = || attached_to(is_role_or_user, "a role or user");
    let level = || match members(object).find(|member| member.name == "level").map(|member| member.value) {
        Some(Value::NumberLit(number)) => {
            number.value.parse().map_err(|_| form("its `level` is a whole number from 0"))
        }
        Some(_) => Err(form("its `level` is a number from 0, without quotes")),
        None => Ok(0),
    };
    let attachment = match text(object, "kind").as_deref() {
        Some("trust") => Attachment::Trust(Some(holder()?)),
        Some("identity") => Attachment::Identity(Some(holder()?)),
        Some("boundary") => Attachment::Boundary(Some(holder()?)),
        Some("session") => Attachment::Session,
        Some("bucket") => Attachment::Resource(attached_to(is_bucket, "a bucket, `arn:aws:s3:::NAME`")?),
        Some("queue" | "topic" | "key" | "function" | "resource") => {
            Attachment::Resource(attached_to(|_| true, "the resource")?)
        }
        Some("scp") => Attachment::ServiceControl(level()?),
        Some("rcp") => Attachment::ResourceControl(level()?),
        _ => return Err(form(&format!("its `kind` is {KINDS}"))),
    };
    Ok(Entry { file, attachment })
}

fn is_role_or_user(arn: &Arn<'_>) -> bool {
    arn.service == "iam" && (arn.resource.starts_with("role/") || arn.resource.starts_with("user/"))
}

/// A bucket alone: no key, no wildcard.
fn is_bucket(arn: &Arn<'_>) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    arn.service == "s3" && !arn.resource.is_empty() && arn.resource.bytes().all(is_legal)
}

fn text(object: &Object<'_>, name: &str) -> Option<String> {
    members(object).find(|member| member.name == name).and_then(|member| match member.value {
        Value::StringLit(text) => Some(text.value.clone().into_owned()),
        _ => None,
    })
}
