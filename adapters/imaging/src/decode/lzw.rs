//! LZW, as TIFF (TIFF 6.0, section 13) and GIF (GIF89a, appendix F) have it, and as files before
//! TIFF 5 have it.
//!
//! A string of the table is a place in what was unpacked before, so that a new one costs one
//! entry: it is the string before it and the byte behind that. What was unpacked is kept until
//! the table is cleared or full, which is at most 8 MiB, of a picture of one colour.

use std::borrow::Cow;
use std::io::{self, Read};

const TABLE: usize = 4096;

/// How many packed bytes are fetched at a time.
const FETCHED: u64 = 16 * 1024;

/// How many bytes are unpacked at a time.
const PART: usize = 32 * 1024;

/// Bytes that are copied at once: most strings are shorter.
const STEP: usize = 16;

/// A string: where it stands in what was unpacked.
#[derive(Clone, Copy, Default)]
struct Text {
    start: u32,
    length: u32,
}

pub(super) struct Unpacked<'a> {
    packed: Cow<'a, [u8]>,
    /// Where more of it comes from.
    more: Box<dyn Read + 'a>,
    cursor: Cursor,
    /// Codes begin at the lowest bit of a byte; otherwise at the highest, and get wider one early.
    lowest_first: bool,
    /// The code that clears the table; the next one is the end, and then come strings.
    clear: usize,
    strings: Strings,
    /// Every byte once, then what was unpacked, then room.
    bytes: Vec<u8>,
    /// How far the bytes are unpacked, and how far they were read.
    end: usize,
    read: usize,
    /// How far the strings of a full table reach.
    kept: Option<usize>,
    has_ended: bool,
    failed: Option<io::Error>,
}

/// The table.
struct Strings {
    table: Box<[Text; TABLE]>,
    /// The next free entry.
    next: usize,
    /// Bits of a code.
    width: u32,
    /// The last string; of no length after the table was cleared.
    last: Text,
}

/// Where reading of bits stands.
#[derive(Clone, Copy, Default)]
struct Cursor {
    at: usize,
    held: u64,
    count: u32,
}

impl<'a> Unpacked<'a> {
    /// A strip or tile of a TIFF.
    pub(super) fn tiff(packed: Cow<'a, [u8]>) -> Self {
        // A stream begins with a clear code, whose bits are a 1 and eight 0s from the highest bit.
        let is_old = matches!(*packed, [0, second, ..] if second & 1 == 1);
        Self::new(packed, Box::new(io::empty()), is_old, 8)
    }

    /// The pixels of a GIF's frame, each of so many bits.
    pub(super) fn gif(packed: impl Read + 'a, bits: u8) -> Self {
        Self::new(Cow::Owned(Vec::new()), Box::new(packed), true, bits.clamp(1, 8))
    }

    fn new(packed: Cow<'a, [u8]>, more: Box<dyn Read + 'a>, lowest_first: bool, bits: u8) -> Self {
        let mut table = Box::new([Text::default(); TABLE]);
        for (start, text) in (0..256).zip(table.iter_mut()) {
            *text = Text { start, length: 1 };
        }
        let clear = 1 << bits;
        Self {
            packed,
            more,
            cursor: Cursor::default(),
            lowest_first,
            clear,
            strings: Strings { table, next: clear + 2, width: u32::from(bits) + 1, last: Text::default() },
            bytes: (0..=255).collect(),
            end: 256,
            read: 256,
            kept: None,
            has_ended: false,
            failed: None,
        }
    }

    /// Fetches more packed bytes; all before were looked at.
    fn fetch(&mut self) -> io::Result<()> {
        let packed = self.packed.to_mut();
        packed.clear();
        self.cursor.at = 0;
        let result = self.more.by_ref().take(FETCHED).read_to_end(packed);
        // What came before an error is unpacked first; the error comes again.
        if packed.is_empty() {
            self.has_ended = result.is_ok();
            result?;
        }
        Ok(())
    }

    /// Unpacks a part behind what the table still needs; all before was read.
    fn refill(&mut self) -> io::Result<()> {
        if self.strings.last.length == 0 {
            (self.end, self.kept) = (256, None);
        } else if self.strings.next == TABLE {
            self.end = *self.kept.get_or_insert(self.end);
        }
        self.read = self.end;
        let stop = self.end + PART;
        // A string is at most as long as the table has entries.
        let room = stop + TABLE + STEP;
        if self.bytes.len() < room {
            self.bytes.resize(room, 0);
        }
        if self.lowest_first { self.unpack::<true>(stop) } else { self.unpack::<false>(stop) }
    }

    /// Unpacks until there is enough, or the table is cleared, or all is unpacked.
    fn unpack<const LOWEST_FIRST: bool>(&mut self, stop: usize) -> io::Result<()> {
        let (mut cursor, packed, bytes) = (self.cursor, &*self.packed, self.bytes.as_mut_slice());
        let Strings { table, next: free, width: bits, last: before } = &mut self.strings;
        let (mut next, mut width, mut last, mut end) = (*free, *bits, *before, self.end);
        let (clear, first_width) = (self.clear, self.clear.ilog2() + 1);
        let (mut result, mut is_dry) = (Ok(()), false);
        while end < stop {
            let Some(code) = cursor.code::<LOWEST_FIRST>(packed, width) else {
                is_dry = true;
                break;
            };
            if code == clear + 1 {
                self.has_ended = true;
                break;
            }
            if code == clear {
                (next, width) = (clear + 2, first_width);
                if std::mem::take(&mut last).length == 0 {
                    continue;
                }
                break;
            }
            // The string behind the last one, whatever it is, begins with the byte behind it.
            let new = Text { start: last.start, length: last.length + 1 };
            let text = if code < next { table.get(code).copied().unwrap_or_default() } else { new };
            if code > next || (code == next && last.length == 0) {
                result = Err(io::Error::new(io::ErrorKind::InvalidData, "a code that stands for nothing in LZW data"));
                break;
            }
            copy(bytes, index(text.start), end, index(text.length));
            if last.length != 0 && next < TABLE {
                if let Some(free) = table.get_mut(next) {
                    *free = new;
                }
                next += 1;
                if next + usize::from(!LOWEST_FIRST) >= 1 << width && width < 12 {
                    width += 1;
                }
            }
            last = Text { start: u32::try_from(end).unwrap_or(u32::MAX), length: text.length };
            end += index(text.length);
        }
        (*free, *bits, *before, self.end, self.cursor) = (next, width, last, end, cursor);
        if is_dry { self.fetch() } else { result }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.end && !self.has_ended {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            // What was unpacked before an error is read first.
            self.failed = self.refill().err();
        }
        let count = self.bytes.get(self.read..self.end).unwrap_or_default().read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

impl Cursor {
    /// The next code.
    #[inline]
    fn code<const LOWEST_FIRST: bool>(&mut self, packed: &[u8], width: u32) -> Option<usize> {
        if self.count < width {
            self.refill::<LOWEST_FIRST>(packed);
            if self.count < width {
                return None;
            }
        }
        let code;
        if LOWEST_FIRST {
            code = self.held & ((1 << width) - 1);
            self.held >>= width;
        } else {
            code = self.held >> (64 - width);
            self.held <<= width;
        }
        self.count -= width;
        usize::try_from(code).ok()
    }

    /// Holds bits from the highest one down, or from the lowest one up.
    fn refill<const LOWEST_FIRST: bool>(&mut self, packed: &[u8]) {
        let rest = packed.get(self.at..).unwrap_or_default();
        let (more, bytes) = match rest.first_chunk::<8>() {
            Some(eight) => (*eight, index((63 - self.count) / 8)),
            None => {
                let mut eight = [0; 8];
                let bytes = rest.len().min(index((63 - self.count) / 8));
                for (to, from) in eight.iter_mut().zip(rest.iter().take(bytes)) {
                    *to = *from;
                }
                (eight, bytes)
            }
        };
        if LOWEST_FIRST {
            self.held |= u64::from_le_bytes(more) << self.count;
        } else {
            self.held |= u64::from_be_bytes(more) >> self.count;
        }
        self.at += bytes;
        self.count += u32::try_from(bytes * 8).unwrap_or(0);
        // What was taken besides whole bytes comes again.
        if self.count < 64 {
            self.held &= if LOWEST_FIRST { (1 << self.count) - 1 } else { !(u64::MAX >> self.count) };
        }
    }
}

/// Copies a string to the end. Where it is one byte longer than what comes before the end, that
/// byte is its own first one.
#[inline]
fn copy(bytes: &mut [u8], start: usize, end: usize, length: usize) {
    if length <= STEP {
        let text = bytes.get(start..).and_then(|text| text.first_chunk::<STEP>()).copied();
        let target = bytes.get_mut(end..).and_then(|target| target.first_chunk_mut::<STEP>());
        if let (Some(text), Some(target)) = (text, target) {
            *target = text;
        }
    } else if end + length <= bytes.len() && start < end {
        bytes.copy_within(start..start + length, end);
    }
    if start + length > end
        && let Some(first) = bytes.get(start).copied()
        && let Some(byte) = bytes.get_mut(end + length - 1)
    {
        *byte = first;
    }
}

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::io::Read as _;

    use weezl::BitOrder;
    use weezl::encode::Encoder;

    use super::Unpacked;

    fn unpacked(packed: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut all = Vec::new();
        Unpacked::tiff(Cow::Borrowed(packed)).read_to_end(&mut all).map(|_| all)
    }

    fn noise(length: usize, colours: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from((state >> 16) % colours).unwrap()
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn what_was_packed_comes_out() {
        for (length, colours) in [(0, 1), (1, 1), (70_000, 1), (9_000_000, 1), (300_000, 2), (300_000, 256)] {
            let plain = noise(length, colours);
            let packed = Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&plain).unwrap();
            assert!(unpacked(&packed).unwrap() == plain, "{length} bytes of {colours} values");
            let old = Encoder::new(BitOrder::Lsb, 8).encode(&plain).unwrap();
            assert!(unpacked(&old).unwrap() == plain, "{length} bytes of {colours} values, lowest bit first");
        }
    }

    #[test]
    fn pixels_of_a_gif_come_out() {
        for bits in 1..=8 {
            let plain = noise(300_000, 1 << bits);
            // What comes in pieces, of a size of its own: a code lies across two of them.
            let packed = Encoder::new(BitOrder::Lsb, bits.max(2)).encode(&plain).unwrap();
            let mut all = Vec::new();
            Unpacked::gif(&packed[..], bits.max(2)).read_to_end(&mut all).unwrap();
            assert!(all == plain, "{bits} bits");
        }
    }

    #[test]
    fn nonsense_ends() {
        for length in 0..300 {
            let _ = unpacked(&noise(length, 256));
        }
        // A code that is not there yet, right behind the clear code.
        assert!(unpacked(&[0x80, 0x40, 0xff]).is_err());
        assert!(unpacked(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_table_that_is_never_cleared_takes_no_memory() {
        // Codes of a full table, each of them the byte 255 (0xff of 12 bits), for 6 million bytes.
        let plain = noise(20_000, 256);
        let mut packed = Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&plain).unwrap();
        packed.truncate(5_000);
        packed.resize(9_000_000, 0x0f);
        let mut unpacked = Unpacked::tiff(Cow::Borrowed(&packed));
        let mut part = vec![0; 100_000];
        while unpacked.read(&mut part).is_ok_and(|count| count > 0) {}
        assert!(unpacked.bytes.len() < 1_000_000, "{}", unpacked.bytes.len());
    }
}
