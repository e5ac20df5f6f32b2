//! Tags of a TIFF directory: of a TIFF file, or of the EXIF block that has the same form.
//!
//! Reads the first directory only (TIFF 6.0, section 2; `BigTIFF` as libtiff describes it).
//! Offsets come from the content, so every one is checked; nothing is followed, so nothing loops.

use thumbgate_core::orientation::Orientation;

/// The most entries of a directory that are looked at.
const ENTRIES_MAX: usize = 4096;

/// The type of fractions.
const RATIONAL: u64 = 5;

/// Orientation, in TIFF and in EXIF.
pub(crate) const ORIENTATION: u16 = 274;

/// A directory, or how many bytes from the beginning it takes to read it.
pub(crate) enum Found<'bytes> {
    Directory(Directory<'bytes>),
    More(u64),
    /// No TIFF header stands here.
    Nothing,
}

/// The first directory of a TIFF block.
pub(crate) struct Directory<'bytes> {
    bytes: &'bytes [u8],
    entries: &'bytes [u8],
    /// Where `entries` stand in `bytes`.
    entries_at: u64,
    form: Form,
}

#[derive(Clone, Copy)]
struct Form {
    little_endian: bool,
    big: bool,
}

impl Form {
    /// The number that `bytes` (1, 2, 4 or 8 of them) mean.
    fn number(self, bytes: &[u8]) -> u64 {
        let join = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
        if self.little_endian { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) }
    }

    /// How wide the entry count, an entry, and an entry's value are.
    fn widths(self) -> (usize, usize, usize) {
        if self.big { (8, 20, 8) } else { (2, 12, 4) }
    }
}

/// Finds the first directory.
pub(crate) fn read(bytes: &[u8]) -> Found<'_> {
    let Some(form) = form(bytes) else {
        return if bytes.len() < 4 { Found::More(4) } else { Found::Nothing };
    };
    let offset_bytes = if form.big { bytes.get(8..16) } else { bytes.get(4..8) };
    let Some(offset) = offset_bytes.map(|bytes| form.number(bytes)) else {
        return Found::More(16);
    };
    let (count_width, entry_width, _) = form.widths();
    let Some(counted) = slice(bytes, offset, count_width) else {
        return Found::More(offset.saturating_add(8));
    };
    let count = usize::try_from(form.number(counted)).unwrap_or(usize::MAX).min(ENTRIES_MAX);
    let start = offset.saturating_add(u64::try_from(count_width).unwrap_or(0));
    match slice(bytes, start, count * entry_width) {
        Some(entries) => Found::Directory(Directory { bytes, entries, entries_at: start, form }),
        None => Found::More(start.saturating_add(u64::try_from(count * entry_width).unwrap_or(0))),
    }
}

fn form(bytes: &[u8]) -> Option<Form> {
    let (order, magic) = (bytes.get(..2)?, bytes.get(2..4)?);
    let little_endian = match order {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let form = Form { little_endian, big: false };
    match form.number(magic) {
        42 => Some(form),
        43 => Some(Form { big: true, ..form }),
        _ => None,
    }
}

fn slice(bytes: &[u8], start: u64, length: usize) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

/// The value of an entry: where it stands and what its numbers are made of.
struct Entry {
    kind: u64,
    kind_width: usize,
    count: u64,
    start: u64,
}

impl Directory<'_> {
    fn entry(&self, tag: u16) -> Option<Entry> {
        let (count_width, entry_width, value_width) = self.form.widths();
        let count_width = if self.form.big { count_width } else { 4 };
        for (index, entry) in self.entries.chunks_exact(entry_width).enumerate() {
            if self.form.number(entry.get(..2)?) != u64::from(tag) {
                continue;
            }
            // TIFF 6.0: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, ...; BigTIFF: LONG8.
            let kind = self.form.number(entry.get(2..4)?);
            let kind_width = match kind {
                1 | 2 | 6 | 7 => 1,
                3 | 8 => 2,
                4 | 9 | 11 | 13 => 4,
                5 | 10 | 12 | 16 | 17 | 18 => 8,
                _ => return None,
            };
            let count = self.form.number(entry.get(4..4 + count_width)?);
            let value = entry.get(4 + count_width..4 + count_width + value_width)?;
            let inline = count.saturating_mul(u64::try_from(kind_width).ok()?) <= u64::try_from(value_width).ok()?;
            let start = if inline {
                self.entries_at + u64::try_from(index * entry_width + 4 + count_width).ok()?
            } else {
                self.form.number(value)
            };
            return Some(Entry { kind, kind_width, count, start });
        }
        None
    }

    /// The first number of a tag.
    pub(crate) fn number(&self, tag: u16) -> Option<u64> {
        self.numbers(tag, 1).first().copied()
    }

    /// The numbers of a tag, at most `max` of them.
    pub(crate) fn numbers(&self, tag: u16, max: usize) -> Vec<u64> {
        let Some(entry) = self.entry(tag) else { return Vec::new() };
        let count = usize::try_from(entry.count).unwrap_or(usize::MAX).min(max);
        let found = count.checked_mul(entry.kind_width).and_then(|length| slice(self.bytes, entry.start, length));
        found.unwrap_or_default().chunks_exact(entry.kind_width).map(|number| self.form.number(number)).collect()
    }

    /// The numbers of a tag that may be fractions, at most `max` of them.
    pub(crate) fn fractions(&self, tag: u16, max: usize) -> Vec<f64> {
        let numbers = self.numbers(tag, max).into_iter();
        let half = |value: u64| f64::from(u32::try_from(value & u64::from(u32::MAX)).unwrap_or(0));
        if self.entry(tag).is_some_and(|entry| entry.kind == RATIONAL) {
            let little = self.form.little_endian;
            let divided = |low: f64, high: f64| if little { low / high } else { high / low };
            return numbers.map(|number| divided(half(number), half(number >> 32))).collect();
        }
        numbers.map(half).collect()
    }

    pub(crate) fn is_little_endian(&self) -> bool {
        self.form.little_endian
    }

    /// The bytes of a tag, or how many bytes from the beginning it takes to have them.
    pub(crate) fn bytes(&self, tag: u16) -> Option<Result<&[u8], u64>> {
        let entry = self.entry(tag)?;
        let length = entry.count.checked_mul(u64::try_from(entry.kind_width).ok()?)?;
        let found = usize::try_from(length).ok().and_then(|length| slice(self.bytes, entry.start, length));
        Some(found.ok_or(entry.start.saturating_add(length)))
    }

    /// How the stored picture is turned; what is no legal value is upright.
    pub(crate) fn orientation(&self) -> Orientation {
        let value = self.number(ORIENTATION).and_then(|value| u32::try_from(value).ok());
        value.and_then(Orientation::from_exif).unwrap_or_default()
    }
}

/// The orientation that an EXIF block tells, with or without its `Exif\0\0`; upright when it
/// tells none.
pub(crate) fn exif_orientation(block: &[u8]) -> Orientation {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    match read(block) {
        Found::Directory(directory) => directory.orientation(),
        Found::More(_) | Found::Nothing => Orientation::Upright,
    }
}

#[cfg(test)]
mod tests {
    use thumbgate_core::orientation::Orientation;

    use super::exif_orientation;

    fn block(order: &[u8; 2], tags: &[(u16, u16, u32, [u8; 4])]) -> Vec<u8> {
        let little = order == b"II";
        let short = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let mut bytes = order.to_vec();
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(u16::try_from(tags.len()).unwrap()));
        for (tag, kind, count, value) in tags {
            bytes.extend(short(*tag));
            bytes.extend(short(*kind));
            bytes.extend(long(*count));
            bytes.extend(value);
        }
        bytes.extend(long(0));
        bytes
    }

    #[test]
    fn both_byte_orders_are_read() {
        assert_eq!(exif_orientation(&block(b"II", &[(274, 3, 1, [6, 0, 0, 0])])), Orientation::Rotate90);
        assert_eq!(exif_orientation(&block(b"MM", &[(274, 3, 1, [0, 8, 0, 0])])), Orientation::Rotate270);
        let mut named = b"Exif\0\0".to_vec();
        named.extend(block(b"MM", &[(271, 2, 4, *b"abc\0"), (274, 4, 1, [0, 0, 0, 3])]));
        assert_eq!(exif_orientation(&named), Orientation::Rotate180);
    }

    #[test]
    fn nonsense_is_upright() {
        let good = block(b"II", &[(274, 3, 1, [6, 0, 0, 0])]);
        for cut in 0..good.len() - 4 {
            assert_eq!(exif_orientation(&good[..cut]), Orientation::Upright, "cut at {cut}");
        }
        for bad in [
            block(b"II", &[(274, 3, 1, [9, 0, 0, 0])]),
            block(b"II", &[(274, 3, u32::MAX, [255; 4])]),
            block(b"II", &[(274, 12, 1, [255; 4])]),
            block(b"II", &[(274, 99, 1, [6, 0, 0, 0])]),
            b"II*\0\xff\xff\xff\xff".to_vec(),
        ] {
            assert_eq!(exif_orientation(&bad), Orientation::Upright);
        }
    }
}
