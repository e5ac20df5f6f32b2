//! The dates of the vocabulary.

use super::vocabulary::DATES;

/// Seconds since 1970, from the table.
pub(crate) fn seconds(date: &str) -> f64 {
    DATES.iter().find(|(known, _)| *known == date).unwrap().1
}
