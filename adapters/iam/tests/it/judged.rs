//! Judged cases: a request, its documents, and the verdict that is expected.
//!
//! `data/aws-pages.jsonl` is our own, from AWS's pages, and always runs. The wide files are random
//! and live outside the repository: `THUMBGATE_IAM_CASES` names their folder (`../shared/iam`
//! unless told), and without the folder the test says that it is skipped.

use std::collections::HashMap;
use std::path::PathBuf;

use thumbgate_iam::case::Case;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

/// The verdict as `policy simulate` writes it.
fn verdict(line: &str) -> String {
    match Case::parse(line) {
        Ok(Case { request, policies: Ok(policies), .. }) => policies.decide(&request).as_str().to_owned(),
        Ok(Case { policies: Err(_), .. }) => "invalid".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

/// Those that are judged otherwise than expected: id, expected, ours.
fn disagreements(cases: &str) -> Vec<[String; 3]> {
    let mut found = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let member = |name: &str| case[name].as_str().unwrap().to_owned();
        let ours = verdict(line);
        if member("expect") != ours {
            found.push([member("id"), member("expect"), ours]);
        }
    }
    found
}

#[test]
fn the_examples_of_awss_pages_agree() {
    let cases = std::fs::read_to_string(format!("{DATA}/aws-pages.jsonl")).unwrap();
    assert!(cases.lines().count() >= 100, "the file is whole");
    assert_eq!(disagreements(&cases), [[""; 3]; 0]);
}

#[test]
fn the_wide_cases_agree_but_for_the_listed_ones() {
    let folder = std::env::var_os("THUMBGATE_IAM_CASES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/iam")), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: there is no folder {}; THUMBGATE_IAM_CASES names another", folder.display());
        return;
    }
    let listed = std::fs::read_to_string(format!("{DATA}/judged-otherwise.tsv")).unwrap();
    let mut listed: HashMap<_, _> = listed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            (columns[0].to_owned(), [columns[0].to_owned(), columns[1].to_owned(), columns[2].to_owned()])
        })
        .collect();
    for file in ["cases.jsonl", "cases-wide.jsonl"] {
        let cases = std::fs::read_to_string(folder.join(file)).unwrap();
        for found in disagreements(&cases) {
            assert_eq!(listed.remove(&found[0]), Some(found));
        }
    }
    assert!(listed.is_empty(), "listed, but judged as expected: {listed:?}");
}
