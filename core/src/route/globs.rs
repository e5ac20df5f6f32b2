//! Globs on keys.

use globset::{GlobBuilder, GlobMatcher};

/// The most globs in one list.
const GLOBS_MAX: usize = 100;

/// The longest glob, in bytes.
const GLOB_BYTES_MAX: usize = 1024;

/// Why a text is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is no glob: {reason}")]
pub struct GlobError {
    glob: String,
    reason: String,
}

/// A list of globs, matched against the key below the source's prefix.
///
/// `*` and `?` stay within a segment, `**` crosses segments, `{a,b}` and `[a-z]` choose, `\` takes
/// the next character as it is. Matching is case-sensitive, linear in the key's length, and on
/// bytes: `?` stands for one byte of UTF-8, so write `*` where letters beyond ASCII may stand.
///
/// ```
/// use thumbgate_core::route::Globs;
/// let globs = Globs::parse(["**/*.{jpg,png}"])?;
/// assert!(globs.matches("a.jpg"));
/// assert!(globs.matches("2026/11/a.png"));
/// assert!(!globs.matches("a.JPG"));
/// assert!(!Globs::parse(["*.jpg"])?.matches("b/a.jpg"));
/// # Ok::<(), thumbgate_core::route::GlobError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Globs {
    matchers: Vec<GlobMatcher>,
}

impl Globs {
    /// Parses globs.
    ///
    /// # Errors
    /// [`GlobError`] naming the glob at fault.
    pub fn parse<'a>(globs: impl IntoIterator<Item = &'a str>) -> Result<Self, GlobError> {
        let mut matchers = Vec::new();
        for glob in globs {
            let bad = |reason: String| {
                let shown: String = glob.chars().take(80).collect();
                GlobError { glob: crate::object::escape_controls(&shown).to_string(), reason }
            };
            if matchers.len() == GLOBS_MAX {
                return Err(bad(format!("more than {GLOBS_MAX} in one list")));
            }
            if glob.len() > GLOB_BYTES_MAX {
                return Err(bad(format!("longer than {GLOB_BYTES_MAX} bytes")));
            }
            let built = GlobBuilder::new(glob)
                .literal_separator(true)
                .backslash_escape(true)
                .empty_alternates(true)
                .build()
                .map_err(|error| bad(error.kind().to_string()))?;
            matchers.push(built.compile_matcher());
        }
        Ok(Self { matchers })
    }

    /// Whether one of the globs matches.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        self.matchers.iter().any(|matcher| matcher.is_match(key))
    }

    /// The globs as they were written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.matchers.iter().map(|matcher| matcher.glob().glob())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Globs;

    #[test]
    fn the_table_of_globs() {
        for (glob, key, expected) in [
            ("**/*.jpg", "a.jpg", true),
            ("**/*.jpg", "x//y/a.jpg", true),
            ("**/*.jpg", "a\nb.jpg", true),
            ("**/*.jpg", "ü/\u{1f600}.jpg", true),
            ("?.jpg", "a.jpg", true),
            ("?.jpg", "\u{1f600}.jpg", false),
            ("????.jpg", "\u{1f600}.jpg", true),
            ("*.jpg", "d/a.jpg", false),
            ("raw/**", "raw/a/b", true),
            ("raw/**", "rawX/a", false),
            ("**/*.{jpg,jpeg}", "a.jpeg", true),
            ("[a-c]*.jpg", "b.jpg", true),
            (r"\*.jpg", "*.jpg", true),
            (r"\*.jpg", "a.jpg", false),
        ] {
            assert_eq!(Globs::parse([glob]).unwrap().matches(key), expected, "{glob} {key:?}");
        }
    }

    #[test]
    fn what_is_no_glob_is_named() {
        for glob in ["[", "{a", "a\\", &"x".repeat(1025)] {
            assert!(Globs::parse([glob]).is_err(), "{glob}");
        }
        assert!(Globs::parse(vec!["a"; 101]).is_err());
    }

    /// The plainest matcher there is, for patterns of letters, `*` and `/`.
    fn reference(pattern: &[u8], key: &[u8]) -> bool {
        match (pattern.split_first(), key.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => {
                reference(rest, key)
                    || matches!(key.split_first(), Some((c, tail)) if *c != b'/' && reference(pattern, tail))
            }
            (Some((p, rest)), Some((k, tail))) => p == k && reference(rest, tail),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn single_stars_agree_with_the_plainest_matcher(pattern in "[ab/*]{0,7}", key in "[ab/]{0,7}") {
            // `**` has its own meaning and is in the table above.
            let pattern = pattern.replace("**", "*").replace("**", "*").replace("**", "*");
            let globs = Globs::parse([pattern.as_str()]).unwrap();
            prop_assert_eq!(globs.matches(&key), reference(pattern.as_bytes(), key.as_bytes()));
        }
    }
}
