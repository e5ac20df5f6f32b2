//! A window on entropy-coded bits.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a kernel of the entropy decoder: indices are masked to the tables they are for"
)]

use crate::huffman::{AcTable, BLOCK_END, DcTable, NO_ANSWER, SKIP_BITS, Symbols, VALUE_BITS, counted, extend};

/// Zeros that stand behind the data, so that a whole unit can be read without asking for more.
pub(crate) const PADDING: usize = 4096;

/// A code that no table has, or more coefficients than a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage;

/// Bits of a slice, from the first byte's highest.
///
/// Invariant: the upper `count` bits of `window` are the next ones; those below them are either
/// zero or what really follows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bits {
    window: u64,
    count: u32,
    at: usize,
}

impl Bits {
    /// How many bits were taken.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        (self.at * 8).saturating_sub(self.count as usize)
    }

    /// Goes to a position.
    pub(crate) fn seek(&mut self, data: &[u8], position: usize) {
        *self = Self { window: 0, count: 0, at: position / 8 };
        self.refill(data);
        self.take((position % 8) as u32);
    }

    /// Makes 56 bits or more available, as long as there is data.
    #[inline(always)]
    pub(crate) fn refill(&mut self, data: &[u8]) {
        if let Some(next) = data.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            self.window |= u64::from_be_bytes(*next) >> self.count;
            self.at += (63 - self.count as usize) >> 3;
            self.count |= 56;
        } else {
            // Behind the padding: zeros for ever. Whoever reads here is stopped after its unit.
            self.count = 63;
        }
    }

    /// The next bits, 1 to 32 of them.
    #[inline(always)]
    fn peek(&self, bits: u32) -> u32 {
        (self.window >> (64 - bits)) as u32
    }

    #[inline(always)]
    fn take(&mut self, bits: u32) {
        self.window <<= bits;
        self.count = self.count.wrapping_sub(bits);
    }

    /// The next bits as a number, 0 to 16 of them.
    #[inline]
    pub(crate) fn number(&mut self, data: &[u8], bits: u32) -> u32 {
        self.refill(data);
        let value = (self.window >> 1 >> (63 - bits)) as u32;
        self.take(bits);
        value
    }

    /// One bit.
    #[inline]
    pub(crate) fn flag(&mut self, data: &[u8]) -> bool {
        if self.count == 0 {
            self.refill(data);
        }
        let bit = self.window >> 63 == 1;
        self.take(1);
        bit
    }

    /// One symbol.
    #[inline]
    pub(crate) fn symbol(&mut self, data: &[u8], symbols: &Symbols) -> Result<u8, Damage> {
        self.refill(data);
        let (length, symbol) = symbols.find(self.peek(16)).ok_or(Damage)?;
        self.take(length);
        Ok(symbol)
    }

    /// A difference of DC coefficients (T.81, F.2.2.1).
    #[inline(always)]
    pub(crate) fn difference(&mut self, data: &[u8], table: &DcTable) -> Result<i32, Damage> {
        self.refill(data);
        let entry = table.values[self.peek(VALUE_BITS) as usize];
        if entry != 0 {
            self.take(entry & 0xff);
            return Ok(entry.cast_signed() >> 16);
        }
        let (after, value) = self.long_difference(data, table)?;
        *self = after;
        Ok(value)
    }

    // What is rare takes and gives the window by value: a reference to it would keep it in memory
    // and out of registers in the loops that matter.
    #[cold]
    fn long_difference(mut self, data: &[u8], table: &DcTable) -> Result<(Self, i32), Damage> {
        let size = u32::from(self.symbol(data, &table.symbols)?);
        if size > 16 {
            return Err(Damage);
        }
        let value = extend(self.number(data, size), size);
        Ok((self, value))
    }

    /// One AC symbol: how many coefficients it counts, and the value of the last of them.
    #[inline(always)]
    pub(crate) fn coefficient(&mut self, data: &[u8], table: &AcTable) -> Result<(u32, i32), Damage> {
        self.refill(data);
        let entry = table.values[self.peek(VALUE_BITS) as usize];
        let count = entry >> 8 & 0xff;
        if count != NO_ANSWER {
            self.take(entry & 0xff);
            return Ok((count, entry.cast_signed() >> 16));
        }
        let (after, count, value) = self.long_coefficient(data, table)?;
        *self = after;
        Ok((count, value))
    }

    #[inline(never)]
    fn long_coefficient(mut self, data: &[u8], table: &AcTable) -> Result<(Self, u32, i32), Damage> {
        let symbol = self.symbol(data, &table.symbols)?;
        let size = u32::from(symbol & 15);
        let value = if size == 0 { 0 } else { extend(self.number(data, size), size) };
        Ok((self, counted(symbol), value))
    }

    /// Takes back `bits` that were too many, and takes one symbol instead.
    #[cold]
    fn one_instead(mut self, data: &[u8], table: &AcTable, bits: usize) -> Result<(Self, u32), Damage> {
        let position = self.position() - bits;
        self.seek(data, position);
        let (after, count, _) = self.long_coefficient(data, table)?;
        Ok((after, count))
    }

    /// Passes over the coefficients of a block from `next` (1 to 63) on.
    #[inline(always)]
    pub(crate) fn skip_block(&mut self, data: &[u8], table: &AcTable, next: u32) -> Result<(), Damage> {
        let mut next = next;
        let mut bits = *self;
        'refills: loop {
            bits.refill(data);
            let mut entry;
            // Three windows a refill: each takes 18 bits at most.
            'windows: {
                for _ in 0..2 {
                    entry = u32::from(table.skips[bits.peek(SKIP_BITS) as usize]);
                    bits.take(entry & 0xff);
                    next += entry >> 8;
                    if next >= 64 {
                        break 'windows;
                    }
                }
                entry = u32::from(table.skips[bits.peek(SKIP_BITS) as usize]);
                bits.take(entry & 0xff);
                next += entry >> 8;
                if next < 64 {
                    continue 'refills;
                }
            }
            // The block is full, or its end was met where it still had room.
            if next == 64 || (next > BLOCK_END && next < BLOCK_END + 64) {
                *self = bits;
                return Ok(());
            }
            // A long code, or symbols that are already the next block's.
            let (after, count) = bits.one_instead(data, table, (entry & 0xff) as usize)?;
            bits = after;
            next = next - (entry >> 8) + count;
            match next {
                0..64 => {}
                64 | BLOCK_END.. => {
                    *self = bits;
                    return Ok(());
                }
                _ => return Err(Damage),
            }
        }
    }
}
