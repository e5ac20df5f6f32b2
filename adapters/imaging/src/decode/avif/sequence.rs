//! AV1's sequence header (AV1 Bitstream & Decoding Process Specification, 5.5), as far as it
//! tells what the numbers mean.

use crate::bits::Bits;

/// What a sequence header says of colours (AV1, 6.4.2; the numbers are those of H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    /// Whether samples have more than 8 bits.
    pub(super) is_deep: bool,
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

impl Sequence {
    /// Reads the content of a sequence header; `None` where it breaks off.
    pub(super) fn read(content: &[u8]) -> Option<Self> {
        let bits = &mut Bits::new(content);
        let profile = bits.number(3)?;
        bits.skip(1)?;
        let is_reduced = bits.flag()?;
        if is_reduced {
            bits.skip(5)?;
        } else {
            skip_operating_points(bits)?;
        }
        let (width, height) = (bits.number(4)?, bits.number(4)?);
        bits.number(width + 1)?;
        bits.number(height + 1)?;
        if !is_reduced && bits.flag()? {
            bits.skip(7)?;
        }
        bits.skip(3)?;
        if !is_reduced {
            skip_tools(bits)?;
        }
        bits.skip(3)?;
        colours(bits, profile)
    }
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.exponential()?;
        }
        if bits.flag()? {
            delay_bits = Some(usize::try_from(bits.number(5)?).ok()? + 1);
            bits.skip(32 + 10)?;
        }
    }
    let has_initial_delay = bits.flag()?;
    for _ in 0..=bits.number(5)? {
        bits.skip(12)?;
        if bits.number(5)? > 7 {
            bits.skip(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if has_initial_delay && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Some(())
}

fn skip_tools(bits: &mut Bits<'_>) -> Option<()> {
    bits.skip(4)?;
    let has_order_hint = bits.flag()?;
    if has_order_hint {
        bits.skip(2)?;
    }
    let may_be_screen = bits.flag()? || bits.flag()?;
    if may_be_screen && !bits.flag()? {
        bits.skip(1)?;
    }
    if has_order_hint {
        bits.skip(3)?;
    }
    Some(())
}

fn colours(bits: &mut Bits<'_>, profile: u32) -> Option<Sequence> {
    let is_deep = bits.flag()?;
    if profile == 2 && is_deep {
        bits.skip(1)?;
    }
    let is_grey = profile != 1 && bits.flag()?;
    let (mut primaries, mut transfer, mut matrix) = (2, 2, 2);
    if bits.flag()? {
        (primaries, transfer, matrix) = (bits.number(8)?, bits.number(8)?, bits.number(8)?);
    }
    // sRGB's own numbers mean full range without saying so.
    let full_range = (!is_grey && (primaries, transfer, matrix) == (1, 13, 0)) || bits.flag()?;
    Some(Sequence { is_deep, matrix: u16::try_from(matrix).ok()?, full_range })
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    #[test]
    fn a_reduced_header_is_read_to_its_colours() {
        // Profile 0, still, reduced, level 0; 4 bits a side, 16x16; tools; 8 bits, colour,
        // described as 1, 13, 6, full range.
        let bits = "000 1 1 00000 0011 0011 1111 1111 000 000 0 0 1 00000001 00001101 00000110 1 00 0 1";
        let digits: Vec<u8> = bits.bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
        let bytes: Vec<u8> = digits
            .chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |value, (nth, bit)| value | (bit << (7 - nth))))
            .collect();
        assert_eq!(Sequence::read(&bytes), Some(Sequence { is_deep: false, matrix: 6, full_range: true }));
        for cut in 0..bytes.len() - 1 {
            assert_eq!(Sequence::read(&bytes[..cut]), None);
        }
    }
}
