//! Reads the files in `data`.
//!
//! A line is a word that says what it is, and fields; tabs part them, commas part the items of a
//! list, and `-` is an empty list:
//!
//! | word | fields |
//! |---|---|
//! | `name`, `prefix`, `source`, `date` | of the service |
//! | `key` | name, kinds, `listed` or nothing |
//! | `type` | name, ARN formats parted by spaces, condition keys |
//! | `operation` | an API operation, the action that allows it |
//! | `action` | name, access level, resource types (`*` behind a required one), condition keys |
//!
//! Lines that are none of these are passed over here, so that reading cannot fail; the tests prove
//! that there are none.

use super::action::{AccessLevel, Action};
use super::condition_key::{ConditionKey, ValueKind};
use super::resource_type::ResourceType;
use super::service::Service;

/// What one line says.
#[derive(Debug)]
pub(super) enum Line {
    Nothing,
    Name(&'static str),
    Prefix(&'static str),
    Source(&'static str),
    Date(&'static str),
    Key(ConditionKey),
    Type(ResourceType),
    Operation(&'static str, &'static str),
    Action(Action),
}

/// The service that a file describes.
pub(super) fn service(text: &'static str) -> Service {
    let mut service = Service {
        prefix: "",
        name: "",
        source: "",
        date: "",
        actions: Vec::new(),
        resource_types: Vec::new(),
        condition_keys: Vec::new(),
        operations: Vec::new(),
    };
    for line in text.lines().filter_map(line) {
        match line {
            Line::Nothing => {}
            Line::Name(name) => service.name = name,
            Line::Prefix(prefix) => service.prefix = prefix,
            Line::Source(source) => service.source = source,
            Line::Date(date) => service.date = date,
            Line::Key(key) => service.condition_keys.push(key),
            Line::Type(kind) => service.resource_types.push(kind),
            Line::Operation(operation, action) => service.operations.push((operation, action)),
            // The prefix stands above all actions.
            Line::Action(action) => service.actions.push(Action { service: service.prefix, ..action }),
        }
    }
    service
}

/// What a line says, if it is of a known form.
pub(super) fn line(text: &'static str) -> Option<Line> {
    if text.is_empty() || text.starts_with('#') {
        return Some(Line::Nothing);
    }
    let fields: Vec<&'static str> = text.split('\t').collect();
    match *fields.as_slice() {
        ["name", name] => Some(Line::Name(name)),
        ["prefix", prefix] => Some(Line::Prefix(prefix)),
        ["source", source] => Some(Line::Source(source)),
        ["date", date] => Some(Line::Date(date)),
        ["key", name, kinds] => key(name, kinds, false).map(Line::Key),
        ["key", name, kinds, "listed"] => key(name, kinds, true).map(Line::Key),
        ["type", name, formats, keys] => Some(Line::Type(ResourceType {
            name,
            arn_formats: formats.split(' ').collect(),
            condition_keys: items(keys).collect(),
        })),
        ["operation", operation, action] => Some(Line::Operation(operation, action)),
        ["action", name, access, types, keys] => action(name, access, types, keys).map(Line::Action),
        _ => None,
    }
}

fn key(name: &'static str, kinds: &str, is_listed: bool) -> Option<ConditionKey> {
    let single = kinds.strip_prefix("ArrayOf");
    let kinds: Option<Vec<ValueKind>> = single.unwrap_or(kinds).split(',').map(kind).collect();
    Some(ConditionKey { name, kinds: kinds?, is_multivalued: single.is_some(), is_listed })
}

fn kind(name: &str) -> Option<ValueKind> {
    ValueKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}

fn action(name: &'static str, access: &str, types: &'static str, keys: &'static str) -> Option<Action> {
    let access = AccessLevel::ALL.into_iter().find(|level| level.as_str() == access)?;
    let resource_types = items(types).map(|item| item.strip_suffix('*').map_or((item, false), |name| (name, true)));
    Some(Action {
        service: "",
        name,
        access,
        resource_types: resource_types.collect(),
        condition_keys: items(keys).collect(),
    })
}

fn items(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').filter(|item| *item != "-")
}
