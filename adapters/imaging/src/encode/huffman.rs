//! Optimal Huffman tables for a finished baseline JPEG.
//!
//! `jpeg-encoder` writes either the standard's tables and one interleaved scan, or optimal tables
//! and a scan for each component. Many decoders are slow with the latter, some show nothing of it
//! before its end, and one reads it wrongly (`zune-jpeg` 0.5). So it writes the former, and
//! its symbols are written once more here, with tables made for them: not one coefficient changes.
//!
//! Source: ITU-T T.81, annexes B (markers), F (symbols) and K.2 (optimal tables).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use thumbgate_core::error::RenderError;

use crate::error::internal;
use crate::samples::narrow;

/// Symbols of one table; DC tables use the first dozen.
const SYMBOLS: usize = 256;
/// The longest code, in bits.
const LENGTH_MAX: usize = 16;
/// The stuffed byte, and the beginning of every marker.
const FF: u8 = 0xff;

/// The same picture with optimal tables.
///
/// # Errors
/// `Internal` when this is not the kind of JPEG that our encoder writes.
pub(super) fn optimise(jpeg: &[u8]) -> Result<Vec<u8>, RenderError> {
    let mut parsed = Parsed::read(jpeg)?;
    let symbols = parsed.symbols()?;
    let mut counts = vec![[0_u32; SYMBOLS]; 4];
    for symbol in &symbols {
        if let Some(count) = counts.get_mut(symbol.table()).and_then(|table| table.get_mut(symbol.value())) {
            *count += 1;
        }
    }
    let tables: Vec<Code> = counts.iter().map(Code::optimal).collect();
    let mut file = parsed.head;
    for (index, table) in tables.iter().enumerate().filter(|(_, table)| !table.values.is_empty()) {
        table.write(index, &mut file);
    }
    file.extend_from_slice(parsed.scan_header);
    let mut bits = BitWriter { file, buffer: 0, count: 0 };
    for symbol in &symbols {
        if let Some(table) = tables.get(symbol.table()) {
            let (code, length) = table.codes.get(symbol.value()).copied().unwrap_or_default();
            bits.put(code.into(), length.into());
            bits.put(symbol.extra(), symbol.extra_bits());
        }
    }
    Ok(bits.finish())
}

fn odd(what: &str) -> RenderError {
    internal(format!("JPEG: the encoder's file has {what}"))
}

/// One symbol and the bits after it: table (2 bits), symbol (8), bits (16).
#[derive(Clone, Copy)]
struct Symbol(u32);

impl Symbol {
    fn table(self) -> usize {
        usize::from(narrow(self.0 >> 24))
    }

    fn value(self) -> usize {
        usize::from(narrow((self.0 >> 16) & 0xff))
    }

    fn extra(self) -> u32 {
        self.0 & 0xffff
    }

    /// A DC symbol is a number of bits; so is the lower half of an AC symbol.
    fn extra_bits(self) -> u32 {
        (self.0 >> 16) & 0xf
    }
}

/// A file in its parts.
struct Parsed<'a> {
    /// Everything before the scan but the Huffman tables.
    head: Vec<u8>,
    scan_header: &'a [u8],
    /// Tables to read with: DC 0, DC 1, AC 0, AC 1.
    lookups: [Vec<u16>; 4],
    /// The tables (0 or 1) of the blocks of one unit, in their order.
    unit: Vec<usize>,
    /// How many units there are (T.81 calls them MCU).
    units: u64,
    data: &'a [u8],
}

impl<'a> Parsed<'a> {
    fn read(jpeg: &'a [u8]) -> Result<Self, RenderError> {
        let mut head = jpeg.get(..2).ok_or_else(|| odd("no start"))?.to_vec();
        let mut rest = jpeg.get(2..).unwrap_or_default();
        let mut lookups: [Vec<u16>; 4] = Default::default();
        let mut frame = None;
        loop {
            let [_, marker, high, low, ..] = rest else { return Err(odd("no scan")) };
            let length = 2 + usize::from(u16::from_be_bytes([*high, *low]));
            let (segment, after) = rest.split_at_checked(length).ok_or_else(|| odd("a segment cut short"))?;
            match marker {
                0xc0 => frame = Some(Frame::read(segment).ok_or_else(|| odd("an odd frame"))?),
                0xc4 => read_tables(segment, &mut lookups).ok_or_else(|| odd("odd tables"))?,
                0xda => {
                    let frame = frame.ok_or_else(|| odd("a scan without a frame"))?;
                    let unit = frame.unit(segment).ok_or_else(|| odd("an odd scan"))?;
                    let units = frame.units();
                    return Ok(Self { head, scan_header: segment, lookups, unit, units, data: after });
                }
                _ => {}
            }
            if *marker != 0xc4 {
                head.extend_from_slice(segment);
            }
            rest = after;
        }
    }

    /// Every symbol of the scan, in its order.
    fn symbols(&mut self) -> Result<Vec<Symbol>, RenderError> {
        let mut reader = BitReader { data: self.data, buffer: 0, count: 0 };
        let mut symbols = Vec::with_capacity(self.data.len());
        let mut next = |table: usize| {
            let lookup = self.lookups.get(table)?;
            let [length, symbol] = lookup.get(usize::from(reader.peek()))?.to_be_bytes();
            reader.skip(length.into());
            let extra = reader.take(u32::from(symbol) & 0xf);
            let packed = (u32::try_from(table).ok()? << 24) | (u32::from(symbol) << 16) | extra;
            symbols.push(Symbol(packed));
            (length > 0).then_some(symbol)
        };
        for _ in 0..self.units {
            for table in &self.unit {
                let broken = || odd("symbols without a code");
                next(*table).ok_or_else(broken)?;
                let mut place = 1;
                while place < 64 {
                    // Zeros and a number, 16 zeros (0xf0), or the block's end (0).
                    let symbol = next(table + 2).ok_or_else(broken)?;
                    if symbol == 0 {
                        break;
                    }
                    place += 1 + (symbol >> 4);
                }
            }
        }
        Ok(symbols)
    }
}

/// What the frame header says.
struct Frame {
    width: u64,
    height: u64,
    /// Identifier, horizontal and vertical sampling.
    components: Vec<(u8, u8, u8)>,
}

impl Frame {
    fn read(segment: &[u8]) -> Option<Self> {
        let [_, _, _, _, 8, h1, h0, w1, w0, count, components @ ..] = segment else { return None };
        let components: Vec<_> =
            components.as_chunks::<3>().0.iter().map(|[id, sampling, _]| (*id, sampling >> 4, sampling & 15)).collect();
        let all_there = components.len() == usize::from(*count) && components.iter().all(|(_, h, v)| *h > 0 && *v > 0);
        let side = |high: &u8, low: &u8| u64::from(u16::from_be_bytes([*high, *low]));
        all_there.then(|| Self { width: side(w1, w0), height: side(h1, h0), components })
    }

    /// The table (0 or 1) of every block of a unit; `None` unless the scan brings all components.
    fn unit(&self, scan: &[u8]) -> Option<Vec<usize>> {
        let selectors = scan.get(5..)?.as_chunks::<2>().0.get(..self.components.len())?;
        let mut unit = Vec::new();
        for ((id, horizontal, vertical), [selected, tables]) in self.components.iter().zip(selectors) {
            let (dc, ac) = (tables >> 4, tables & 15);
            if id != selected || dc != ac || dc > 1 {
                return None;
            }
            let blocks = if self.components.len() == 1 { 1 } else { usize::from(horizontal * vertical) };
            unit.extend(std::iter::repeat_n(usize::from(dc), blocks));
        }
        Some(unit)
    }

    fn units(&self) -> u64 {
        let most = |pick: fn(&(u8, u8, u8)) -> u8| self.components.iter().map(pick).max().map_or(1, u64::from);
        // A single component is scanned block by block, whatever its sampling.
        let (across, down) = if self.components.len() == 1 { (1, 1) } else { (most(|c| c.1), most(|c| c.2)) };
        self.width.div_ceil(8 * across) * self.height.div_ceil(8 * down)
    }
}

/// Reads Huffman tables into lookups by the next 16 bits: length and symbol.
fn read_tables(segment: &[u8], lookups: &mut [Vec<u16>; 4]) -> Option<()> {
    let mut rest = segment.get(4..)?;
    while let [place, after @ ..] = rest {
        let (counts, values) = after.split_at_checked(LENGTH_MAX)?;
        let total = counts.iter().map(|count| usize::from(*count)).sum();
        let (values, after) = values.split_at_checked(total)?;
        let mut lookup = Vec::with_capacity(1 << LENGTH_MAX);
        let mut values = values.iter();
        for (length, count) in (1..=LENGTH_MAX).zip(counts) {
            for value in values.by_ref().take(usize::from(*count)) {
                let entry = u16::from_be_bytes([u8::try_from(length).ok()?, *value]);
                lookup.extend(std::iter::repeat_n(entry, 1 << (LENGTH_MAX - length)));
            }
        }
        // Code space that no code uses: length 0.
        lookup.resize(1 << LENGTH_MAX, 0);
        *lookups.get_mut(usize::from((place >> 4) * 2 + (place & 15)))? = lookup;
        rest = after;
    }
    Some(())
}

/// A Huffman code: how many codes of each length, the symbols in the codes' order, and every
/// symbol's code and length.
struct Code {
    counts: [u8; LENGTH_MAX],
    values: Vec<u8>,
    codes: Vec<(u16, u8)>,
}

impl Code {
    /// The shortest code for symbols that occur so often (T.81, K.2).
    fn optimal(counts: &[u32; SYMBOLS]) -> Self {
        let lengths = code_lengths(counts);
        let mut symbols: Vec<(usize, u8)> = (0..=u8::MAX)
            .filter_map(|symbol| lengths.get(usize::from(symbol)).map(|length| (*length, symbol)))
            .filter(|(length, _)| *length > 0)
            .collect();
        symbols.sort_unstable();
        let mut code = Self {
            counts: shortened(&lengths),
            values: symbols.iter().map(|(_, symbol)| *symbol).collect(),
            codes: vec![(0, 0); SYMBOLS],
        };
        let mut values = code.values.iter();
        let mut next = 0_u16;
        for (length, count) in (1_u8..).zip(code.counts) {
            for value in values.by_ref().take(usize::from(count)) {
                if let Some(entry) = code.codes.get_mut(usize::from(*value)) {
                    *entry = (next, length);
                }
                next = next.wrapping_add(1);
            }
            next = next.wrapping_shl(1);
        }
        code
    }

    /// Writes the table as a segment; `index` as in [`Parsed::lookups`].
    fn write(&self, index: usize, file: &mut Vec<u8>) {
        let length = u16::try_from(3 + LENGTH_MAX + self.values.len()).unwrap_or(u16::MAX);
        file.extend([FF, 0xc4]);
        file.extend(length.to_be_bytes());
        file.push(u8::try_from((index / 2) * 16 + index % 2).unwrap_or(0));
        file.extend(self.counts);
        file.extend_from_slice(&self.values);
    }
}

/// The length of every symbol's code, 0 for symbols that do not occur.
///
/// One more symbol, which occurs once, stands for the code of all ones: JPEG does not allow it.
fn code_lengths(counts: &[u32; SYMBOLS]) -> Vec<usize> {
    // How often, and the symbols below; ties are broken by the symbols, so that the same picture
    // always gives the same bytes.
    let occurring = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let mut trees: BinaryHeap<Reverse<(u64, Vec<usize>)>> =
        occurring.map(|(symbol, count)| Reverse((u64::from(*count), vec![symbol]))).collect();
    trees.push(Reverse((1, vec![SYMBOLS])));
    let mut lengths = vec![0; SYMBOLS + 1];
    while trees.len() > 1 {
        let (Some(Reverse(one)), Some(Reverse(two))) = (trees.pop(), trees.pop()) else { break };
        let symbols: Vec<usize> = one.1.into_iter().chain(two.1).collect();
        for symbol in &symbols {
            if let Some(length) = lengths.get_mut(*symbol) {
                *length += 1;
            }
        }
        trees.push(Reverse((one.0 + two.0, symbols)));
    }
    lengths
}

/// How many codes of each length there are when none is longer than 16 bits (T.81, K.3), the
/// reserved one taken away.
fn shortened(lengths: &[usize]) -> [u8; LENGTH_MAX] {
    let longest = lengths.iter().copied().max().unwrap_or(0).max(LENGTH_MAX);
    let mut counts = vec![0_i32; longest + 1];
    let change = |counts: &mut Vec<i32>, length: usize, by: i32| {
        if let Some(count) = counts.get_mut(length) {
            *count += by;
        }
    };
    lengths.iter().filter(|length| **length > 0).for_each(|length| change(&mut counts, *length, 1));
    let is_used = |counts: &Vec<i32>, length: usize| counts.get(length).is_some_and(|count| *count > 0);
    for length in (LENGTH_MAX + 1..=longest).rev() {
        while is_used(&counts, length) {
            // The longest come in pairs: one of a pair moves up, the other takes half of the place
            // of a shorter code.
            let Some(shorter) = (1..length - 1).rev().find(|shorter| is_used(&counts, *shorter)) else { break };
            change(&mut counts, length, -2);
            change(&mut counts, length - 1, 1);
            change(&mut counts, shorter + 1, 2);
            change(&mut counts, shorter, -1);
        }
    }
    if let Some(length) = (1..=LENGTH_MAX).rev().find(|length| is_used(&counts, *length)) {
        change(&mut counts, length, -1);
    }
    let mut kept = [0; LENGTH_MAX];
    for (kept, count) in kept.iter_mut().zip(counts.iter().skip(1)) {
        *kept = u8::try_from(*count).unwrap_or(0);
    }
    kept
}

/// Reads bits, stuffed zeros left out; beyond the data there are zeros.
struct BitReader<'a> {
    data: &'a [u8],
    buffer: u64,
    count: u32,
}

impl BitReader<'_> {
    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match self.data {
                [FF, 0, rest @ ..] => {
                    self.data = rest;
                    FF
                }
                [] | [FF, ..] => 0,
                [byte, rest @ ..] => {
                    self.data = rest;
                    *byte
                }
            };
            self.buffer = (self.buffer << 8) | u64::from(byte);
            self.count += 8;
        }
    }

    /// The next 16 bits, which stay.
    fn peek(&mut self) -> u16 {
        if self.count < 16 {
            self.fill();
        }
        u16::try_from((self.buffer >> (self.count - 16)) & 0xffff).unwrap_or(0)
    }

    fn skip(&mut self, bits: u32) {
        self.count = self.count.saturating_sub(bits);
    }

    /// The next bits, at most 15.
    fn take(&mut self, bits: u32) -> u32 {
        let next = u32::from(self.peek()) >> (16 - bits);
        self.skip(bits);
        next
    }
}

/// Writes bits behind a file's beginning.
struct BitWriter {
    file: Vec<u8>,
    buffer: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, bits: u32, count: u32) {
        self.buffer = (self.buffer << count) | u64::from(bits);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = u8::try_from((self.buffer >> self.count) & 0xff).unwrap_or(0);
            self.file.push(byte);
            if byte == FF {
                self.file.push(0);
            }
        }
    }

    /// Fills the last byte with ones and ends the file.
    fn finish(mut self) -> Vec<u8> {
        let left = (8 - self.count) % 8;
        self.put((1 << left) - 1, left);
        self.file.extend([FF, 0xd9]);
        self.file
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Code, SYMBOLS, optimise};

    fn encoded(pixels: &[u8], width: u16, height: u16, colour: ColorType, sampling: SamplingFactor) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 80);
        encoder.set_sampling_factor(sampling);
        encoder.encode(pixels, width, height, colour).unwrap();
        file
    }

    fn decoded(jpeg: &[u8]) -> Vec<u8> {
        jpeg_decoder::Decoder::new(jpeg).decode().unwrap()
    }

    proptest! {
        #[test]
        fn not_one_pixel_changes(width in 1_u16..70, height in 1_u16..70, seed in any::<u32>(), noise in 0_u32..256) {
            let value = |at: u32| u8::try_from((at / 3 + seed.wrapping_mul(at ^ seed) % (noise + 1)) & 255).unwrap();
            for (colour, channels, sampling) in [
                (ColorType::Rgb, 3, SamplingFactor::R_4_2_0),
                (ColorType::Rgb, 3, SamplingFactor::R_4_4_4),
                (ColorType::Luma, 1, SamplingFactor::R_4_2_0),
            ] {
                let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height) * channels).map(value).collect();
                let plain = encoded(&pixels, width, height, colour, sampling);
                let smaller = optimise(&plain).unwrap();
                prop_assert!(smaller.len() < plain.len());
                prop_assert_eq!(decoded(&smaller), decoded(&plain));
            }
        }

        #[test]
        fn every_code_fits_into_sixteen_bits(counts in proptest::collection::vec(0_u32..1 << 24, SYMBOLS), deep in any::<bool>()) {
            let mut counts: [u32; SYMBOLS] = counts.try_into().unwrap();
            if deep {
                // Fibonacci numbers make the longest codes there can be.
                let (mut one, mut two) = (1_u32, 1_u32);
                for count in counts.iter_mut().take(40) {
                    (*count, one, two) = (one, two, one.saturating_add(two));
                }
            }
            let code = Code::optimal(&counts);
            let occurring = counts.iter().filter(|count| **count > 0).count();
            prop_assert_eq!(code.values.len(), occurring);
            prop_assert_eq!(code.counts.iter().map(|count| usize::from(*count)).sum::<usize>(), occurring);
            // The code of all ones stays free.
            let used: u32 = (1..=16_u32).zip(code.counts).map(|(length, count)| u32::from(count) << (16 - length)).sum();
            prop_assert!(used < 1 << 16);
        }
    }

    #[test]
    fn what_is_no_file_of_ours_is_an_error() {
        for junk in [&b""[..], b"\xff\xd8", b"\xff\xd8\xff\xda\0\x08", b"\xff\xd8\xff\xc4\0\x03\0"] {
            assert!(optimise(junk).is_err());
        }
    }
}
