//! Keys and paths below a folder: one to one, and the same text for every ordinary name.
//!
//! A path cannot spell an empty segment, `.` or `..`; a key can. They are written `%`, `%2E` and
//! `%2E%2E`; a file name that is itself one of those, with any number of `%` before it, gets one
//! `%` more. All other names are written as they are.

use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;

/// The folder of our own in the root.
pub(crate) const OWN: &str = ".thumbgate";

/// The longest file name, in bytes (`NAME_MAX` of every common file system).
const NAME_BYTES_MAX: usize = 255;

/// The file names on the way to an object, from the root.
///
/// # Errors
/// `InvalidKey` for keys below [`OWN`] and for segments that no file can be named.
pub(crate) fn path_of(key: &ObjectKey) -> Result<Vec<String>, StorageError> {
    let refuse = |why: &str| Err(StorageError::new(StorageErrorKind::InvalidKey, why).at(key));
    let names: Vec<_> = key.as_str().split('/').map(spell).collect();
    // On a disk that folds letter case `.THUMBGATE` would be the same folder.
    if names.first().is_some_and(|name| name.eq_ignore_ascii_case(OWN)) {
        return refuse("keys below `.thumbgate/` are reserved in a folder");
    }
    if names.iter().any(|name| name.len() > NAME_BYTES_MAX) {
        return refuse("a segment of the key is longer than the 255 bytes that a file name may have");
    }
    Ok(names)
}

/// The segment that a file name stands for.
pub(crate) fn segment_of(name: &str) -> &str {
    match name {
        "%" => "",
        "%2E" => ".",
        "%2E%2E" => "..",
        other if is_spelled(other) => other.strip_prefix('%').unwrap_or(other),
        other => other,
    }
}

fn spell(segment: &str) -> String {
    match segment {
        "" => "%".to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        other if is_spelled(other) => format!("%{other}"),
        other => other.to_owned(),
    }
}

/// Whether a name is one of the three spellings, with any number of `%` before it.
fn is_spelled(name: &str) -> bool {
    let rest = name.trim_start_matches('%');
    rest.len() < name.len() && matches!(rest, "" | "2E" | "2E%2E")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use thumbgate_core::object::ObjectKey;

    use super::{path_of, segment_of};

    fn path(key: &str) -> Vec<String> {
        path_of(&ObjectKey::parse(key).unwrap()).unwrap()
    }

    #[test]
    fn ordinary_names_are_written_as_they_are() {
        assert_eq!(path("2026/a b%20+ü\n.jpg"), ["2026", "a b%20+ü\n.jpg"]);
    }

    #[test]
    fn odd_segments_have_spellings_of_their_own() {
        let segments = ["", ".", "..", "%", "%%", "%2E", "%%2E", "%2E%2E", "%%2E%2E", "2E", "...", "%2e", "a%"];
        let mut seen = HashSet::new();
        for segment in segments {
            let name = path(&format!("x/{segment}")).pop().unwrap();
            assert!(!matches!(name.as_str(), "" | "." | ".."), "{segment:?}");
            assert_eq!(segment_of(&name), segment);
            assert!(seen.insert(name), "{segment:?}");
        }
    }

    #[test]
    fn our_own_folder_and_long_names_are_refused() {
        for key in [".thumbgate", ".thumbgate/x", ".ThumbGate/x", &"n".repeat(256)] {
            assert!(path_of(&ObjectKey::parse(key).unwrap()).is_err(), "{key}");
        }
        assert!(path_of(&ObjectKey::parse("x/.thumbgate/y").unwrap()).is_ok());
    }
}
