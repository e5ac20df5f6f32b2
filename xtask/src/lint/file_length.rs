//! No source file grows past what one can hold in mind.

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "file-length";

/// The most lines that a Rust file may have.
const LINES_MAX: usize = 500;

/// Finds Rust files that are too long.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust_files()
        .filter(|file| file.rust.len() > LINES_MAX)
        .map(|file| {
            let message = format!(
                "{} lines, and {LINES_MAX} is the end; split it by ideas, and move long tests to a `tests.rs`",
                file.rust.len()
            );
            Finding::new(&file.path, LINES_MAX + 1, RULE, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LINES_MAX, check};
    use crate::lint::tree::Tree;

    #[test]
    fn one_line_too_many_is_found() {
        let longest = "\n".repeat(LINES_MAX);
        let too_long = "\n".repeat(LINES_MAX + 1);
        assert_eq!(check(&Tree::of(&[("core/src/a.rs", &longest)])), []);
        assert_eq!(check(&Tree::of(&[("core/src/a.rs", &too_long)])).len(), 1);
        assert_eq!(check(&Tree::of(&[("docs/a.md", &too_long)])), []);
    }
}
