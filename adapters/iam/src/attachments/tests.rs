use super::{AttachError, Attachment, Attachments, Source, guess, parse_index};

const ROLE: &str = "arn:aws:iam::111122223333:role/app/LambdaThumbRole";

fn guessed(name: &str, statement: &str) -> Result<Attachment, AttachError> {
    guess(&Source::new(name, format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#)))
}

#[test]
fn a_document_tells_what_it_is_attached_to() {
    let principal = r#""Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}"#;
    let logs = r#"{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}"#;
    assert_eq!(guessed("role.json", logs), Ok(Attachment::Identity(None)));
    assert_eq!(guessed("p/Role-boundary.json", logs), Ok(Attachment::Boundary(None)));
    assert_eq!(guessed("x-scp.json", logs), Ok(Attachment::ServiceControl(0)));
    assert_eq!(
        guessed("t.json", &format!(r#"{{{principal}, "Action": "sts:AssumeRole"}}"#)),
        Ok(Attachment::Trust(None))
    );
    let bucket = format!(
        r#"{{{principal}, "Action": "s3:*", "Resource": ["arn:aws:s3:::photos-in", "arn:aws:s3:::photos-in/uploads/*"]}}"#
    );
    assert_eq!(guessed("b.json", &bucket), Ok(Attachment::Resource("arn:aws:s3:::photos-in".to_owned())));
    let two = format!(r#"{{{principal}, "Action": "s3:*", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}}"#);
    assert!(matches!(guessed("b.json", &two), Err(AttachError::Unclear { .. })));
    let star = format!(r#"{{{principal}, "Action": "kms:*", "Resource": "*"}}"#);
    assert!(matches!(guessed("k.json", &star), Err(AttachError::Unclear { .. })));
    assert!(matches!(guessed("x.json", r#"{"Effect": "Allow"}"#), Err(AttachError::Syntax(_))));
    // The faults of a bucket's policy are told as such, not as those of a caller's policy.
    let error = guessed("b.json", &bucket.replace("Allow", "allow")).unwrap_err().to_string();
    assert!(error.contains("write `Allow`") && !error.contains("Principal"), "{error}");
}

#[test]
fn a_guess_never_takes_a_limit_for_a_grant() {
    let everything = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    assert!(matches!(guessed("FullAWSAccess.json", everything), Err(AttachError::Unclear { .. })));
    assert_eq!(guessed("PermissionsBoundary.json", everything), Ok(Attachment::Boundary(None)));
    assert_eq!(guessed("scp1.json", everything), Ok(Attachment::ServiceControl(0)));
    let mut attachments = Attachments::new();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {everything}}}"#);
    attachments.attach(Source::new("a", text.as_str()), Attachment::Boundary(None)).unwrap();
    assert!(attachments.attach(Source::new("b", text), Attachment::Boundary(Some(ROLE.to_owned()))).is_err());
}

#[test]
fn a_session_has_the_policies_of_its_role_and_no_other_ones() {
    let mut attachments = Attachments::new();
    let logs = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}"#;
    attachments.attach(Source::new("role.json", logs), Attachment::Identity(Some(ROLE.to_owned()))).unwrap();
    let held = |caller: &str| attachments.policies(caller, "*").identity.len();
    assert_eq!(held(ROLE), 1);
    assert_eq!(held("arn:aws:sts::111122223333:assumed-role/LambdaThumbRole/thumbgate"), 1);
    assert_eq!(held("arn:aws:sts::444455556666:assumed-role/LambdaThumbRole/thumbgate"), 0);
    assert_eq!(held("arn:aws:iam::111122223333:role/Other"), 0);
}

#[test]
fn a_bucket_has_one_policy_and_its_objects_are_under_it() {
    let bucket = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}}"#;
    let mut attachments = Attachments::new();
    let to = || Attachment::Resource("arn:aws:s3:::b".to_owned());
    attachments.attach(Source::new("b.json", bucket), to()).unwrap();
    assert!(attachments.policies(ROLE, "arn:aws:s3:::b/x/y").resource.is_some());
    assert!(attachments.policies(ROLE, "arn:aws:s3:::bb/x").resource.is_none());
    assert!(matches!(attachments.attach(Source::new("c.json", bucket), to()), Err(AttachError::SecondPolicy { .. })));
}

#[test]
fn an_index_says_what_is_attached_to_what() {
    let index = r#"{"documents": [
        {"file": "a.json", "kind": "trust", "attached_to": "arn:aws:iam::111122223333:role/R"},
        {"file": "b.json", "kind": "bucket", "attached_to": "arn:aws:s3:::b", "note": "for people"},
        {"file": "c.json", "kind": "scp", "level": 1}]}"#;
    let entries = parse_index(index).unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[2].attachment, Attachment::ServiceControl(1));
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"documents": [1]}"#,
        r#"{"documents": [{"file": "../x", "kind": "trust"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "bucket"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "pizza"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "identity"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "identity", "attachedTo": "arn:aws:iam::111122223333:role/R"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "identity", "attached_to": ["arn:aws:iam::111122223333:role/R"]}]}"#,
        r#"{"documents": [{"file": "x", "kind": "bucket", "attached_to": "secret"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "bucket", "attached_to": "arn:aws:s3:::secret/*"}]}"#,
        r#"{"documents": [{"file": "x", "kind": "scp", "level": "1"}]}"#,
    ] {
        assert!(parse_index(wrong).is_err(), "{wrong}");
    }
}
