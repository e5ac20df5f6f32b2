//! No file names a place on the machine where it was written.

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "machine-path";

/// Folders at the root of a machine that hold someone's own files.
const FOLDERS: &[&str] = &["home", "root", "work"];

/// Finds absolute paths into such folders, in all text files.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        let Some(text) = &file.text else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) else {
                continue;
            };
            let message = format!(
                "a path under `/{folder}` of one machine; write it from the repository's root, or use a made-up place"
            );
            findings.push(Finding::new(&file.path, number, RULE, message));
        }
    }
    findings
}

/// Whether `line` holds `/folder/` at the beginning of a path.
fn names(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        // `./work/`, `src/home/` and `example.com/root/` go on from something.
        !before
            .is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '~' | '*' | '}' | '>'))
    })
}

#[cfg(test)]
mod tests {
    use super::{FOLDERS, check};
    use crate::lint::tree::Tree;

    #[test]
    fn a_place_on_a_machine_is_found() {
        for folder in FOLDERS {
            for line in [
                format!("cd /{folder}/me/thumbgate"),
                format!("path = \"/{folder}/x\""),
                format!("file:///{folder}/me/photos"),
            ] {
                let tree = Tree::of(&[("docs/a.md", &format!("good\n{line}\n"))]);
                let findings = check(&tree);
                assert_eq!(findings.len(), 1, "{line}");
                assert_eq!(findings[0].place(), "docs/a.md:2");
            }
        }
    }

    #[test]
    fn other_paths_are_good() {
        for line in ["./work/a", "src/home/a.rs", "/srv/photos/a.jpg", "/homes/a"] {
            assert_eq!(check(&Tree::of(&[("docs/a.md", line)])), [], "{line}");
        }
    }
}
