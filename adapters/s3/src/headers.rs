//! What a put sends as headers, checked before anything is sent.
//!
//! A header holds visible ASCII and inner spaces; anything else would be refused by the SDK, or
//! trimmed or encoded on its way and read back as something else (User Guide, "Working with
//! object metadata").

use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::ETag;
use thumbgate_core::port::{Condition, PutOptions};

/// Refuses options that would not read back as they were put.
pub(crate) fn check(options: &PutOptions) -> Result<(), StorageError> {
    for (name, value) in [("media type", &options.media_type), ("cache control", &options.cache_control)] {
        if value.as_ref().is_some_and(|value| !is_header_value(value)) {
            return Err(unfit(&format!("the {name}")));
        }
    }
    for (name, value) in &options.metadata {
        if !is_metadata_name(name) {
            return Err(unfit(&format!("the metadata name `{name}`")));
        }
        if !is_header_value(value) {
            return Err(unfit(&format!("the metadata value of `{name}`")));
        }
    }
    match &options.condition {
        Condition::IfMatch(etag) => check_etag(etag),
        Condition::Always | Condition::IfAbsent => Ok(()),
    }
}

/// Refuses a tag that cannot be sent in a condition.
pub(crate) fn check_etag(etag: &ETag) -> Result<(), StorageError> {
    let sendable = !etag.as_str().is_empty() && is_header_value(etag.as_str());
    if sendable { Ok(()) } else { Err(unfit("the etag of the condition")) }
}

fn unfit(what: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Unsupported, format!("{what} cannot be sent as a header: ASCII only"))
}

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim_matches(' ') == text
}

fn is_metadata_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use thumbgate_core::error::StorageErrorKind;
    use thumbgate_core::object::ETag;
    use thumbgate_core::port::{Condition, PutOptions};

    use super::check;

    fn with_metadata(name: &str, value: &str) -> PutOptions {
        let metadata = [(name.to_owned(), value.to_owned())].into();
        PutOptions { metadata, ..PutOptions::when(Condition::Always) }
    }

    #[test]
    fn what_reads_back_is_sent() {
        assert!(check(&with_metadata("thumbgate-source-etag", "\"abc def\"")).is_ok());
        assert!(check(&with_metadata("empty", "")).is_ok());
    }

    #[test]
    fn what_would_be_changed_on_its_way_is_refused() {
        let etag = |text| PutOptions::when(Condition::IfMatch(ETag::new(text)));
        let media = |text: &str| PutOptions { media_type: Some(text.to_owned()), ..with_metadata("a", "b") };
        for options in [
            with_metadata("a", "ü"),
            with_metadata("a", "x\r\ny: z"),
            with_metadata("a", " x"),
            with_metadata("A", "x"),
            with_metadata("a:b", "x"),
            with_metadata("", "x"),
            media("image/\njpeg"),
            etag("a\nb"),
            etag(""),
        ] {
            assert_eq!(check(&options).unwrap_err().kind(), StorageErrorKind::Unsupported, "{options:?}");
        }
    }
}
