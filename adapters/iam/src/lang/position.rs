//! Where an element stands in its text.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A stretch of a text, in bytes: from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A place in a text as editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A policy's text and the name to call it by (a file's path, a role's name).
///
/// Cloning shares the text.
#[derive(Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// Places on the way, found when the first one is asked for: a document with thousands of
    /// statements on one line would else be read thousands of times.
    marks: Arc<OnceLock<Box<[Mark]>>>,
}

/// A place on the way, from which the next ones are counted.
#[derive(Clone, Copy)]
struct Mark {
    byte: usize,
    position: Position,
}

/// The distance of two marks.
const MARK_BYTES: usize = 1024;

impl Source {
    /// A text under a name.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), marks: Arc::default() }
    }

    /// The name, as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of a byte. A byte beyond the end, or within a character, is taken as the next
    /// whole place before it.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = self.text.floor_char_boundary(byte);
        let marks = self.marks.get_or_init(|| marks(&self.text));
        let mark = marks.get(byte / MARK_BYTES).or(marks.last()).copied().unwrap_or(Mark::START);
        let between = self.text.get(mark.byte..byte).unwrap_or_default();
        between.chars().fold(mark.position, Position::after)
    }

    /// A line's text without its end, or nothing where there is no such line. Lines count from 1.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.text == other.text
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).field("text", &self.text).finish_non_exhaustive()
    }
}

impl Mark {
    const START: Self = Self { byte: 0, position: Position { line: 1, column: 1 } };
}

impl Position {
    /// The place behind a character that stands here.
    fn after(self, character: char) -> Self {
        match character {
            '\n' => Self { line: self.line + 1, column: 1 },
            _ => Self { column: self.column + 1, ..self },
        }
    }
}

/// A mark at or just before each multiple of [`MARK_BYTES`].
fn marks(text: &str) -> Box<[Mark]> {
    let mut marks = Vec::with_capacity(text.len() / MARK_BYTES + 1);
    let mut mark = Mark::START;
    for (byte, character) in text.char_indices() {
        mark.byte = byte;
        if byte + character.len_utf8() > marks.len() * MARK_BYTES {
            marks.push(mark);
        }
        mark.position = mark.position.after(character);
    }
    marks.into()
}

#[cfg(test)]
mod tests {
    use super::{Position, Source};

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("x", "ab\n写真x\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 2, column: 1 });
        assert_eq!(source.position(9), Position { line: 2, column: 3 });
        assert_eq!(source.position(4), Position { line: 2, column: 1 }, "within a character");
        assert_eq!(source.position(99), Position { line: 3, column: 1 }, "beyond the end");
        assert_eq!(source.line(2), "写真x");
        assert_eq!(source.line(9), "");
    }

    #[test]
    fn places_far_into_a_text_are_those_that_counting_gives() {
        let source = Source::new("x", "写a\n€€€€\u{1f600}\n".repeat(300));
        let text = source.text();
        for byte in 0..=text.len() + 1 {
            let (before, _) = text.split_at(text.floor_char_boundary(byte));
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let counted = Position {
                line: before.matches('\n').count() + 1,
                column: before.split_at(line_start).1.chars().count() + 1,
            };
            assert_eq!(source.position(byte), counted, "{byte}");
        }
        assert_eq!(Source::new("x", "").position(5), Position { line: 1, column: 1 });
    }
}
