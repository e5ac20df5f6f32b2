//! Routes: which keys are sources, and which rendition of a source goes to which key.
//!
//! By construction an output is never an accepted source: source and destination lie in two
//! buckets, or below disjoint prefixes of one, and a route that breaks this cannot be made. No
//! pattern, glob or event can make such a route loop.

mod globs;
mod pattern;

pub use globs::{GlobError, Globs};
pub use pattern::{DEFAULT_PATTERN, KeyPattern, PatternError};

use crate::format::SourceFormat;
use crate::object::{Bucket, KeyPrefix, NameError, ObjectKey, escape_controls};
use crate::rendition::{RenditionError, Wanted};

/// Why parts make no route.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RouteError {
    /// An output could be taken for a source.
    #[error(
        "source `{from}` and destination `{to}` overlap, so a thumbnail could become a source; \
         use two buckets, or prefixes of which neither begins the other"
    )]
    Overlap {
        /// The source's whole prefix.
        from: String,
        /// The destination's whole prefix.
        to: String,
    },
    /// Two outputs could get one key.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The renditions are no set of renditions.
    #[error(transparent)]
    Rendition(#[from] RenditionError),
}

/// Where objects live: a store, and a prefix of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    identity: String,
    shown: String,
    bucket: Option<Bucket>,
    prefix: KeyPrefix,
}

impl Location {
    /// A prefix of a named bucket: `s3://NAME/…` or `memory://NAME/…`.
    #[must_use]
    pub fn bucket(scheme: &str, bucket: Bucket, prefix: KeyPrefix) -> Self {
        let identity = format!("{scheme}://{bucket}/");
        Self { shown: identity.clone(), identity, bucket: Some(bucket), prefix }
    }

    /// A local folder, whole.
    ///
    /// `absolute` is its path with links resolved, `shown` the way its user wrote it.
    #[must_use]
    pub fn folder(absolute: &str, shown: &str) -> Self {
        let closed = |text: &str| {
            if text.ends_with('/') { text.to_owned() } else { format!("{text}/") }
        };
        Self {
            identity: closed(&format!("file://{absolute}")),
            shown: closed(shown),
            bucket: None,
            prefix: KeyPrefix::default(),
        }
    }

    /// The bucket, where the store has such a name.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
    }

    /// The prefix of the store's keys.
    #[must_use]
    pub fn prefix(&self) -> &KeyPrefix {
        &self.prefix
    }

    /// The URL or path of a key of this store, as its user would write it.
    #[must_use]
    pub fn url(&self, key: &str) -> String {
        format!("{}{key}", self.shown)
    }

    /// Whether some object could lie in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.whole(), other.whole());
        a.starts_with(&b) || b.starts_with(&a)
    }

    fn whole(&self) -> String {
        format!("{}{}", self.identity, self.prefix.as_str())
    }
}

/// Which keys below the source's prefix are taken.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Keys that match one of these are taken; `None` takes every suffix that can be decoded, in
    /// any letter case.
    pub include: Option<Globs>,
    /// Of these, keys that match one of those are not.
    pub exclude: Globs,
}

/// Why a key is no source of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotASource {
    /// It lies outside the source's prefix.
    Elsewhere,
    /// It stands for a folder: it ends in a slash.
    FolderMarker,
    /// No include pattern matches it.
    NotIncluded,
    /// An exclude pattern matches it.
    Excluded,
    /// It is an output of this very route.
    OwnOutput,
}

impl NotASource {
    /// The reason in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elsewhere => "outside the source's prefix",
            Self::FolderMarker => "a folder marker, not a picture",
            Self::NotIncluded => "not matched by source.include",
            Self::Excluded => "matched by source.exclude",
            Self::OwnOutput => "an output of this route",
        }
    }
}

/// One source location, one destination location, and what is made on the way.
///
/// Invariants: the locations do not overlap; the key pattern gives two different
/// (source, rendition) pairs two different keys; there is at least one rendition and no two have
/// one name.
#[derive(Debug, Clone)]
pub struct Route {
    source: Location,
    destination: Location,
    selection: Selection,
    pattern: KeyPattern,
    wanted: Vec<Wanted>,
}

impl Route {
    /// Makes a route.
    ///
    /// # Errors
    /// [`RouteError`] when an invariant would be broken.
    pub fn new(
        source: Location,
        destination: Location,
        selection: Selection,
        pattern: KeyPattern,
        wanted: Vec<Wanted>,
    ) -> Result<Self, RouteError> {
        if source.overlaps(&destination) {
            let shown = |location: &Location| escape_controls(&location.url(location.prefix.as_str())).to_string();
            return Err(RouteError::Overlap { from: shown(&source), to: shown(&destination) });
        }
        if wanted.is_empty() {
            return Err(RenditionError::None.into());
        }
        for (index, one) in wanted.iter().enumerate() {
            if wanted.iter().take(index).any(|other| other.rendition.name == one.rendition.name) {
                return Err(RenditionError::Twice(one.rendition.name.to_string()).into());
            }
        }
        pattern.check_collisions(wanted.iter().map(|one| &one.rendition))?;
        Ok(Self { source, destination, selection, pattern, wanted })
    }

    /// Where sources are.
    #[must_use]
    pub fn source(&self) -> &Location {
        &self.source
    }

    /// Where outputs go.
    #[must_use]
    pub fn destination(&self) -> &Location {
        &self.destination
    }

    /// What is made of every source.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Judges a key of the source's store.
    ///
    /// # Errors
    /// [`NotASource`] when the key is none.
    pub fn accept(&self, key: &ObjectKey) -> Result<(), NotASource> {
        let Some(relative) = self.source.prefix.strip(key) else {
            let in_store = format!("{}{}", self.source.identity, key.as_str());
            let own = in_store.starts_with(&self.destination.whole());
            return Err(if own { NotASource::OwnOutput } else { NotASource::Elsewhere });
        };
        if relative.ends_with('/') {
            return Err(NotASource::FolderMarker);
        }
        let included = match &self.selection.include {
            Some(globs) => globs.matches(relative),
            None => SourceFormat::is_decodable_suffix(relative),
        };
        if !included {
            return Err(NotASource::NotIncluded);
        }
        if self.selection.exclude.matches(relative) {
            return Err(NotASource::Excluded);
        }
        Ok(())
    }

    /// The key of one rendition of a source: a pure function of both.
    ///
    /// # Errors
    /// [`NameError`] when the key would be longer than a key may be.
    pub fn output_key(&self, source: &ObjectKey, wanted: &Wanted) -> Result<ObjectKey, NameError> {
        let relative = self.source.prefix.strip(source).unwrap_or(source.as_str());
        let key = self.pattern.expand(relative, &wanted.rendition);
        ObjectKey::parse(format!("{}{key}", self.destination.prefix.as_str()))
    }
}

#[cfg(test)]
mod tests;
