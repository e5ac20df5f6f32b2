//! Matching where the plain way takes too long: segment by segment between the stars, sixty-four
//! characters of a segment at once.
//!
//! Each segment is looked for from where the one before it ends, and its first place is the best:
//! no later one leaves more of the text. A segment is cut into blocks of one machine word, whose
//! bits tell which of its beginnings end at the present character ("shift-and"); a longer
//! segment passes on from block to block where it stands. So a segment of m characters in a text of n takes n · m / 64
//! steps, and stars and question marks are as cheap as letters.

use super::Unit;

/// Whether the whole text matches.
pub(super) fn matches(pattern: &[Unit], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut segments = pattern.split(|unit| *unit == Unit::Many);
    let first = segments.next().unwrap_or_default();
    let Some(last) = segments.next_back() else {
        return is_same(first, &text);
    };
    let Some((start, rest)) = text.split_at_checked(first.len()) else {
        return false;
    };
    let Some((mut rest, end)) = rest.len().checked_sub(last.len()).and_then(|length| rest.split_at_checked(length))
    else {
        return false;
    };
    if !is_same(first, start) || !is_same(last, end) {
        return false;
    }
    let mut ends = vec![false; rest.len()];
    for segment in segments {
        let Some(after) = end_of_first(segment, rest, &mut ends).and_then(|end| rest.get(end..)) else {
            return false;
        };
        rest = after;
    }
    true
}

fn is_same(units: &[Unit], text: &[char]) -> bool {
    units.len() == text.len()
        && units.iter().zip(text).all(|(unit, character)| *unit == Unit::One || *unit == Unit::Is(*character))
}

/// Behind the first place of a segment, which has no star. `ends` is room for a mark at each
/// character: whether the block before ends there.
fn end_of_first(segment: &[Unit], text: &[char], ends: &mut [bool]) -> Option<usize> {
    if segment.is_empty() {
        return Some(0);
    }
    let blocks = segment.chunks(Block::UNITS_MAX);
    let last = blocks.len() - 1;
    for (index, units) in blocks.enumerate() {
        let block = Block::new(units);
        let mut state = 0;
        // The first block may begin anywhere, the others where the one before ended.
        let mut begins = index == 0;
        for (place, (character, ends)) in text.iter().zip(ends.iter_mut()).enumerate() {
            state = ((state << 1) | u64::from(begins)) & block.places_of(*character);
            begins = index == 0 || *ends;
            *ends = state & block.end != 0;
            if *ends && index == last {
                return Some(place + 1);
            }
        }
    }
    None
}

/// A stretch of a segment: for every character the bits of the places where it may stand.
struct Block {
    /// Where any character may stand.
    any: u64,
    /// Sorted by the character.
    letters: Vec<(char, u64)>,
    /// The bit of the last place.
    end: u64,
}

impl Block {
    const UNITS_MAX: usize = 64;

    fn new(units: &[Unit]) -> Self {
        let mut block = Self { any: 0, letters: Vec::with_capacity(units.len()), end: 0 };
        let mut bit = 1_u64;
        for unit in units {
            match unit {
                Unit::Is(character) => block.letters.push((*character, bit)),
                Unit::One | Unit::Many => block.any |= bit,
            }
            block.end = bit;
            bit = bit.wrapping_shl(1);
        }
        block.letters.sort_unstable();
        block.letters.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                kept.1 |= later.1;
            }
            is_same
        });
        block
    }

    fn places_of(&self, character: char) -> u64 {
        let found = self.letters.binary_search_by_key(&character, |(letter, _)| *letter);
        let bits = found.ok().and_then(|index| self.letters.get(index)).map_or(0, |(_, bits)| *bits);
        bits | self.any
    }
}
