//! Explanations, and that the changes which they offer do what they say.

use std::sync::Arc;

use proptest::prelude::*;

use crate::eval::{Because, Change, Context, Decision, Layer, Mismatch, Policies, Policy, Request};
use crate::lang::{Document, Kind, Source};

const ROLE: &str = "arn:aws:iam::111122223333:role/LambdaThumbRole";

fn policy(name: &str, kind: Kind, statements: &str) -> Arc<Policy> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Arc::new(Policy::compile(Document::parse(Source::new(name, text), kind).unwrap()))
}

fn request(action: &str, key: &str) -> Request {
    let context = Context::new([("aws:SecureTransport", vec!["true".to_owned()])]).unwrap();
    Request::new(ROLE, action, &format!("arn:aws:s3:::photos-in/{key}"), "111122223333", context).unwrap()
}

fn read_uploads() -> Policies {
    let statements = format!(
        r#"{{"Sid": "Read", "Effect": "Allow", "Principal": {{"AWS": "{ROLE}"}}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/uploads/*"}},
           {{"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {{"Bool": {{"aws:SecureTransport": "false"}}}}}}"#
    );
    Policies { resource: Some(policy("bucket.json", Kind::Resource, &statements)), ..Policies::default() }
}

#[test]
fn the_deciding_statement_is_named_and_the_others_say_what_did_not_match() {
    let explanation = read_uploads().explain(&request("s3:GetObject", "uploads/a.jpg"));
    assert_eq!((explanation.decision, explanation.because), (Decision::Allow, Because::ResourceNamesRole));
    let [read, tls] = &explanation.statements[..] else { panic!("{explanation:?}") };
    assert!(read.decides && read.mismatch.is_none());
    assert_eq!(
        tls.mismatch,
        Some(Mismatch::Condition {
            operator: "Bool".to_owned(),
            key: "aws:SecureTransport".to_owned(),
            wanted: vec!["false".to_owned()],
            found: Some(vec!["true".to_owned()].into()),
        })
    );
    assert_eq!(explanation.changes.len(), 1, "{:?}", explanation.changes);
}

#[test]
fn a_statement_is_extended_where_that_grants_the_request_only_and_else_one_is_added() {
    let told = |action, key| {
        let explanation = read_uploads().explain(&request(action, key));
        explanation.changes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told("s3:PutObject", "uploads/a.jpg"),
        [format!(
            "add to the resource policy a statement that allows `s3:PutObject` on `arn:aws:s3:::photos-in/uploads/a.jpg` to `{ROLE}`"
        )],
        "to add the action would grant it on all uploads"
    );
    assert_eq!(
        told("s3:GetObject", "x/${*}.jpg"),
        ["add `arn:aws:s3:::photos-in/x/${$}{${*}}.jpg` to `Resource` of statement `Read` (bucket.json:1:41)"]
    );
    assert_eq!(
        told("s3:DeleteObject", "x/a.jpg"),
        [format!(
            "add to the resource policy a statement that allows `s3:DeleteObject` on `arn:aws:s3:::photos-in/x/a.jpg` to `{ROLE}`"
        )]
    );
}

#[test]
fn every_missing_layer_is_told() {
    let mut policies = read_uploads();
    policies.boundary =
        Some(policy("boundary.json", Kind::Boundary, r#"{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}"#));
    policies.service_control = vec![vec![]];
    let explanation = policies.explain(&request("s3:PutObject", "uploads/a.jpg"));
    assert_eq!(explanation.because, Because::NotAllowedBy(Layer::ServiceControl(0)));
    assert_eq!(explanation.changes.len(), 3, "{:?}", explanation.changes);
}

#[test]
fn a_denied_request_has_to_be_taken_out_of_each_deny() {
    let mut policies = read_uploads();
    let deny = r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}"#;
    policies.identity = vec![policy("role.json", Kind::Identity, deny), policy("other.json", Kind::Identity, deny)];
    let explanation = policies.explain(&request("s3:GetObject", "uploads/a.jpg"));
    assert_eq!(explanation.decision, Decision::ExplicitDeny);
    assert!(
        matches!(&explanation.changes[..], [Change::Except { .. }, Change::Except { .. }]),
        "{:?}",
        explanation.changes
    );
}

#[test]
fn two_denies_of_one_document_are_both_taken_out() {
    let deny = r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}"#;
    let mut policies = read_uploads();
    policies.identity = vec![policy("role.json", Kind::Identity, &format!("{deny}, {deny}"))];
    let explanation = policies.explain(&request("s3:GetObject", "uploads/a.jpg"));
    assert!(
        matches!(&explanation.changes[..], [Change::Except { .. }, Change::Except { .. }]),
        "{:?}",
        explanation.changes
    );
}

#[test]
fn the_nearest_of_two_documents_of_one_name_is_extended() {
    let far = r#"{"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:*"}"#;
    let near =
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:s3:::photos-in/uploads/a.jpg"}"#;
    let identity = [far, near].map(|statement| policy("case", Kind::Identity, statement));
    let policies = Policies { identity: identity.to_vec(), ..Policies::default() };
    let explanation = policies.explain(&request("s3:PutObject", "uploads/a.jpg"));
    let [Change::Extend { element: "Action", value, .. }] = &explanation.changes[..] else { panic!("{explanation:?}") };
    assert_eq!(value, "s3:PutObject");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let explanation = read_uploads().explain(&request("s3:GetObject", "x/\u{1b}[2J\r\nallowed"));
    assert!(!explanation.changes.is_empty());
    assert!(!explanation.to_string().contains(|letter: char| letter.is_control() && letter != '\n'));
    assert!(!explanation.to_string().contains("\nallowed"));
}

fn any_statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![Just("Allow"), Just("Deny")];
    let action = prop_oneof![Just("s3:GetObject"), Just("s3:*"), Just("s3:PutObject"), Just("logs:*")];
    let resource = prop_oneof![Just("*"), Just("arn:aws:s3:::photos-in/uploads/*"), Just("arn:aws:s3:::other/*")];
    (effect, action, resource).prop_map(|(effect, action, resource)| {
        format!(r#""Effect": "{effect}", "Action": "{action}", "Resource": "{resource}""#)
    })
}

proptest! {
    #[test]
    fn an_explanation_gives_the_verdict_of_the_decision(
        identity in prop::collection::vec(any_statement(), 1..3),
        resource in prop::collection::vec(any_statement(), 1..3),
        boundary in prop::option::of(any_statement()),
    ) {
        let braced = |statements: &[String], principal: &str| {
            statements.iter().map(|statement| format!("{{{principal}{statement}}}")).collect::<Vec<_>>().join(",")
        };
        let principal = format!(r#""Principal": {{"AWS": "{ROLE}"}}, "#);
        let policies = Policies {
            identity: vec![policy("role.json", Kind::Identity, &braced(&identity, ""))],
            resource: Some(policy("bucket.json", Kind::Resource, &braced(&resource, &principal))),
            boundary: boundary.map(|boundary| policy("boundary.json", Kind::Boundary, &format!("{{{boundary}}}"))),
            ..Policies::default()
        };
        let request = request("s3:GetObject", "uploads/a.jpg");
        let explanation = policies.explain(&request);
        prop_assert_eq!(explanation.decision, policies.decide(&request));
        let decides = explanation.statements.iter().any(|statement| statement.decides);
        prop_assert_eq!(decides, explanation.decision != Decision::ImplicitDeny);
        prop_assert!(!explanation.to_string().is_empty());
    }
}

#[test]
fn nothing_is_offered_that_grants_more_than_the_request() {
    let public = r#"{"Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/*"}"#;
    let policies = Policies { resource: Some(policy("bucket.json", Kind::Resource, public)), ..Policies::default() };
    let of = |caller: &str| {
        let resource = "arn:aws:s3:::photos-in/uploads/a.jpg";
        let request = Request::new(caller, "s3:PutObject", resource, "111122223333", Context::default()).unwrap();
        policies.explain(&request).changes
    };
    assert_eq!(of("anonymous"), []);
    assert!(matches!(&of(ROLE)[..], [Change::Add { .. }]), "{:?}", of(ROLE));

    // What has no policy of its own gets none, and a role's policy has no resource.
    let of = |action: &str, resource: &str| {
        let request = Request::new(ROLE, action, resource, "111122223333", Context::default()).unwrap();
        Policies::default().explain(&request).changes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let logs = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/thumbgate:log-stream:x";
    assert!(
        of("logs:PutLogEvents", logs)[0].starts_with("add to the identity policies"),
        "{:?}",
        of("logs:PutLogEvents", logs)
    );
    let trust = of("sts:AssumeRole", "arn:aws:iam::111122223333:role/Other");
    assert_eq!(trust, [format!("add to the trust policy a statement that allows `sts:AssumeRole` to `{ROLE}`")]);
}

#[test]
fn a_key_that_delegates_and_an_identity_that_allows_are_both_named() {
    let key = r#"{"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}"#;
    let decrypt = r#"{"Sid": "Decrypt", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}"#;
    let policies = Policies {
        resource: Some(policy("key.json", Kind::Resource, key)),
        identity: vec![policy("role.json", Kind::Identity, decrypt)],
        ..Policies::default()
    };
    let arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let request = Request::new(ROLE, "kms:Decrypt", arn, "111122223333", Context::default()).unwrap();
    let explanation = policies.explain(&request);
    assert_eq!(explanation.because, Because::AdmittedIdentity);
    assert!(explanation.statements.iter().all(|statement| statement.decides));
}

#[test]
fn what_no_policy_can_forbid_is_allowed_and_service_linked_roles_are_free_of_the_organisation() {
    let deny = policy("scp.json", Kind::ServiceControl, r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#);
    let grant =
        policy("role.json", Kind::Identity, r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"#);
    let policies = Policies { service_control: vec![vec![deny]], identity: vec![grant], ..Policies::default() };
    let decide = |caller: &str, action: &str| {
        policies.decide(&Request::new(caller, action, "*", "111122223333", Context::default()).unwrap())
    };
    assert_eq!(decide(ROLE, "sts:GetCallerIdentity"), Decision::Allow);
    assert_eq!(decide(ROLE, "sqs:SendMessage"), Decision::ExplicitDeny);
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/s3.amazonaws.com/AWSServiceRoleForX";
    assert_eq!(decide(linked, "sqs:SendMessage"), Decision::Allow);
}

#[test]
fn whether_an_empty_text_is_a_null_set_is_open() {
    let decide = |statement: &str, values: &[&str]| {
        let policies = Policies { identity: vec![policy("p", Kind::Identity, statement)], ..Policies::default() };
        let context =
            Context::new([("aws:TagKeys", values.iter().map(|value| (*value).to_owned()).collect())]).unwrap();
        policies.decide(&Request::new(ROLE, "s3:GetObject", "arn:aws:s3:::b/k", "111122223333", context).unwrap())
    };
    let deny = r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}}"#;
    assert_eq!(decide(deny, &[""]), Decision::ExplicitDeny);
    let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a"]}}}"#;
    assert_eq!((decide(allow, &[""]), decide(allow, &["b"])), (Decision::ImplicitDeny, Decision::Allow));
}

#[test]
fn a_bucket_that_stands_for_its_objects_is_told() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in"}"#;
    let policies = Policies { identity: vec![policy("role.json", Kind::Identity, statement)], ..Policies::default() };
    let told = policies.explain(&request("s3:GetObject", "uploads/a.jpg")).to_string();
    let hint = "`arn:aws:s3:::photos-in` is the bucket itself, its objects are `arn:aws:s3:::photos-in/*`";
    assert!(told.contains(hint), "{told}");
}
