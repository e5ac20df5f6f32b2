//! Versions and lints stand in the root manifest only.

use super::finding::Finding;
use super::packages::Packages;

const RULE: &str = "inheritance";

/// Finds dependencies with a version of their own, and members with lints of their own.
pub(crate) fn check(packages: &Packages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &packages.members {
        if !member.inherits_lints {
            let message = "the workspace's lints are not taken; write `[lints]` with `workspace = true`";
            findings.push(Finding::new(member.manifest(), 1, RULE, message));
        }
        for dependency in &member.dependencies {
            if !dependency.is_inherited {
                let message = format!(
                    "`{0}` has a version or path of its own; put it into the root's [workspace.dependencies] and write `{0}.workspace = true`",
                    dependency.key
                );
                findings.push(Finding::new(member.manifest(), dependency.line, RULE, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::sample::{member, packages};

    #[test]
    fn inheriting_is_good() {
        assert_eq!(check(&packages([member("core").needs("bytes")])), []);
    }

    #[test]
    fn an_own_version_is_found() {
        let rogue = member("core").needs("bytes").needs("globset").but(|dependency| dependency.is_inherited = false);
        let findings = check(&packages([rogue]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place(), "core/Cargo.toml:2");
    }

    #[test]
    fn own_lints_are_found() {
        let mut rogue = member("core");
        rogue.inherits_lints = false;
        assert_eq!(check(&packages([rogue])).len(), 1);
    }
}
