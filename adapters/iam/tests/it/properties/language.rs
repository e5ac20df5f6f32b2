//! Reading documents: nothing panics, and every error has its place.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use thumbgate_iam::attachments::{guess, parse_index};
use thumbgate_iam::case::Case;
use thumbgate_iam::lang::{Document, ERRORS_MAX, Kind, Source, SyntaxError, SyntaxErrorKind};

use super::statements::Asked;
use super::vocabulary::{ASKED, CALLERS};
use super::world::compiled;
use super::worlds::document;

const KINDS: &[Kind] = &[
    Kind::Identity,
    Kind::Resource,
    Kind::Trust,
    Kind::Boundary,
    Kind::Session,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

fn any_document() -> impl Strategy<Value = (Kind, Value)> {
    (select(KINDS), select(CALLERS), select(ASKED)).prop_flat_map(|(kind, caller, (action, resource))| {
        (Just(kind), document(kind, Asked { caller, action, resource }))
    })
}

fn errors(text: &str, kind: Kind) -> Vec<SyntaxError> {
    Document::parse_leniently(Source::new("x.json", text), kind).1
}

fn stand_within(text: &str, errors: &[SyntaxError]) -> Result<(), TestCaseError> {
    let lines: Vec<_> = text.split('\n').collect();
    prop_assert!(errors.len() <= ERRORS_MAX);
    prop_assert!(errors.is_sorted_by_key(SyntaxError::position));
    for error in errors {
        let position = error.position();
        prop_assert!((1..=lines.len()).contains(&position.line), "{}", error);
        prop_assert!((1..=lines[position.line - 1].chars().count() + 1).contains(&position.column), "{}", error);
        prop_assert!(!error.message().is_empty() && !error.message().contains(char::is_control), "{:?}", error);
    }
    Ok(())
}

/// A text with one stretch cut out, doubled or replaced.
fn damaged(text: &str, (from, to): (Index, Index), instead: &str) -> String {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    let (one, other) = (places[from.index(places.len())], places[to.index(places.len())]);
    let (start, end) = if one < other { (one, other) } else { (other, one) };
    let end = end.min(start + 12).min(text.len());
    let end = text.floor_char_boundary(end);
    [text.split_at(start).0, instead, text.split_at(end).1].concat()
}

/// What stands in a random place of some JSON, to be changed.
fn somewhere<'v>(value: &'v mut Value, path: &[Index]) -> &'v mut Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let is_leaf = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => true,
    };
    if is_leaf {
        return value;
    }
    match value {
        Value::Array(items) => {
            let at = first.index(items.len());
            somewhere(&mut items[at], rest)
        }
        Value::Object(members) => {
            let at = first.index(members.len());
            somewhere(members.values_mut().nth(at).unwrap(), rest)
        }
        _ => value,
    }
}

proptest! {
    #![proptest_config(super::random(300))]

    #[test]
    fn a_document_compiles_however_it_is_written((kind, document) in any_document()) {
        compiled("x.json", kind, &document);
        let pretty = serde_json::to_string_pretty(&document).unwrap();
        let escaped: String = pretty.chars().map(|letter| match letter {
            'a' | 'e' | 's' => format!("\\u{:04x}", u32::from(letter)),
            other => other.to_string(),
        }).collect();
        prop_assert_eq!(errors(&escaped.replace("f\\u0061l\\u0073\\u0065", "false").replace("tru\\u0065", "true"), kind), vec![]);
    }

    #[test]
    fn every_error_stands_within_the_text(
        (kind, document) in any_document(), at: (Index, Index),
        instead in select(&["", "x", "\"", "{", "[]", "null", ",", "\n\u{e9}", "\0", "\\ud800", "Alow"][..]),
    ) {
        let text = damaged(&serde_json::to_string_pretty(&document).unwrap(), at, instead);
        for kind in [kind, Kind::Identity, Kind::Resource] {
            stand_within(&text, &errors(&text, kind))?;
        }
    }

    #[test]
    fn every_error_of_a_wrong_element_stands_within_the_text(
        (kind, mut document) in any_document(), path: [Index; 5],
        wrong in select(vec![json!(null), json!(1), json!([]), json!({}), json!([[1]]), json!("\u{1b}[2J"), json!({"a": "b"})]),
    ) {
        *somewhere(&mut document, &path) = wrong;
        let text = document.to_string();
        stand_within(&text, &errors(&text, kind))?;
    }

    #[test]
    fn a_name_that_stands_twice_is_found((kind, document) in any_document(), at in any::<Index>()) {
        let text = document.to_string();
        // Behind each `{` stands a name: it is written once more.
        let opened: Vec<_> = text.match_indices("{\"").map(|(place, _)| place + 1).collect();
        let (before, after) = text.split_at(opened[at.index(opened.len())]);
        let name = after.split_inclusive("\":").next().unwrap();
        let doubled = format!("{before}{name}0,{after}");
        let found = errors(&doubled, kind).iter().any(|error| error.kind() == SyntaxErrorKind::DuplicateName);
        prop_assert!(found, "{}", doubled);
    }

    #[test]
    fn only_what_a_strict_reader_takes_for_json_is_json(
        text in r#"[ \t\n\x0b\x00\u{a0}\u{feff}{}\[\],:"\\/0-9eE.+'atrufnlsbx-]{0,24}"#,
    ) {
        // The strict reader also refuses numbers too large for a double.
        prop_assume!(!text.contains(['e', 'E']) || serde_json::from_str::<Value>(&text).is_ok());
        let refused = errors(&text, Kind::Identity).iter().any(|error| error.kind() == SyntaxErrorKind::Json);
        prop_assert_eq!(refused, serde_json::from_str::<Value>(&text).is_err(), "{:?}", text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in prop_oneof![".{0,80}", r#"[{}\[\]",:\\ua-z0-9 ]{0,80}"#], bytes: Vec<u8>) {
        for text in [text, String::from_utf8_lossy(&bytes).into_owned()] {
            for kind in KINDS {
                stand_within(&text, &errors(&text, *kind))?;
            }
            let _ = (guess(&Source::new("x.json", text.as_str())), parse_index(&text), Case::parse(&text));
        }
    }
}
