//! CCITT's codes for black and white: modified Huffman, group 3 and group 4 (ITU-T T.4 and T.6).
//!
//! The tables of codes are `fax`'s; what rows are made of them, and what TIFF leaves out or puts
//! between, is here, since files differ more than that library follows.

use std::borrow::Cow;
use std::io;

use fax::BitReader;
use fax::maps::{Mode, black, mode, white};

use super::rows::{MakeRows, Rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Rows of runs, each from a new byte, or two, on.
    Huffman { align: usize },
    /// Rows of runs with marks between.
    Group3,
    /// The same, in which a row may follow the one before it.
    Group3TwoWays,
    /// Rows that follow the one before them.
    Group4,
}

/// Rows of one bit a pixel, black where it is set.
pub(super) fn rows(packed: Cow<'_, [u8]>, code: Code, width: usize) -> Rows<Coded<'_>> {
    let bits = Bits { bytes: packed, at: 0 };
    Rows::new(Coded { bits, code, width, before: Vec::new(), current: Vec::new(), has_ended: false })
}

pub(super) struct Coded<'a> {
    bits: Bits<'a>,
    code: Code,
    width: usize,
    /// Where colours change in the row before, and in this one: first to black.
    before: Vec<usize>,
    current: Vec<usize>,
    /// The mark of the end has come; what is left is white.
    has_ended: bool,
}

impl MakeRows for Coded<'_> {
    fn next_rows(&mut self, row: &mut Vec<u8>) -> io::Result<()> {
        if !self.has_ended && self.bits.have_ended() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        std::mem::swap(&mut self.before, &mut self.current);
        self.current.clear();
        if !self.has_ended {
            match self.code {
                Code::Group4 => self.follow()?,
                Code::Huffman { align } => {
                    self.runs().ok_or_else(damaged)?;
                    self.bits.at = self.bits.at.next_multiple_of(align);
                }
                Code::Group3 | Code::Group3TwoWays => self.marked()?,
            }
        }
        row.clear();
        row.resize(self.width.div_ceil(8), 0);
        for change in self.current.chunks(2) {
            let start = change.first().copied().unwrap_or(self.width);
            blacken(row, start, change.get(1).copied().unwrap_or(self.width));
        }
        Ok(())
    }
}

impl Coded<'_> {
    /// A row of group 3: a mark, which some leave out, and runs, which may be damaged.
    fn marked(&mut self) -> io::Result<()> {
        let two_ways = self.code == Code::Group3TwoWays;
        let (mut marks, mut follows) = (0, false);
        while self.bits.mark() {
            marks += 1;
            follows = two_ways && self.bits.number(1) == Some(0);
        }
        // The last row is followed by six marks; two are never between rows.
        if marks > 1 && self.bits.at > 64 {
            self.has_ended = true;
        } else if follows {
            self.follow()?;
        } else if self.runs().is_none() {
            // A row that ends early or is damaged is white from there on; the next mark helps.
            if self.current.len() % 2 == 1 {
                let last = self.current.last().copied().unwrap_or(0);
                self.current.push(last);
            }
            self.bits.skip_to_mark();
        }
        Ok(())
    }

    /// A row of runs, white and black in turn.
    fn runs(&mut self) -> Option<()> {
        let (mut at, mut is_black) = (0, false);
        while at < self.width {
            at += self.run(is_black)?;
            self.change(at);
            is_black = !is_black;
        }
        Some(())
    }

    fn run(&mut self, is_black: bool) -> Option<usize> {
        let begin = self.bits.at;
        let mut sum = 0;
        loop {
            let found = if is_black { black::decode(&mut self.bits) } else { white::decode(&mut self.bits) };
            let Some(part) = found else {
                self.bits.at = begin;
                return None;
            };
            sum += usize::from(part);
            if part < 64 {
                return Some(sum);
            }
            if sum > self.width + 2560 {
                return None;
            }
        }
    }

    fn change(&mut self, at: usize) {
        self.current.push(at.min(self.width));
    }

    /// A row that is told by what is different from the one before (T.4, 4.2).
    fn follow(&mut self) -> io::Result<()> {
        let (mut at, mut is_black, mut nearest) = (0, false, 0);
        while at < self.width {
            let is_first = at == 0 && self.current.is_empty();
            let (here, there) = self.changes_before(&mut nearest, at, is_first, is_black);
            match mode::decode(&mut self.bits).ok_or_else(damaged)? {
                Mode::Pass => at = there,
                Mode::Horizontal => {
                    let first = at + self.run(is_black).ok_or_else(damaged)?;
                    let second = first + self.run(!is_black).ok_or_else(damaged)?;
                    self.change(first);
                    self.change(second);
                    at = second;
                }
                Mode::Vertical(by) => {
                    let change = here.checked_add_signed(by.into()).filter(|change| *change >= at);
                    at = change.ok_or_else(damaged)?;
                    self.change(at);
                    is_black = !is_black;
                }
                Mode::EOF => {
                    self.has_ended = true;
                    self.current.clear();
                    return Ok(());
                }
                Mode::Extension => {
                    let message = "pixels without compression in CCITT's";
                    return Err(io::Error::new(io::ErrorKind::Unsupported, message));
                }
            }
        }
        Ok(())
    }

    /// Of the row before: the next change to the other colour, and the one behind it.
    fn changes_before(&self, nearest: &mut usize, at: usize, is_first: bool, is_black: bool) -> (usize, usize) {
        let place = |nth: usize| self.before.get(nth).copied().unwrap_or(self.width);
        let is_passed = |nth: usize| place(nth) < at || (place(nth) == at && !is_first);
        while *nearest > 0 && !is_passed(*nearest - 1) {
            *nearest -= 1;
        }
        while *nearest < self.before.len() && is_passed(*nearest) {
            *nearest += 1;
        }
        let nth = *nearest + usize::from((*nearest % 2 == 1) != is_black);
        (place(nth), place(nth + 1))
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no code of CCITT's compression")
}

fn blacken(row: &mut [u8], start: usize, end: usize) {
    let (first, last) = (start / 8, end / 8);
    let (head, tail) = (0xff_u8 >> (start % 8), !(0xff_u8 >> (end % 8)));
    if start >= end {
        return;
    }
    if first == last {
        if let Some(byte) = row.get_mut(first) {
            *byte |= head & tail;
        }
        return;
    }
    if let Some(byte) = row.get_mut(first) {
        *byte |= head;
    }
    row.get_mut(first + 1..last).unwrap_or_default().fill(0xff);
    if let Some(byte) = row.get_mut(last) {
        *byte |= tail;
    }
}

/// Bits from the highest of each byte on; behind the end there are zeros to be looked at.
struct Bits<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
}

impl Bits<'_> {
    fn have_ended(&self) -> bool {
        self.at >= self.bytes.len() * 8
    }

    fn number(&mut self, bits: u8) -> Option<u16> {
        let number = self.peek(bits)?;
        self.consume(bits).ok()?;
        Some(number)
    }

    /// How many zeros come next, until the end at most.
    fn zeros(&self) -> usize {
        let mut at = self.at;
        while at < self.bytes.len() * 8 {
            let byte = self.bytes.get(at / 8).copied().unwrap_or(0) << (at % 8);
            if byte != 0 {
                return at + usize::try_from(byte.leading_zeros()).unwrap_or(0) - self.at;
            }
            at = (at / 8 + 1) * 8;
        }
        at - self.at
    }

    /// Passes over a mark: eleven zeros or more, and a one.
    fn mark(&mut self) -> bool {
        let zeros = self.zeros();
        let is_mark = zeros >= 11 && self.at + zeros < self.bytes.len() * 8;
        if is_mark {
            self.at += zeros + 1;
        }
        is_mark
    }

    /// Goes to the next mark, or to the end.
    fn skip_to_mark(&mut self) {
        while !self.have_ended() {
            let zeros = self.zeros();
            if zeros >= 11 && self.at + zeros < self.bytes.len() * 8 {
                return;
            }
            self.at += zeros + 1;
        }
    }
}

impl BitReader for Bits<'_> {
    type Error = ();

    fn peek(&self, bits: u8) -> Option<u16> {
        let byte = |nth: usize| self.bytes.get(self.at / 8 + nth).copied().unwrap_or(0);
        let three = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]) << (self.at % 8 + 8);
        u16::try_from(three.checked_shr(32 - u32::from(bits)).unwrap_or(0)).ok()
    }

    fn consume(&mut self, bits: u8) -> Result<(), ()> {
        let at = self.at + usize::from(bits);
        if at > self.bytes.len() * 8 {
            return Err(());
        }
        self.at = at;
        Ok(())
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        u8::try_from(self.at.next_multiple_of(8) - self.at).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
