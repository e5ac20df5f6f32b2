//! Small arithmetic on samples, written once.

/// `value * factor / 255`, rounded to the nearest.
pub(crate) fn scaled(value: u8, factor: u8) -> u8 {
    let product = u32::from(value) * u32::from(factor);
    narrow((product + 127) / 255)
}

/// A 16-bit sample in 8 bits, rounded to the nearest.
pub(crate) fn from_16(value: u16) -> u8 {
    // Exactly round(value * 255 / 65535), without a division.
    narrow((u32::from(value) * 255 + 32_895) >> 16)
}

/// A sample of `bits` (1 to 8) stretched to 8.
pub(crate) fn from_bits(value: u8, bits: u8) -> u8 {
    let max = (1_u32 << bits.clamp(1, 8)) - 1;
    narrow((u32::from(value) * 255 + max / 2) / max)
}

/// The lightness of a pixel in sRGB, by the weights of Rec. 601.
pub(crate) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    narrow((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue) + 128) >> 8)
}

/// The value as a sample; what is too large is white.
pub(crate) fn narrow(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::{from_16, from_bits, scaled};

    #[test]
    fn sixteen_bits_are_rounded() {
        for value in 0..=u16::MAX {
            let exact = (u32::from(value) * 510 + 65_535) / 131_070;
            assert_eq!(u32::from(from_16(value)), exact, "{value}");
        }
    }

    #[test]
    fn ends_stay_ends() {
        for bits in 1..=8 {
            let max = u8::try_from((1_u32 << bits) - 1).unwrap();
            assert_eq!((from_bits(0, bits), from_bits(max, bits)), (0, 255), "{bits} bits");
        }
        assert_eq!((scaled(255, 255), scaled(255, 0), scaled(200, 128)), (255, 0, 100));
    }
}
