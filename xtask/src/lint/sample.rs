//! Packages for the rules' tests, built in a line each.

use super::manifest::Kind;
use super::packages::{Dependency, Member, Packages};

/// A good member in `folder`, named as the house names its packages, without dependencies.
pub(crate) fn member(folder: &str) -> Member {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let name = match last {
        "xtask" => last.to_owned(),
        _ => format!("thumbgate-{last}"),
    };
    Member {
        name,
        folder: folder.to_owned(),
        dependencies: vec![],
        inherits_lints: true,
        bench_feature: vec![],
        crate_roots: vec![],
    }
}

/// These members, sharing nothing.
pub(crate) fn packages(members: impl IntoIterator<Item = Member>) -> Packages {
    Packages { members: members.into_iter().collect(), shared: vec![] }
}

impl Member {
    /// With a normal dependency.
    pub(crate) fn needs(self, name: &str) -> Self {
        self.with(name, Kind::Normal)
    }

    /// With a dev-dependency.
    pub(crate) fn tests_with(self, name: &str) -> Self {
        self.with(name, Kind::Dev)
    }

    /// With a crate whose first file is `path`.
    pub(crate) fn crate_root(mut self, path: &str) -> Self {
        self.crate_roots.push(path.to_owned());
        self
    }

    /// With a change to the last dependency.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Dependency)) -> Self {
        change(self.dependencies.last_mut().unwrap());
        self
    }

    fn with(mut self, name: &str, kind: Kind) -> Self {
        self.dependencies.push(Dependency {
            name: name.to_owned(),
            key: name.to_owned(),
            kind,
            is_optional: false,
            is_inherited: true,
            line: 1 + self.dependencies.len(),
        });
        self
    }
}
