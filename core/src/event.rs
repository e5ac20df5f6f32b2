//! What an upload event says, decoded: that a key changed, and when in relation to others.

use std::cmp::Ordering;

use crate::object::ObjectRef;

/// The order of events of one key: hexadecimal digits of any length and letter case.
///
/// Comparing the texts is wrong; the numbers are compared, as if the shorter one were padded with
/// zeros on its left (Amazon S3 User Guide, "Event message structure", `sequencer`). The order has
/// a meaning only between events of one key.
///
/// ```
/// use thumbgate_core::event::Sequencer;
/// let older = Sequencer::parse("ff").unwrap();
/// let newer = Sequencer::parse("0100").unwrap();
/// assert!(older < newer);
/// assert_eq!(Sequencer::parse("00fF"), Sequencer::parse("ff"));
/// assert_eq!(Sequencer::parse("xyz"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequencer(String);

/// The longest sequencer that is accepted, in digits; AWS sends 16 to 18 of them.
pub const SEQUENCER_DIGITS_MAX: usize = 64;

impl Sequencer {
    /// Parses hexadecimal digits; `None` when there are none, too many, or others.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let legal = (1..=SEQUENCER_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
        // Leading zeros and letter case carry nothing: dropping both makes equality that of numbers.
        legal.then(|| Self(text.trim_start_matches('0').to_ascii_uppercase()))
    }

    /// The canonical digits: upper case, no leading zeros, `0` for zero.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if self.0.is_empty() { "0" } else { &self.0 }
    }
}

impl PartialOrd for Sequencer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sequencer {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without leading zeros the longer number is the larger one.
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

/// An object was created or overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectCreated {
    /// Which one. Its version is what the event says; the object is read as it stands now.
    pub object: ObjectRef,
    /// Its place among the events of this key, where the source of the event gives one.
    pub sequencer: Option<Sequencer>,
}

/// What a removal left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Removal {
    /// An object or one version of it is gone. In a bucket with versions this may have been an old
    /// one, while the current one is as it was.
    Deleted,
    /// A delete marker is now the current version: the object reads as absent.
    MarkerCreated,
}

/// An object was removed, by a request or by a lifecycle rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRemoved {
    /// Which one.
    pub object: ObjectRef,
    /// Its place among the events of this key, where the source of the event gives one.
    pub sequencer: Option<Sequencer>,
    /// What the removal left behind.
    pub removal: Removal,
}

/// One thing that an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An object was created or overwritten.
    Created(ObjectCreated),
    /// An object was removed.
    Removed(ObjectRemoved),
    /// Something else happened to an object, which changes no thumbnail: the event's name, and
    /// what it is about.
    Other {
        /// The event's name, as its source writes it.
        name: String,
        /// The object, as far as it is told.
        object: String,
    },
}

impl Change {
    /// The object that changed, where it is one that thumbnails depend on.
    #[must_use]
    pub fn object(&self) -> Option<&ObjectRef> {
        match self {
            Self::Created(created) => Some(&created.object),
            Self::Removed(removed) => Some(&removed.object),
            Self::Other { .. } => None,
        }
    }

    /// Its place among the events of its key.
    #[must_use]
    pub fn sequencer(&self) -> Option<&Sequencer> {
        match self {
            Self::Created(created) => created.sequencer.as_ref(),
            Self::Removed(removed) => removed.sequencer.as_ref(),
            Self::Other { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::Sequencer;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_numbers(a in any::<u64>(), b in any::<u64>(), pad in 0_usize..20) {
            let left = Sequencer::parse(&format!("{:0>pad$}", format!("{a:x}"))).unwrap();
            let right = Sequencer::parse(&format!("{b:X}")).unwrap();
            prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        }
    }

    #[test]
    fn zero_and_junk() {
        assert_eq!(Sequencer::parse("000").unwrap().as_str(), "0");
        assert_eq!(Sequencer::parse(""), None);
        assert_eq!(Sequencer::parse(&"a".repeat(65)), None);
    }
}
