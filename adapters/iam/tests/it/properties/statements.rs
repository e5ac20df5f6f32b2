//! Random statements of every kind of document.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use thumbgate_iam::lang::Kind;

use super::vocabulary::{
    ACTIONS, ARN_PATTERNS, DATES, DIGESTS, NAMED, NUMBERS, RANGES, RESOURCES, SERVICES, SHORT_RESOURCES, TAG_NAMES,
    TEXT_KEYS, TEXT_PATTERNS, TRUTHS,
};

const TEXT_OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const ARN_OPERATORS: &[&str] = &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];
const ORDERS: &[&str] = &["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];

/// One value, or a list of some.
fn one_or_many(words: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Value> {
    vec(words, 1..4).prop_flat_map(|items| prop_oneof![Just(json!(items[0])), Just(json!(items))]).boxed()
}

fn words(words: &'static [&'static str]) -> impl Strategy<Value = String> + 'static {
    select(words).prop_map(str::to_owned)
}

/// A condition: operator without prefix and suffix, key, values.
fn typed_condition() -> BoxedStrategy<(String, String, Value)> {
    let dates = || one_or_many(select(DATES).prop_map(|(date, _)| date.to_owned()));
    let ordered = |kind: &'static str, key: &'static str, values: BoxedStrategy<Value>| {
        (select(ORDERS).prop_map(move |order| format!("{kind}{order}")), Just(key.to_owned()), values)
    };
    let plain = |operators: &'static [&'static str], keys: &'static [&'static str], values: BoxedStrategy<Value>| {
        (words(operators), words(keys), values)
    };
    prop_oneof![
        6 => plain(TEXT_OPERATORS, TEXT_KEYS, one_or_many(words(TEXT_PATTERNS))),
        2 => plain(ARN_OPERATORS, &["aws:SourceArn", "aws:PrincipalArn"], one_or_many(words(ARN_PATTERNS))),
        1 => ordered("Numeric", "aws:MultiFactorAuthAge", one_or_many(words(NUMBERS))),
        1 => ordered("Date", "aws:CurrentTime", dates()),
        1 => plain(&["IpAddress", "NotIpAddress"], &["aws:SourceIp"], one_or_many(words(RANGES))),
        1 => plain(&["Bool"], &["aws:SecureTransport"], one_or_many(words(TRUTHS))),
        1 => plain(&["BinaryEquals"], &["s3:x-digest"], one_or_many(words(DIGESTS))),
    ]
    .boxed()
}

/// A condition as it stands in a document, with prefix and suffix.
pub(crate) fn condition() -> BoxedStrategy<(String, String, Value)> {
    let prefixes = prop_oneof![4 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let suffixes = prop_oneof![3 => Just(""), 1 => Just("IfExists")];
    let decorated = (prefixes, typed_condition(), suffixes)
        .prop_map(|(prefix, (operator, key, values), suffix)| (format!("{prefix}{operator}{suffix}"), key, values));
    let sets = (select(&["ForAllValues:", "ForAnyValue:"][..]), words(TEXT_OPERATORS), one_or_many(words(TAG_NAMES)))
        .prop_map(|(prefix, operator, values)| (format!("{prefix}{operator}"), "aws:TagKeys".to_owned(), values));
    let keys = &["aws:username", "aws:TagKeys", "aws:SourceIp", "aws:MultiFactorAuthAge"];
    let absent = (words(keys), prop_oneof![Just(json!(true)), Just(json!("false")), Just(json!(["true"]))])
        .prop_map(|(key, values)| ("Null".to_owned(), key, values));
    prop_oneof![6 => decorated, 1 => sets, 1 => absent].boxed()
}

fn principal(asked: Asked) -> BoxedStrategy<Value> {
    let caller = match asked.caller {
        "anonymous" => json!("*"),
        arn if arn.starts_with("arn:") => json!({"AWS": arn}),
        service => json!({"Service": [service]}),
    };
    prop_oneof![
        6 => Just(caller),
        2 => Just(json!("*")),
        1 => Just(json!({"AWS": "*"})),
        6 => one_or_many(words(NAMED)).prop_map(|named| json!({"AWS": named})),
        2 => one_or_many(words(SERVICES)).prop_map(|named| json!({"Service": named})),
        1 => (words(NAMED), words(SERVICES)).prop_map(|(named, service)| json!({"AWS": named, "Service": [service]})),
        1 => Just(json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"})),
    ]
    .boxed()
}

/// What is asked for, so that many statements speak of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) caller: &'static str,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
}

fn resources(kind: Kind, asked: Asked) -> BoxedStrategy<String> {
    let short = if kind == Kind::Session { RESOURCES } else { SHORT_RESOURCES };
    prop_oneof![4 => words(RESOURCES), 4 => Just(asked.resource.to_owned()), 1 => words(short)].boxed()
}

/// A statement that a document of this kind may have.
pub(crate) fn statement(kind: Kind, asked: Asked) -> BoxedStrategy<Value> {
    let denies = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    let negations = (prop::bool::weighted(0.1), prop::bool::weighted(0.1), prop::bool::weighted(0.2));
    let conditions = prop_oneof![3 => vec(condition(), 0..1), 2 => vec(condition(), 1..3)];
    let actions = prop_oneof![3 => words(ACTIONS), 2 => Just(asked.action.to_owned())];
    let elements = (one_or_many(actions), one_or_many(resources(kind, asked)), principal(asked), conditions);
    (denies, negations, elements)
        .prop_map(move |(effect, negations, elements)| build(kind, effect, negations, elements))
        .boxed()
}

type Elements = (Value, Value, Value, Vec<(String, String, Value)>);

fn build(kind: Kind, effect: &str, negations: (bool, bool, bool), elements: Elements) -> Value {
    let (not_action, not_resource, not_principal) = negations;
    let (mut action, resource, mut principal, conditions) = elements;
    let is_rcp = kind == Kind::ResourceControl;
    let effect = if is_rcp { "Deny" } else { effect };
    let named = |name: &str, negated: bool| if negated { format!("Not{name}") } else { name.to_owned() };
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!(effect));
    if is_rcp {
        principal = json!("*");
        action = without_star(action);
    }
    if matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl) {
        // No page tells how strongly an Allow with NotPrincipal names those that it does not list.
        let negated = not_principal && effect == "Deny" && kind == Kind::Resource;
        statement.insert(named("Principal", negated), principal);
    }
    statement.insert(named("Action", not_action && !is_rcp), action);
    if kind != Kind::Trust {
        statement.insert(named("Resource", not_resource), resource);
    }
    let mut operators: Map<String, Value> = Map::new();
    for (operator, key, values) in conditions {
        let keys = operators.entry(operator).or_insert_with(|| json!({}));
        keys[key] = values;
    }
    if !operators.is_empty() {
        statement.insert("Condition".to_owned(), Value::Object(operators));
    }
    Value::Object(statement)
}

/// A resource control policy names services.
fn without_star(action: Value) -> Value {
    let replaced = |action: Value| if action == "*" { json!("s3:*") } else { action };
    match action {
        Value::Array(items) => items.into_iter().map(replaced).collect(),
        one => replaced(one),
    }
}
