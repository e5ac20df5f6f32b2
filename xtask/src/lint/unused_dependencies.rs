//! What the root manifest offers and no member takes.

use super::finding::Finding;
use super::packages::Packages;

const RULE: &str = "unused-dependency";

/// Finds third-party entries of `[workspace.dependencies]` that no member names.
pub(crate) fn check(packages: &Packages) -> Vec<Finding> {
    packages
        .shared
        .iter()
        .filter(|shared| !shared.is_ours && !is_named(packages, &shared.key))
        .map(|shared| {
            let message = format!("no member names `{}`; take the line out", shared.key);
            Finding::new("Cargo.toml", shared.line, RULE, message)
        })
        .collect()
}

fn is_named(packages: &Packages, key: &str) -> bool {
    packages.members.iter().flat_map(|member| &member.dependencies).any(|dependency| dependency.key == key)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::manifest::Shared;
    use crate::lint::packages::Packages;
    use crate::lint::sample::member;

    fn shared(key: &str, is_ours: bool) -> Shared {
        Shared { key: key.to_owned(), is_ours, line: 7 }
    }

    #[test]
    fn only_a_dead_third_party_entry_is_found() {
        let packages = Packages {
            members: vec![member("core").needs("bytes")],
            shared: vec![shared("bytes", false), shared("dead", false), shared("thumbgate-fs", true)],
        };
        let told: Vec<String> = check(&packages).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["Cargo.toml:7: unused-dependency: no member names `dead`; take the line out"]);
    }
}
