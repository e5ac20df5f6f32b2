//! Documents and requests that are made to hurt: each ends in a typed error or the right verdict,
//! and what it leaves behind is small. Nothing here looks at a clock: work that grows with the
//! square of these sizes would not end.

use std::sync::Arc;

use serde_json::{Value, json};
use thumbgate_iam::case::{Case, CaseErrorReason};
use thumbgate_iam::eval::{
    Because, Change, Context, Decision, Layer, Mismatch, Policies, Policy, Request, RequestError,
};
use thumbgate_iam::lang::{DOCUMENT_BYTES_MAX, Document, ERRORS_MAX, Kind, Source, SyntaxError, SyntaxErrorKind};

const HERE: &str = "111122223333";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn compiled(kind: Kind, statements: &Value) -> Arc<Policy> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Arc::new(Policy::compile(Document::parse(Source::new("hostile.json", text), kind).unwrap()))
}

fn identity(statements: &Value) -> Policies {
    Policies { identity: vec![compiled(Kind::Identity, statements)], ..Policies::default() }
}

fn request(key: &str, context: Vec<(String, Vec<String>)>) -> Request {
    let resource = format!("arn:aws:s3:::photos/{key}");
    Request::new(ALICE, "s3:GetObject", &resource, HERE, Context::new(context).unwrap()).unwrap()
}

fn plain() -> Request {
    request("a.jpg", vec![])
}

/// As often as it fits into a document.
fn filled(start: &str, item: &str, end: &str) -> String {
    let count = (DOCUMENT_BYTES_MAX - start.len() - end.len()) / (item.len() + 1);
    format!("{start}{}{end}", vec![item; count].join(","))
}

#[test]
fn a_document_of_nothing_but_errors_tells_twenty() {
    for (start, item, end) in [
        (r#"{"Statement": {"Effect": "Allow", "Action": ["#, "0", r#"], "Resource": "*"}}"#),
        (r#"{"Statement": {"Effect": "Allow", "Action": ["#, "\"é\"", r#"], "Resource": "*"}}"#),
        (r#"{"Statement": ["#, "{}", "]}"),
        (r#"{"Statement": ["#, "\n1", "]}"),
        (r#"{"Statement": {"Condition": {"#, r#""StrinEqual":0"#, "}}}"),
        (r#"{"Statement": {"#, r#""Acton":0"#, "}}"),
        (r#"{"Statement": {"Principal": {"AWS": ["#, "\"a\"", "]}}}"),
        ("{", r#""Statment":1"#, "}"),
        (r#"{"Statement": ["#, "\n{\"Sid\":\"a\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}", "]}"),
    ] {
        let text = filled(start, item, end);
        assert!(text.len() > DOCUMENT_BYTES_MAX - 100);
        let errors = Document::parse(Source::new("x.json", text), Kind::Identity).unwrap_err();
        assert_eq!(errors.iter().count(), ERRORS_MAX, "{item}");
        assert!(errors.to_string().len() < ERRORS_MAX * 400, "{item}");
        assert!(errors.iter().is_sorted_by_key(SyntaxError::position));
    }
}

#[test]
fn a_case_of_nothing_but_errors_tells_twenty() {
    let documents = vec!["{}"; 100_000].join(",");
    let line = format!(
        r#"{{"id":"x","principal":"{ALICE}","action":"s3:GetObject","resource":"*","resourceAccount":"{HERE}","policies":{{"identity":[{documents}]}}}}"#
    );
    assert_eq!(Case::parse(&line).unwrap().policies.unwrap_err().len(), ERRORS_MAX);
}

#[test]
fn a_document_that_is_too_large_is_not_read() {
    let text = format!("{}{}", " ".repeat(DOCUMENT_BYTES_MAX), "{}");
    let errors = Document::parse(Source::new("x.json", text), Kind::Identity).unwrap_err();
    assert_eq!(errors.iter().map(SyntaxError::kind).collect::<Vec<_>>(), [SyntaxErrorKind::TooLarge]);

    // Within a case too.
    let action = "a".repeat(DOCUMENT_BYTES_MAX);
    let line = json!({"id": "x", "principal": ALICE, "action": "s3:GetObject", "resource": "*", "resourceAccount": HERE,
        "policies": {"identity": [{"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}]}});
    let errors = Case::parse(&line.to_string()).unwrap().policies.unwrap_err();
    assert_eq!(errors.iter().map(SyntaxError::kind).collect::<Vec<_>>(), [SyntaxErrorKind::TooLarge]);
}

#[test]
fn nesting_ends_in_an_error() {
    for (open, close) in [("[", "]"), ("{\"Statement\":", "}"), ("{\"Statement\":[", "]}")] {
        for levels in [512, 30_000] {
            let text = format!("{}0{}", open.repeat(levels), close.repeat(levels));
            let read = Document::parse(Source::new("x.json", text), Kind::Identity);
            assert!(read.is_err(), "{levels} of {open}");
        }
    }
}

/// Thousands of statements, as many as a document holds.
fn many_statements(statement: &str) -> Document {
    let text = filled(r#"{"Version": "2012-10-17", "Statement": ["#, statement, "]}");
    let document = Document::parse(Source::new("x.json", text), Kind::Identity).unwrap();
    assert!(document.statements().len() > 3_000);
    document
}

#[test]
fn thousands_of_statements_are_explained_each_once() {
    // Each is one action away from allowing, and then lacks its condition.
    let near = r#"{"Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"Null":{"a":"false"}}}"#;
    let document = many_statements(near);
    let count = document.statements().len();
    let policies = Policies { identity: vec![Arc::new(Policy::compile(document))], ..Policies::default() };
    let explanation = policies.explain(&plain());
    assert_eq!((explanation.decision, explanation.statements.len()), (Decision::ImplicitDeny, count));
    assert!(matches!(&explanation.changes[..], [Change::Add { .. }]), "{:?}", explanation.changes);
    let last = explanation.statements.last().unwrap();
    assert_eq!(last.position.line, 1);
    assert!(last.position.column > DOCUMENT_BYTES_MAX / 2);
}

#[test]
fn thousands_of_denies_decide_together() {
    let document = many_statements(r#"{"Effect":"Deny","Action":"*","Resource":"*","Sid":""}"#);
    let count = document.statements().len();
    let policies = Policies { identity: vec![Arc::new(Policy::compile(document))], ..Policies::default() };
    let explanation = policies.explain(&plain());
    assert_eq!((explanation.decision, explanation.because), (Decision::ExplicitDeny, Because::Denied));
    assert_eq!(explanation.statements.iter().filter(|statement| statement.decides).count(), count);
    assert_eq!(explanation.changes, [], "thousands of changes help nobody");
    assert!(explanation.reason().contains(&format!("and {} more", count - 4)));
}

#[test]
fn extended_statements_are_tried_a_few_times_only() {
    // Each matches when its action is added, and none helps: an account is named, which grants nobody.
    let text = filled(
        r#"{"Version": "2012-10-17", "Statement": ["#,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:x","Resource":"*"}"#,
        "]}",
    );
    let document = Document::parse(Source::new("x.json", text), Kind::Resource).unwrap();
    let policies = Policies { resource: Some(Arc::new(Policy::compile(document))), ..Policies::default() };
    let explanation = policies.explain(&plain());
    assert!(matches!(&explanation.changes[..], [Change::Add { .. }]), "{:?}", explanation.changes);
}

#[test]
fn the_values_of_a_key_are_shared_by_all_that_fail_them() {
    let failing = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"a":"?"}}}"#;
    let policies =
        Policies { identity: vec![Arc::new(Policy::compile(many_statements(failing)))], ..Policies::default() };
    let values = vec!["x".repeat(1_000); 100];
    let explanation = policies.explain(&request("a.jpg", vec![("a".to_owned(), values)]));
    let found: Vec<_> = explanation
        .statements
        .iter()
        .map(|statement| match &statement.mismatch {
            Some(Mismatch::Condition { found: Some(found), .. }) => found.as_ptr(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(explanation.to_string().len() < 10_000_000);
}

#[test]
fn a_condition_of_twenty_thousand_values_finds_the_last() {
    let values: Vec<_> = (0..20_000).map(|number| format!("v{number}")).collect();
    let with = |operator: &str| {
        let condition = json!({operator: {"s3:prefix": values}});
        identity(&json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}))
    };
    let asked = |value: &str| request("a.jpg", vec![("s3:prefix".to_owned(), vec![value.to_owned()])]);
    let cases = [("StringEquals", "v19999", Decision::Allow), ("StringLike", "v20000", Decision::ImplicitDeny)];
    for (operator, value, expected) in cases.into_iter().chain([("StringNotEquals", "v19999", Decision::ImplicitDeny)])
    {
        assert_eq!(with(operator).decide(&asked(value)), expected, "{operator}");
    }
}

#[test]
fn a_request_of_ten_thousand_keys_is_decided() {
    let context: Vec<_> =
        (0..10_000).map(|number| (format!("aws:PrincipalTag/k{number}"), vec!["x".to_owned()])).collect();
    let condition =
        json!({"StringEquals": {"aws:principaltag/K9999": "x", "aws:PrincipalTag/k0": "${aws:PrincipalTag/k1}"}});
    let policies = identity(&json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}));
    assert_eq!(policies.decide(&request("a.jpg", context.clone())), Decision::Allow);
    let twice = context.into_iter().chain([("AWS:PrincipalTag/K77".to_owned(), vec![])]);
    assert_eq!(Context::new(twice).unwrap_err().key, "aws:principaltag/k77");
}

#[test]
fn five_hundred_levels_have_all_to_allow() {
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let scp = compiled(Kind::ServiceControl, &all);
    let mut policies = identity(&all);
    policies.service_control = vec![vec![scp]; 512];
    assert_eq!(policies.decide(&plain()), Decision::Allow);
    policies.service_control[511].clear();
    let explanation = policies.explain(&plain());
    assert_eq!(explanation.because, Because::NotAllowedBy(Layer::ServiceControl(511)));
    assert_eq!(explanation.changes.len(), 1);
    policies.service_control = vec![vec![]; 512];
    assert_eq!(policies.explain(&plain()).changes, [], "hundreds of changes help nobody");
}

#[test]
fn two_thousand_stars_against_a_long_text() {
    // No ARN is that long; a value of the context may be.
    let on = |pattern: &str, value: &str| {
        let like = json!({"StringLike": {"aws:UserAgent": pattern}});
        let context = vec![("aws:UserAgent".to_owned(), vec![value.to_owned()])];
        identity(&json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": like}))
            .decide(&request("a.jpg", context))
    };
    let key = "a".repeat(20_000);
    assert_eq!(on(&"*a".repeat(2_000), &key), Decision::Allow);
    assert_eq!(on(&format!("{}b", "*a".repeat(2_000)), &key), Decision::ImplicitDeny);
    assert_eq!(on(&"*".repeat(2_000), &key), Decision::Allow);
    assert_eq!(on(&"*?".repeat(2_000), "a"), Decision::ImplicitDeny);
    // What nearly matches at every place.
    assert_eq!(on(&format!("*{}b", "a".repeat(10_000)), &key), Decision::ImplicitDeny);
    assert_eq!(on(&format!("*{}b*", "a?".repeat(5_000)), &key), Decision::ImplicitDeny);
    assert_eq!(on(&format!("*{}*", "a?".repeat(5_000)), &key), Decision::Allow);
    let resource = format!("arn:aws:s3:::photos/{key}");
    let too_long = Request::new(ALICE, "s3:GetObject", &resource, HERE, Context::default());
    assert!(matches!(too_long, Err(RequestError::TooLong { .. })));
}

#[test]
fn a_long_value_in_thousands_of_variables_stays_small() {
    let policies = identity(&json!({"Effect": "Allow", "Action": "*",
        "Resource": format!("arn:aws:s3:::photos/{}", "${aws:username}*".repeat(10_000))}));
    let context = vec![("aws:username".to_owned(), vec!["a".repeat(1_000_000)])];
    assert_eq!(policies.decide(&request("a.jpg", context)), Decision::ImplicitDeny);
    let arns = json!({"ArnLike": {"aws:SourceArn": "${aws:username}".repeat(10_000)}});
    let policies = identity(&json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": arns}));
    let context = vec![
        ("aws:username".to_owned(), vec!["arn:".repeat(100_000)]),
        ("aws:SourceArn".to_owned(), vec!["arn:aws:s3:::photos".to_owned()]),
    ];
    assert_eq!(policies.decide(&request("a.jpg", context)), Decision::ImplicitDeny);
}

#[test]
fn broken_escapes_are_not_json() {
    for escape in ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\u12", "\\u{61}", "\\x41", "\\0", "\\'", "\\"]
    {
        let text = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:{escape}", "Resource": "*"}}}}"#);
        let errors = Document::parse(Source::new("x.json", text), Kind::Identity).unwrap_err();
        assert_eq!(errors.iter().next().unwrap().kind(), SyntaxErrorKind::Json, "{escape}");
        let line = format!(r#"{{"id": "{escape}"}}"#);
        assert!(matches!(Case::parse(&line).unwrap_err().reason, CaseErrorReason::Json { .. }), "{escape}");
    }
}

#[test]
fn nul_and_newline_are_letters_like_any_other() {
    // No ARN is that long; a value of the context may be.
    let on = |pattern: &str, value: &str| {
        let like = json!({"StringLike": {"aws:UserAgent": pattern}});
        let context = vec![("aws:UserAgent".to_owned(), vec![value.to_owned()])];
        identity(&json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": like}))
            .decide(&request("a.jpg", context))
    };
    assert_eq!(on("a*b", "a\0\n\r\u{2028}b"), Decision::Allow);
    assert_eq!(on("a?b", "a\nb"), Decision::Allow);
    assert_eq!(on("a\nb", "a\nb"), Decision::Allow);
    for (pattern, key) in [("a\n*", "a"), ("a", "a\n"), ("a", "a\0"), ("a\0", "a")] {
        assert_eq!(on(pattern, key), Decision::ImplicitDeny, "{pattern:?} {key:?}");
    }
}
