//! What a request carries besides principal, action and resource.

use std::sync::Arc;

use thiserror::Error;

/// The values of the condition keys of one request.
///
/// # Invariants
/// - Keys are in lower case (the letter case of a key does not matter: IAM User Guide, "AWS
///   global condition context keys"), sorted and unique.
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
    entries: Vec<(String, Arc<[String]>)>,
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
        let mut entries: Vec<(String, Arc<[String]>)> =
            entries.into_iter().map(|(key, values)| (key.as_ref().to_lowercase(), values.into())).collect();
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        let twice = entries.windows(2).find_map(|pair| match pair {
            [(one, _), (other, _)] if one == other => Some(one.clone()),
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
        self.values_of_lower(&key.to_lowercase())
    }

    /// As [`values`](Self::values), for a key that is in lower case.
    pub(crate) fn values_of_lower(&self, key: &str) -> Option<&[String]> {
        self.shared_values(key).map(|values| &**values)
    }

    /// As [`values_of_lower`](Self::values_of_lower), to keep.
    pub(crate) fn shared_values(&self, key: &str) -> Option<&Arc<[String]>> {
        let found = self.entries.binary_search_by(|(entry, _)| entry.as_str().cmp(key)).ok()?;
        self.entries.get(found).map(|(_, values)| values)
    }

    /// The one value of a key in lower case; none where there are several.
    pub(crate) fn single(&self, key: &str) -> Option<&str> {
        match self.values_of_lower(key) {
            Some([value]) => Some(value),
            _ => None,
        }
    }

    /// All keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries.iter().map(|(key, values)| (key.as_str(), &**values))
    }
}
