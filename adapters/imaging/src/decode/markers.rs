//! Where a JPEG's scans and its end are, by its markers (ITU-T T.81, annex B.1.1).

use crate::header::jpeg::next_marker;

/// What a walk over the markers found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Walk {
    /// How many scans begin.
    pub(super) scans: usize,
    /// Where the first end marker after a scan stands.
    pub(super) end: Option<usize>,
}

/// Walks from the beginning to the first end marker after a scan.
///
/// What is in a segment is its own business (a thumbnail has scans and an end, too), and so is
/// what follows the end: phones append films and further pictures. What only looks like a marker,
/// or announces more than there is, is passed over.
pub(super) fn walk(source: &[u8]) -> Walk {
    let mut walk = Walk { scans: 0, end: None };
    let mut at = 2;
    while let Some(code_at) = next_marker(source, at) {
        at = code_at + 1;
        match source.get(code_at) {
            Some(0xd9) if walk.scans > 0 => {
                walk.end = Some(code_at - 1);
                break;
            }
            // Without a length: a scan's own restarts, beginnings, ends too early, reserved codes.
            Some(0x00..=0xbf | 0xd0..=0xd9) | None => continue,
            Some(0xda) => walk.scans += 1,
            Some(_) => {}
        }
        let Some([high, low]) = source.get(at..at + 2) else { break };
        let end = at + usize::from(u16::from_be_bytes([*high, *low]));
        if end <= source.len() {
            at = end;
        }
    }
    walk
}

#[cfg(test)]
mod tests {
    use super::{Walk, walk};

    #[test]
    fn segments_and_what_follows_are_passed_over() {
        let segment = b"\xff\xe1\0\x0a\xff\xda\xff\xd9\xff\xda\xff\xd9";
        let scan = b"\xff\xda\0\x04\xff\xda abc\xff\0\xff\xd3 \xff\x05\xff\xff";
        let source = [b"\xff\xd8", &segment[..], scan, b"\xff\xc4\0\x02", scan, b"\xd9\xff\xda\xff\xd9"].concat();
        assert_eq!(walk(&source), Walk { scans: 2, end: Some(source.len() - 6) });
        assert_eq!(walk(&source[..source.len() - 5]), Walk { scans: 2, end: None });
        assert_eq!(walk(b"\xff\xd8 \xff\xd9\xff\xda\0\x20 \xff"), Walk { scans: 1, end: None });
    }
}
