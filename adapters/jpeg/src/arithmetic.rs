//! The arithmetic entropy decoder (T.81, annex D) and its models of coefficients (F.1.4, G.1.3).
#![expect(clippy::indexing_slicing, reason = "a kernel of the entropy decoder: bins are counted below")]

use crate::bits::{Bits, Damage};
use crate::tables::Conditioning;

/// T.81, table D.3: the estimate of the less probable symbol, the next state after it and after the
/// more probable one, and whether the two change places.
#[rustfmt::skip]
const STATES: [(u16, u8, u8, bool); 113] = [
    (0x5a1d, 1, 1, true), (0x2586, 14, 2, false), (0x1114, 16, 3, false), (0x080b, 18, 4, false),
    (0x03d8, 20, 5, false), (0x01da, 23, 6, false), (0x00e5, 25, 7, false), (0x006f, 28, 8, false),
    (0x0036, 30, 9, false), (0x001a, 33, 10, false), (0x000d, 35, 11, false), (0x0006, 9, 12, false),
    (0x0003, 10, 13, false), (0x0001, 12, 13, false), (0x5a7f, 15, 15, true), (0x3f25, 36, 16, false),
    (0x2cf2, 38, 17, false), (0x207c, 39, 18, false), (0x17b9, 40, 19, false), (0x1182, 42, 20, false),
    (0x0cef, 43, 21, false), (0x09a1, 45, 22, false), (0x072f, 46, 23, false), (0x055c, 48, 24, false),
    (0x0406, 49, 25, false), (0x0303, 51, 26, false), (0x0240, 52, 27, false), (0x01b1, 54, 28, false),
    (0x0144, 56, 29, false), (0x00f5, 57, 30, false), (0x00b7, 59, 31, false), (0x008a, 60, 32, false),
    (0x0068, 62, 33, false), (0x004e, 63, 34, false), (0x003b, 32, 35, false), (0x002c, 33, 9, false),
    (0x5ae1, 37, 37, true), (0x484c, 64, 38, false), (0x3a0d, 65, 39, false), (0x2ef1, 67, 40, false),
    (0x261f, 68, 41, false), (0x1f33, 69, 42, false), (0x19a8, 70, 43, false), (0x1518, 72, 44, false),
    (0x1177, 73, 45, false), (0x0e74, 74, 46, false), (0x0bfb, 75, 47, false), (0x09f8, 77, 48, false),
    (0x0861, 78, 49, false), (0x0706, 79, 50, false), (0x05cd, 48, 51, false), (0x04de, 50, 52, false),
    (0x040f, 50, 53, false), (0x0363, 51, 54, false), (0x02d4, 52, 55, false), (0x025c, 53, 56, false),
    (0x01f8, 54, 57, false), (0x01a4, 55, 58, false), (0x0160, 56, 59, false), (0x0125, 57, 60, false),
    (0x00f6, 58, 61, false), (0x00cb, 59, 62, false), (0x00ab, 61, 63, false), (0x008f, 61, 32, false),
    (0x5b12, 65, 65, true), (0x4d04, 80, 66, false), (0x412c, 81, 67, false), (0x37d8, 82, 68, false),
    (0x2fe8, 83, 69, false), (0x293c, 84, 70, false), (0x2379, 86, 71, false), (0x1edf, 87, 72, false),
    (0x1aa9, 87, 73, false), (0x174e, 72, 74, false), (0x1424, 72, 75, false), (0x119c, 74, 76, false),
    (0x0f6b, 74, 77, false), (0x0d51, 75, 78, false), (0x0bb6, 77, 79, false), (0x0a40, 77, 48, false),
    (0x5832, 80, 81, true), (0x4d1c, 88, 82, false), (0x438e, 89, 83, false), (0x3bdd, 90, 84, false),
    (0x34ee, 91, 85, false), (0x2eae, 92, 86, false), (0x299a, 93, 87, false), (0x2516, 86, 71, false),
    (0x5570, 88, 89, true), (0x4ca9, 95, 90, false), (0x44d9, 96, 91, false), (0x3e22, 97, 92, false),
    (0x3824, 99, 93, false), (0x32b4, 99, 94, false), (0x2e17, 93, 86, false), (0x56a8, 95, 96, true),
    (0x4f46, 101, 97, false), (0x47e5, 102, 98, false), (0x41cf, 103, 99, false), (0x3c3d, 104, 100, false),
    (0x375e, 99, 93, false), (0x5231, 105, 102, false), (0x4c0f, 106, 103, false), (0x4639, 107, 104, false),
    (0x415e, 103, 99, false), (0x5627, 105, 106, true), (0x50e7, 108, 107, false), (0x4b85, 109, 103, false),
    (0x5597, 110, 109, false), (0x504f, 111, 107, false), (0x5a10, 110, 111, true), (0x5522, 112, 109, false),
    (0x59eb, 112, 111, true),
];

/// What was learned of one kind of decision: a state, and in the highest bit the more probable symbol.
type Bin = u8;

const MORE_PROBABLE: u8 = 0x80;

/// The decoder's registers.
#[derive(Debug, Default)]
struct Coder {
    interval: u32,
    code: u32,
    /// Bits of `code` until the next byte is due.
    left: u32,
    is_begun: bool,
}

impl Coder {
    /// One decision.
    fn decide(&mut self, bits: &mut Bits, data: &[u8], bin: &mut Bin) -> bool {
        if !self.is_begun {
            // T.81, figure D.22.
            *self = Self { interval: 0x1_0000, code: 0, left: 0, is_begun: true };
            self.code = (bits.number(data, 16)) << 16;
        }
        let (estimate, after_less, after_more, exchanges) = STATES[usize::from(*bin & !MORE_PROBABLE) % STATES.len()];
        let (estimate, more) = (u32::from(estimate), *bin & MORE_PROBABLE);
        self.interval -= estimate;
        let is_upper = self.code >> 16 >= self.interval;
        if !is_upper && self.interval >= 0x8000 {
            return more != 0;
        }
        // The smaller part is the less probable symbol's, on whichever side it came to lie.
        let is_less = is_upper != (self.interval < estimate);
        if is_upper {
            self.code -= self.interval << 16;
            self.interval = estimate;
        }
        let symbol = if is_less { more ^ MORE_PROBABLE } else { more };
        *bin = match is_less {
            true if exchanges => after_less | (more ^ MORE_PROBABLE),
            true => after_less | more,
            false => after_more | more,
        };
        while self.interval < 0x8000 {
            if self.left == 0 {
                self.code += bits.number(data, 8) << 8;
                self.left = 8;
            }
            self.interval <<= 1;
            self.code <<= 1;
            self.left -= 1;
        }
        symbol != 0
    }

    /// A decision of which nothing is ever learned.
    fn even(&mut self, bits: &mut Bits, data: &[u8]) -> bool {
        self.decide(bits, data, &mut 0)
    }
}

/// Bins of DC differences: five groups of four, then 14 each of sizes and of their bits.
const DC_BINS: usize = 20 + 2 * 15;
/// Where the sizes of DC differences begin.
const DC_SIZES: usize = 20;
/// Bins of AC coefficients: three each, then sizes and bits for low and for high ones.
const AC_BINS: usize = 189 + 4 * 15;
/// Where the sizes of low and of high AC coefficients begin.
const AC_SIZES: (usize, usize) = (189, 217);
/// From the bins of sizes to those of their bits.
const SIZE_TO_BITS: usize = 14;

/// The models of one scan.
#[derive(Debug)]
pub(crate) struct Models {
    coder: Coder,
    conditioning: Conditioning,
    dc: [[Bin; DC_BINS]; 4],
    ac: [[Bin; AC_BINS]; 4],
    /// For each of the scan's components the group that the last difference leads to.
    groups: [usize; 4],
}

impl Models {
    pub(crate) fn new(conditioning: Conditioning) -> Self {
        Self { coder: Coder::default(), conditioning, dc: [[0; DC_BINS]; 4], ac: [[0; AC_BINS]; 4], groups: [0; 4] }
    }

    /// Forgets everything, as a restart asks for.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.conditioning);
    }

    /// A difference of DC coefficients (T.81, F.2.4.1).
    pub(crate) fn difference(
        &mut self,
        bits: &mut Bits,
        data: &[u8],
        table: usize,
        lane: usize,
    ) -> Result<i32, Damage> {
        let (bins, coder) = (&mut self.dc[table & 3], &mut self.coder);
        let group = self.groups[lane & 3];
        if !coder.decide(bits, data, &mut bins[group]) {
            self.groups[lane & 3] = 0;
            return Ok(0);
        }
        let is_negative = coder.decide(bits, data, &mut bins[group + 1]);
        let (mut size, mut at) = (0, group + 2 + usize::from(is_negative));
        if coder.decide(bits, data, &mut bins[at]) {
            (size, at) = (1, DC_SIZES);
            size = grown(coder, bits, data, (bins, &mut at), size)?;
        }
        let (lower, upper) = self.conditioning.dc[table & 3];
        let sign = 4 * usize::from(is_negative);
        self.groups[lane & 3] = if size < 1 << lower >> 1 {
            0
        } else if size > 1 << upper >> 1 {
            12 + sign
        } else {
            4 + sign
        };
        Ok(signed(filled(coder, bits, data, bins, at, size), is_negative))
    }

    /// Whether the block has no coefficient from `at` on.
    pub(crate) fn ends(&mut self, bits: &mut Bits, data: &[u8], table: usize, at: usize) -> bool {
        self.coder.decide(bits, data, &mut self.ac[table & 3][three(at)])
    }

    /// Whether the coefficient at `at` is not zero.
    pub(crate) fn is_something(&mut self, bits: &mut Bits, data: &[u8], table: usize, at: usize) -> bool {
        self.coder.decide(bits, data, &mut self.ac[table & 3][three(at) + 1])
    }

    /// Whether a coefficient that was not zero gets its next bit.
    pub(crate) fn grows(&mut self, bits: &mut Bits, data: &[u8], table: usize, at: usize) -> bool {
        self.coder.decide(bits, data, &mut self.ac[table & 3][three(at) + 2])
    }

    /// One bit that nothing is known of.
    pub(crate) fn even(&mut self, bits: &mut Bits, data: &[u8]) -> bool {
        self.coder.even(bits, data)
    }

    /// The coefficient at `at`, which is not zero (T.81, F.2.4.2).
    pub(crate) fn coefficient(&mut self, bits: &mut Bits, data: &[u8], table: usize, at: usize) -> Result<i32, Damage> {
        let (bins, coder) = (&mut self.ac[table & 3], &mut self.coder);
        let is_negative = coder.even(bits, data);
        let (mut size, mut bin) = (0, three(at) + 2);
        if coder.decide(bits, data, &mut bins[bin]) {
            size = 1;
            if coder.decide(bits, data, &mut bins[bin]) {
                let is_low = at <= usize::from(self.conditioning.ac[table & 3]);
                bin = if is_low { AC_SIZES.0 } else { AC_SIZES.1 };
                size = grown(coder, bits, data, (bins, &mut bin), 2)?;
            }
        }
        Ok(signed(filled(coder, bits, data, bins, bin, size), is_negative))
    }
}

/// The first of three bins of an AC coefficient.
fn three(at: usize) -> usize {
    3 * (at.clamp(1, 63) - 1)
}

/// Doubles a size as long as decisions say so; moves `at` along the bins.
fn grown<const BINS: usize>(
    coder: &mut Coder,
    bits: &mut Bits,
    data: &[u8],
    (bins, at): (&mut [Bin; BINS], &mut usize),
    size: u32,
) -> Result<u32, Damage> {
    let mut size = size;
    while coder.decide(bits, data, &mut bins[*at]) {
        size <<= 1;
        *at += 1;
        if size >= 0x8000 {
            return Err(Damage);
        }
    }
    Ok(size)
}

/// The magnitude of which `size` is the highest bit, less one.
fn filled<const BINS: usize>(
    coder: &mut Coder,
    bits: &mut Bits,
    data: &[u8],
    bins: &mut [Bin; BINS],
    at: usize,
    size: u32,
) -> u32 {
    let (mut value, mut bit) = (size, size >> 1);
    while bit > 0 {
        if coder.decide(bits, data, &mut bins[at + SIZE_TO_BITS]) {
            value |= bit;
        }
        bit >>= 1;
    }
    value
}

fn signed(less_one: u32, is_negative: bool) -> i32 {
    let value = less_one.cast_signed() + 1;
    if is_negative { -value } else { value }
}
