//! A part of a source: what is listed is narrowed, the route stays.

use std::path::{Path, PathBuf};

use thumbgate_config::StoreUrl;
use thumbgate_core::object::{KeyPrefix, escape_controls};

use crate::exit::Stop;

/// The prefix, in the store of `source`, of a place that lies in it.
pub(super) fn prefix_of(part: &str, source: &StoreUrl) -> Result<KeyPrefix, Stop> {
    let parsed = StoreUrl::parse(part).map_err(|error| Stop::usage(error.to_string()))?;
    below(&parsed, source).ok_or_else(|| {
        let part = escape_controls(part);
        Stop::usage(format!("`{part}` does not lie in the configuration's source `{source}`; name a part of it"))
    })
}

fn below(part: &StoreUrl, source: &StoreUrl) -> Option<KeyPrefix> {
    match (part, source) {
        (StoreUrl::S3 { bucket: a, prefix: part }, StoreUrl::S3 { bucket: b, prefix })
        | (StoreUrl::Memory { name: a, prefix: part }, StoreUrl::Memory { name: b, prefix }) => {
            (a == b && part.as_str().starts_with(prefix.as_str())).then(|| part.clone())
        }
        (StoreUrl::Folder { path: part, .. }, StoreUrl::Folder { path, .. }) => {
            let (part, whole) = (resolved(part), resolved(path));
            KeyPrefix::parse(part.strip_prefix(whole).ok()?.to_str()?).ok()
        }
        _ => None,
    }
}

/// A folder's path without links, so that two spellings of one are known to be one; as it is
/// written where it is not there.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use thumbgate_config::StoreUrl;

    use super::prefix_of;

    #[test]
    fn a_part_lies_in_the_source() {
        let prefix = |part: &str, source: &str| {
            prefix_of(part, &StoreUrl::parse(source).unwrap()).ok().map(|prefix| prefix.as_str().to_owned())
        };
        for (part, source, expected) in [
            ("s3://in/uploads/2024", "s3://in/uploads/", Some("uploads/2024/")),
            ("s3://in/uploads", "s3://in/uploads/", Some("uploads/")),
            ("s3://in/uploads2", "s3://in/uploads/", None),
            ("s3://other/uploads/2024", "s3://in/uploads/", None),
            ("photos/2024", "s3://in/uploads/", None),
            ("photos/2024", "./photos", Some("2024/")),
            ("photos", "photos/", Some("")),
            ("photos2/2024", "photos", None),
        ] {
            assert_eq!(prefix(part, source).as_deref(), expected, "{part} of {source}");
        }
    }
}
