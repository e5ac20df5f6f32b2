//! Where in the text something stands.

use toml_edit::{Document, Item};

use crate::error::ConfigError;

/// An error at a byte offset of the text.
pub(crate) fn at_offset(text: &str, offset: usize, message: impl Into<String>) -> ConfigError {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    let line = before.matches('\n').count() + 1;
    ConfigError { line, column, message: message.into() }
}

/// An error about the file as a whole.
pub(crate) fn nowhere(message: impl Into<String>) -> ConfigError {
    ConfigError { line: 0, column: 0, message: message.into() }
}

/// A way into the document: a table, optionally which of its repetitions, and a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) table: &'static str,
    pub(crate) index: Option<usize>,
    pub(crate) key: &'static str,
}

/// An error at a value, at its table where the value is absent, or about the file.
pub(crate) fn at_value(text: &str, way: Way, message: impl Into<String>) -> ConfigError {
    match offset(text, way) {
        Some(offset) => at_offset(text, offset, message),
        None => nowhere(message),
    }
}

fn offset(text: &str, way: Way) -> Option<usize> {
    let document = Document::parse(text).ok()?;
    let table = document.get(way.table)?;
    let (value, own) = match (table, way.index) {
        (Item::ArrayOfTables(tables), Some(index)) => {
            let table = tables.get(index)?;
            (table.get(way.key), table.span())
        }
        (table, Some(index)) => {
            let value = table.as_array()?.get(index)?;
            return value.span().map(|span| span.start);
        }
        (table, None) => (table.get(way.key), table.span()),
    };
    value.and_then(Item::span).or(own).map(|span| span.start)
}

#[cfg(test)]
mod tests {
    use super::{Way, at_offset, at_value};

    #[test]
    fn columns_are_characters() {
        let error = at_offset("a = 1\nü = 2", "a = 1\nü".len(), "x");
        assert_eq!((error.line, error.column), (2, 2));
    }

    #[test]
    fn a_value_is_found_in_any_spelling() {
        let way = |index| Way { table: "rendition", index, key: "fit" };
        let text = "[[rendition]]\nname = 'a'\n[[rendition]]\nfit = 'x'";
        assert_eq!(at_value(text, way(Some(1)), "x").line, 4);
        assert_eq!(at_value(text, way(Some(0)), "x").line, 1);
        assert_eq!(at_value("rendition = [\n{ fit = 'x' }]", way(Some(0)), "x").line, 2);
        assert_eq!(at_value("", way(None), "x").line, 0);
    }
}
