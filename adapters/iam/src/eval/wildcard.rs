//! Matching with `*` and `?`: never more than pattern length times text length steps.
//!
//! A `?` is one character, a `*` any number of them; every other character is itself, newlines
//! and slashes too.

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

/// Whether the whole text matches.
pub(crate) fn matches(pattern: &[Unit], text: &str) -> bool {
    matches_counted(pattern, text, &mut || {})
}

/// As [`matches`], telling each step to `step`.
///
/// Only the last `*` is ever tried again: what stands before it has matched as early as it can,
/// and no later match of it leaves more of the text. So each `*` walks over the text at most
/// once, and there is no backtracking over several.
fn matches_counted(pattern: &[Unit], text: &str, step: &mut impl FnMut()) -> bool {
    let mut rest = text.chars();
    let mut units = pattern.iter();
    let mut retry = None;
    loop {
        step();
        match units.as_slice().first() {
            Some(Unit::Many) => {
                units.next();
                if units.as_slice().is_empty() {
                    return true;
                }
                retry = Some((units.clone(), rest.clone()));
                continue;
            }
            Some(unit) => {
                let Some(character) = rest.next() else {
                    return false;
                };
                if matches!(unit, Unit::One) || *unit == Unit::Is(character) {
                    units.next();
                    continue;
                }
            }
            None if rest.as_str().is_empty() => return true,
            None => {}
        }
        let Some((units_after_star, mut rest_after_star)) = retry.take() else {
            return false;
        };
        if rest_after_star.next().is_none() {
            return false;
        }
        units = units_after_star.clone();
        rest = rest_after_star.clone();
        retry = Some((units_after_star, rest_after_star));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Unit, matches, matches_counted};

    fn units(pattern: &str) -> Vec<Unit> {
        let unit = |character| match character {
            '*' => Unit::Many,
            '?' => Unit::One,
            other => Unit::Is(other),
        };
        pattern.chars().map(unit).collect()
    }

    fn steps(pattern: &str, text: &str) -> (bool, usize) {
        let mut steps = 0;
        let is_match = matches_counted(&units(pattern), text, &mut || steps += 1);
        (is_match, steps)
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
    fn two_thousand_stars_take_at_most_quadratically_many_steps() {
        let text = "a".repeat(2_000);
        for pattern in [format!("{}b", "*a".repeat(2_000)), format!("{}b", "*".repeat(2_000)), "*?a".repeat(1_000)] {
            let (_, steps) = steps(&pattern, &text);
            assert!(steps <= (pattern.len() + 1) * (text.len() + 1), "{steps} steps");
        }
        let long = "a".repeat(20_000);
        let (is_match, steps) = steps(&format!("{}b*", "*a".repeat(1_000)), &long);
        assert!(!is_match && steps <= 3 * 2_002 * 20_001, "{steps} steps");
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
            prop_assert_eq!(matches(&units, &text), slow(&units, &characters));
        }
    }
}
