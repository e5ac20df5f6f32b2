//! Huffman codes, and the tables that decode several of them with one look (T.81, annexes C and F).
//!
//! What a thumbnail needs of a block are its first coefficients; what follows only has to be
//! passed over. So besides the usual table, which gives one symbol, there is one that says how
//! many bits and coefficients all symbols take that a window of bits holds, extra bits included.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a kernel of the entropy decoder: indices are masked to the tables they are for"
)]

use crate::error::DecodeError;

/// Bits of the window that gives one symbol with its value.
pub(crate) const VALUE_BITS: u32 = 10;
/// Bits of the window that gives as many symbols as it holds.
pub(crate) const SKIP_BITS: u32 = 13;

/// The most bits that an entry of several symbols takes: three of them fit into what a refill brings.
pub(crate) const SKIPPED_BITS_MAX: u32 = 18;

/// Added to the count of coefficients by an entry that ends its block: more than a block has.
pub(crate) const BLOCK_END: u32 = 128;
/// The count of an entry that is no answer: the code is longer than the window.
pub(crate) const NO_ANSWER: u32 = 255;

/// A table as its segment gives it.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    /// How many codes there are of each length, 1 to 16.
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Code {
    /// Takes one table from a DHT segment; the rest of the segment.
    pub(crate) fn parse(segment: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        const SHORT: DecodeError = DecodeError::Malformed("a Huffman table ends early");
        let (counts, rest) = segment.split_first_chunk::<16>().ok_or(SHORT)?;
        let count: usize = counts.iter().map(|count| usize::from(*count)).sum();
        if count > 256 {
            return Err(DecodeError::Malformed("a Huffman table has more than 256 symbols"));
        }
        let (symbols, rest) = rest.split_at_checked(count).ok_or(SHORT)?;
        // Codes of one length are counted up; one more than fits would be a prefix of others.
        let mut free = 1_i32;
        for count in counts {
            free = free * 2 - i32::from(*count);
            if free < 0 {
                return Err(DecodeError::Malformed("a Huffman table has more codes than bits for them"));
            }
        }
        Ok((Self { counts: *counts, symbols: symbols.to_vec() }, rest))
    }
}

/// One symbol at a time, of any length.
#[derive(Debug, Clone)]
pub(crate) struct Symbols {
    /// For each length the first code beyond it, at the top of 16 bits; of length 0 none.
    limits: [u32; 17],
    /// For each length what to add to a code to find its symbol.
    offsets: [i32; 17],
    symbols: [u8; 256],
    /// Length and symbol by the first bits, 0 where the code is longer.
    short: Box<[u16; 1 << VALUE_BITS]>,
}

impl Symbols {
    fn new(code: &Code) -> Self {
        let mut made =
            Self { limits: [0; 17], offsets: [0; 17], symbols: [0; 256], short: Box::new([0; 1 << VALUE_BITS]) };
        made.symbols[..code.symbols.len()].copy_from_slice(&code.symbols);
        let (mut next, mut index) = (0_u32, 0_usize);
        for length in 1..=16_usize {
            let count = usize::from(code.counts[length - 1]);
            made.offsets[length] = index as i32 - next as i32;
            for symbol in made.symbols[index..].iter().take(count) {
                if length <= VALUE_BITS as usize {
                    let spare = VALUE_BITS as usize - length;
                    let first = (next as usize) << spare;
                    made.short[first..first + (1 << spare)].fill((length as u16) << 8 | u16::from(*symbol));
                }
                next += 1;
            }
            index += count;
            made.limits[length] = next << (16 - length);
            next <<= 1;
        }
        made
    }

    /// The length and the symbol of the code that 16 bits begin with.
    #[inline]
    pub(crate) fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let short = self.short[(bits >> (16 - VALUE_BITS)) as usize & ((1 << VALUE_BITS) - 1)];
        if short != 0 { Some((u32::from(short >> 8), short as u8)) } else { self.find_long(bits) }
    }

    #[cold]
    fn find_long(&self, bits: u32) -> Option<(u32, u8)> {
        let length = (1..=16_usize).find(|length| bits < self.limits[*length])?;
        let index = (bits >> (16 - length)) as i32 + self.offsets[length];
        let symbol = usize::try_from(index).ok().and_then(|index| self.symbols.get(index))?;
        Some((length as u32, *symbol))
    }
}

/// The value that `size` extra bits stand for (T.81, F.2.2.1, `EXTEND`).
#[inline]
pub(crate) fn extend(bits: u32, size: u32) -> i32 {
    let half = 1_i32 << size >> 1;
    let value = bits as i32;
    if value < half { value - (half << 1) + 1 } else { value }
}

/// The table of DC differences.
#[derive(Debug, Clone)]
pub(crate) struct DcTable {
    pub(crate) symbols: Symbols,
    /// The difference in the upper half, all bits in the lower; 0 where they do not fit.
    pub(crate) values: Box<[u32; 1 << VALUE_BITS]>,
}

impl DcTable {
    pub(crate) fn new(code: &Code) -> Self {
        let symbols = Symbols::new(code);
        let mut values = Box::new([0; 1 << VALUE_BITS]);
        for (window, entry) in (0_u32..).zip(values.iter_mut()) {
            let short = u32::from(symbols.short[window as usize]);
            let (length, size) = (short >> 8, short & 0xff);
            if length > 0 && length + size <= VALUE_BITS {
                let extra = window >> (VALUE_BITS - length - size) & ((1 << size) - 1);
                *entry = extend(extra, size).cast_unsigned() << 16 | (length + size);
            }
        }
        Self { symbols, values }
    }
}

/// The tables of AC coefficients.
#[derive(Debug, Clone)]
pub(crate) struct AcTable {
    pub(crate) symbols: Symbols,
    /// One symbol: its value in the upper half, then how many coefficients it counts, then its
    /// bits. A count of `NO_ANSWER` where they do not fit.
    pub(crate) values: Box<[u32; 1 << VALUE_BITS]>,
    /// All symbols of a window: their coefficients in the upper byte, their bits in the lower.
    pub(crate) skips: Box<[u16; 1 << SKIP_BITS]>,
}

impl AcTable {
    pub(crate) fn new(code: &Code) -> Self {
        let symbols = Symbols::new(code);
        let mut values = Box::new([0; 1 << VALUE_BITS]);
        for (window, entry) in (0_u32..).zip(values.iter_mut()) {
            *entry = value_entry(u32::from(symbols.short[window as usize]), window);
        }
        let mut skips = Box::new([0; 1 << SKIP_BITS]);
        for (window, entry) in (0_u32..).zip(skips.iter_mut()) {
            *entry = skip_entry(&symbols, window);
        }
        Self { symbols, values, skips }
    }
}

/// How many coefficients a symbol of run and size counts.
pub(crate) fn counted(symbol: u8) -> u32 {
    match (symbol >> 4, symbol & 15) {
        (15, 0) => 16,
        (_, 0) => BLOCK_END,
        (run, _) => u32::from(run) + 1,
    }
}

fn value_entry(short: u32, window: u32) -> u32 {
    let (length, symbol) = (short >> 8, short as u8);
    let size = u32::from(symbol & 15);
    if length == 0 || length + size > VALUE_BITS {
        return NO_ANSWER << 8;
    }
    let extra = window >> (VALUE_BITS - length - size) & ((1 << size) - 1);
    let value = if size == 0 { 0 } else { extend(extra, size) };
    value.cast_unsigned() << 16 | counted(symbol) << 8 | (length + size)
}

fn skip_entry(symbols: &Symbols, window: u32) -> u16 {
    let (mut bits, mut count) = (0, 0);
    while bits < SKIP_BITS {
        // What is left of the window, at the top of 16 bits; below it nothing is known.
        let left = (window << (16 - SKIP_BITS) << bits) & 0xffff;
        let Some((length, symbol)) = symbols.find(left) else { break };
        let more = counted(symbol);
        if length > SKIP_BITS - bits || (more < BLOCK_END && count + more > 63) {
            break;
        }
        let taken = length + u32::from(symbol & 15);
        if bits + taken > SKIPPED_BITS_MAX {
            break;
        }
        bits += taken;
        count += more;
        if more == BLOCK_END {
            break;
        }
    }
    if bits == 0 { (NO_ANSWER << 8) as u16 } else { (count << 8 | bits) as u16 }
}

#[cfg(test)]
mod tests {
    use super::{AcTable, BLOCK_END, Code, DcTable, NO_ANSWER, SKIP_BITS, extend};

    /// Codes 00, 01, 100, 101, 110, 1110 for end, 0/1, 0/2, 1/1, run of 16, 0/10.
    fn code() -> Code {
        let mut segment = vec![0, 2, 3, 1];
        segment.resize(16, 0);
        segment.extend([0x00, 0x01, 0x02, 0x11, 0xf0, 0x0a, 99]);
        let (code, rest) = Code::parse(&segment).unwrap();
        assert_eq!(rest, [99]);
        code
    }

    #[test]
    fn extra_bits_are_signed() {
        assert_eq!([extend(0, 1), extend(1, 1), extend(0, 3), extend(3, 3), extend(4, 3)], [-1, 1, -7, -4, 4]);
        assert_eq!(extend(0, 0), 0);
    }

    #[test]
    fn a_window_gives_a_value() {
        let table = AcTable::new(&code());
        let entry = |bits: u32| table.values[bits as usize];
        // 101 1: run 1, value 1, two coefficients, four bits.
        assert_eq!(entry(0b10_1100_0000), 1 << 16 | 2 << 8 | 4);
        // 100 01: value -2.
        assert_eq!(entry(0b10_0010_0000), (-2_i32).cast_unsigned() << 16 | 1 << 8 | 5);
        assert_eq!(entry(0b00_1111_1111), BLOCK_END << 8 | 2);
        // 1110 and ten more bits do not fit, 1111 is no code.
        assert_eq!(entry(0b11_1000_0000) >> 8 & 0xff, NO_ANSWER);
        assert_eq!(entry(0b11_1100_0000) >> 8 & 0xff, NO_ANSWER);
    }

    #[test]
    fn a_window_skips_what_it_holds() {
        let table = AcTable::new(&code());
        // Twelve bits, and below them nothing that is known.
        let entry = |bits: u32| u32::from(table.skips[(bits << (SKIP_BITS - 12)) as usize]);
        // 01 1, 100 00, 101 1 and then nothing whole is left: four coefficients, 12 bits.
        assert_eq!(entry(0b0111_0000_1011), 4 << 8 | 12);
        // 01 0, then the end of the block.
        assert_eq!(entry(0b0100_0111_1111), (BLOCK_END + 1) << 8 | 5);
        // 1110 and ten bits: more than the window, all the same passed over.
        assert_eq!(entry(0b1110_0000_0000), 1 << 8 | 14);
        assert_eq!(entry(0b1111_0000_0000) >> 8, NO_ANSWER);
    }

    #[test]
    fn long_codes_are_found_too() {
        let mut segment = vec![1; 15];
        segment.push(2);
        segment.extend(1..=17);
        let (code, _) = Code::parse(&segment).unwrap();
        let table = DcTable::new(&code);
        assert_eq!(table.symbols.find(0), Some((1, 1)));
        assert_eq!(table.symbols.find(0b1111_1111_1111_1100), Some((15, 15)));
        assert_eq!(table.symbols.find(0xffff), Some((16, 17)));
        let (short, _) = Code::parse(&segment[..]).unwrap();
        assert_eq!(short.symbols.len(), 17);
    }

    #[test]
    fn too_many_codes_are_refused() {
        let mut segment = vec![3];
        segment.resize(16, 0);
        segment.extend([1, 2, 3]);
        assert!(Code::parse(&segment).is_err());
        assert!(Code::parse(&segment[..10]).is_err());
        assert!(Code::parse(&[255; 300]).is_err());
    }
}
