//! The pipeline under policies, on every backend: the table of the mission.
//!
//! | situation | result |
//! |---|---|
//! | the role has no S3 permission, the bucket policies allow the role | allowed |
//! | the role's policy denies | denied |
//! | the bucket policy does not name the role, which has no S3 permission | denied |
//! | the trust policy does not admit `lambda.amazonaws.com` | the function cannot run at all |

use std::sync::Arc;

use thumbgate_contract::run;
use thumbgate_core::access::Principal;
use thumbgate_core::error::{Disposition, FailureKind};
use thumbgate_core::generate::{Outcome, Task, Verdict};
use thumbgate_core::guard::{Guarded, Naming};
use thumbgate_core::object::{Bucket, KeyPrefix};
use thumbgate_core::port::{Condition, PutOptions};
use thumbgate_iam::attachments::{Attachment, Attachments};
use thumbgate_iam::eval::{Context, Decision};
use thumbgate_iam::lang::Source;
use thumbgate_iam::{PolicyAuthorizer, trust};

use crate::world::{Backend, generate_with, key, picture};

const ACCOUNT: &str = "111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/LambdaThumbRole";
const OTHER_ROLE: &str = "arn:aws:iam::111122223333:role/Reports";

const LOGS_ONLY: &str = r#"{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/thumbgate:log-stream:*"}"#;

/// The documents of a deployment: the role's own policy, and the policies of both buckets, which
/// name `grantee`.
fn documents(of_role: &str, grantee: &str) -> Attachments {
    let policy = |statements: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let grant = |actions: &str, resource: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{grantee}"}}, "Action": [{actions}], "Resource": "{resource}"}}"#
        )
    };
    let no_blind_overwrite = format!(
        r#"{{"Sid": "NoBlindOverwrite", "Effect": "Deny", "Principal": {{"AWS": "{ROLE}"}}, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::photos-out/*", "Condition": {{
            "Null": {{"s3:if-none-match": "true", "s3:if-match": "true"}}, "Bool": {{"s3:ObjectCreationOperation": "true"}}}}}}"#
    );
    let into = policy(&grant(r#""s3:GetObject""#, "arn:aws:s3:::photos-in/uploads/*"));
    let out = policy(&format!(
        "{}, {no_blind_overwrite}",
        grant(r#""s3:GetObject", "s3:PutObject""#, "arn:aws:s3:::photos-out/thumbs/*")
    ));
    let mut documents = Attachments::new();
    let bucket = |name: &str| Attachment::Resource(format!("arn:aws:s3:::{name}"));
    documents.attach(Source::new("role.json", policy(of_role)), Attachment::Identity(Some(ROLE.to_owned()))).unwrap();
    documents.attach(Source::new("photos-in.json", into), bucket("photos-in")).unwrap();
    documents.attach(Source::new("photos-out.json", out), bucket("photos-out")).unwrap();
    documents
}

/// A backend as `principal` sees it, under the name of `bucket`.
fn guarded(inner: &Backend, documents: &Attachments, principal: &str, bucket: &str) -> Backend {
    let authorizer = Arc::new(PolicyAuthorizer::new(documents.clone(), ACCOUNT));
    let principal = Principal::Arn(principal.to_owned());
    let naming = Naming::plain(Bucket::parse(bucket).unwrap());
    Backend {
        name: inner.name,
        read: Arc::new(Guarded::new(inner.read.clone(), authorizer.clone(), principal.clone(), naming.clone())),
        write: Arc::new(Guarded::new(inner.write.clone(), authorizer.clone(), principal.clone(), naming.clone())),
        list: Arc::new(Guarded::new(inner.list.clone(), authorizer, principal, naming)),
    }
}

/// What becomes of one upload, as `principal`.
async fn upload(from: &Backend, to: &Backend, documents: &Attachments, principal: &str) -> Outcome {
    from.put("uploads/a.bmp", picture(120, 80, 1)).await;
    let source = guarded(from, documents, principal, "photos-in");
    let destination = guarded(to, documents, principal, "photos-out");
    let use_case = generate_with(source.read, destination.read, destination.write);
    use_case.run(&Task { key: key("uploads/a.bmp"), sequencer: None }).await
}

#[track_caller]
fn assert_denied(outcome: &Outcome, told: &str) {
    let Verdict::Failed(failure) = &outcome.verdict else { unreachable!("{outcome:?}") };
    assert_eq!((outcome.disposition(), failure.kind()), (Disposition::Retry, FailureKind::Denied));
    assert!(failure.message().contains(told), "{failure}");
    assert!(failure.explanation().is_some_and(|text| text.contains("what did not match") || text.contains("decides")));
}

/// The first three rows of the table, between two stores of a kind.
async fn table(from: &Backend, to: &Backend) {
    let row_2 = format!(r#"{LOGS_ONLY}, {{"Sid": "NoS3", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#);
    let outcome = upload(from, to, &documents(&row_2, ROLE), ROLE).await;
    assert_denied(&outcome, "`NoS3` (role.json:2:");

    let outcome = upload(from, to, &documents(LOGS_ONLY, OTHER_ROLE), ROLE).await;
    assert_denied(&outcome, "neither the resource's policy nor the caller's own policies allow it");

    let session = "arn:aws:sts::111122223333:assumed-role/LambdaThumbRole/thumbgate";
    let outcome = upload(from, to, &documents(LOGS_ONLY, ROLE), session).await;
    assert_eq!(outcome.disposition(), Disposition::Done, "{}: {outcome:?}", from.name);
    assert_eq!(outcome.renditions.len(), 3);
    // Without s3:ListBucket absence and denial look the same, and still nothing is made twice.
    let outcome = upload(from, to, &documents(LOGS_ONLY, ROLE), ROLE).await;
    assert_ne!(outcome.disposition(), Disposition::Retry, "{}: {outcome:?}", from.name);
}

#[test]
fn the_table_holds_in_memory() {
    run(async { table(&Backend::memory(), &Backend::memory()).await });
}

#[test]
fn the_table_holds_on_folders() {
    run(async {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        table(&Backend::folder(folders[0].path()), &Backend::folder(folders[1].path())).await;
    });
}

#[test]
fn the_table_holds_on_s3() {
    run(async { table(&Backend::s3().await, &Backend::s3().await).await });
}

#[test]
fn without_trust_in_lambda_the_function_cannot_run() {
    let trust_in = |service: &str| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}}}"#
        );
        let mut documents = Attachments::new();
        documents.attach(Source::new("trust.json", text), Attachment::Trust(Some(ROLE.to_owned()))).unwrap();
        documents.trust(ROLE).unwrap()
    };
    for (service, expected) in [(trust::LAMBDA, Decision::Allow), ("ec2.amazonaws.com", Decision::ImplicitDeny)] {
        let decision = trust::decide(&trust_in(service), ROLE, trust::LAMBDA, Context::default());
        assert_eq!(decision, Ok(expected), "{service}");
    }
}

#[test]
fn what_was_not_granted_is_refused_on_every_backend() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        for store in [Backend::memory(), Backend::folder(folder.path()), Backend::s3().await] {
            store.put("uploads/a.bmp", picture(120, 80, 1)).await;
            store.put("private/a.bmp", picture(120, 80, 1)).await;
            let documents = documents(LOGS_ONLY, ROLE);
            let as_role = guarded(&store, &documents, ROLE, "photos-in");
            let as_other = guarded(&store, &documents, OTHER_ROLE, "photos-in");
            let out = guarded(&store, &documents, ROLE, "photos-out");
            let put = |backend: &Backend, name: &str, condition| {
                let (write, key) = (backend.write.clone(), key(name));
                async move { write.put(&key, "x".into(), &PutOptions::when(condition)).await.map(|_| ()) }
            };
            let attempts = [
                as_role.read.head(&key("private/a.bmp")).await.map(|_| ()),
                as_other.read.head(&key("uploads/a.bmp")).await.map(|_| ()),
                as_role.list.list(&KeyPrefix::default()).await.map(|_| ()),
                put(&as_role, "uploads/a.bmp", Condition::IfAbsent).await,
                put(&out, "thumbs/x.jpg", Condition::Always).await,
                put(&out, "elsewhere/x.jpg", Condition::IfAbsent).await,
                out.read.head(&key("thumbs/absent.jpg")).await.map(|_| ()),
            ];
            for (index, attempt) in attempts.into_iter().enumerate() {
                let kind = attempt.map_err(|error| error.kind());
                let denied = thumbgate_core::error::StorageErrorKind::Denied;
                assert_eq!(kind, Err(denied), "{} attempt {index}", store.name);
            }
            as_role.read.head(&key("uploads/a.bmp")).await.unwrap();
            put(&out, "thumbs/x.jpg", Condition::IfAbsent).await.unwrap();
        }
    });
}
