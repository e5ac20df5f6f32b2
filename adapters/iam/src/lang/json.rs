//! JSON with the places of its values: a strict view of a lenient parser.

use jsonc_parser::ast::{Array, Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::position::Span;

/// Why a text is not JSON, and the byte at which it ceases to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotJson {
    pub(crate) byte: usize,
    pub(crate) message: String,
}

/// JSON as RFC 8259 has it: none of the parser's extensions.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads one JSON value. Nesting beyond 512 levels is an error, so the stack is bounded.
pub(crate) fn read(text: &str) -> Result<Value<'_>, NotJson> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let read = parse_to_ast(text, &collect, &STRICT)
        .map_err(|error| NotJson { byte: error.range().start, message: error.kind().to_string().to_lowercase() })?;
    if let Some((byte, message)) = unescaped(text) {
        return Err(NotJson { byte, message: message.to_owned() });
    }
    read.value.ok_or_else(|| NotJson { byte: 0, message: "there is nothing in it".to_owned() })
}

/// The first character that the parser lets pass and RFC 8259 does not: a control character
/// within a text, and between the tokens a space that is none of its four.
fn unescaped(text: &str) -> Option<(usize, &'static str)> {
    let mut is_in_text = false;
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_in_text,
            b'"' => is_in_text = !is_in_text,
            0..0x20 if is_in_text => {
                return Some((index, "a control character within a text is written by its escape"));
            }
            b'\t' | b'\n' | b'\r' | b' '..0x7f => {}
            _ if !is_in_text => return Some((index, "a character that is none of JSON's")),
            _ => {}
        }
    }
    None
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'v, 'a> {
    pub(crate) name: &'v str,
    /// The place of the name.
    pub(crate) span: Span,
    pub(crate) value: &'v Value<'a>,
}

/// The members of an object in the order of the text, duplicates among them.
pub(crate) fn members<'v, 'a>(object: &'v Object<'a>) -> impl Iterator<Item = Member<'v, 'a>> {
    object.properties.iter().map(|property| Member {
        name: property.name.as_str(),
        span: span_of(&property.name),
        value: &property.value,
    })
}

/// The items of a list, or the one value that stands for a list of itself.
pub(crate) fn one_or_many<'v, 'a>(value: &'v Value<'a>) -> &'v [Value<'a>] {
    match value {
        Value::Array(Array { elements, .. }) => elements,
        single => std::slice::from_ref(single),
    }
}

/// The place of a node.
pub(crate) fn span_of(node: &impl Ranged) -> Span {
    Span { start: node.start(), end: node.end() }
}

/// The type of a value in words.
pub(crate) fn type_name(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a text",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(_) => "a truth value",
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        Value::NullKeyword(_) => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::{members, read};

    #[test]
    fn only_json_is_json() {
        for text in
            ["", " ", "{a:1}", "{'a':1}", "[1,]", "[1 2]", "// x\n1", "[0x1]", "[+1]", "[.5]", "NaN", "{}{}", "\"\\v\""]
        {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["\"a\nb\"", "\"a\0\"", "[1,\u{b}2]", "[1,\u{c}2]", "[1,\u{a0}2]", "\u{feff}[1]", "[1]\u{2028}"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(read("[\"\u{a0}\u{7f}\u{2028}\",\r\n\t \"\\\"\"]").is_ok());
        assert!(read("{\"a\": [1.5e3, true, null, \"\\u00e9\"]}").is_ok());
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(read(&"[".repeat(1_000_000)).is_err());
        assert!(read(&"{\"a\":".repeat(100_000)).is_err());
    }

    #[test]
    fn a_name_that_stands_twice_is_seen_twice() {
        let value = read(r#"{"a": 1, "a": 2}"#).unwrap();
        let object = value.as_object().unwrap();
        assert_eq!(members(object).map(|member| member.span.start).collect::<Vec<_>>(), [1, 9]);
    }
}
