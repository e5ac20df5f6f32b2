//! Rows whose samples are differences, summed up again (TIFF 6.0, section 14; Adobe's technical
//! note 3 for floats).

use super::fields::{Fields, Predictor};

/// Sums up a row in place; `spare` is room for one.
pub(super) fn undo(row: &mut [u8], spare: &mut Vec<u8>, fields: &Fields) {
    let samples = fields.samples_of_plane();
    match (fields.predictor, fields.bits) {
        (Predictor::Horizontal, 8) => match samples {
            1 => running::<1>(row),
            3 => running::<3>(row),
            4 => running::<4>(row),
            _ => bytes(row, samples),
        },
        (Predictor::Horizontal, 16) => wide(row, samples, fields.little_endian, u16::from_le_bytes, u16::wrapping_add),
        (Predictor::Horizontal, 32) => wide(row, samples, fields.little_endian, u32::from_le_bytes, u32::wrapping_add),
        (Predictor::Horizontal, 64) => wide(row, samples, fields.little_endian, u64::from_le_bytes, u64::wrapping_add),
        (Predictor::Float, bits) => {
            bytes(row, samples);
            gather(row, spare, bits / 8, fields.little_endian);
        }
        (Predictor::None | Predictor::Horizontal, _) => {}
    }
}

fn running<const N: usize>(row: &mut [u8]) {
    let mut sums = [0_u8; N];
    for pixel in row.as_chunks_mut::<N>().0 {
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum = sum.wrapping_add(*sample);
            *sample = *sum;
        }
    }
}

fn bytes(row: &mut [u8], distance: usize) {
    for at in distance..row.len() {
        let before = row.get(at - distance).copied().unwrap_or(0);
        if let Some(sample) = row.get_mut(at) {
            *sample = sample.wrapping_add(before);
        }
    }
}

/// Numbers of more than a byte, in the file's order.
fn wide<const N: usize, T: Copy + Default + Bytes<N>>(
    row: &mut [u8],
    samples: usize,
    little_endian: bool,
    from: fn([u8; N]) -> T,
    add: fn(T, T) -> T,
) {
    let ordered = |mut bytes: [u8; N]| {
        if !little_endian {
            bytes.reverse();
        }
        bytes
    };
    let mut sums = [T::default(); 8];
    for pixel in row.as_chunks_mut::<N>().0.chunks_mut(samples) {
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum = add(*sum, from(ordered(*sample)));
            *sample = ordered(sum.bytes());
        }
    }
}

/// A number's bytes, the lowest first.
trait Bytes<const N: usize> {
    fn bytes(self) -> [u8; N];
}

impl Bytes<2> for u16 {
    fn bytes(self) -> [u8; 2] {
        self.to_le_bytes()
    }
}

impl Bytes<4> for u32 {
    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }
}

impl Bytes<8> for u64 {
    fn bytes(self) -> [u8; 8] {
        self.to_le_bytes()
    }
}

/// All highest bytes stand first, then all second ones: each number's are brought together again.
fn gather(row: &mut [u8], spare: &mut Vec<u8>, width: usize, little_endian: bool) {
    spare.clear();
    spare.extend_from_slice(row);
    let count = row.len() / width.max(1);
    for (nth, number) in row.chunks_exact_mut(width.max(1)).enumerate() {
        for (place, byte) in number.iter_mut().enumerate() {
            let from = if little_endian { width - 1 - place } else { place };
            *byte = spare.get(from * count + nth).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{gather, running, wide};

    #[test]
    fn differences_are_summed_up() {
        let mut row = [1, 2, 3, 1, 1, 255, 4, 0, 0];
        running::<3>(&mut row);
        assert_eq!(row, [1, 2, 3, 2, 3, 2, 6, 3, 2]);
        let mut row = [0, 255, 0, 2, 255, 255];
        wide(&mut row, 1, false, u16::from_le_bytes, u16::wrapping_add);
        assert_eq!(row, [0, 255, 1, 1, 1, 0]);
    }

    #[test]
    fn floats_are_gathered() {
        let (mut row, mut spare) = ([1, 2, 11, 12, 21, 22, 31, 32], Vec::new());
        gather(&mut row, &mut spare, 4, false);
        assert_eq!(row, [1, 11, 21, 31, 2, 12, 22, 32]);
        gather(&mut row, &mut spare, 2, true);
        assert_eq!(row, [2, 1, 12, 11, 22, 21, 32, 31]);
    }
}
