//! Rust source with code and comments apart, so that rules do not trip over words in strings.
//!
//! This is no parser: it knows comments, strings and characters, which is all that the rules
//! need. Strings keep their quotes in the code and lose what is between them.

/// One line of a source file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The code, without comments and without what stands in strings.
    pub(crate) code: String,
    /// The comment, without its markers' code.
    pub(crate) comment: String,
}

impl Line {
    /// Whether the code holds `word`, not as a part of a longer name.
    pub(crate) fn has_code_word(&self, word: &str) -> bool {
        has_word(&self.code, word)
    }
}

/// Whether `text` holds `word`, not as a part of a longer name.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        !before.is_some_and(is_in_name) && !after.is_some_and(is_in_name)
    })
}

fn is_in_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What the reader stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text,
    RawText { hashes: usize },
}

/// Takes a source file apart.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut reader =
        Reader { letters: text.chars().collect(), at: 0, inside: Inside::Code, lines: vec![], line: Line::default() };
    while reader.at < reader.letters.len() {
        reader.step();
    }
    if reader.line != Line::default() {
        reader.lines.push(reader.line);
    }
    reader.lines
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    inside: Inside,
    lines: Vec<Line>,
    line: Line,
}

impl Reader {
    /// Reads one letter, or a few that belong together.
    fn step(&mut self) {
        let Some(letter) = self.peek(0) else { return };
        if letter == '\n' {
            if self.inside == Inside::LineComment {
                self.inside = Inside::Code;
            }
            self.lines.push(std::mem::take(&mut self.line));
            self.at += 1;
            return;
        }
        match self.inside {
            Inside::Code => self.step_in_code(letter),
            Inside::LineComment => self.keep_comment(1),
            Inside::BlockComment { depth } => self.step_in_comment(letter, depth),
            Inside::Text => match letter {
                // An escaped line end must still end the line.
                '\\' if self.peek(1) != Some('\n') => self.at += 2,
                '"' => self.leave_text(0),
                _ => self.at += 1,
            },
            Inside::RawText { hashes } => {
                let ends = letter == '"' && (1..=hashes).all(|i| self.peek(i) == Some('#'));
                if ends {
                    self.leave_text(hashes);
                } else {
                    self.at += 1;
                }
            }
        }
    }

    fn step_in_code(&mut self, letter: char) {
        match (letter, self.peek(1)) {
            ('/', Some('/')) => {
                self.inside = Inside::LineComment;
                self.keep_comment(2);
            }
            ('/', Some('*')) => {
                self.inside = Inside::BlockComment { depth: 1 };
                self.keep_comment(2);
            }
            ('"', _) => {
                self.inside = Inside::Text;
                self.keep_code(1);
            }
            ('\'', _) => self.skip_character(),
            ('r', _) => match self.raw_text_hashes() {
                Some(hashes) => {
                    self.inside = Inside::RawText { hashes };
                    self.at += 1 + hashes;
                    self.keep_code(1);
                }
                None => self.keep_code(1),
            },
            _ => self.keep_code(1),
        }
    }

    fn step_in_comment(&mut self, letter: char, depth: usize) {
        match (letter, self.peek(1)) {
            ('*', Some('/')) => {
                self.inside = match depth {
                    0 | 1 => Inside::Code,
                    _ => Inside::BlockComment { depth: depth - 1 },
                };
                self.keep_comment(2);
            }
            ('/', Some('*')) => {
                self.inside = Inside::BlockComment { depth: depth + 1 };
                self.keep_comment(2);
            }
            _ => self.keep_comment(1),
        }
    }

    fn leave_text(&mut self, hashes: usize) {
        self.inside = Inside::Code;
        self.keep_code(1);
        self.at += hashes;
    }

    /// The number of hashes, if a raw string begins at this `r`; `r#type` is a name.
    fn raw_text_hashes(&self) -> Option<usize> {
        let mut before = self.line.code.chars().rev();
        let is_prefixed = match before.next() {
            // `br"…"` and `cr"…"`
            Some('b' | 'c') => !before.next().is_some_and(is_in_name),
            Some(letter) => !is_in_name(letter),
            None => true,
        };
        let hashes = (1..).take_while(|i| self.peek(*i) == Some('#')).count();
        (is_prefixed && self.peek(hashes + 1) == Some('"')).then_some(hashes)
    }

    /// Passes a character such as `'"'`; a lifetime such as `'a` is only a mark and a name.
    fn skip_character(&mut self) {
        let length = match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                let end = (3..).find(|i| matches!(self.peek(*i), Some('\'' | '\n') | None));
                end.map_or(1, |end| end + 1)
            }
            (Some(_), Some('\'')) => 3,
            _ => 1,
        };
        self.line.code.push('\'');
        self.at += length;
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    fn keep_code(&mut self, count: usize) {
        for _ in 0..count {
            self.line.code.extend(self.peek(0));
            self.at += 1;
        }
    }

    fn keep_comment(&mut self, count: usize) {
        for _ in 0..count {
            self.line.comment.extend(self.peek(0));
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{has_word, lines};

    fn check(source: &str, code: &[&str], comments: &[&str]) {
        let seen = lines(source);
        let seen_code: Vec<&str> = seen.iter().map(|line| line.code.as_str()).collect();
        let seen_comments: Vec<&str> = seen.iter().map(|line| line.comment.as_str()).collect();
        assert_eq!(seen_code, code, "code of {source:?}");
        assert_eq!(seen_comments, comments, "comments of {source:?}");
    }

    #[test]
    fn comments_are_apart() {
        check("let a; // why\nlet b;\n", &["let a; ", "let b;"], &["// why", ""]);
        check("a /* b\n/* c */ d */ e", &["a ", " e"], &["/* b", "/* c */ d */"]);
    }

    #[test]
    fn strings_lose_what_is_in_them() {
        check(r#"f("a // b", "\"c")"#, &[r#"f("", "")"#], &[""]);
        check("f(\"a\nb\") // c", &["f(\"", "\") "], &["", "// c"]);
        check("f(\"a\\\nb\")", &["f(\"", "\")"], &["", ""]);
        check("r#\"a\" // \"#; b", &["\"\"; b"], &[""]);
        check("br\"a\\\"; b", &["b\"\"; b"], &[""]);
        check("r#type; for\"a\"", &["r#type; for\"\""], &[""]);
    }

    #[test]
    fn characters_and_lifetimes_are_no_strings() {
        check("'\"' // a", &["' "], &["// a"]);
        check(r"'\'' // a", &["' "], &["// a"]);
        check(r"'\u{1F600}' // a", &["' "], &["// a"]);
        check("&'a str // b", &["&'a str "], &["// b"]);
    }

    #[test]
    fn a_word_is_whole() {
        assert!(has_word("unsafe { }", "unsafe"));
        assert!(has_word("(unsafe)", "unsafe"));
        assert!(!has_word("unsafe_code", "unsafe"));
        assert!(!has_word("not_unsafe", "unsafe"));
        assert!(has_word("unsafe_code unsafe", "unsafe"));
    }
}
