//! A JSON document as it is, with line numbers that can be linked to, coloured by CSS alone.

use std::fmt::Write as _;

use thumbgate_iam::lang::Document;

use super::escape;

/// The lines of a document; those of statements that `grants` are marked.
pub(super) fn lines(document: &Document, grants: impl Fn(usize) -> bool) -> String {
    let source = document.source();
    let granting: Vec<_> = document
        .statements()
        .iter()
        .enumerate()
        .filter(|(index, _)| grants(*index))
        .map(|(_, statement)| {
            // The span's end is the byte behind the closing brace, which may stand on the next line.
            let last = statement.span.end.saturating_sub(1);
            source.position(statement.span.start).line..=source.position(last).line
        })
        .collect();
    let mut html = String::new();
    for (line, number) in source.text().lines().zip(1..) {
        let is_granting = granting.iter().any(|lines| lines.contains(&number));
        let class = if is_granting { "line grants" } else { "line" };
        let anchor = anchor(source.name(), number);
        // The line's end stands within its span: between two of them it would be a blank line.
        let _ = write!(html, "<span class=\"{class}\" id=\"{anchor}\">{}\n</span>", coloured(line));
    }
    html
}

/// The name of a line, to link to.
pub(super) fn anchor(document: &str, line: usize) -> String {
    format!("{}-{line}", escape(document))
}

/// A line with its strings marked: what is named, what is said, and the two effects.
fn coloured(line: &str) -> String {
    let mut html = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start);
        let (string, after) = quoted.split_at(string_bytes(quoted));
        let class = match string {
            _ if after.trim_start().starts_with(':') => "name",
            "\"Allow\"" => "allow",
            "\"Deny\"" => "deny",
            _ => "value",
        };
        let _ = write!(html, "{}<span class=\"{class}\">{}</span>", escape(before), escape(string));
        rest = after;
    }
    html + &escape(rest)
}

/// The length of the string that a text begins with, quotes included. No string of JSON goes
/// beyond its line.
fn string_bytes(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn strings_are_coloured_by_what_they_are() {
        assert_eq!(
            coloured(r#"  "Effect": "Deny","#),
            r#"  <span class="name">&quot;Effect&quot;</span>: <span class="deny">&quot;Deny&quot;</span>,"#
        );
        assert_eq!(coloured(r#"["a\"<b>", 1]"#), r#"[<span class="value">&quot;a\&quot;&lt;b&gt;&quot;</span>, 1]"#);
        assert_eq!(coloured("\"open"), "<span class=\"value\">&quot;open</span>");
    }
}
