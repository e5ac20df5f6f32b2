//! `thumbgate policy`, and batches under guard.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{Desk, Ran, picture, thumbgate};

const ROLE: &str = "arn:aws:iam::123456789012:role/LambdaThumbRole";

const PHOTOS_IN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::123456789012:role/LambdaThumbRole"},
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::photos-in/uploads/*"
    }
  ]
}"#;

const PHOTOS_OUT: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Write", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/LambdaThumbRole"},
   "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::photos-out/thumbs/*"}]}"#;

const LOGS: &str = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Logs", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}}"#;

fn trust(service: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}}}"#
    )
}

/// A desk with two pictures and the policies of a deployment.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("photos/a.bmp", picture(64, 48, 1));
    desk.write("photos/b.bmp", picture(64, 48, 2));
    desk.write("policies/photos-in.json", PHOTOS_IN);
    desk.write("policies/photos-out.json", PHOTOS_OUT);
    desk.write("policies/role.json", LOGS);
    desk.write("policies/trust.json", trust("lambda.amazonaws.com"));
    desk.write(
        "thumbgate.toml",
        "[source]\nurl = \"s3://photos-in/uploads/\"\n[destination]\nurl = \"s3://photos-out/thumbs/\"\n\
         [[rendition]]\nname = \"small\"\nwidth = 32\n[deployment]\naccount = \"123456789012\"\n",
    );
    desk
}

fn guarded(desk: &Desk, more: &[&str]) -> Ran {
    let args = ["batch", "photos", "thumbs", "--config", "thumbgate.toml", "--guard", "policies"];
    desk.run(&[&args[..], more].concat())
}

fn explain(desk: &Desk, more: &[&str]) -> Ran {
    desk.run(&[&["policy", "explain", "--policies", "policies"][..], more].concat())
}

#[test]
fn a_batch_under_the_policies_of_the_deployment_is_made() {
    let desk = desk();
    guarded(&desk, &[]).expect(0);
    assert_eq!(desk.names("thumbs"), ["a.bmp.small.jpg", "b.bmp.small.jpg"]);
    guarded(&desk, &["--as", "arn:aws:sts::123456789012:assumed-role/LambdaThumbRole/run"]).expect(0);
}

#[test]
fn what_the_policies_do_not_allow_is_denied_and_explained() {
    let desk = desk();
    desk.write("policies/photos-in.json", PHOTOS_IN.replace("uploads/*", "other/*"));
    let ran = guarded(&desk, &["--json"]).expect(1);
    let lines = ran.lines();
    assert_eq!(lines[0]["error"]["kind"], "denied");
    let explanation = lines[0]["error"]["explanation"].as_str().unwrap();
    assert!(explanation.contains("policies/photos-in.json:4:5 Allow `Read`"), "{explanation}");
    assert_eq!(desk.names("thumbs"), [""; 0]);

    let told = guarded(&desk, &[]).expect(1).err;
    assert_eq!(told.matches("what did not match").count(), 1, "the reasoning is told once: {told}");
    let other = guarded(&desk, &["--as", "arn:aws:iam::123456789012:role/Other"]).expect(1);
    assert!(other.err.contains("role/Other may not s3:GetObject"), "{}", other.err);
}

#[test]
fn a_dry_run_tells_what_may_not_be_written() {
    let desk = desk();
    desk.write("policies/photos-out.json", PHOTOS_OUT.replace(", \"s3:PutObject\"", ""));
    let ran = guarded(&desk, &["--dry-run", "--json"]).expect(1);
    assert_eq!(ran.lines()[0]["error"]["kind"], "denied");
    assert!(!desk.path().join("thumbs").exists());
}

#[test]
fn what_is_unclear_in_a_folder_is_never_a_grant() {
    let everything = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    for (name, content, told) in [
        ("FullAWSAccess.json", everything, "allows everything"),
        ("more.JSON", LOGS, "more than one identity policy"),
        (
            "index.json",
            "{\"documents\": [{\"file\": \"role.json\", \"kind\": \"identity\", \"attachedTo\": \"x\"}]}",
            "attachedTo",
        ),
    ] {
        let desk = desk();
        desk.write(&format!("policies/{name}"), content);
        let ran = guarded(&desk, &[]).expect(3);
        assert!(ran.err.contains(told), "{name}: {}", ran.err);
    }
    let desk = desk();
    std::os::unix::fs::symlink("nowhere", desk.path().join("policies/index.json")).unwrap();
    assert!(guarded(&desk, &[]).expect(3).err.contains("index.json"));
}

#[test]
fn a_role_of_another_account_is_another_accounts() {
    let desk = desk();
    let everything =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    desk.write("policies/role.json", everything);
    let foreign = guarded(&desk, &["--as", "arn:aws:iam::999999999999:role/LambdaThumbRole"]).expect(1);
    assert!(foreign.err.contains("the resource is another account's"), "{}", foreign.err);
}

#[test]
fn a_session_of_a_role_that_lambda_may_not_assume_cannot_run_either() {
    let desk = desk();
    desk.write("policies/trust.json", trust("ec2.amazonaws.com"));
    guarded(&desk, &["--as", "arn:aws:sts::123456789012:assumed-role/LambdaThumbRole/run"]).expect(3);
}

#[test]
fn a_role_that_lambda_may_not_assume_cannot_run() {
    let desk = desk();
    desk.write("policies/trust.json", trust("ec2.amazonaws.com"));
    let ran = guarded(&desk, &[]).expect(3);
    assert!(ran.err.contains("does not let lambda.amazonaws.com assume it"), "{}", ran.err);
    assert!(ran.err.contains("policies/trust.json:1:"), "{}", ran.err);
}

#[test]
fn a_guard_says_what_it_needs() {
    let desk = desk();
    let sized = |more: &[&str]| {
        let args = ["batch", "photos", "thumbs", "--size", "32x", "--guard", "policies"];
        desk.run(&[&args[..], more].concat())
    };
    assert!(sized(&[]).expect(2).err.contains("add --as"));
    assert!(sized(&["--as", ROLE]).expect(2).err.contains("--source-as s3://bucket/prefix/"));
    assert!(sized(&["--as", "alice"]).expect(2).err.contains("is no principal"));
    let named = ["--as", ROLE, "--source-as", "s3://photos-in/uploads", "--destination-as", "s3://photos-out/thumbs"];
    sized(&named).expect(0);
    desk.write("policies/photos-in.json", PHOTOS_IN.replace("Effect\": \"Allow", "Effect\": \"allow"));
    let ran = guarded(&desk, &[]).expect(3);
    assert!(ran.err.contains("policies/photos-in.json:6:17: there is no effect `allow`; write `Allow`"), "{}", ran.err);
    desk.write("policies/photos-in.json", "{}");
    guarded(&desk, &[]).expect(3);
    assert!(
        desk.run(&["batch", "photos", "t", "--config", "thumbgate.toml", "--guard", "photos"])
            .expect(3)
            .err
            .contains("no policy")
    );
}

#[test]
fn an_index_says_what_is_attached_to_what() {
    let desk = desk();
    desk.write("policies/photos-in.json", PHOTOS_IN.replace("arn:aws:s3:::photos-in/uploads/*", "*"));
    assert!(guarded(&desk, &[]).expect(3).err.contains("index.json"));
    desk.write(
        "policies/index.json",
        format!(
            r#"{{"documents": [{{"file": "photos-in.json", "kind": "bucket", "attached_to": "arn:aws:s3:::photos-in"}},
                {{"file": "photos-out.json", "kind": "bucket", "attached_to": "arn:aws:s3:::photos-out"}},
                {{"file": "role.json", "kind": "identity", "attached_to": "{ROLE}"}}]}}"#
        ),
    );
    guarded(&desk, &[]).expect(0);
}

#[test]
fn an_explanation_names_statements_in_words_and_as_json() {
    let desk = desk();
    let asked = ["--as", ROLE, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::photos-in/uploads/a.jpg"];
    let told = explain(&desk, &asked).expect(0).out;
    assert!(told.starts_with("allowed: s3:GetObject on arn:aws:s3:::photos-in/uploads/a.jpg"), "{told}");
    assert!(told.contains("policies/photos-in.json:4:5 Allow `Read` (resource policy) decides"), "{told}");
    assert!(told.contains("policies/role.json:1:40 Allow `Logs`: `s3:GetObject` is not its Action"), "{told}");

    let asked =
        ["--as", ROLE, "--action", "s3:DeleteObject", "--resource", "arn:aws:s3:::photos-in/uploads/a.jpg", "--json"];
    let ran = explain(&desk, &asked).expect(1);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["decision"], "implicitDeny");
    assert_eq!(answer["statements"][0]["mismatch"]["part"], "action");
    assert!(answer["changes"][0].as_str().unwrap().contains("a statement that allows `s3:DeleteObject` on"));

    let case = r#"{"principal":"lambda.amazonaws.com","action":"sts:AssumeRole","resource":"arn:aws:iam::123456789012:role/LambdaThumbRole","resourceAccount":"123456789012"}"#;
    desk.write("request.json", case);
    let told = explain(&desk, &["--request", "request.json"]).expect(0).out;
    assert!(told.contains("policies/trust.json:1:"), "{told}");
}

#[test]
fn what_an_answer_rests_on_is_told() {
    let desk = desk();
    let object = "arn:aws:s3:::photos-in/uploads/a.jpg";
    let partner = "arn:aws:iam::999999999999:role/Partner";
    desk.write("policies/photos-in.json", PHOTOS_IN.replace("arn:aws:iam::123456789012:role/LambdaThumbRole", partner));
    let assumed = explain(&desk, &["--as", partner, "--action", "s3:GetObject", "--resource", object]).expect(0);
    assert!(assumed.err.contains("say it with --resource-account"), "{}", assumed.err);
    let told =
        ["--as", partner, "--action", "s3:GetObject", "--resource", object, "--resource-account", "123456789012"];
    assert!(!explain(&desk, &told).expect(1).err.contains("say it with"));
    let typo = explain(&desk, &["--as", ROLE, "--action", "s3:GetObjects", "--resource", object]).expect(1);
    assert!(typo.err.contains("did you mean `s3:GetObject`?"), "{}", typo.err);
    let elsewhere =
        explain(&desk, &["--as", ROLE, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::photo-in/a"]).expect(1);
    assert!(
        elsewhere.err.contains("no document in the folder is attached to `arn:aws:s3:::photo-in/a`"),
        "{}",
        elsewhere.err
    );
}

#[test]
fn an_explanation_needs_a_whole_request() {
    let desk = desk();
    assert!(explain(&desk, &["--as", ROLE]).expect(2).err.contains("--action"));
    let asked = |more: &[&str]| {
        explain(
            &desk,
            &[&["--as", "anonymous", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k"][..], more].concat(),
        )
    };
    assert!(asked(&[]).expect(2).err.contains("--resource-account"));
    asked(&["--resource-account", "123456789012"]).expect(1);
    assert!(asked(&["--context", "x"]).expect(2).err.contains("KEY=VALUE"));
}

/// Three cases: one allowed, one with a document that AWS refuses, one denied.
fn cases() -> String {
    let mut cases = String::new();
    for (id, effect) in [("a", "Allow"), ("b", "allow"), ("c", "Deny")] {
        let policies = format!(
            r#"{{"identity":[{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"s3:*","Resource":"*"}}}}]}}"#
        );
        writeln!(
            cases,
            r#"{{"id":"{id}","principal":"{ROLE}","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"123456789012","context":{{}},"policies":{policies}}}"#
        )
        .unwrap();
    }
    cases
}

#[test]
fn cases_are_answered_in_order() {
    let desk = Desk::new();
    desk.write("cases.jsonl", cases());
    let ran = desk.run(&["policy", "simulate", "--cases", "cases.jsonl"]).expect(0);
    assert_eq!(
        ran.out,
        "{\"id\":\"a\",\"decision\":\"allow\"}\n{\"id\":\"b\",\"decision\":\"invalid\"}\n{\"id\":\"c\",\"decision\":\"explicitDeny\"}\n"
    );
    let ran = desk.run(&["policy", "simulate", "--cases", "cases.jsonl", "--bench"]).expect(0);
    let last = ran.lines().pop().unwrap();
    assert!(last["decisions"].as_u64().unwrap() > 0 && last["ns_per_decision"].as_f64().unwrap() > 0.0, "{last}");
}

#[test]
fn a_line_that_is_no_case_is_told_and_the_rest_is_decided() {
    let desk = Desk::new();
    let first = cases().lines().next().unwrap().to_owned();
    let text = format!("{{\"id\":\"x\"}}\n\nnot json\n{}\n{first}", "x".repeat(5 * 1024 * 1024));
    desk.write("cases.jsonl", text);
    let ran = desk.run(&["policy", "simulate", "--cases", "cases.jsonl"]).expect(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["id"], lines[0]["error"].as_str()), (&"x".into(), Some("the case needs `resource`")));
    assert!(
        lines[1]["error"].as_str().unwrap().contains("not JSON")
            && lines[2]["error"].as_str().unwrap().contains("longer")
    );
    assert_eq!(lines[3]["decision"], "allow");
    assert!(desk.run(&["policy", "simulate", "--cases", "none.jsonl"]).expect(3).err.contains("cannot read the cases"));
}

#[test]
fn cases_come_from_the_standard_input_too() {
    let desk = Desk::new();
    let input = desk.write("cases.jsonl", cases());
    let output =
        thumbgate(&["policy", "simulate", "--cases", "-"]).stdin(std::fs::File::open(input).unwrap()).output().unwrap();
    assert_eq!(Ran::of(&output).expect(0).lines().len(), 3);
}
