//! The name that a mistyped one was probably meant to be.

use super::action::Action;
use super::condition_key::ConditionKey;
use super::service::Service;
use super::{global, service, services};

/// Longer names than this are no typing errors, and comparing them takes long.
const LETTERS_MAX: usize = 128;

/// The action that an unknown one was probably meant to be, as `s3:GetObject`.
///
/// An API operation gives the action that allows it (`s3:ListObjectsV2` gives `s3:ListBucket`);
/// else it is the name with the fewest changes, if they are few.
///
/// ```
/// use thumbgate_iam::catalog::nearest_action;
/// assert_eq!(nearest_action("s3:GetObejct").as_deref(), Some("s3:GetObject"));
/// assert_eq!(nearest_action("lambda:Invoke").as_deref(), Some("lambda:InvokeFunction"));
/// assert_eq!(nearest_action("s4:putobject").as_deref(), Some("s3:PutObject"));
/// assert_eq!(nearest_action("s3:Thumbnail"), None);
/// ```
#[must_use]
pub fn nearest_action(text: &str) -> Option<String> {
    let (prefix, name) = text.split_once(':')?;
    if let Some(service) = service(prefix) {
        if let Some(action) = service.action_of_operation(name) {
            return Some(action.to_string());
        }
        let near = nearest(name, service.actions().iter().map(|action| (action.name(), action)));
        return near.map(|action: &Action| action.to_string());
    }
    let all: Vec<String> = services().iter().flat_map(Service::actions).map(ToString::to_string).collect();
    nearest(text, all.iter().map(|name| (name.as_str(), name))).cloned()
}

/// The condition key that an unknown one was probably meant to be.
///
/// What stands for a placeholder is kept: `aws:PrincipleTag/team` gives `aws:PrincipalTag/team`.
///
/// ```
/// use thumbgate_iam::catalog::nearest_condition_key;
/// assert_eq!(nearest_condition_key("s3:if-non-match").as_deref(), Some("s3:if-none-match"));
/// assert_eq!(nearest_condition_key("aws:PrincipleTag/team").as_deref(), Some("aws:PrincipalTag/team"));
/// assert_eq!(nearest_condition_key("weather"), None);
/// ```
#[must_use]
pub fn nearest_condition_key(text: &str) -> Option<String> {
    let keys = || services().iter().chain([global()]).flat_map(Service::condition_keys);
    let whole = keys().filter(|key| key.stem().is_none()).map(|key| (key.name(), text, ""));
    let stems = keys().filter_map(|key| like_stem(key, text));
    let candidates = whole.chain(stems).filter_map(|(known, given, rest)| {
        let changes = changes(given, known)?;
        Some((changes, known, rest))
    });
    let (_, known, rest) = candidates.min_by_key(|(changes, ..)| *changes)?;
    Some(format!("{known}{rest}"))
}

/// The key's stem, and the text parted where its own stem would end.
fn like_stem<'t>(key: &ConditionKey, text: &'t str) -> Option<(&'static str, &'t str, &'t str)> {
    let stem = key.stem()?;
    let separator = stem.chars().next_back()?;
    let count = stem.matches(separator).count();
    let (at, found) = text.match_indices(separator).nth(count.checked_sub(1)?)?;
    let (given, rest) = text.split_at_checked(at + found.len())?;
    (!rest.is_empty()).then_some((stem, given, rest))
}

fn nearest<'k, T>(given: &str, known: impl Iterator<Item = (&'k str, T)>) -> Option<T> {
    let near = known.filter_map(|(name, value)| Some((changes(given, name)?, value)));
    near.min_by_key(|(changes, _)| *changes).map(|(_, value)| value)
}

/// The number of typing errors between two names in any letter case, if they are few.
fn changes(given: &str, known: &str) -> Option<usize> {
    // The shorter may lack at most what may be wrong; that spares most comparisons.
    let allowed = given.len().max(known.len()).div_ceil(4);
    if given.len() > LETTERS_MAX || given.len().abs_diff(known.len()) > allowed {
        return None;
    }
    let changes = strsim::damerau_levenshtein(&given.to_ascii_lowercase(), &known.to_ascii_lowercase());
    (changes <= allowed).then_some(changes)
}
