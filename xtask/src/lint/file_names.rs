//! Names that say nothing about what is inside are not given to files or modules.

use super::finding::Finding;
use super::tree::{SourceFile, Tree};

const RULE: &str = "file-name";

/// Words that end no name of a Rust file, folder or module.
const EMPTY_WORDS: &[&str] = &["common", "helper", "helpers", "impl", "manager", "misc", "processor", "util", "utils"];

/// Lambda's own word for what it calls; anywhere else it says nothing.
const LAMBDA_WORD: &str = "handler";
const LAMBDA_APP: &str = "apps/lambda/";

/// Finds Rust files, folders on the way to them, and inline modules with empty names.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        let names = file.path.trim_end_matches(".rs").split('/');
        findings.extend(names.filter_map(|name| finding(file, 1, name)));
        for (number, line) in file.numbered() {
            let Some(name) = inline_module(&line.code) else {
                continue;
            };
            findings.extend(finding(file, number, name));
        }
    }
    findings
}

fn finding(file: &SourceFile, line: usize, name: &str) -> Option<Finding> {
    let word = name.rsplit(['_', '-']).next()?;
    let is_empty = EMPTY_WORDS.contains(&word) || (word == LAMBDA_WORD && !file.path.starts_with(LAMBDA_APP));
    let message = format!("the name `{name}` does not say what is inside; name it after its idea");
    is_empty.then(|| Finding::new(&file.path, line, RULE, message))
}

/// The name of a module whose body begins on this line.
fn inline_module(code: &str) -> Option<&str> {
    let declared = code.trim_end().strip_suffix('{')?;
    let mut words = declared.split_whitespace().rev();
    let name = words.next()?;
    (words.next() == Some("mod")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::tree::Tree;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn empty_names_are_found() {
        for path in [
            "core/src/utils.rs",
            "core/src/helpers/mod.rs",
            "core/src/string_util.rs",
            "core/tests/common/mod.rs",
            "apps/server/src/handler.rs",
            "adapters/s3/src/upload-manager.rs",
        ] {
            assert_eq!(count(path, ""), 1, "{path}");
        }
        assert_eq!(count("core/src/a.rs", "pub(crate) mod misc {\n}\n"), 1);
    }

    #[test]
    fn names_that_say_something_are_good() {
        for path in
            ["core/src/route.rs", "adapters/s3/src/common_prefixes.rs", "apps/lambda/src/handler.rs", "docs/utils.md"]
        {
            assert_eq!(count(path, "mod tests {\n}\nimpl A {\n}\n"), 0, "{path}");
        }
    }
}
