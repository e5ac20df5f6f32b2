//! Core's own list of libraries, which is short on purpose: no runtime, no I/O, no formats.

use super::finding::Finding;
use super::manifest::Kind;
use super::packages::Packages;

const RULE: &str = "core-dependencies";

const LIBRARIES: &[&str] =
    &["async-trait", "bytes", "fast-glob", "futures-core", "futures-util", "globset", "thiserror"];

const FOR_TESTS: &[&str] = &["mockall", "proptest", "thumbgate-contract", "tokio"];

/// Finds what core depends on and is not in its list.
pub(crate) fn check(packages: &Packages) -> Vec<Finding> {
    let core = packages.members.iter().filter(|member| member.folder == "core");
    core.flat_map(|core| {
        core.dependencies
            .iter()
            .filter(|dependency| {
                let name = dependency.name.as_str();
                let is_for_tests = dependency.kind == Kind::Dev && FOR_TESTS.contains(&name);
                let is_listed = dependency.kind != Kind::Build && LIBRARIES.contains(&name);
                !is_for_tests && !is_listed
            })
            .map(|dependency| {
                let message = format!(
                    "core depends on `{}`, which is not in its list; put the code that needs it into an adapter, behind a port",
                    dependency.name
                );
                Finding::new(core.manifest(), dependency.line, RULE, message)
            })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::manifest::Kind;
    use crate::lint::sample::{member, packages};

    #[test]
    fn the_list_is_allowed() {
        let core = member("core").needs("async-trait").needs("globset").tests_with("tokio").tests_with("bytes");
        assert_eq!(check(&packages([core])), []);
    }

    #[test]
    fn everything_else_is_found() {
        let bad = [
            member("core").needs("serde"),
            member("core").needs("tokio"),
            member("core").tests_with("tempfile"),
            member("core").needs("bytes").but(|dependency| dependency.kind = Kind::Build),
        ];
        for core in bad {
            assert_eq!(check(&packages([core])).len(), 1);
        }
    }

    #[test]
    fn other_packages_are_free() {
        assert_eq!(check(&packages([member("adapters/fs").needs("tokio")])), []);
    }
}
