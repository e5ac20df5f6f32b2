//! Which package may depend on which: `apps -> adapters -> core`, and little else.
//!
//! The table is `may_depend`; docs/architecture.md tells the reasons. An arrow changes only
//! with a decision record in docs/adr.

use super::finding::Finding;
use super::manifest::Kind;
use super::packages::Packages;

const RULE: &str = "arrow";

/// The room of the house that a package lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room<'a> {
    Core,
    Adapter(&'a str),
    App,
    Contract,
    EndToEnd,
    Xtask,
}

impl<'a> Room<'a> {
    fn of(folder: &'a str) -> Option<Self> {
        match folder.split_once('/') {
            None if folder == "core" => Some(Self::Core),
            None if folder == "xtask" => Some(Self::Xtask),
            Some(("adapters", name)) => Some(Self::Adapter(name)),
            Some(("apps", _)) => Some(Self::App),
            Some(("tests", "contract")) => Some(Self::Contract),
            Some(("tests", "e2e")) => Some(Self::EndToEnd),
            _ => None,
        }
    }
}

/// Finds members outside the house, and dependencies between members that no arrow allows.
pub(crate) fn check(packages: &Packages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &packages.members {
        let Some(from) = Room::of(&member.folder) else {
            let message = format!(
                "`{}` lives in no room of the house; move it under core, adapters, apps, tests/contract, tests/e2e or xtask",
                member.name
            );
            findings.push(Finding::new(member.manifest(), 1, RULE, message));
            continue;
        };
        for dependency in &member.dependencies {
            let Some(target) = packages.named(&dependency.name) else {
                continue;
            };
            let is_allowed = Room::of(&target.folder).is_some_and(|to| may_depend(from, to, dependency.kind));
            if !is_allowed {
                let message = told(&member.folder, from, &target.folder, dependency.kind);
                findings.push(Finding::new(member.manifest(), dependency.line, RULE, message));
            }
        }
    }
    findings
}

/// The allowed arrows.
fn may_depend(from: Room<'_>, to: Room<'_>, kind: Kind) -> bool {
    use Room::{Adapter, App, Contract, Core, EndToEnd, Xtask};
    match (from, to) {
        (Adapter(_) | App | Contract, Core) => true,
        (App, Adapter(_)) => true,
        // A codec under its renderer.
        (Adapter("imaging"), Adapter("jpeg" | "webp")) => true,
        (Core | Adapter(_) | App, Contract) => kind == Kind::Dev,
        (EndToEnd, Core | Adapter(_) | App | Contract) => true,
        (Xtask, Core | Adapter("config" | "iam" | "templates")) => true,
        _ => false,
    }
}

fn told(from_folder: &str, from: Room<'_>, to_folder: &str, kind: Kind) -> String {
    let table = match kind {
        Kind::Normal => "",
        Kind::Build => " for its build",
        Kind::Dev => " for its tests",
    };
    let advice = match (from, to_folder) {
        (_, "tests/contract") => "only tests may use it: a dev-dependency",
        (Room::Core, _) => "core is pure: put a port there and the rest into an adapter",
        (Room::Adapter(_), _) if to_folder.starts_with("adapters/") => {
            "an adapter knows core only: join the two in an app, and test them in tests/e2e"
        }
        (Room::Xtask, _) => "xtask knows core, config, iam and templates only",
        _ => "arrows go apps -> adapters -> core",
    };
    format!("`{from_folder}` depends on `{to_folder}`{table}; {advice}")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::lint::packages::Member;
    use crate::lint::sample::{member, packages};

    /// The findings on `changed`, which stands in a whole house.
    fn findings(changed: Member) -> Vec<String> {
        let folders = [
            "core",
            "adapters/config",
            "adapters/fs",
            "adapters/iam",
            "adapters/imaging",
            "adapters/jpeg",
            "adapters/s3",
            "adapters/templates",
            "adapters/webp",
            "apps/cli",
            "apps/server",
            "tests/contract",
            "tests/e2e",
            "xtask",
        ];
        let others = folders.into_iter().filter(|folder| *folder != changed.folder).map(member);
        let house = packages(others.collect::<Vec<_>>().into_iter().chain([changed]));
        check(&house).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_arrows_of_the_house_are_allowed() {
        let good = [
            member("core").needs("bytes").tests_with("thumbgate-contract"),
            member("adapters/s3").needs("thumbgate-core").tests_with("thumbgate-contract"),
            member("adapters/imaging").needs("thumbgate-jpeg").needs("thumbgate-webp"),
            member("apps/cli").needs("thumbgate-core").needs("thumbgate-s3"),
            member("tests/contract").needs("thumbgate-core"),
            member("tests/e2e")
                .needs("thumbgate-core")
                .tests_with("thumbgate-cli")
                .tests_with("thumbgate-s3")
                .needs("thumbgate-contract"),
            member("xtask")
                .needs("thumbgate-core")
                .needs("thumbgate-config")
                .needs("thumbgate-iam")
                .needs("thumbgate-templates"),
        ];
        for changed in good {
            let folder = changed.folder.clone();
            assert_eq!(findings(changed), [""; 0], "{folder}");
        }
    }

    #[test]
    fn every_other_arrow_is_found() {
        let bad = [
            member("core").needs("thumbgate-s3"),
            member("core").tests_with("thumbgate-fs"),
            member("core").needs("thumbgate-contract"),
            member("adapters/s3").needs("thumbgate-fs"),
            member("adapters/s3").tests_with("thumbgate-fs"),
            member("adapters/s3").needs("thumbgate-contract"),
            member("adapters/s3").needs("thumbgate-cli"),
            member("adapters/jpeg").needs("thumbgate-imaging"),
            member("adapters/webp").needs("thumbgate-jpeg"),
            member("apps/cli").needs("thumbgate-server"),
            member("apps/cli").needs("thumbgate-contract"),
            member("apps/cli").needs("xtask"),
            member("tests/contract").tests_with("thumbgate-s3"),
            member("tests/e2e").needs("xtask"),
            member("xtask").needs("thumbgate-s3"),
            member("xtask").needs("thumbgate-cli"),
        ];
        for changed in bad {
            let folder = changed.folder.clone();
            assert_eq!(findings(changed).len(), 1, "{folder}");
        }
    }

    #[test]
    fn a_package_elsewhere_is_found() {
        for folder in ["shared", "tests/fixtures", "tools/x"] {
            assert_eq!(findings(member(folder)).len(), 1, "{folder}");
        }
    }

    #[test]
    fn a_finding_says_what_to_do() {
        let told = findings(member("adapters/s3").needs("bytes").tests_with("thumbgate-fs"));
        assert_eq!(
            told,
            ["adapters/s3/Cargo.toml:2: arrow: `adapters/s3` depends on `adapters/fs` for its tests; \
              an adapter knows core only: join the two in an app, and test them in tests/e2e"]
        );
    }
}
