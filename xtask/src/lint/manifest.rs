//! One `Cargo.toml` as written: what cargo's metadata no longer shows.
//!
//! Metadata has names and kinds of dependencies; only the text says on which line one stands
//! and whether its version is the workspace's.

use toml_edit::{Document, Item, TableLike, TomlError};

/// Which table a dependency stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[dependencies]`
    Normal,
    /// `[build-dependencies]`
    Build,
    /// `[dev-dependencies]`
    Dev,
}

/// One line of a dependency table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key, which is the name unless the entry renames.
    pub(crate) key: String,
    /// The table.
    pub(crate) kind: Kind,
    /// Whether it says `workspace = true`.
    pub(crate) is_inherited: bool,
    /// Where it stands, from 1.
    pub(crate) line: usize,
}

/// One entry of `[workspace.dependencies]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared {
    /// The key by which members name it.
    pub(crate) key: String,
    /// Whether it is a package of this workspace.
    pub(crate) is_ours: bool,
    /// Where it stands, from 1.
    pub(crate) line: usize,
}

/// What the rules need of a manifest.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// All dependency tables, those under `[target.…]` too.
    pub(crate) entries: Vec<Entry>,
    /// Whether `[lints]` says `workspace = true`.
    pub(crate) inherits_lints: bool,
    /// `[workspace.dependencies]`; empty in a member.
    pub(crate) shared: Vec<Shared>,
}

impl Manifest {
    /// Reads a manifest's text.
    ///
    /// # Errors
    /// It is not TOML.
    pub(crate) fn parse(text: &str) -> Result<Self, TomlError> {
        let document = Document::parse(text)?;
        let root = document.as_table();
        let mut entries = entries_of(root, text);
        for (_, target) in tables(root.get("target")) {
            entries.extend(entries_of(target, text));
        }
        let shared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        Ok(Self {
            entries,
            inherits_lints: root.get("lints").is_some_and(is_inherited),
            shared: keyed(shared)
                .map(|(key, item, table)| Shared {
                    key: key.to_owned(),
                    is_ours: item.get("path").is_some(),
                    line: line_of(table, key, text),
                })
                .collect(),
        })
    }
}

/// The entries of the three dependency tables under `parent`.
fn entries_of(parent: &dyn TableLike, text: &str) -> Vec<Entry> {
    let kinds = [("dependencies", Kind::Normal), ("build-dependencies", Kind::Build), ("dev-dependencies", Kind::Dev)];
    let mut entries = Vec::new();
    for (name, kind) in kinds {
        entries.extend(keyed(parent.get(name)).map(|(key, item, table)| Entry {
            key: key.to_owned(),
            kind,
            is_inherited: is_inherited(item),
            line: line_of(table, key, text),
        }));
    }
    entries
}

/// Keys and values of a table, with the table; nothing where it is missing.
fn keyed(item: Option<&Item>) -> impl Iterator<Item = (&str, &Item, &dyn TableLike)> {
    item.and_then(Item::as_table_like)
        .into_iter()
        .flat_map(|table| table.iter().map(move |(key, value)| (key, value, table)))
}

/// The tables in a table.
fn tables(item: Option<&Item>) -> impl Iterator<Item = (&str, &dyn TableLike)> {
    keyed(item).filter_map(|(key, value, _)| Some((key, value.as_table_like()?)))
}

fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

fn line_of(table: &dyn TableLike, key: &str, text: &str) -> usize {
    let start = table.key(key).and_then(toml_edit::Key::span).map_or(0, |span| span.start);
    let before = text.as_bytes().get(..start).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Manifest};

    const MEMBER: &str = "\
[package]
name = \"a\"

[dependencies]
bytes.workspace = true
image = { workspace = true, optional = true }
rogue = \"1\"

[dev-dependencies]
tempfile.workspace = true

[target.'cfg(unix)'.dependencies]
rustix = { version = \"1\" }

[dependencies.tokio]
workspace = true
";

    #[test]
    fn entries_know_their_table_line_and_version() {
        let manifest = Manifest::parse(MEMBER).unwrap();
        let mut seen: Vec<_> = manifest
            .entries
            .iter()
            .map(|entry| (entry.line, entry.key.as_str(), entry.kind, entry.is_inherited))
            .collect();
        seen.sort_by_key(|(line, ..)| *line);
        assert_eq!(
            seen,
            [
                (5, "bytes", Kind::Normal, true),
                (6, "image", Kind::Normal, true),
                (7, "rogue", Kind::Normal, false),
                (10, "tempfile", Kind::Dev, true),
                (13, "rustix", Kind::Normal, false),
                (15, "tokio", Kind::Normal, true),
            ]
        );
    }

    #[test]
    fn lints_are_inherited_only_when_said() {
        let inherits = |text| Manifest::parse(text).unwrap().inherits_lints;
        assert!(inherits("[lints]\nworkspace = true\n"));
        assert!(inherits("lints.workspace = true\n"));
        assert!(!inherits("[lints.rust]\nmissing_docs = \"warn\"\n"));
        assert!(!inherits(""));
    }

    #[test]
    fn shared_entries_know_our_own() {
        let text = "[workspace.dependencies]\nours = { path = \"core\" }\n\nbytes = \"1\"\n";
        let shared = Manifest::parse(text).unwrap().shared;
        let seen: Vec<_> = shared.iter().map(|entry| (entry.key.as_str(), entry.is_ours, entry.line)).collect();
        assert_eq!(seen, [("ours", true, 2), ("bytes", false, 4)]);
    }
}
