//! Numbers of any count of bits, as the headers of video streams have them.

/// Bits from the most significant of each byte on.
#[derive(Debug, Clone)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let set = (byte >> (7 - self.at % 8)) & 1 == 1;
        self.at += 1;
        Some(set)
    }

    /// A number of up to 32 bits.
    pub(crate) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits.min(32)).try_fold(0, |value: u32, _| Some((value << 1) | u32::from(self.flag()?)))
    }

    /// A number that begins with as many zeros as it has bits behind its first one: `ue(v)` of
    /// HEVC, `uvlc()` of AV1.
    pub(crate) fn exponential(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros == 32 {
                return None;
            }
        }
        let rest = self.number(zeros)?;
        (1_u32 << zeros).checked_add(rest)?.checked_sub(1)
    }

    pub(crate) fn skip(&mut self, bits: usize) -> Option<()> {
        let at = self.at.checked_add(bits)?;
        (at <= self.bytes.len().saturating_mul(8)).then(|| self.at = at)
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn numbers_of_bits() {
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0000]);
        assert_eq!((bits.number(3), bits.flag()), (Some(5), Some(false)));
        // 011 is 2, 00100 is 3.
        assert_eq!((bits.exponential(), bits.exponential()), (Some(2), Some(3)));
        assert_eq!((bits.skip(4), bits.skip(1), bits.exponential()), (Some(()), None, None));
        assert_eq!(Bits::new(&[0; 9]).exponential(), None);
    }
}
