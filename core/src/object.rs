//! Objects and their names: what a storage port reads and writes.
//!
//! Every type here is parsed once and holds its invariants from then on; the inside of the core
//! never validates a key again. Wire encodings (percent, form, XML) are the adapters' affair: a
//! key here is the decoded key.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

/// The longest object key, in bytes of UTF-8.
///
/// Source: Amazon S3 User Guide, "Naming Amazon S3 objects".
pub const KEY_BYTES_MAX: usize = 1024;

/// The longest bucket name that is accepted, in bytes.
///
/// Buckets made today have 3 to 63; those made before 2018 in us-east-1 may have up to 255
/// (Amazon S3 User Guide, "General purpose bucket naming rules").
pub const BUCKET_BYTES_MAX: usize = 255;

/// Why a text is no name of an object or bucket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The text is empty.
    #[error("the {what} is empty")]
    Empty {
        /// What was to be named.
        what: &'static str,
    },
    /// The text is longer than the limit.
    #[error("the {what} has {bytes} bytes, more than {limit}")]
    TooLong {
        /// What was to be named.
        what: &'static str,
        /// Its length in bytes of UTF-8.
        bytes: usize,
        /// The longest that is allowed.
        limit: usize,
    },
    /// A character that the name cannot hold.
    #[error("the {what} holds {character:?}, which no {what} may")]
    Character {
        /// What was to be named.
        what: &'static str,
        /// The character at fault.
        character: char,
    },
}

/// The name of a bucket: a namespace of keys in one backend.
///
/// Invariants: 1 to [`BUCKET_BYTES_MAX`] bytes of ASCII letters, digits, `.`, `-` and `_`.
/// Whether S3 would let anybody create such a bucket today is not judged here.
///
/// ```
/// use thumbgate_core::object::Bucket;
/// assert!(Bucket::parse("photos-in").is_ok());
/// assert!(Bucket::parse("photos/in").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(String);

impl Bucket {
    /// Parses a bucket name.
    ///
    /// # Errors
    /// [`NameError`] when the text breaks an invariant.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        const WHAT: &str = "bucket name";
        check_length(WHAT, text, BUCKET_BYTES_MAX)?;
        let odd = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')));
        match odd {
            Some(character) => Err(NameError::Character { what: WHAT, character }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of an object, decoded.
///
/// Invariants: 1 to [`KEY_BYTES_MAX`] bytes of UTF-8, no NUL. Everything else is legal, as it is
/// in S3: `a//x`, `./x`, `../x`, a leading slash, newlines, any Unicode. Two keys are the same
/// only when their bytes are (no Unicode normalisation, no case folding).
///
/// ```
/// use thumbgate_core::object::ObjectKey;
/// let key = ObjectKey::parse("uploads/2026/a photo.jpg")?;
/// assert_eq!(key.as_str(), "uploads/2026/a photo.jpg");
/// assert!(ObjectKey::parse("").is_err());
/// assert!(ObjectKey::parse(&"x".repeat(1025)).is_err());
/// # Ok::<(), thumbgate_core::object::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Parses a decoded key.
    ///
    /// # Errors
    /// [`NameError`] when the text breaks an invariant.
    pub fn parse(text: impl Into<String>) -> Result<Self, NameError> {
        const WHAT: &str = "key";
        let text = text.into();
        check_length(WHAT, &text, KEY_BYTES_MAX)?;
        if text.contains('\0') {
            return Err(NameError::Character { what: WHAT, character: '\0' });
        }
        Ok(Self(text))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ObjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    /// Writes the key with control characters escaped, so that it is safe in prose and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&escape_controls(&self.0), f)
    }
}

/// Text with its control characters (C0, DEL, C1) written as escapes.
///
/// A key is chosen by whoever uploads: printed raw it could move the cursor, clear the screen or
/// forge a log line.
#[must_use]
pub fn escape_controls(text: &str) -> impl fmt::Display + '_ {
    struct Escaped<'a>(&'a str);
    impl fmt::Display for Escaped<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for c in self.0.chars() {
                if c.is_control() || is_bidi_control(c) {
                    fmt::Display::fmt(&c.escape_default(), f)?;
                } else {
                    fmt::Write::write_char(f, c)?;
                }
            }
            Ok(())
        }
    }
    Escaped(text)
}

/// Characters that reorder the text around them, and so could make one key read as another.
fn is_bidi_control(c: char) -> bool {
    // Marks, embeddings, isolates; and the line and paragraph separators and the byte order mark,
    // which are no controls by their category.
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn check_length(what: &'static str, text: &str, limit: usize) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { what });
    }
    if text.len() > limit {
        return Err(NameError::TooLong { what, bytes: text.len(), limit });
    }
    Ok(())
}

/// The start of a range of keys; may be empty (all keys).
///
/// Invariants: at most [`KEY_BYTES_MAX`] bytes, no NUL, and either empty or ending in `/`:
/// `uploads` means `uploads/`, never `uploadsX/`.
///
/// ```
/// use thumbgate_core::object::KeyPrefix;
/// assert_eq!(KeyPrefix::parse("uploads")?.as_str(), "uploads/");
/// assert_eq!(KeyPrefix::parse("")?.as_str(), "");
/// # Ok::<(), thumbgate_core::object::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// Parses a prefix, adding the slash that closes its last segment.
    ///
    /// # Errors
    /// [`NameError`] when the text breaks an invariant.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        const WHAT: &str = "prefix";
        if text.is_empty() {
            return Ok(Self::default());
        }
        let closed = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        check_length(WHAT, &closed, KEY_BYTES_MAX)?;
        if closed.contains('\0') {
            return Err(NameError::Character { what: WHAT, character: '\0' });
        }
        Ok(Self(closed))
    }

    /// The prefix as text: empty, or ending in `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part of `key` after this prefix; `None` when the key lies elsewhere or *is* the prefix.
    #[must_use]
    pub fn strip<'k>(&self, key: &'k ObjectKey) -> Option<&'k str> {
        key.as_str().strip_prefix(self.as_str()).filter(|rest| !rest.is_empty())
    }

    /// Whether some key could lie below both prefixes.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&escape_controls(&self.0), f)
    }
}

/// One object, and optionally one version of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// The bucket that holds it.
    pub bucket: Bucket,
    /// Its key.
    pub key: ObjectKey,
    /// The version meant; `None` is the current one.
    pub version: Option<VersionId>,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bucket, self.key)
    }
}

/// The identity of one content of an object, as the backend gave it, quotes included.
///
/// Opaque: it is compared, sent back in conditions and recorded, never computed. It is not a
/// hash of the content (multipart and KMS-encrypted objects have others).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ETag(String);

impl ETag {
    /// Takes the backend's tag as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The tag as text, quotes included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The identifier of one version of an object in a bucket with versioning; opaque.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(String);

impl VersionId {
    /// Takes the backend's identifier as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// User metadata of an object: lower-case ASCII names to ASCII values.
///
/// S3 stores at most 2 KB of it (User Guide, "Working with object metadata"); what Thumbgate
/// writes is far below that.
pub type Metadata = BTreeMap<String, String>;

/// What a backend knows of an object without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    /// The object's key.
    pub key: ObjectKey,
    /// Its length in bytes.
    pub size: u64,
    /// The identity of its content.
    pub etag: ETag,
    /// Its version, where the backend keeps versions.
    pub version: Option<VersionId>,
    /// When it was last written, where the backend says.
    pub modified: Option<SystemTime>,
    /// Its Content-Type, where one is stored.
    pub media_type: Option<String>,
    /// Its Cache-Control, where one is stored.
    pub cache_control: Option<String>,
    /// Its user metadata.
    pub metadata: Metadata,
}

#[cfg(test)]
mod tests {
    use super::{Bucket, KeyPrefix, NameError, ObjectKey, escape_controls};

    #[test]
    fn keys_that_s3_takes_are_taken() {
        for key in ["a", "a//x", "./x", "../x", "/x", "x/", "#1", "a\nb", "\u{1f600}", "e\u{301}", " "] {
            assert_eq!(ObjectKey::parse(key).map(|k| k.as_str().to_owned()), Ok(key.to_owned()));
        }
        assert!(ObjectKey::parse("x".repeat(1024)).is_ok());
    }

    #[test]
    fn keys_that_no_store_takes_are_refused() {
        assert_eq!(ObjectKey::parse(""), Err(NameError::Empty { what: "key" }));
        assert!(matches!(ObjectKey::parse("é".repeat(513)), Err(NameError::TooLong { bytes: 1026, .. })));
        assert!(matches!(ObjectKey::parse("a\0"), Err(NameError::Character { .. })));
    }

    #[test]
    fn a_prefix_ends_at_a_segment() {
        let prefix = KeyPrefix::parse("uploads").unwrap();
        assert_eq!(prefix.strip(&ObjectKey::parse("uploads/a").unwrap()), Some("a"));
        assert_eq!(prefix.strip(&ObjectKey::parse("uploadsX/a").unwrap()), None);
        assert_eq!(prefix.strip(&ObjectKey::parse("uploads/").unwrap()), None);
    }

    #[test]
    fn prefixes_overlap_when_one_begins_the_other() {
        let p = |text| KeyPrefix::parse(text).unwrap();
        assert!(p("a").overlaps(&p("a/b")));
        assert!(p("").overlaps(&p("x")));
        assert!(!p("a").overlaps(&p("ab")));
    }

    #[test]
    fn buckets_hold_no_path() {
        assert!(Bucket::parse("my.bucket-1").is_ok());
        assert!(Bucket::parse("a/b").is_err());
        assert!(Bucket::parse("").is_err());
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        let shown = escape_controls("a\u{1b}[2Jb\nc\u{9b}\u{202e}d").to_string();
        assert_eq!(shown, r"a\u{1b}[2Jb\nc\u{9b}\u{202e}d");
    }
}
