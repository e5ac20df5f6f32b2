//! JSON to document: the grammar of the policy language.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language", and the page of each
//! element. Reading goes on after an error, so that all of them are told at once.

mod statement;

use std::collections::HashSet;

use jsonc_parser::ast::{Object, Value};

use super::document::{Document, Kind, Spanned, Version};
use super::error::{SyntaxError, SyntaxErrorKind};
use super::json::{self, Member, NotJson, members, span_of, type_name};
use super::position::Source;

/// The largest policy that is read: well above the largest that any service stores (32 KiB for
/// a key policy).
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;

/// How many errors of a document are told; one with more is no policy.
pub const ERRORS_MAX: usize = 20;

/// The elements of a document.
const DOCUMENT_ELEMENTS: &[&str] = &["Version", "Id", "Statement"];

/// Reads a document and everything that is wrong with it.
pub(super) fn document(source: Source, kind: Kind) -> (Document, Vec<SyntaxError>) {
    let mut reader = Reader::new(kind);
    let mut document = Document { source, kind, version: None, statements: Vec::new() };
    let text = document.source.clone();
    if reader.fits(text.text().len(), 0) {
        match json::read(text.text()) {
            Ok(value) => reader.document(&value, &mut document),
            Err(NotJson { byte, message }) => reader.fail(SyntaxErrorKind::Json, byte, format!("not JSON: {message}")),
        }
    }
    let errors = reader.told(&text);
    (document, errors)
}

/// Reads a document that stands within another text (a case file, a bundle).
pub(crate) fn embedded(source: &Source, value: &Value<'_>, kind: Kind) -> (Document, Vec<SyntaxError>) {
    let mut reader = Reader::new(kind);
    let mut document = Document { source: source.clone(), kind, version: None, statements: Vec::new() };
    let span = span_of(value);
    if reader.fits(span.end.saturating_sub(span.start), span.start) {
        reader.document(value, &mut document);
    }
    (document, reader.told(source))
}

/// The errors so far, and what is needed to find more.
struct Reader {
    kind: Kind,
    /// Of all errors; only the first [`ERRORS_MAX`] are kept.
    count: usize,
    errors: Vec<Found>,
}

/// An error by its place in bytes.
struct Found {
    byte: usize,
    kind: SyntaxErrorKind,
    message: String,
}

impl Reader {
    fn new(kind: Kind) -> Self {
        Self { kind, count: 0, errors: Vec::new() }
    }

    fn fail(&mut self, kind: SyntaxErrorKind, byte: usize, message: String) {
        self.count += 1;
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(Found { byte, kind, message });
        }
    }

    /// The errors in the order of the text.
    fn told(mut self, source: &Source) -> Vec<SyntaxError> {
        self.errors.sort_by_key(|error| error.byte);
        let told = |Found { byte, kind, message }| SyntaxError::new(source, kind, byte, message);
        self.errors.into_iter().map(told).collect()
    }

    /// The known name that is most like a text, if one is like it; none once enough is told,
    /// because to compare takes longer than all the rest.
    fn nearest<'n>(&self, text: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        if self.errors.len() < ERRORS_MAX { nearest(text, known) } else { None }
    }

    /// Whether a document of this length is read.
    fn fits(&mut self, bytes: usize, start: usize) -> bool {
        if bytes <= DOCUMENT_BYTES_MAX {
            return true;
        }
        let message =
            format!("the policy is larger than {DOCUMENT_BYTES_MAX} bytes; no service stores one of that size");
        self.fail(SyntaxErrorKind::TooLarge, start, message);
        false
    }

    fn document(&mut self, value: &Value<'_>, document: &mut Document) {
        let Value::Object(object) = value else {
            let message = format!("a policy is an object, not {}", type_name(value));
            self.fail(SyntaxErrorKind::WrongType, span_of(value).start, message);
            return;
        };
        let mut statements = None;
        for member in self.distinct_members(object) {
            match member.name {
                "Version" => document.version = self.version(member.value),
                "Id" => {
                    self.text(member.value, "Id");
                }
                "Statement" => statements = Some(member.value),
                _ => self.unknown_element(member, "a policy", DOCUMENT_ELEMENTS),
            }
        }
        match statements {
            Some(value) => self.statements(value, document),
            None => self.missing("Statement", "a policy", span_of(object).start),
        }
    }

    fn version(&mut self, value: &Value<'_>) -> Option<Spanned<Version>> {
        let text = self.text(value, "Version")?;
        let version = match text.value.as_str() {
            "2012-10-17" => Version::V2012,
            "2008-10-17" => Version::V2008,
            other => {
                let message = format!("there is no version `{}`; write 2012-10-17", shown(other));
                self.fail(SyntaxErrorKind::Version, text.span.start, message);
                return None;
            }
        };
        Some(Spanned { value: version, span: text.span })
    }

    fn statements(&mut self, value: &Value<'_>, document: &mut Document) {
        let items = json::one_or_many(value);
        if items.is_empty() {
            let message = "a policy has at least one statement".to_owned();
            self.fail(SyntaxErrorKind::MissingElement, span_of(value).start, message);
        }
        for item in items {
            if let Some(statement) = self.statement(item) {
                document.statements.push(statement);
            }
        }
        if !self.kind.is_kept_by_iam() {
            return;
        }
        let mut seen = HashSet::new();
        for sid in document.statements.iter().filter_map(|statement| statement.sid.as_ref()) {
            if !sid.value.is_empty() && !seen.insert(sid.value.as_str()) {
                let message = format!("the Sid `{}` stands twice; within a policy it is unique", shown(&sid.value));
                self.fail(SyntaxErrorKind::Sid, sid.span.start, message);
            }
        }
    }

    /// The members of an object; a name's second and later values are errors.
    fn distinct_members<'v, 'a>(&mut self, object: &'v Object<'a>) -> Vec<Member<'v, 'a>> {
        let mut seen = HashSet::new();
        let mut distinct = Vec::with_capacity(object.properties.len());
        for member in members(object) {
            if seen.insert(member.name) {
                distinct.push(member);
            } else {
                let message =
                    format!("`{}` stands twice in one object; most readers keep the last only", shown(member.name));
                self.fail(SyntaxErrorKind::DuplicateName, member.span.start, message);
            }
        }
        distinct
    }

    fn text(&mut self, value: &Value<'_>, element: &str) -> Option<Spanned<String>> {
        if let Value::StringLit(text) = value {
            return Some(Spanned { value: text.value.clone().into_owned(), span: span_of(text) });
        }
        let message = format!("`{element}` takes a text, not {}", type_name(value));
        self.fail(SyntaxErrorKind::WrongType, span_of(value).start, message);
        None
    }

    fn missing(&mut self, element: &str, whose: &str, byte: usize) {
        self.fail(SyntaxErrorKind::MissingElement, byte, format!("{whose} needs the element `{element}`"));
    }

    fn unknown_element(&mut self, member: Member<'_, '_>, whose: &str, known: &[&str]) {
        let nearest = self.nearest(member.name, known.iter().copied());
        let message = match nearest {
            Some(name) => format!("{whose} has no element `{}`; did you mean `{name}`?", shown(member.name)),
            None => format!("{whose} has no element `{}`; it may have {}", shown(member.name), known.join(", ")),
        };
        self.fail(SyntaxErrorKind::UnknownElement, member.span.start, message);
    }
}

/// The known name that is most like a text, if one is like it.
fn nearest<'n>(text: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if text.len() > 64 {
        return None;
    }
    let lower = text.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    known
        .map(|name| (distance(name), name))
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

/// A text of the policy as an error shows it: short, on one line.
fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    let mut short: String = text.chars().take(CHARS_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}
