//! Names as they stand in a listing that was asked for with `encoding-type=url`.
//!
//! XML 1.0 cannot hold most control characters, so keys are asked for URL-encoded; the SDK passes
//! them on as they came. S3 writes a space as `+` (API Reference, `ListObjectsV2`, "EncodingType").

/// Decodes a name once; `None` where it is not the encoding of any UTF-8 text.
pub(crate) fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn names_are_decoded_exactly_once() {
        for (encoded, decoded) in [
            ("a/b.jpg", "a/b.jpg"),
            ("a+b%2Bc%252B", "a b+c%2B"),
            ("%0A%01%7f", "\n\u{1}\u{7f}"),
            ("%F0%9F%98%80", "\u{1f600}"),
            ("ü", "ü"),
            ("", ""),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(decoded), "{encoded}");
        }
    }

    #[test]
    fn what_encodes_nothing_is_told() {
        for encoded in ["%", "%4", "%4g", "%+1", "%FF", "%C3%28"] {
            assert_eq!(decode(encoded), None, "{encoded}");
        }
    }
}
