//! `unsafe` is written nowhere but in the files of a table, which is empty.
//!
//! The compiler forbids it too, by the workspace's lints; this rule also sees code that is
//! compiled on other systems only, and keeps the table as the one place to argue.

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "unsafe-code";

/// Files that may hold `unsafe`, each with a decision record.
const FILES: &[&str] = &[];

/// Finds the keyword outside the table.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    check_with(tree, FILES)
}

fn check_with(tree: &Tree, allowed: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        if allowed.contains(&file.path.as_str()) {
            continue;
        }
        for (number, line) in file.numbered() {
            if line.has_code_word("unsafe") {
                let message = "unsafe code; find a safe way, or write a decision record and add the file to the table in xtask/src/lint/unsafe_code.rs";
                findings.push(Finding::new(&file.path, number, RULE, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check_with;
    use crate::lint::tree::Tree;

    #[test]
    fn the_keyword_is_found_outside_the_table_only() {
        let tree = Tree::of(&[("core/src/a.rs", "fn f() {\n    unsafe { g() }\n}\n")]);
        let findings = check_with(&tree, &[]);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place(), "core/src/a.rs:2");
        assert_eq!(check_with(&tree, &["core/src/a.rs"]), []);
    }

    #[test]
    fn words_about_it_are_good() {
        let text = "// unsafe is forbidden\n#![forbid(unsafe_code)]\nf(\"unsafe\");\n";
        assert_eq!(check_with(&Tree::of(&[("core/src/a.rs", text)]), &[]), []);
    }
}
