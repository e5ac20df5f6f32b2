//! What a request carries besides principal, action and resource.

use std::sync::Arc;

use thiserror::Error;

/// The values of the condition keys of one request.
///
/// # Invariants
/// - Keys are in lower case (the letter case of a key does not matter: IAM User Guide, "AWS
///   global condition context keys") and unique.
/// - Entries are sorted by the hash of their keys, then by the keys: a number is compared faster
///   than a text, and every condition looks a key up.
///
/// ```
/// use thumbgate_iam::eval::Context;
/// let context = Context::new([("s3:prefix", vec!["uploads/".to_owned()])])?;
/// assert_eq!(context.values("S3:Prefix"), Some(&["uploads/".to_owned()][..]));
/// assert!(Context::new([("a:b", vec![]), ("A:B", vec![])]).is_err());
/// # Ok::<(), thumbgate_iam::eval::DuplicateKey>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// Shared with explanations, which tell the values once for each statement that they fail.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    key: Key,
    values: Arc<[String]>,
}

/// A condition key in lower case, and its hash.
///
/// Whoever makes requests with keys of one hash makes looking them up slower, as slow as comparing
/// each, and not wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    hash: u64,
    text: Box<str>,
}

impl Key {
    pub(crate) fn new(key: &str) -> Self {
        let text = key.to_lowercase();
        // FNV-1a, 64 bits: it is short, and the same everywhere.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { hash, text: text.into() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// A condition key that stands twice, perhaps in other letter cases.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the condition key `{key}` stands twice")]
pub struct DuplicateKey {
    /// The key, in lower case.
    pub key: String,
}

impl Context {
    /// A context of keys and their values; a single-valued key has one.
    ///
    /// # Errors
    /// A key that stands twice.
    pub fn new<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Vec<String>)>) -> Result<Self, DuplicateKey> {
        let mut entries: Vec<_> = entries
            .into_iter()
            .map(|(key, values)| Entry { key: Key::new(key.as_ref()), values: values.into() })
            .collect();
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        let twice = entries.windows(2).find_map(|pair| match pair {
            [one, other] if one.key == other.key => Some(one.key.as_str().to_owned()),
            _ => None,
        });
        match twice {
            Some(key) => Err(DuplicateKey { key }),
            None => Ok(Self { entries }),
        }
    }

    /// The values of a key, in any letter case; none where the request does not carry it.
    #[must_use]
    pub fn values(&self, key: &str) -> Option<&[String]> {
        self.values_of(&Key::new(key))
    }

    /// As [`values`](Self::values), for a key whose hash is known.
    pub(crate) fn values_of(&self, key: &Key) -> Option<&[String]> {
        self.shared_values(key).map(|values| &**values)
    }

    /// As [`values_of`](Self::values_of), to keep.
    pub(crate) fn shared_values(&self, key: &Key) -> Option<&Arc<[String]>> {
        let found = self.entries.binary_search_by(|entry| entry.key.cmp(key)).ok()?;
        self.entries.get(found).map(|entry| &entry.values)
    }

    /// The one value of a key; none where there are several.
    pub(crate) fn single(&self, key: &Key) -> Option<&str> {
        match self.values_of(key) {
            Some([value]) => Some(value),
            _ => None,
        }
    }

    /// All keys, in lower case, and their values, without order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &*entry.values))
    }
}
