//! A scan's entropy-coded data, a stretch at a time: from one restart to the next.

use std::io::Read;

use crate::bits::{Bits, Damage, PADDING};
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
struct Stretch {
    data: Vec<u8>,
    end: usize,
    after: After,
}

impl Stretch {
    fn new() -> Self {
        Self { data: vec![0; PADDING], end: 0, after: After::More }
    }

    /// Whether more was taken than there is.
    #[inline(always)]
    fn is_exhausted(&self, bits: &Bits) -> bool {
        self.after != After::More && bits.position() > self.end * 8
    }

    /// Whether a whole unit can be read without more data.
    #[inline(always)]
    fn has_unit(&self, bits: &Bits) -> bool {
        self.after != After::More || bits.position() / 8 + UNIT_BYTES_MAX <= self.end
    }

    /// Reads on, and moves `bits` to where the same bits are now.
    #[cold]
    fn read_on<R: Read>(&mut self, source: &mut Source<R>, bits: &mut Bits) -> Result<(), DecodeError> {
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
    fn finish<R: Read>(&mut self, source: &mut Source<R>) -> Result<After, DecodeError> {
        while self.after == After::More {
            self.end = 0;
            self.read_on(source, &mut Bits::default())?;
        }
        Ok(self.after)
    }

    /// Begins the stretch behind a restart.
    fn restart<R: Read>(&mut self, source: &mut Source<R>) -> Result<Bits, DecodeError> {
        (self.end, self.after) = (0, After::More);
        let mut bits = Bits::default();
        self.read_on(source, &mut bits)?;
        Ok(bits)
    }
}

/// When restarts are due, and what to do where they are not as they should be (T.81, E.2.4).
#[derive(Debug)]
struct Restarts {
    interval: u32,
    left: u32,
    expected: u8,
}

impl Restarts {
    /// Counts a unit; whether a restart is due before it.
    #[inline(always)]
    fn is_due(&mut self) -> bool {
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

    /// Goes to the restart that is due; `None` where the interval behind it is lost.
    fn next<R: Read>(&mut self, stretch: &mut Stretch, source: &mut Source<R>) -> Result<Option<Bits>, DecodeError> {
        let expected = self.expected;
        self.expected = (expected + 1) % 8;
        match stretch.finish(source)? {
            // The one that is missing was lost, with what it began: the next one is already here.
            After::Restart(found) if matches!((found + 8 - expected) % 8, 1 | 2) => Ok(None),
            After::Restart(_) => stretch.restart(source).map(Some),
            After::More | After::Other(_) => Ok(None),
        }
    }
}

/// What became of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// The data ended before the last unit.
    pub(crate) is_truncated: bool,
    /// Some of the data could not be read.
    pub(crate) is_damaged: bool,
}

/// A scan's data, unit after unit. What cannot be read is lost up to the next restart.
#[derive(Debug)]
pub(crate) struct Units {
    stretch: Stretch,
    bits: Bits,
    restarts: Restarts,
    is_lost: bool,
    faults: Faults,
    /// No other scan brings more of the picture.
    is_only_scan: bool,
    /// An arithmetic coder leaves out zeros at its end: only the end of all bytes is one.
    leaves_out_zeros: bool,
}

impl Units {
    /// The units of a scan that begins with the next byte.
    pub(crate) fn new(restart_interval: u32, is_only_scan: bool, leaves_out_zeros: bool) -> Self {
        Self {
            stretch: Stretch::new(),
            bits: Bits::default(),
            restarts: Restarts { interval: restart_interval, left: restart_interval, expected: 0 },
            is_lost: false,
            faults: Faults::default(),
            is_only_scan,
            leaves_out_zeros,
        }
    }

    /// Where reading stands, and what is read.
    #[inline(always)]
    pub(crate) fn parts_mut(&mut self) -> (&mut Bits, &[u8]) {
        (&mut self.bits, &self.stretch.data)
    }

    /// Whether the unit that comes cannot be read.
    #[inline(always)]
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }

    pub(crate) fn faults(&self) -> Faults {
        self.faults
    }

    /// Makes the next unit available; whether a restart was due, behind which nothing of what was
    /// before holds.
    #[inline(always)]
    pub(crate) fn prepare<R: Read>(&mut self, source: &mut Source<R>) -> Result<bool, DecodeError> {
        let is_fresh = self.restarts.is_due();
        if is_fresh {
            match self.restarts.next(&mut self.stretch, source)? {
                Some(bits) => (self.bits, self.is_lost) = (bits, false),
                None => self.lose(true),
            }
        }
        if !self.is_lost && !self.stretch.has_unit(&self.bits) {
            self.stretch.read_on(source, &mut self.bits)?;
        }
        Ok(is_fresh)
    }

    /// Takes note of how the unit was read; whether it is there.
    #[inline(always)]
    pub(crate) fn was_read(&mut self, read: Result<(), Damage>) -> bool {
        let is_there = read.is_ok() && !self.is_exhausted();
        if !is_there {
            self.lose(read.is_ok());
        }
        is_there
    }

    /// Passes over the rest; what follows the scan.
    pub(crate) fn finish<R: Read>(mut self, source: &mut Source<R>) -> Result<After, DecodeError> {
        self.stretch.finish(source)
    }

    #[inline(always)]
    fn is_exhausted(&self) -> bool {
        self.stretch.is_exhausted(&self.bits)
            && (!self.leaves_out_zeros || self.stretch.after == After::Other(Stop::End))
    }

    /// The rest of the interval cannot be read: its data has ended, or is damaged.
    fn lose(&mut self, has_ended: bool) {
        if !self.is_lost {
            match self.stretch.after {
                After::Other(stop) if has_ended => {
                    let is_end = matches!(stop, Stop::End | Stop::Marker(0xd9));
                    // Where more follows, what is missing is as good as zero.
                    self.faults.is_truncated |= is_end || self.is_only_scan;
                }
                _ => self.faults.is_damaged = true,
            }
        }
        self.is_lost = true;
    }
}
