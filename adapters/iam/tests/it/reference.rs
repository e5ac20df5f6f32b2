//! A second engine: slow, plain, from AWS's pages alone, and with nothing of the first.
//!
//! It works on JSON and says [`Open`] where the pages are silent. Its purpose is to disagree.

mod conditions;
mod order;
mod patterns;
mod principals;
mod statements;

pub(crate) use order::{Asked, Layers, Verdict, verdict};
pub(crate) use patterns::{letters, matches as matches_wildcards};

/// What no page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open;

/// A value that stands for a list of itself, or the list.
fn many(value: &serde_json::Value) -> Vec<&serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// A value as text.
fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
