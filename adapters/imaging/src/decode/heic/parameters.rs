//! HEVC's sequence parameter set (ITU-T H.265, 7.3.2.2), as far as it tells how large a picture
//! is coded.

use crate::bits::Bits;

/// The most of it that is looked at: the size stands within the first bytes.
const BYTES_MAX: usize = 256;

/// The coded size, in whole blocks, of a unit with its two bytes of header; `None` where it
/// breaks off before.
pub(super) fn coded_size(unit: &[u8]) -> Option<(u32, u32)> {
    let bytes = unescaped(unit.get(2..)?);
    let bits = &mut Bits::new(&bytes);
    bits.skip(4)?;
    let layers = bits.number(3)?;
    bits.skip(1)?;
    skip_levels(bits, layers)?;
    bits.exponential()?;
    if bits.exponential()? == 3 {
        bits.skip(1)?;
    }
    Some((bits.exponential()?, bits.exponential()?))
}

/// Without the bytes that keep start codes out (7.4.2.3).
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut made = Vec::new();
    let mut zeros = 0;
    for byte in bytes.iter().take(BYTES_MAX) {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        made.push(*byte);
    }
    made
}

/// `profile_tier_level` (7.3.3).
fn skip_levels(bits: &mut Bits<'_>, layers: u32) -> Option<()> {
    bits.skip(88 + 8)?;
    let mut present = Vec::new();
    for _ in 0..layers {
        present.push((bits.flag()?, bits.flag()?));
    }
    if layers > 0 {
        bits.skip(usize::try_from(8_u32.checked_sub(layers)?).ok()? * 2)?;
    }
    for (has_profile, has_level) in present {
        let profile_bits = if has_profile { 88 } else { 0 };
        bits.skip(profile_bits + if has_level { 8 } else { 0 })?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::coded_size;

    #[test]
    fn the_size_is_read_over_escaped_bytes() {
        // As x265 writes it: Main Still Picture, 4:2:0, 336x256 in blocks of 16.
        let unit = [
            0x42, 0x01, 0x01, 0x03, 0x70, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x3c,
            0xa0, 0x0a, 0x88, 0x04, 0x04, 0x80,
        ];
        assert_eq!(coded_size(&unit), Some((336, 256)));
        for cut in 0..20 {
            assert_eq!(coded_size(&unit[..cut]), None, "cut at {cut}");
        }
    }
}
