//! The map of the code names only places that exist.

use super::finding::Finding;
use super::top_level;
use super::tree::Tree;

const RULE: &str = "architecture";
const MAP: &str = "docs/architecture.md";

/// Finds paths in backticks in the map that are not there, or a map that is not there.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.file(MAP).and_then(|file| file.text.as_deref()) else {
        let message = "the map of the code is missing; write it";
        return vec![Finding::new(MAP, 1, RULE, message)];
    };
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for path in line.split('`').skip(1).step_by(2).filter_map(as_path) {
            if !tree.has(path) {
                let message = format!("`{path}` does not exist; correct the map");
                findings.push(Finding::new(MAP, number, RULE, message));
            }
        }
    }
    findings
}

/// What stands in backticks, if it is a path of this repository.
fn as_path(quoted: &str) -> Option<&str> {
    // Spaces, patterns and placeholders name no one place.
    if quoted.contains([' ', '*', '<', '{', '…']) {
        return None;
    }
    let path = quoted.split([':', '#']).next()?.trim_end_matches('/');
    let top = path.split('/').next()?;
    let ends_as_file = [".rs", ".md", ".toml"].iter().any(|ending| path.ends_with(ending));
    // `core/` and `core/src` are places; `core` alone is the crate's name.
    let is_place = quoted.contains('/') || ends_as_file;
    (is_place && top_level::NAMES.contains(&top)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::tree::Tree;

    fn findings(map: &str) -> Vec<String> {
        let tree = Tree::of(&[("core/src/lib.rs", ""), ("docs/architecture.md", map)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn places_that_exist_are_good() {
        for map in [
            "Start in `core/src/lib.rs`, line `core/src/lib.rs:12`.",
            "The `core/` and `core/src` folders.",
            "A type `Route`, a crate `core`, a path `uploads/cat.jpg`.",
            "Each `adapters/*/src/lib.rs`, `docs/adr/<number>.md`.",
            "No backticks: core/src/gone.rs",
        ] {
            assert_eq!(findings(map), [""; 0], "{map}");
        }
    }

    #[test]
    fn places_that_do_not_are_found() {
        assert_eq!(
            findings("First.\n`core/src/lib.rs` and `core/src/gone.rs`.\n"),
            ["docs/architecture.md:2: architecture: `core/src/gone.rs` does not exist; correct the map"]
        );
        assert_eq!(findings("`adapters/`, `README.md`").len(), 2);
    }

    #[test]
    fn a_missing_map_is_found() {
        assert_eq!(check(&Tree::of(&[("core/src/lib.rs", "")])).len(), 1);
    }
}
