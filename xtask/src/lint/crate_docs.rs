//! Every crate begins with what it is.

use super::finding::Finding;
use super::packages::Packages;
use super::tree::Tree;

const RULE: &str = "crate-docs";

/// Finds crates whose first file has no `//!`.
pub(crate) fn check(packages: &Packages, tree: &Tree) -> Vec<Finding> {
    packages
        .members
        .iter()
        .flat_map(|member| &member.crate_roots)
        // A root that git ignores is generated.
        .filter_map(|path| tree.file(path))
        .filter(|file| !file.rust.iter().any(|line| is_crate_doc(&line.comment)))
        .map(|file| {
            let message = "the crate does not say what it is; begin its first file with `//!`";
            Finding::new(&file.path, 1, RULE, message)
        })
        .collect()
}

fn is_crate_doc(comment: &str) -> bool {
    comment.strip_prefix("//!").is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::sample::{member, packages};
    use crate::lint::tree::Tree;

    #[test]
    fn a_crate_without_words_is_found() {
        let cases = [
            ("//! The core.\n", 0),
            ("#![expect(x, reason = \"y\")]\n//! The core.\n", 0),
            ("// The core.\n", 1),
            ("//!\nfn f() {}\n", 1),
            ("fn f() { g(\"//! no\") }\n", 1),
            ("", 1),
        ];
        for (text, count) in cases {
            let packages = packages([member("core").crate_root("core/src/lib.rs")]);
            let tree = Tree::of(&[("core/src/lib.rs", text)]);
            assert_eq!(check(&packages, &tree).len(), count, "{text}");
        }
    }
}
