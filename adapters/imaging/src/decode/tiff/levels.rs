//! Samples of any depth in 8 bits: the least is black, the most is white, floats go from 0 to 1.

use super::fields::{Fields, Kind, Meaning};
use crate::samples::{from_16, from_bits};

/// A row's samples in 8 bits, `count` of them; indices of a palette stay what they are.
pub(super) fn narrow(row: &[u8], fields: &Fields, count: usize, out: &mut Vec<u8>) {
    let little = fields.little_endian;
    if fields.meaning.is_lab() {
        match fields.bits {
            8 => out.extend(row.iter().take(count)),
            _ => out.extend(words(row, little).take(count).map(|word| crate::samples::narrow(u32::from(word) >> 8))),
        }
        out.resize(count, 0);
        return;
    }
    match (fields.kind, fields.bits) {
        (Kind::Whole, 8) => out.extend_from_slice(row.get(..count).unwrap_or(row)),
        (Kind::Whole, 16) => out.extend(words(row, little).take(count).map(from_16)),
        (Kind::Whole, bits @ 1..=7) => {
            let bits = u8::try_from(bits).unwrap_or(1);
            let mut scale = [0; 128];
            for (value, scaled) in (0..=127).zip(&mut scale) {
                let is_index = fields.meaning == Meaning::Palette;
                *scaled = if is_index { value } else { from_bits(value.min((1 << bits) - 1), bits) };
            }
            small(row, bits, count, &scale, out);
        }
        (Kind::Whole, bits) => large(row, bits, count, little, out),
        (Kind::Signed, bits) => {
            // The highest bit turned, what was the least is nought.
            let width = bits / 8;
            let top = if little { width.saturating_sub(1) } else { 0 };
            let tops = row.chunks_exact(width.max(1)).filter_map(|number| number.get(top));
            out.extend(tops.take(count).map(|top| top ^ 0x80));
        }
        (Kind::Float, bits) => {
            let numbers = row.chunks_exact((bits / 8).max(1)).take(count);
            out.extend(numbers.map(|number| from_float(float(number, little))));
        }
    }
    out.resize(count, 0);
}

fn words(row: &[u8], little_endian: bool) -> impl Iterator<Item = u16> {
    let of = if little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
    row.as_chunks::<2>().0.iter().map(move |bytes| of(*bytes))
}

/// Samples of less than a byte.
fn small(row: &[u8], bits: u8, count: usize, scale: &[u8; 128], out: &mut Vec<u8>) {
    let mask = (1_u32 << bits) - 1;
    let scaled = |value: u32| usize::try_from(value & mask).ok().and_then(|value| scale.get(value)).copied();
    if 8 % bits == 0 {
        let in_byte = |byte: u8| (1..=8 / bits).map(move |nth| u32::from(byte) >> (8 - nth * bits));
        out.extend(row.iter().flat_map(|byte| in_byte(*byte)).map(|value| scaled(value).unwrap_or(0)).take(count));
        return;
    }
    let (mut held, mut length) = (0_u32, 0);
    let mut bytes = row.iter();
    out.extend((0..count).map_while(|_| {
        if length < bits {
            held = (held << 8) | u32::from(*bytes.next()?);
            length += 8;
        }
        length -= bits;
        scaled(held >> length)
    }));
}

/// Samples of more than a byte, in the file's order where they are whole bytes.
fn large(row: &[u8], bits: usize, count: usize, little_endian: bool, out: &mut Vec<u8>) {
    if bits.is_multiple_of(8) {
        let top = if little_endian { bits / 8 - 1 } else { 0 };
        out.extend(row.chunks_exact(bits / 8).filter_map(|number| number.get(top)).take(count));
        return;
    }
    let (mut held, mut length) = (0_u128, 0);
    let mut bytes = row.iter();
    let max = (1_u128 << bits) - 1;
    out.extend((0..count).map_while(|_| {
        while length < bits {
            held = (held << 8) | u128::from(*bytes.next()?);
            length += 8;
        }
        length -= bits;
        let value = (held >> length) & max;
        u8::try_from((value * 255 + max / 2) / max).ok()
    }));
}

/// A float of 16, 24, 32 or 64 bits.
fn float(bytes: &[u8], little_endian: bool) -> f64 {
    let join = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    let bits = if little_endian { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) };
    match bytes.len() {
        2 => small_float(bits, 5, 10),
        3 => small_float(bits, 7, 16),
        4 => f32::from_bits(u32::try_from(bits).unwrap_or(0)).into(),
        _ => f64::from_bits(bits),
    }
}

/// A float with so many bits of exponent and of fraction (IEEE 754; Adobe's technical note 3).
fn small_float(bits: u64, exponent_bits: u32, fraction_bits: u32) -> f64 {
    let fraction = bits & ((1 << fraction_bits) - 1);
    let exponent = i32::try_from((bits >> fraction_bits) & ((1 << exponent_bits) - 1)).unwrap_or(0);
    let one = f64::from(1_u32 << fraction_bits);
    let part = f64::from(u32::try_from(fraction).unwrap_or(0)) / one;
    let bias = (1 << (exponent_bits - 1)) - 1;
    let size = match exponent {
        0 => part * 2_f64.powi(1 - bias),
        _ if exponent == (1 << exponent_bits) - 1 && fraction == 0 => f64::INFINITY,
        _ if exponent == (1 << exponent_bits) - 1 => f64::NAN,
        _ => (1.0 + part) * 2_f64.powi(exponent - bias),
    };
    if bits >> (exponent_bits + fraction_bits) & 1 == 1 { -size } else { size }
}

fn from_float(value: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 to 255 before; what is no number becomes 0"
    )]
    let sample = (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    sample
}

#[cfg(test)]
mod tests {
    use super::{float, from_float, large, small};

    #[test]
    fn odd_depths() {
        let mut out = Vec::new();
        // 000 111 100 01|0...: 3 bits each.
        let scale = std::array::from_fn(|value| u8::try_from(value.min(7) * 255 / 7).unwrap());
        small(&[0b0001_1110, 0b0010_0000], 3, 4, &scale, &mut out);
        assert_eq!(out, [0, 255, 145, 72]);
        out.clear();
        large(&[0xff, 0xf0, 0x00, 0x80, 0x00], 12, 3, true, &mut out);
        assert_eq!(out, [255, 0, 128]);
        out.clear();
        large(&[1, 2, 3, 4, 5, 6], 24, 2, true, &mut out);
        assert_eq!(out, [3, 6]);
    }

    #[test]
    fn floats_of_every_width() {
        for (bytes, value) in [
            (&[0x38, 0x00][..], 0.5),
            (&[0x3c, 0x00], 1.0),
            (&[0xbc, 0x00], -1.0),
            (&[0x00, 0x01], 2_f64.powi(-24)),
            (&[0x3f, 0x00, 0x00], 1.0),
            (&[0x3f, 0x80, 0, 0], 1.0),
            (&[0x3f, 0xe0, 0, 0, 0, 0, 0, 0], 0.5),
        ] {
            let is_equal = |found: f64| (found - value).abs() < 1e-12;
            let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
            assert!(is_equal(float(bytes, false)) && is_equal(float(&reversed, true)), "{bytes:?}");
        }
        assert_eq!([0.5, 2.0, -1.0, f64::NAN].map(from_float), [128, 255, 0, 0]);
    }
}
