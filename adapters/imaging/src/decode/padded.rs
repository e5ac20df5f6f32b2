//! A source in memory that goes on with zeros where it ends early.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

static ZEROS: [u8; 4096] = [0; 4096];

/// The source, and zeros up to a length. They take no memory.
#[derive(Debug)]
pub(super) struct Padded<'a> {
    source: &'a [u8],
    length: u64,
    at: u64,
}

impl<'a> Padded<'a> {
    /// As long as is said, or as the source is.
    pub(super) fn new(source: &'a [u8], length: u64) -> Self {
        Self { source, length: length.max(u64::try_from(source.len()).unwrap_or(u64::MAX)), at: 0 }
    }
}

impl Read for Padded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Padded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let rest = usize::try_from(self.at).ok().and_then(|at| self.source.get(at..)).unwrap_or_default();
        if !rest.is_empty() {
            return Ok(rest);
        }
        let missing = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        Ok(ZEROS.get(..missing).unwrap_or(&ZEROS))
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

impl Seek for Padded<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, SeekFrom};

    use super::Padded;

    #[test]
    fn zeros_follow_up_to_the_length() {
        let mut padded = Padded::new(b"abc", 10_000);
        let mut all = Vec::new();
        assert_eq!(padded.read_to_end(&mut all).unwrap(), 10_000);
        assert_eq!((&all[..4], all[4..].iter().all(|byte| *byte == 0)), (&b"abc\0"[..], true));
        assert_eq!(padded.seek(SeekFrom::End(-9_999)).unwrap(), 1);
        let mut two = [9; 4];
        padded.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"bc\0\0");
        assert_eq!(padded.seek(SeekFrom::Start(20_000)).unwrap(), 20_000);
        assert_eq!(padded.read(&mut two).unwrap(), 0);
        assert_eq!(Padded::new(b"abc", 1).read_to_end(&mut all).unwrap(), 3);
    }
}
