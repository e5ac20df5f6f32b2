//! A scan's entropy-coded data, a stretch at a time: from one restart to the next.

use std::io::Read;

use crate::bits::{Bits, PADDING};
use crate::error::DecodeError;
use crate::source::{Source, Stop};

/// Bytes that are read ahead; small, so that they stay in the nearest cache.
const AHEAD: usize = 16 * 1024;

/// More than any unit takes: ten blocks of 64 coefficients, 31 bits each.
const UNIT_BYTES_MAX: usize = 2560;

/// What follows the stretch that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// More of it.
    More,
    /// A restart with this number, 0 to 7.
    Restart(u8),
    /// Another marker, or the end.
    Other(Stop),
}

/// A stretch of data. Invariant: `PADDING` zeros stand behind its `end`.
#[derive(Debug)]
pub(crate) struct Stretch {
    data: Vec<u8>,
    end: usize,
    after: After,
}

impl Stretch {
    pub(crate) fn new() -> Self {
        Self { data: vec![0; PADDING], end: 0, after: After::More }
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(crate) fn after(&self) -> After {
        self.after
    }

    /// Whether more was taken than there is.
    #[inline(always)]
    pub(crate) fn is_exhausted(&self, bits: &Bits) -> bool {
        self.after != After::More && bits.position() > self.end * 8
    }

    /// Whether a whole unit can be read without more data.
    #[inline(always)]
    pub(crate) fn has_unit(&self, bits: &Bits) -> bool {
        self.after != After::More || bits.position() / 8 + UNIT_BYTES_MAX <= self.end
    }

    /// Reads on, and moves `bits` to where the same bits are now.
    #[cold]
    pub(crate) fn read_on<R: Read>(&mut self, source: &mut Source<R>, bits: &mut Bits) -> Result<(), DecodeError> {
        let position = bits.position();
        let taken = (position / 8).min(self.end);
        self.data.truncate(self.end);
        self.data.drain(..taken);
        let stop = source.entropy(&mut self.data, AHEAD)?;
        self.after = match stop {
            None => After::More,
            Some(Stop::Marker(code @ 0xd0..=0xd7)) => After::Restart(code - 0xd0),
            Some(stop) => After::Other(stop),
        };
        self.end = self.data.len();
        self.data.resize(self.end + PADDING, 0);
        bits.seek(&self.data, position - taken * 8);
        Ok(())
    }

    /// Passes over the rest, to what follows it.
    pub(crate) fn finish<R: Read>(&mut self, source: &mut Source<R>) -> Result<After, DecodeError> {
        while self.after == After::More {
            self.end = 0;
            self.read_on(source, &mut Bits::default())?;
        }
        Ok(self.after)
    }

    /// Begins the stretch behind a restart.
    pub(crate) fn restart<R: Read>(&mut self, source: &mut Source<R>) -> Result<Bits, DecodeError> {
        (self.end, self.after) = (0, After::More);
        let mut bits = Bits::default();
        self.read_on(source, &mut bits)?;
        Ok(bits)
    }
}

/// When restarts are due, and what to do where they are not as they should be (T.81, E.2.4).
#[derive(Debug)]
pub(crate) struct Restarts {
    interval: u32,
    left: u32,
    expected: u8,
}

/// What a restart that is due leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Due {
    /// The stretch of the next interval has begun.
    Fresh(Bits),
    /// The interval is lost: its units are blank.
    Lost,
}

impl Restarts {
    pub(crate) fn new(interval: u32) -> Self {
        Self { interval, left: interval, expected: 0 }
    }

    /// Counts a unit; whether a restart is due before it.
    #[inline(always)]
    pub(crate) fn is_due(&mut self) -> bool {
        if self.interval == 0 {
            return false;
        }
        if self.left == 0 {
            self.left = self.interval - 1;
            return true;
        }
        self.left -= 1;
        false
    }

    /// Goes to the restart that is due.
    pub(crate) fn next<R: Read>(&mut self, stretch: &mut Stretch, source: &mut Source<R>) -> Result<Due, DecodeError> {
        let expected = self.expected;
        self.expected = (expected + 1) % 8;
        match stretch.finish(source)? {
            // The one that is missing was lost, with what it began: the next one is already here.
            After::Restart(found) if matches!((found + 8 - expected) % 8, 1 | 2) => Ok(Due::Lost),
            After::Restart(_) => Ok(Due::Fresh(stretch.restart(source)?)),
            After::More | After::Other(_) => Ok(Due::Lost),
        }
    }
}
