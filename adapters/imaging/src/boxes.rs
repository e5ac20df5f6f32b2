//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), and the numbers in them.
//!
//! Knows nothing of what a box is for. Every length comes from the content and is checked against
//! the bytes that are there; nothing is followed, so nothing loops.

/// Numbers and bytes, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What was not read yet.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The next bytes; none of them are taken where there are too few.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, up to eight; of none, zero.
    pub(crate) fn number(&mut self, width: usize) -> Option<u64> {
        Some(self.take(width)?.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.kind()?))
    }

    /// Four letters.
    pub(crate) fn kind(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    /// The version and the flags that full boxes begin with.
    pub(crate) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some((word.to_be_bytes()[0], word & 0x00ff_ffff))
    }

    /// Bytes up to a zero, which is taken too; without one, all of them.
    pub(crate) fn text(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at_checked(end).unwrap_or((self.0, &[]));
        self.0 = rest.get(1..).unwrap_or_default();
        text
    }
}

/// The beginning of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: [u8; 4],
    /// Bytes before the content.
    pub(crate) head_bytes: usize,
    /// Bytes of the whole box; `None` when it goes on to the end of what it is in.
    pub(crate) bytes: Option<u64>,
}

impl Head {
    /// Reads it; `None` where there are too few bytes, or where the box says that it is shorter
    /// than its own beginning.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(bytes);
        let (short, kind) = (fields.u32()?, fields.kind()?);
        let (head_bytes, length) = match short {
            0 => (8, None),
            1 => (16, Some(fields.number(8)?)),
            short => (8, Some(u64::from(short))),
        };
        if length.is_some_and(|length| length < if short == 1 { 16 } else { 8 }) {
            return None;
        }
        Some(Self { kind, head_bytes, bytes: length })
    }
}

/// A box that is there as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) kind: [u8; 4],
    pub(crate) content: &'a [u8],
}

/// The boxes of some bytes, as far as they are whole.
#[derive(Debug, Clone)]
pub(crate) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The content of the first box of a kind.
    pub(crate) fn find(mut self, kind: &[u8; 4]) -> Option<&'a [u8]> {
        Iterator::find(&mut self, |part| part.kind == *kind).map(|part| part.content)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let head = Head::read(self.0)?;
        let length = match head.bytes {
            Some(bytes) => usize::try_from(bytes).ok()?,
            None => self.0.len(),
        };
        let (whole, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Part { kind: head.kind, content: whole.get(head.head_bytes..)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Head, Parts};

    #[test]
    fn lengths_are_never_believed() {
        for hostile in [
            &b"\0\0\0\x07free"[..],
            b"\0\0\0\x09free",
            b"\xff\xff\xff\xfffree",
            b"\0\0\0\x01free\0\0\0\0\0\0\0\x08",
            b"\0\0\0\x01free\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\0\0\0\x01free\0\0",
            b"fre",
        ] {
            assert_eq!(Parts::new(hostile).next(), None, "{hostile:?}");
        }
    }

    #[test]
    fn boxes_come_one_after_the_other() {
        let bytes = b"\0\0\0\x0aone 12\0\0\0\x01two \0\0\0\0\0\0\0\x111\0\0\0\0last rest";
        let parts: Vec<_> = Parts::new(bytes).map(|part| (part.kind, part.content)).collect();
        assert_eq!(parts, [(*b"one ", &b"12"[..]), (*b"two ", b"1"), (*b"last", b" rest")]);
        assert_eq!(Parts::new(bytes).find(b"two "), Some(&b"1"[..]));
        assert_eq!(Head::read(b"\0\0\0\0last").unwrap().bytes, None);
    }

    #[test]
    fn fields_end_where_the_bytes_do() {
        let mut fields = Fields::new(b"ab\0\x01\x02");
        assert_eq!(fields.text(), b"ab");
        assert_eq!(fields.number(3), None);
        assert_eq!((fields.number(2), fields.number(0), fields.number(1)), (Some(0x0102), Some(0), None));
    }
}
