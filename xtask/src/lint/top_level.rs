//! What may stand at the top of the repository.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "top-level";

/// Everything that stands at the top, besides dotfiles.
pub(crate) const NAMES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "adapters",
    "apps",
    "core",
    "docs",
    "tests",
    "xtask",
];

/// Finds files and folders at the top that have no place there.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let names: BTreeSet<&str> = tree.files().iter().filter_map(|file| file.path.split('/').next()).collect();
    names
        .into_iter()
        .filter(|name| !name.starts_with('.') && !NAMES.contains(name))
        .map(|name| {
            let message = format!(
                "`{name}` has no place at the top of the repository; move it into one of its folders, or have git ignore it"
            );
            Finding::new(name, 1, RULE, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::tree::Tree;

    #[test]
    fn the_names_of_the_house_and_dotfiles_are_good() {
        let tree =
            Tree::of(&[("Cargo.toml", ""), ("core/src/lib.rs", ""), (".cargo/config.toml", ""), (".gitignore", "")]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn anything_else_is_found_once() {
        let tree = Tree::of(&[("notes.txt", ""), ("scripts/a.sh", ""), ("scripts/b.sh", "")]);
        let paths: Vec<String> = check(&tree).into_iter().map(|found| found.path).collect();
        assert_eq!(paths, ["notes.txt", "scripts"]);
    }
}
