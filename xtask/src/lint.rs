//! `cargo xtask lint`: the layer check and the house rules.
//!
//! Each rule is a pure function over what was read, so each is proven to fail by its own
//! tests: over [`packages::Packages`] (manifests), or over [`tree::Tree`] (the files that git
//! knows or would take). Only this file, `packages` and `tree` touch the system. The arrows
//! stand in `arrows`, the owners of libraries in `owners`.

mod architecture;
mod arrows;
mod core_dependencies;
mod crate_docs;
mod file_length;
mod file_names;
mod finding;
mod inheritance;
mod machine_paths;
mod manifest;
mod markers;
mod owners;
mod packages;
mod rust_text;
mod top_level;
mod tree;
mod unsafe_code;
mod unused_dependencies;

#[cfg(test)]
mod sample;

use thiserror::Error;

use crate::workspace::Workspace;
use finding::Finding;
use packages::{Packages, PackagesError};
use tree::{Tree, TreeError};

/// Why the rules could not be checked; a broken rule is a finding instead.
#[derive(Debug, Error)]
pub(crate) enum LintError {
    /// The manifests cannot be read.
    #[error(transparent)]
    Packages(#[from] PackagesError),
    /// The files cannot be listed or read.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

/// Checks every rule, prints a line a finding and their count, and gives the exit code.
///
/// # Errors
/// The workspace cannot be read.
pub(crate) fn run(workspace: &Workspace) -> Result<u8, LintError> {
    let packages = Packages::read(workspace)?;
    let tree = Tree::read(workspace.root())?;
    let findings = check(&packages, &tree);
    for finding in &findings {
        println!("{finding}");
    }
    println!(
        "lint: {} findings in {} packages and {} files",
        findings.len(),
        packages.members.len(),
        tree.files().len()
    );
    Ok(u8::from(!findings.is_empty()))
}

/// All findings of all rules, by path and line.
fn check(packages: &Packages, tree: &Tree) -> Vec<Finding> {
    let mut findings = [
        arrows::check(packages),
        owners::check(packages),
        core_dependencies::check(packages),
        inheritance::check(packages),
        unused_dependencies::check(packages),
        crate_docs::check(packages, tree),
        top_level::check(tree),
        file_length::check(tree),
        file_names::check(tree),
        architecture::check(tree),
        unsafe_code::check(tree),
        markers::check(tree),
        machine_paths::check(tree),
    ]
    .concat();
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use super::packages::Packages;
    use super::sample::member;
    use super::tree::Tree;

    #[test]
    fn a_good_workspace_has_no_findings() {
        let packages = Packages {
            members: vec![
                member("core").needs("bytes").crate_root("core/src/lib.rs"),
                member("apps/cli").needs("thumbgate-core").needs("clap"),
            ],
            shared: vec![],
        };
        let tree = Tree::of(&[
            ("core/src/lib.rs", "//! The core.\n"),
            ("docs/architecture.md", "Start in `core/src/lib.rs`.\n"),
        ]);
        assert_eq!(check(&packages, &tree), []);
    }

    #[test]
    fn findings_come_by_path_and_line() {
        let tree = Tree::of(&[
            ("core/src/b.rs", "fn f() {\n    dbg!(1);\n    todo!()\n}\n"),
            ("core/src/a.rs", "fn f() {\n    todo!()\n}\n"),
            ("docs/architecture.md", ""),
        ]);
        let packages = Packages { members: vec![], shared: vec![] };
        let places: Vec<String> = check(&packages, &tree).iter().map(super::finding::Finding::place).collect();
        assert_eq!(places, ["core/src/a.rs:2", "core/src/b.rs:2", "core/src/b.rs:3"]);
    }
}
