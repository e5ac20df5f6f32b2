//! Bytes from the reader: markers, segments, and entropy-coded data without its stuffed zeros.

use std::io::{self, Read};

use memchr::{memchr, memmem};

use crate::error::DecodeError;

/// Bytes that are asked of the reader at once.
const BUFFER: usize = 64 * 1024;

/// How far ahead the number of lines is looked for, where the frame does not tell it. Scanners
/// that wrote so sent pages; everybody else knows how high a picture is.
const LINES_AHEAD_MAX: usize = 16 * 1024 * 1024;

/// What ended a stretch of entropy-coded data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A marker with this code, which was read.
    Marker(u8),
    /// The end of the bytes.
    End,
}

/// A reader with a buffer.
#[derive(Debug)]
pub(crate) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; BUFFER], at: 0, end: 0 }
    }

    /// The reader, which may be up to a buffer ahead.
    pub(crate) fn into_reader(self) -> R {
        self.reader
    }

    /// What is there to be consumed; empty only at the end.
    fn fill(&mut self) -> Result<&[u8], DecodeError> {
        while self.at >= self.end {
            (self.at, self.end) = (0, 0);
            match self.reader.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(count) => self.end = count.min(self.buffer.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(DecodeError::Read(error)),
            }
        }
        Ok(self.buffer.get(self.at..self.end).unwrap_or_default())
    }

    /// The next byte, if there is one.
    pub(crate) fn byte(&mut self) -> Result<Option<u8>, DecodeError> {
        let byte = self.fill()?.first().copied();
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    /// The code of the next marker, whatever stands before it.
    pub(crate) fn marker(&mut self) -> Result<Option<u8>, DecodeError> {
        loop {
            let there = self.fill()?;
            if there.is_empty() {
                return Ok(None);
            }
            match memchr(0xff, there) {
                None => self.at = self.end,
                Some(found) => {
                    self.at += found + 1;
                    match self.code()? {
                        Some(0) => {}
                        other => return Ok(other),
                    }
                }
            }
        }
    }

    /// The byte after any number of 0xff.
    fn code(&mut self) -> Result<Option<u8>, DecodeError> {
        loop {
            match self.byte()? {
                Some(0xff) => {}
                other => return Ok(other),
            }
        }
    }

    /// What a segment holds, without its length.
    ///
    /// # Errors
    /// `Truncated`, or `Malformed` for a length that does not even count itself.
    pub(crate) fn segment(&mut self) -> Result<Vec<u8>, DecodeError> {
        let cut = DecodeError::Truncated("the end of a segment");
        let (Some(high), Some(low)) = (self.byte()?, self.byte()?) else { return Err(cut) };
        let Some(mut missing) = usize::from(u16::from_be_bytes([high, low])).checked_sub(2) else {
            return Err(DecodeError::Malformed("a segment is shorter than its own length"));
        };
        let mut segment = Vec::with_capacity(missing);
        while missing > 0 {
            let there = self.fill()?;
            let part = there.get(..missing).unwrap_or(there);
            if part.is_empty() {
                return Err(cut);
            }
            let count = part.len();
            segment.extend_from_slice(part);
            self.at += count;
            missing -= count;
        }
        Ok(segment)
    }

    /// Appends entropy-coded bytes without the zeros that are stuffed behind every 0xff (T.81,
    /// B.1.1.5), until there are `wanted` more or something ends them.
    pub(crate) fn entropy(&mut self, data: &mut Vec<u8>, wanted: usize) -> Result<Option<Stop>, DecodeError> {
        let full = data.len() + wanted;
        while data.len() < full {
            let room = full - data.len();
            let there = self.fill()?;
            let there = there.get(..room).unwrap_or(there);
            if there.is_empty() {
                return Ok(Some(Stop::End));
            }
            let found = memchr(0xff, there);
            let plain = found.unwrap_or(there.len());
            data.extend_from_slice(there.get(..plain).unwrap_or_default());
            self.at += plain;
            if found.is_some() {
                self.at += 1;
                match self.code()? {
                    Some(0) => data.push(0xff),
                    Some(code) => return Ok(Some(Stop::Marker(code))),
                    None => return Ok(Some(Stop::End)),
                }
            }
        }
        Ok(None)
    }

    /// Passes over entropy-coded data and its restarts; the code of the marker that ends them.
    pub(crate) fn skip_entropy(&mut self) -> Result<Option<u8>, DecodeError> {
        loop {
            match self.marker()? {
                Some(0xd0..=0xd7) => {}
                other => return Ok(other),
            }
        }
    }

    /// The number of lines that a DNL segment somewhere ahead tells (T.81, B.2.5).
    ///
    /// What was looked through stays to be read.
    pub(crate) fn lines_ahead(&mut self) -> Result<Option<u16>, DecodeError> {
        const SEGMENT: &[u8] = &[0xff, 0xdc, 0, 4];
        let mut from = self.at;
        loop {
            let there = self.buffer.get(from..self.end).unwrap_or_default();
            if let Some(found) = memmem::find(there, SEGMENT)
                && let Some([high, low]) = there.get(found + SEGMENT.len()..).and_then(<[u8]>::first_chunk)
            {
                return Ok(Some(u16::from_be_bytes([*high, *low])));
            }
            // The segment may lie over the end of what is there.
            from = self.end.saturating_sub(SEGMENT.len() + 1).max(self.at);
            if self.end - self.at > LINES_AHEAD_MAX {
                return Ok(None);
            }
            self.buffer.resize(self.end + BUFFER, 0);
            match self.reader.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Ok(0) => return Ok(None),
                Ok(count) => self.end += count.min(BUFFER),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(DecodeError::Read(error)),
            }
        }
    }
}
