//! Unknown keys: found by walking the document along the JSON Schema of what is known, so that
//! the two never disagree.

use serde_json::Value;
use toml_edit::{Array, Item, TableLike};

use crate::error::ConfigError;
use crate::nearest::nearest;
use crate::position::at_offset;

/// How many unknown keys are told; a file with more is no configuration.
const ERRORS_MAX: usize = 20;

/// The unknown keys of a document, the first [`ERRORS_MAX`] of them.
pub(crate) fn unknown_keys(text: &str, root: &dyn TableLike, schema: &Value) -> Vec<ConfigError> {
    let mut errors = Vec::new();
    walk(text, root, schema, "the top level", &mut errors);
    errors
}

fn walk(text: &str, table: &dyn TableLike, schema: &Value, place: &str, errors: &mut Vec<ConfigError>) {
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return };
    for (key, item) in table.iter() {
        if errors.len() == ERRORS_MAX {
            return;
        }
        match known.get(key) {
            Some(below) => walk_item(text, item, below, key, errors),
            None => {
                let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
                let hint = match nearest(key, known.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", known.keys().cloned().collect::<Vec<_>>().join(", ")),
                };
                let key = thumbgate_core::object::escape_controls(key);
                let message = format!("unknown key `{key}` in {place}; {hint}");
                errors.push(at_offset(text, span.map_or(0, |span| span.start), message));
            }
        }
    }
}

fn walk_item(text: &str, item: &Item, schema: &Value, key: &str, errors: &mut Vec<ConfigError>) {
    if let Some(table) = item.as_table_like() {
        walk(text, table, schema, &format!("[{key}]"), errors);
    }
    let Some(one) = schema.get("items") else { return };
    let place = format!("[[{key}]]");
    if let Some(tables) = item.as_array_of_tables() {
        for table in tables {
            walk(text, table, one, &place, errors);
        }
    }
    for value in item.as_array().into_iter().flat_map(Array::iter) {
        if let Some(table) = value.as_inline_table() {
            walk(text, table, one, &place, errors);
        }
    }
}
