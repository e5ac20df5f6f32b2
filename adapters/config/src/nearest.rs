//! The known word that an unknown one was probably meant to be.

/// The nearest of `known`, if it is near at all.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |candidate: &str| strsim::damerau_levenshtein(&word.to_lowercase(), candidate);
    let near = known.into_iter().map(|candidate| (distance(candidate), candidate));
    // A third of the word may be wrong; beyond that a suggestion misleads more than it helps.
    near.filter(|(distance, candidate)| *distance <= candidate.len().max(word.chars().count()).div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?`, or nothing.
pub(crate) fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["width", "height", "quality"];
        assert_eq!(nearest("widht", known), Some("width"));
        assert_eq!(nearest("Quality", known), Some("quality"));
        assert_eq!(nearest("sepia", known), None);
    }
}
