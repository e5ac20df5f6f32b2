//! Keys and `object_store` paths.
//!
//! A path has no empty, `.` or `..` segments and no control characters; a key may. In memory
//! nobody sees the paths, so keys are escaped into them, one to one. In the cloud the path *is*
//! the object's name, so a key that is no path is refused.

use std::fmt::Write as _;

use object_store::path::Path;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ObjectKey;

/// How keys become paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStyle {
    /// Escaped: every key has a path of its own.
    Escaped,
    /// As they are.
    #[cfg_attr(not(any(feature = "gcs", feature = "azure", test)), expect(dead_code, reason = "for cloud stores"))]
    Plain,
}

impl KeyStyle {
    /// The path of a key.
    pub(crate) fn path(self, key: &ObjectKey) -> Result<Path, StorageError> {
        let text = match self {
            Self::Escaped => escape(key.as_str()),
            Self::Plain => key.as_str().to_owned(),
        };
        Path::parse(&text)
            .ok()
            // Parsing drops a leading or trailing slash: then it would be another object's path.
            .filter(|path| path.as_ref() == text)
            .ok_or_else(|| StorageError::new(StorageErrorKind::InvalidKey, "this store cannot hold such a key").at(key))
    }

    /// The key of a path.
    pub(crate) fn key(self, path: &Path) -> Option<ObjectKey> {
        let text = match self {
            Self::Escaped => unescape(path.as_ref())?,
            Self::Plain => path.as_ref().to_owned(),
        };
        ObjectKey::parse(text).ok()
    }
}

/// Escapes `%` and control characters as `%XX` (bytes), and the segments that no path may have:
/// the empty one as `%`, `.` as `%2E`, `..` as `%2E%2E`.
fn escape(key: &str) -> String {
    let segments = key.split('/').map(|segment| match segment {
        "" => "%".to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        other => other.chars().fold(String::new(), |mut text, c| {
            if c == '%' || c.is_ascii_control() {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{:02X}", u32::from(c));
            } else {
                text.push(c);
            }
            text
        }),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn unescape(path: &str) -> Option<String> {
    let segments = path.split('/').map(|segment| {
        if segment == "%" {
            return Some(String::new());
        }
        let mut parts = segment.split('%');
        let mut text = parts.next()?.to_owned();
        for part in parts {
            let (digits, rest) = part.split_at_checked(2)?;
            text.push(char::from(u8::from_str_radix(digits, 16).ok()?));
            text.push_str(rest);
        }
        Some(text)
    });
    Some(segments.collect::<Option<Vec<_>>>()?.join("/"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use thumbgate_core::object::ObjectKey;

    use super::KeyStyle;

    #[test]
    fn every_key_has_a_path_of_its_own_and_leads_back() {
        let keys = ["a", "a/", "/a", "a//b", "a/%/b", "a/%25/b", ".", "%2E", "..", "a\nb", "a%0Ab", "ü%", "%"];
        let mut paths = HashSet::new();
        for text in keys {
            let key = ObjectKey::parse(text).unwrap();
            let path = KeyStyle::Escaped.path(&key).unwrap();
            assert_eq!(KeyStyle::Escaped.key(&path), Some(key), "{text:?}");
            assert!(paths.insert(path), "{text:?}");
        }
    }

    #[test]
    fn plain_keys_that_are_no_paths_are_refused() {
        for text in ["a//b", "/a", "a/", "./a", "a\nb"] {
            assert!(KeyStyle::Plain.path(&ObjectKey::parse(text).unwrap()).is_err(), "{text:?}");
        }
        assert!(KeyStyle::Plain.path(&ObjectKey::parse("a b/#1%").unwrap()).is_ok());
    }
}
