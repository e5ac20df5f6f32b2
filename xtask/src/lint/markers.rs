//! Signs of unfinished work: macros for the desk, silenced lints, notes to oneself.

use super::finding::Finding;
use super::rust_text::{Line, has_word};
use super::tree::{SourceFile, Tree};

const RULE: &str = "marker";

const MACROS: &[&str] = &["dbg!", "todo!"];
const NOTES: &[&str] = &["FIXME", "TODO", "XXX"];
const SILENCERS: &[&str] = &["#[allow(", "#![allow("];

/// Finds them in Rust sources.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        for (number, line) in file.numbered() {
            let messages = [unfinished_macro(line), note(line), silenced_lint(file, number)];
            let found = messages.into_iter().flatten();
            findings.extend(found.map(|message| Finding::new(&file.path, number, RULE, message)));
        }
    }
    findings
}

fn unfinished_macro(line: &Line) -> Option<String> {
    let name = MACROS.iter().find(|name| line.has_code_word(name))?;
    Some(format!("`{name}` is for the desk; finish the code"))
}

fn note(line: &Line) -> Option<String> {
    // What is in backticks is talked about, not meant.
    let prose: String = line.comment.split('`').step_by(2).collect();
    let name = NOTES.iter().find(|name| has_word(&prose, name))?;
    Some(format!("a note `{name}`; do it, or write an issue and say here what holds now"))
}

/// An attribute that silences a lint and does not say why; it may go over lines.
fn silenced_lint(file: &SourceFile, number: usize) -> Option<String> {
    let first = &file.rust.get(number - 1)?.code;
    SILENCERS.iter().find(|silencer| first.contains(**silencer))?;
    let mut attribute = String::new();
    for line in file.rust.iter().skip(number - 1) {
        attribute.push_str(&line.code);
        if line.code.contains(")]") {
            break;
        }
    }
    let says_why = has_word(&attribute, "reason");
    (!says_why).then(|| "a lint is silenced without a reason; write `#[expect(…, reason = \"…\")]`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::tree::Tree;

    fn lines(text: &str) -> Vec<usize> {
        let findings = check(&Tree::of(&[("core/src/a.rs", text)]));
        findings.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_work_is_found() {
        assert_eq!(lines("f();\ntodo!()\n"), [2]);
        assert_eq!(lines("dbg!(x);\n"), [1]);
        assert_eq!(lines("// TODO: more\n"), [1]);
        assert_eq!(lines("f(); /* FIXME */\n"), [1]);
        assert_eq!(lines("/// XXX\n"), [1]);
    }

    #[test]
    fn a_silenced_lint_is_found_unless_it_says_why() {
        assert_eq!(lines("#[allow(dead_code)]\n"), [1]);
        assert_eq!(lines("#![allow(\n    dead_code,\n)]\n"), [1]);
        assert_eq!(lines("#[allow(dead_code, reason = \"x\")]\n"), [0; 0]);
        assert_eq!(lines("#[allow(\n    dead_code,\n    reason = \"x\"\n)]\n"), [0; 0]);
        assert_eq!(lines("#[expect(dead_code, reason = \"x\")]\n"), [0; 0]);
    }

    #[test]
    fn words_about_it_are_good() {
        for text in [
            "f(\"todo!() TODO #[allow(x)]\");\n",
            "// finds `TODO` in comments\n",
            "let todo = not_todo!();\n",
            "// the TODOS table\n",
        ] {
            assert_eq!(lines(text), [0; 0], "{text}");
        }
    }
}
