//! One output as it was seen, and what that means for the next put.

use crate::event::Sequencer;
use crate::object::{Metadata, ObjectKey, ObjectMeta};
use crate::port::{Condition, PutOptions};
use crate::rendition::Wanted;

/// Metadata name: the ETag of the source that an output was made from.
pub const META_SOURCE_ETAG: &str = "thumbgate-source-etag";
/// Metadata name: the version of that source, where its bucket keeps versions.
pub const META_SOURCE_VERSION: &str = "thumbgate-source-version";
/// Metadata name: the highest sequencer of an event that this output answers.
pub const META_SEQUENCER: &str = "thumbgate-sequencer";
/// Metadata name: the hash of what shapes the bytes.
pub const META_CONFIG: &str = "thumbgate-config";
/// Metadata name: `true` when the source was truncated and rendered all the same.
pub const META_TRUNCATED: &str = "thumbgate-truncated";

/// An output as it was when it was looked at.
#[derive(Debug, Clone)]
pub(super) enum OutputState {
    /// It is not there.
    Absent,
    /// It may be there; the role may not know.
    Hidden,
    /// It is there.
    There(Box<ObjectMeta>),
}

/// One wanted output of one source.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) wanted: Wanted,
    pub(super) key: ObjectKey,
    pub(super) state: OutputState,
}

impl Output {
    fn metadata(&self, name: &str) -> Option<&str> {
        match &self.state {
            OutputState::There(meta) => meta.metadata.get(name).map(String::as_str),
            OutputState::Absent | OutputState::Hidden => None,
        }
    }

    fn sequencer(&self) -> Option<Sequencer> {
        self.metadata(META_SEQUENCER).and_then(Sequencer::parse)
    }

    /// Whether it was made with the configuration of today.
    pub(super) fn has_our_config(&self) -> bool {
        self.metadata(META_CONFIG) == Some(self.wanted.config.as_str())
    }

    /// Whether it was made from exactly this source with the configuration of today.
    pub(super) fn is_made_from(&self, source: &ObjectMeta) -> bool {
        self.has_our_config() && self.metadata(META_SOURCE_ETAG) == Some(source.etag.as_str())
    }

    /// Whether it answers a later event than the one that asks now: its source was read after
    /// that later event, so this one has nothing to add.
    pub(super) fn is_newer_than(&self, asking: Option<&Sequencer>) -> bool {
        match (asking, self.sequencer()) {
            (Some(asking), Some(stored)) => self.has_our_config() && stored > *asking,
            _ => false,
        }
    }

    /// The put that replaces exactly what was seen.
    pub(super) fn put_options(&self, source: &ObjectMeta, asking: Option<&Sequencer>, truncated: bool) -> PutOptions {
        let condition = match &self.state {
            OutputState::Absent | OutputState::Hidden => Condition::IfAbsent,
            OutputState::There(meta) => Condition::IfMatch(meta.etag.clone()),
        };
        let mut metadata = Metadata::new();
        metadata.insert(META_SOURCE_ETAG.to_owned(), source.etag.as_str().to_owned());
        metadata.insert(META_CONFIG.to_owned(), self.wanted.config.as_str().to_owned());
        if let Some(version) = &source.version {
            metadata.insert(META_SOURCE_VERSION.to_owned(), version.as_str().to_owned());
        }
        // Work without a sequencer keeps the stored one while the source is unchanged; an older
        // event never lowers it.
        let unchanged = self.metadata(META_SOURCE_ETAG) == Some(source.etag.as_str());
        let stored = self.sequencer().filter(|_| unchanged || asking.is_some());
        if let Some(sequencer) = stored.as_ref().max(asking) {
            metadata.insert(META_SEQUENCER.to_owned(), sequencer.as_str().to_owned());
        }
        if truncated {
            metadata.insert(META_TRUNCATED.to_owned(), "true".to_owned());
        }
        PutOptions {
            condition,
            media_type: Some(self.wanted.rendition.format.media_type().to_owned()),
            cache_control: None,
            metadata,
        }
    }
}
