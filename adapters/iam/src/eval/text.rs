//! Texts of a policy: wildcards and variables, and what they become for one request.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags". The value of a variable is
//! never a pattern: a principal tag `*` is a star, not everything (no page says so; anything else
//! would let whoever sets a tag open the bucket).

use super::context::{Context, Key};
use super::wildcard::{self, Unit};
use crate::lang::Version;

/// A piece of a policy's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Unit(Unit),
    /// `${key}` or `${key, 'default'}`.
    Variable {
        key: Key,
        default: Option<Box<str>>,
    },
}

/// A policy's text, ready to be compared with texts of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Everything: a single `*`.
    Everything,
    /// This text.
    Exact(Box<str>),
    /// Everything that begins so.
    Prefix(Box<str>),
    /// Something with wildcards.
    Wild(Box<[Unit]>),
    /// Something with variables.
    Template(Template),
}

/// A text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Box<[Piece]>,
    /// The letters before the first wildcard or variable: most texts differ there already.
    start: Box<str>,
}

impl Pattern {
    /// Reads a text: `wildcards` tells whether `*` and `?` are such or letters.
    pub(crate) fn compile(text: &str, version: Version, wildcards: bool) -> Self {
        Self::of_pieces(&pieces(text, version, wildcards))
    }

    pub(crate) fn of_pieces(pieces: &[Piece]) -> Self {
        if pieces.iter().any(Piece::is_variable) {
            return Self::Template(Template::new(pieces));
        }
        let units: Vec<Unit> = pieces.iter().filter_map(Piece::unit).collect();
        Self::of_units(&units)
    }

    /// The simplest form of a pattern without variables.
    pub(crate) fn of_units(units: &[Unit]) -> Self {
        match units {
            [Unit::Many] => Self::Everything,
            [start @ .., Unit::Many] => match literal(start) {
                Some(text) => Self::Prefix(text),
                None => Self::Wild(units.into()),
            },
            _ => match literal(units) {
                Some(text) => Self::Exact(text),
                None => Self::Wild(units.into()),
            },
        }
    }

    /// Whether a text matches; nothing where a variable has no value.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> Option<bool> {
        match self {
            Self::Everything => Some(true),
            Self::Exact(exact) => Some(text.len() == exact.len() && begins(text, exact)),
            Self::Prefix(prefix) => Some(begins(text, prefix)),
            Self::Wild(units) => Some(wildcard::matches(units, text)),
            Self::Template(template) => {
                if !template.has_value(context) {
                    return None;
                }
                if !begins(text, &template.start) {
                    return Some(false);
                }
                let resolved = template.resolve(context, text.len())?;
                Some(!resolved.is_cut && wildcard::matches(&resolved.units, text))
            }
        }
    }

    /// Whether every variable in it has a value.
    pub(crate) fn has_value(&self, context: &Context) -> bool {
        match self {
            Self::Template(template) => template.has_value(context),
            Self::Everything | Self::Exact(_) | Self::Prefix(_) | Self::Wild(_) => true,
        }
    }

    /// Whether a text is the same whatever the letter case; nothing where a variable has no value.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &Context) -> Option<bool> {
        match self {
            Self::Exact(exact) => Some(is_same_ignoring_case(exact.chars(), text.chars())),
            Self::Template(template) => {
                // In lower case a text has no more characters than it has bytes now.
                let resolved = template.resolve(context, text.len())?;
                let characters = resolved.units.iter().filter_map(|unit| match unit {
                    Unit::Is(character) => Some(*character),
                    Unit::One | Unit::Many => None,
                });
                Some(!resolved.is_cut && is_same_ignoring_case(characters, text.chars()))
            }
            // Without wildcards a text compiles to none of these.
            Self::Everything | Self::Prefix(_) | Self::Wild(_) => Some(false),
        }
    }
}

/// A text with variables as it is for one request.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) units: Vec<Unit>,
    /// Whether it goes on, and so matches no text of the length that was asked for.
    pub(crate) is_cut: bool,
}

impl Template {
    pub(crate) fn new(pieces: &[Piece]) -> Self {
        let letters = pieces.iter().map_while(|piece| match piece {
            Piece::Unit(Unit::Is(character)) => Some(*character),
            _ => None,
        });
        Self { pieces: pieces.into(), start: letters.collect() }
    }

    fn has_value(&self, context: &Context) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Unit(_) => true,
            Piece::Variable { key, default } => default.is_some() || context.single(key).is_some(),
        })
    }

    /// The pattern for one request; nothing where a variable has no value.
    ///
    /// It is built until it wants more than `chars_max` characters: one long value in thousands
    /// of variables would else take more memory than there is.
    pub(crate) fn resolve(&self, context: &Context, chars_max: usize) -> Option<Resolved> {
        if !self.has_value(context) {
            return None;
        }
        let mut units = Vec::with_capacity(self.pieces.len());
        let mut chars_left = chars_max;
        for unit in self.pieces.iter().flat_map(|piece| piece.units(context)) {
            if unit != Unit::Many {
                if chars_left == 0 {
                    return Some(Resolved { units, is_cut: true });
                }
                chars_left -= 1;
            }
            units.push(unit);
        }
        Some(Resolved { units, is_cut: false })
    }
}

impl Piece {
    pub(crate) fn is_variable(&self) -> bool {
        matches!(self, Self::Variable { .. })
    }

    /// The step of a pattern that it is; none where it is a variable.
    pub(crate) fn unit(&self) -> Option<Unit> {
        match self {
            Self::Unit(unit) => Some(*unit),
            Self::Variable { .. } => None,
        }
    }

    /// What it stands for in a request; nothing where it has no value.
    fn units<'a>(&'a self, context: &'a Context) -> impl Iterator<Item = Unit> + 'a {
        let (unit, value) = match self {
            Self::Unit(unit) => (Some(*unit), ""),
            Self::Variable { key, default } => (None, context.single(key).or(default.as_deref()).unwrap_or_default()),
        };
        unit.into_iter().chain(value.chars().map(Unit::Is))
    }
}

/// Whether a text begins so. Compared here and not by the C library: the texts are short, most
/// differ within a few letters, and the calls took two thirds of a decision's time.
fn begins(text: &str, start: &str) -> bool {
    text.len() >= start.len() && text.bytes().zip(start.bytes()).all(|(one, other)| one == other)
}

/// The text of a pattern that has no wildcards.
fn literal(units: &[Unit]) -> Option<Box<str>> {
    let text: Option<String> = units
        .iter()
        .map(|unit| match unit {
            Unit::Is(character) => Some(*character),
            Unit::One | Unit::Many => None,
        })
        .collect();
    text.map(String::into_boxed_str)
}

fn is_same_ignoring_case(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> bool {
    one.flat_map(char::to_lowercase).eq(other.flat_map(char::to_lowercase))
}

/// Cuts a text into pieces. In the old version of the language `${` is text.
pub(crate) fn pieces(text: &str, version: Version, wildcards: bool) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if version == Version::V2012
            && let Some(inner) = rest.strip_prefix("${")
        {
            let (piece, after) = variable(inner);
            pieces.push(piece);
            rest = after;
            continue;
        }
        pieces.push(Piece::Unit(match character {
            '*' if wildcards => Unit::Many,
            '?' if wildcards => Unit::One,
            other => Unit::Is(other),
        }));
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    pieces
}

/// A key that no request carries: keys have no closing brace.
const NEVER_CARRIED: &str = "}";

/// What begins after `${`: the piece, and the text after its `}`.
///
/// One that is never closed has no name that a request could carry, so it has no value.
fn variable(inner: &str) -> (Piece, &str) {
    let Some(close) = inner.find('}') else {
        return (Piece::Variable { key: Key::new(NEVER_CARRIED), default: None }, "");
    };
    let name = inner.get(..close).unwrap_or_default();
    let letter = match name {
        "*" => Some('*'),
        "?" => Some('?'),
        "$" => Some('$'),
        _ => None,
    };
    if let Some(letter) = letter {
        return (Piece::Unit(Unit::Is(letter)), inner.get(close + 1..).unwrap_or_default());
    }
    if let Some((key, default_on)) = inner.split_once(", '")
        && !key.contains('}')
        && let Some((default, after)) = default_on.split_once("'}")
    {
        return (Piece::Variable { key: Key::new(key), default: Some(default.into()) }, after);
    }
    (Piece::Variable { key: Key::new(name), default: None }, inner.get(close + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Context, Pattern, Version};

    fn context() -> Context {
        Context::new([
            ("aws:username", vec!["alice".to_owned()]),
            ("aws:PrincipalTag/team", vec!["*".to_owned()]),
            ("aws:CalledVia", vec!["a".to_owned(), "b".to_owned()]),
        ])
        .unwrap()
    }

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        Pattern::compile(pattern, Version::V2012, true).matches(text, &context())
    }

    #[test]
    fn variables_take_the_value_of_the_request() {
        assert_eq!(matches("home/${aws:username}/*", "home/alice/x"), Some(true));
        assert_eq!(matches("home/${AWS:UserName}/*", "home/bob/x"), Some(false));
        assert_eq!(matches("home/${aws:userid}/*", "home/alice/x"), None);
        assert_eq!(matches("home/${aws:CalledVia}/*", "home/a/x"), None, "a key of several values is no variable");
    }

    #[test]
    fn a_default_stands_in_for_a_missing_value_only() {
        assert_eq!(matches("${aws:userid, 'none'}", "none"), Some(true));
        assert_eq!(matches("${aws:username, 'none'}", "alice"), Some(true));
        assert_eq!(matches("${aws:userid, 'a}b'}", "a}b"), Some(true));
        assert_eq!(matches("${aws:userid,'none'}", "none"), None, "without the space it is no default");
        assert_eq!(matches("${aws:userid, '*'}", "x"), Some(false), "a default is no pattern");
    }

    #[test]
    fn escaped_letters_are_letters() {
        assert_eq!(matches("a${*}b", "a*b"), Some(true));
        assert_eq!(matches("a${*}b", "axb"), Some(false));
        assert_eq!(matches("${$}{x}", "${x}"), Some(true));
        assert_eq!(matches("${?}", "x"), Some(false));
    }

    #[test]
    fn a_text_with_variables_is_built_no_longer_than_the_text_that_it_meets() {
        let long = Context::new([("aws:username", vec!["é".repeat(1_000)])]).unwrap();
        let compile = |pattern: &str| Pattern::compile(pattern, Version::V2012, true);
        let Pattern::Template(template) = compile(&"${aws:username}*".repeat(10_000)) else {
            panic!("it has variables")
        };
        let resolved = template.resolve(&long, 50).unwrap();
        assert!(resolved.is_cut && resolved.units.len() == 50);
        assert_eq!(compile("${aws:username}").matches(&"é".repeat(1_000), &long), Some(true));
        assert_eq!(compile("${aws:username}").matches(&"é".repeat(999), &long), Some(false));
        assert_eq!(compile("${aws:username}${aws:userid}").matches("x", &long), None, "a missing value is seen first");
    }

    #[test]
    fn what_is_never_closed_has_no_value() {
        assert_eq!(matches("a${aws:username", "aalice"), None);
        assert_eq!(matches("a${", "a${"), None);
    }

    #[test]
    fn the_old_version_has_no_variables() {
        let pattern = Pattern::compile("${aws:username}/${*}", Version::V2008, true);
        assert_eq!(pattern.matches("alice/*", &context()), Some(false));
        assert_eq!(pattern.matches("${aws:username}/${xyz}", &context()), Some(true), "the star is a wildcard there");
    }

    #[test]
    fn letter_case_is_ignored_where_asked() {
        let pattern = Pattern::compile("${aws:username}É", Version::V2012, false);
        assert_eq!(pattern.equals_ignoring_case("ALICEé", &context()), Some(true));
        assert_eq!(pattern.equals_ignoring_case("ALICE", &context()), Some(false));
    }

    proptest! {
        #[test]
        fn a_variables_value_is_never_a_pattern(value in "[a*?$]{0,6}", text in "[a*?$]{0,6}") {
            let context = Context::new([("aws:username", vec![value.clone()])]).unwrap();
            let pattern = Pattern::compile("${aws:username}", Version::V2012, true);
            prop_assert_eq!(pattern.matches(&text, &context), Some(value == text));
        }

        #[test]
        fn any_text_compiles_and_matches_without_panic(pattern in ".{0,40}", text in ".{0,40}") {
            for version in [Version::V2008, Version::V2012] {
                for wildcards in [false, true] {
                    let _ = Pattern::compile(&pattern, version, wildcards).matches(&text, &context());
                }
            }
        }
    }
}
