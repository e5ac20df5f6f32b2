//! Matching with `*` and `?`: in steps that grow with the lengths of pattern and text, not with
//! their product.
//!
//! A `?` is one character, a `*` any number of them; every other character is itself, newlines
//! and slashes too.

mod segments;

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// This character.
    Is(char),
    /// Any one character.
    One,
    /// Any number of characters.
    Many,
}

/// How many steps the plain way may take for a character of pattern and text.
const STEPS: usize = 8;

/// Whether the whole text matches.
pub(crate) fn matches(pattern: &[Unit], text: &str) -> bool {
    let steps = (pattern.len() + text.len() + 1).saturating_mul(STEPS);
    matches_within(pattern, text, steps).unwrap_or_else(|| segments::matches(pattern, text))
}

/// Whether the whole text matches, the plain way; nothing where that takes more steps.
///
/// Only the last `*` is ever tried again: what stands before it has matched as early as it can,
/// and no later match of it leaves more of the text. So each `*` walks over the text at most
/// once, and there is no backtracking over several; but what follows a `*` is compared anew at
/// each place, which is quick unless it nearly matches everywhere.
fn matches_within(pattern: &[Unit], text: &str, steps: usize) -> Option<bool> {
    let mut rest = text.chars();
    let mut units = pattern.iter();
    let mut retry = None;
    for _ in 0..steps {
        match units.as_slice().first() {
            Some(Unit::Many) => {
                units.next();
                if units.as_slice().is_empty() {
                    return Some(true);
                }
                retry = Some((units.clone(), rest.clone()));
                continue;
            }
            Some(unit) => {
                let Some(character) = rest.next() else {
                    return Some(false);
                };
                if matches!(unit, Unit::One) || *unit == Unit::Is(character) {
                    units.next();
                    continue;
                }
            }
            None if rest.as_str().is_empty() => return Some(true),
            None => {}
        }
        let Some((units_after_star, mut rest_after_star)) = retry.take() else {
            return Some(false);
        };
        if rest_after_star.next().is_none() {
            return Some(false);
        }
        units = units_after_star.clone();
        rest = rest_after_star.clone();
        retry = Some((units_after_star, rest_after_star));
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Unit, matches, matches_within, segments};

    fn units(pattern: &str) -> Vec<Unit> {
        let unit = |character| match character {
            '*' => Unit::Many,
            '?' => Unit::One,
            other => Unit::Is(other),
        };
        pattern.chars().map(unit).collect()
    }

    #[test]
    fn stars_and_question_marks_match_characters() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a/b:c\nd", true),
            ("a*", "a", true),
            ("a*c", "abcbc", true),
            ("a*c", "abcb", false),
            ("?", "写", true),
            ("??", "写", false),
            ("*.jp?g", "x.jpeg", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab", "aab", true),
            ("a?", "a", false),
            ("**", "", true),
        ] {
            assert_eq!(matches(&units(pattern), text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_takes_the_plain_way_too_long_is_still_decided() {
        let text = "a".repeat(20_000);
        for (pattern, expected) in [
            (format!("*{}b", "a".repeat(9_000)), false),
            (format!("*{}b*", "a?".repeat(4_000)), false),
            (format!("*{}*{}*", "a?".repeat(4_000), "?".repeat(12_000)), true),
            (format!("*{}*{}*", "a?".repeat(4_000), "?".repeat(12_001)), false),
            (format!("*{}*b*", "?a*".repeat(6_000)), false),
        ] {
            assert_eq!(matches(&units(&pattern), &text), expected, "{}", pattern.len());
        }
        let far = format!("{text}ba");
        let pattern = units(&format!("*{}ba", "a".repeat(300)));
        assert_eq!(matches_within(&pattern, &far, 50_000), None);
        assert!(matches(&pattern, &far));
    }

    /// The definition, exponential and obviously right.
    fn slow(pattern: &[Unit], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [Unit::Many, rest @ ..] => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
            [Unit::One, rest @ ..] => !text.is_empty() && slow(rest, &text[1..]),
            [Unit::Is(character), rest @ ..] => text.first() == Some(character) && slow(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[ab*?]{0,7}", text in "[ab]{0,8}") {
            let units = units(&pattern);
            let characters: Vec<_> = text.chars().collect();
            let expected = slow(&units, &characters);
            prop_assert_eq!(matches(&units, &text), expected);
            prop_assert_eq!(segments::matches(&units, &text), expected);
        }

        #[test]
        fn segments_of_several_blocks_agree_with_the_plain_way(
            pattern in prop::collection::vec("a{50,90}|b|[?]{1,3}|[*]|a[*]b", 1..6), text in prop::collection::vec("a{40,140}|b|é", 1..6),
        ) {
            let (units, text) = (units(&pattern.concat()), text.concat());
            prop_assert_eq!(Some(segments::matches(&units, &text)), matches_within(&units, &text, usize::MAX));
        }
    }
}
