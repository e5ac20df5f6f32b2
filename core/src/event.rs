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

/// An object was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRemoved {
    /// Which one.
    pub object: ObjectRef,
    /// Its place among the events of this key, where the source of the event gives one.
    pub sequencer: Option<Sequencer>,
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
