//! The arithmetic decoder: one decision after the other, each with a probability (RFC 6386, 7).
//!
//! A window of 64 bits stands on the data. Whoever reads asks for it to be filled first: after
//! [`Bools::fill`] four decisions can be read, whatever they are, without a look at the data.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a kernel: the window's bits are counted, and the range stays within 8 bits"
)]

/// Bits that the window has at least once it was filled: 8 to look at, and 7 for each of four
/// decisions, which is the most that one takes.
const FILLED: i32 = 36;

/// Bits that may be read behind the end: an encoder may leave zeros out that it need not write.
const SLACK: u64 = 16;

/// Decisions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bools<'a> {
    /// The window, from its highest bit on.
    window: u64,
    /// Bits in it.
    bits: i32,
    /// 127 to 254: one less than the range, of which a decision takes its share.
    range_less_one: u32,
    rest: &'a [u8],
    /// Bits that were made up behind the end.
    made_up: u64,
}

impl<'a> Bools<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self { window: 0, bits: 0, range_less_one: 254, rest: data, made_up: 0 }
    }

    /// Makes four decisions possible.
    #[inline(always)]
    pub(crate) fn fill(&mut self) {
        if self.bits < FILLED {
            self.fill_up();
        }
    }

    #[inline(always)]
    fn fill_up(&mut self) {
        let Some(next) = self.rest.first_chunk::<8>() else {
            // By value, so that the window can stay in registers.
            *self = self.filled_at_end();
            return;
        };
        self.window |= u64::from_be_bytes(*next) >> self.bits;
        let bytes = ((63 - self.bits) >> 3) as usize;
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        // What stands behind the counted bits is the same that will be put there again.
        self.bits += (bytes << 3) as i32;
    }

    #[cold]
    #[inline(never)]
    fn filled_at_end(mut self) -> Self {
        while self.bits <= 56 {
            let byte = match self.rest.split_first() {
                Some((first, rest)) => {
                    self.rest = rest;
                    *first
                }
                None => {
                    self.made_up = self.made_up.saturating_add(8);
                    0
                }
            };
            self.window |= u64::from(byte) << (56 - self.bits);
            self.bits += 8;
        }
        self
    }

    /// Whether decisions were read that are not there.
    pub(crate) fn is_past_end(&self) -> bool {
        self.made_up > self.bits.unsigned_abs().into() && self.made_up - u64::from(self.bits.unsigned_abs()) > SLACK
    }

    /// A decision that is false with `probability` of 256. The window must have been filled.
    #[inline(always)]
    pub(crate) fn next(&mut self, probability: u8) -> bool {
        let split = (self.range_less_one * u32::from(probability)) >> 8;
        let wide = u64::from(split + 1) << 56;
        let is_set = self.window >= wide;
        if is_set {
            self.window -= wide;
            self.narrow(self.range_less_one - split);
        } else {
            self.narrow(split + 1);
        }
        is_set
    }

    /// The value with a sign that is as likely as not, without a branch on it. Not for the first
    /// decision of all.
    #[inline(always)]
    pub(crate) fn signed(&mut self, value: i32) -> i32 {
        // Only before the first decision is the range 255; half of any other is brought back by one
        // bit, so this need not be found out.
        let split = self.range_less_one >> 1;
        let wide = u64::from(split + 1) << 56;
        let mask = -i32::from(self.window >= wide);
        self.window = (self.window - (wide & (i64::from(mask) as u64))) << 1;
        self.range_less_one = self.range_less_one.wrapping_add(mask as u32) | 1;
        self.bits -= 1;
        (value ^ mask) - mask
    }

    /// Goes on with a range of 1 to 254, brought back to 128 and more.
    #[inline(always)]
    fn narrow(&mut self, range: u32) {
        // The lowest bit only tells the compiler that there is one.
        let shift = 7 ^ (31 ^ (range | 1).leading_zeros());
        self.range_less_one = (range << shift) - 1;
        self.window <<= shift;
        self.bits -= shift as i32;
    }

    /// A decision, whatever is in the window.
    #[inline]
    pub(crate) fn one(&mut self, probability: u8) -> bool {
        self.fill();
        self.next(probability)
    }

    /// A decision that is as likely as not.
    pub(crate) fn flag(&mut self) -> bool {
        self.one(128)
    }

    /// A number of so many bits, the highest first.
    pub(crate) fn number(&mut self, bits: u32) -> u8 {
        (0..bits).fold(0, |number, _| (number << 1) | u8::from(self.flag()))
    }

    /// A number of so many bits and a sign behind it.
    pub(crate) fn signed_number(&mut self, bits: u32) -> i32 {
        let number = i32::from(self.number(bits));
        if self.flag() { -number } else { number }
    }

    /// A number with a sign, if one is there.
    pub(crate) fn optional(&mut self, bits: u32) -> Option<i32> {
        self.flag().then(|| self.signed_number(bits))
    }
}
