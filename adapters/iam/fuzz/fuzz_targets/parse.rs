//! Any bytes as a policy of every kind, as a document whose kind is guessed, and as an index.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thumbgate_iam::attachments::{guess, parse_index};
use thumbgate_iam::eval::Policy;
use thumbgate_iam::lang::{Document, Kind, Source};

const KINDS: [Kind; 7] = [
    Kind::Identity,
    Kind::Resource,
    Kind::Trust,
    Kind::Boundary,
    Kind::Session,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new("fuzz.json", &*text);
    for kind in KINDS {
        let (document, errors) = Document::parse_leniently(source.clone(), kind);
        for error in &errors {
            let (line, column) = (error.position().line, error.position().column);
            assert!(line <= text.matches('\n').count() + 1, "{error}");
            assert!(column <= source.line(line).chars().count() + 2, "{error}");
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
        let _ = Policy::compile(document);
    }
    let _ = guess(&source);
    let _ = parse_index(&text);
});
