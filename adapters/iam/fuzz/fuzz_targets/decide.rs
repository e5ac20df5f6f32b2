//! Well-formed documents with any texts in them, and any request.
#![no_main]

use std::sync::Arc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use thumbgate_iam::eval::{Context, Policies, Policy, Request};
use thumbgate_iam::lang::{Document, Kind, Operator, Source};

#[derive(Debug, Arbitrary)]
struct Input {
    is_old: bool,
    statements: Vec<Statement>,
    bucket: Vec<Statement>,
    caller: u8,
    key: String,
    context: Vec<(u8, Vec<String>)>,
}

#[derive(Debug, Arbitrary)]
struct Statement {
    is_deny: bool,
    actions: (bool, Vec<String>),
    resources: (bool, Vec<String>),
    conditions: Vec<(u8, u8, u8, bool, Vec<String>)>,
}

const KEYS: [&str; 6] =
    ["aws:username", "s3:prefix", "aws:PrincipalTag/team", "aws:SourceIp", "aws:CurrentTime", "aws:TagKeys"];
const CALLERS: [&str; 5] = [
    "anonymous",
    "s3.amazonaws.com",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/Thumb/s",
    "arn:aws:iam::444455556666:root",
];

fn of<'t>(texts: &[&'t str], index: u8) -> &'t str {
    texts[usize::from(index) % texts.len()]
}

impl Statement {
    fn json(&self, names_everyone: bool) -> Value {
        let (not_action, actions) = &self.actions;
        let (not_resource, resources) = &self.resources;
        let mut statement = Map::new();
        statement.insert("Effect".into(), json!(if self.is_deny { "Deny" } else { "Allow" }));
        if names_everyone {
            statement.insert("Principal".into(), json!("*"));
        }
        let actions: Vec<_> =
            actions.iter().map(|name| if name.is_empty() { "*".into() } else { format!("s3:{name}") }).collect();
        statement.insert(if *not_action { "NotAction" } else { "Action" }.into(), json!(actions));
        let resources: Vec<_> = resources
            .iter()
            .map(|name| if name.is_empty() { "*".into() } else { format!("arn:aws:s3:::{name}") })
            .collect();
        statement.insert(if *not_resource { "NotResource" } else { "Resource" }.into(), json!(resources));
        let names: Vec<_> = Operator::names().collect();
        let mut conditions: Map<String, Value> = Map::new();
        for (set, operator, key, if_exists, values) in &self.conditions {
            let suffix = if *if_exists { "IfExists" } else { "" };
            let name = format!("{}{}{suffix}", of(&["", "ForAllValues:", "ForAnyValue:"], *set), of(&names, *operator));
            let keys = conditions.entry(name).or_insert_with(|| json!({}));
            keys[of(&KEYS, *key)] = json!(values);
        }
        if !conditions.is_empty() {
            statement.insert("Condition".into(), Value::Object(conditions));
        }
        Value::Object(statement)
    }
}

fn policy(statements: &[Statement], is_old: bool, kind: Kind) -> Option<Arc<Policy>> {
    let version = if is_old { "2008-10-17" } else { "2012-10-17" };
    let statements: Vec<_> = statements.iter().map(|statement| statement.json(kind == Kind::Resource)).collect();
    let text = json!({"Version": version, "Statement": statements}).to_string();
    let document = Document::parse(Source::new("fuzz.json", text), kind).ok()?;
    Some(Arc::new(Policy::compile(document)))
}

fuzz_target!(|input: Input| {
    let context = input.context.iter().map(|(key, values)| (of(&KEYS, *key), values.clone()));
    let Ok(context) = Context::new(context) else {
        return;
    };
    let resource = format!("arn:aws:s3:::{}", input.key);
    let caller = of(&CALLERS, input.caller);
    let request = Request::new(caller, "s3:GetObject", &resource, "111122223333", context).unwrap();
    let policies = Policies {
        identity: policy(&input.statements, input.is_old, Kind::Identity).into_iter().collect(),
        resource: policy(&input.bucket, input.is_old, Kind::Resource),
        ..Policies::default()
    };
    let explanation = policies.explain(&request);
    assert_eq!(explanation.decision, policies.decide(&request));
    let told = explanation.to_string();
    assert!(!told.contains(|character: char| character.is_control() && character != '\n'), "{told:?}");
});
