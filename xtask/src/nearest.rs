//! The known name most like a mistyped one.

/// The candidate with the fewest single-letter edits to `given`; the first among equals.
pub(crate) fn nearest<'a>(given: &str, candidates: &[&'a str]) -> Option<&'a str> {
    candidates.iter().copied().min_by_key(|candidate| edits(given, candidate))
}

/// The Levenshtein distance, one row of the table at a time.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (deleted, letter) in from.chars().enumerate() {
        let mut next = vec![deleted + 1];
        for (wanted, above) in to.iter().zip(row.windows(2)) {
            let &[diagonal, up] = above else { continue };
            let left = next.last().copied().unwrap_or(deleted + 1);
            let changed = diagonal + usize::from(*wanted != letter);
            next.push(changed.min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn edits_count_insertions_deletions_and_changes() {
        for (from, to, count) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("lint", "lint", 0),
            ("lnit", "lint", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edits(from, to), count, "{from} -> {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest("stak", &["test", "stack"]), Some("stack"));
        assert_eq!(nearest("stak", &[]), None);
    }
}
