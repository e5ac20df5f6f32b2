//! TIFFs of any tags around any bytes.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;
use weezl::BitOrder;

use crate::draw::Picture;

/// A picture and its tags. Chunks begin at byte 16, one behind the other; where and how long they
/// are is said unless tags say otherwise.
#[derive(Debug, Clone)]
pub(super) struct Tiff {
    pub(super) little: bool,
    pub(super) big: bool,
    pub(super) tags: Vec<(u16, u16, Vec<u64>)>,
    pub(super) chunks: Vec<Vec<u8>>,
}

impl Tiff {
    /// One strip without compression.
    pub(super) fn new(width: u32, height: u32, samples: u64, bits: u64, meaning: u64, data: Vec<u8>) -> Self {
        let tiff = Self { little: true, big: false, tags: Vec::new(), chunks: vec![data] };
        tiff.tag(256, 4, &[width.into()])
            .tag(257, 4, &[height.into()])
            .tag(258, 3, &vec![bits; samples as usize])
            .tag(259, 3, &[1])
            .tag(262, 3, &[meaning])
            .tag(277, 3, &[samples])
            .tag(278, 4, &[height.into()])
    }

    pub(super) fn rgb(picture: &Picture) -> Self {
        Self::new(picture.width, picture.height, 3, 8, 2, picture.rgb())
    }

    pub(super) fn grey(picture: &Picture) -> Self {
        let greys = picture.pixels.iter().map(|pixel| pixel[0]).collect();
        Self::new(picture.width, picture.height, 1, 8, 1, greys)
    }

    pub(super) fn tag(mut self, tag: u16, kind: u16, values: &[u64]) -> Self {
        self = self.without(tag);
        self.tags.push((tag, kind, values.to_vec()));
        self
    }

    pub(super) fn without(mut self, tag: u16) -> Self {
        self.tags.retain(|(other, ..)| *other != tag);
        self
    }

    fn number(&self, tag: u16) -> usize {
        self.tags.iter().find(|(other, ..)| *other == tag).map_or(0, |(_, _, values)| values[0] as usize)
    }

    /// The same 8-bit picture in strips (of width 0) or tiles.
    pub(super) fn packed(self, compression: u64, predictor: u64, planar: bool, chunk: (usize, usize)) -> Self {
        let (width, height, samples) = (self.number(256), self.number(257), self.number(277));
        let data = self.chunks.concat();
        let (chunk_width, chunk_height) = (if chunk.0 == 0 { width } else { chunk.0 }, chunk.1);
        let planes: Vec<Vec<usize>> =
            if planar { (0..samples).map(|nth| vec![nth]).collect() } else { vec![(0..samples).collect()] };
        let mut chunks = Vec::new();
        for plane in &planes {
            for top in (0..height).step_by(chunk_height) {
                for left in (0..width).step_by(chunk_width) {
                    // The last strip is as high as what is left; tiles are filled up.
                    let rows = if chunk.0 == 0 { chunk_height.min(height - top) } else { chunk_height };
                    let mut bytes = Vec::new();
                    for y in top..top + rows {
                        let mut row = Vec::new();
                        for x in left..left + chunk_width {
                            let at = (y.min(height - 1) * width + x.min(width - 1)) * samples;
                            row.extend(plane.iter().map(|nth| data[at + nth]));
                        }
                        if predictor == 2 {
                            for at in (plane.len()..row.len()).rev() {
                                row[at] = row[at].wrapping_sub(row[at - plane.len()]);
                            }
                        }
                        bytes.extend(row);
                    }
                    chunks.push(pack(compression, &bytes));
                }
            }
        }
        let mut made = Self { chunks, ..self };
        made = made.tag(259, 3, &[compression]).tag(317, 3, &[predictor]).tag(284, 3, &[1 + u64::from(planar)]);
        if chunk.0 == 0 {
            return made.tag(278, 3, &[chunk_height as u64]);
        }
        made.without(278).tag(322, 3, &[chunk_width as u64]).tag(323, 3, &[chunk_height as u64])
    }

    /// Samples of more bits than 8.
    pub(super) fn deep(&self, bits: usize) -> Self {
        let max = (1_u128 << bits) - 1;
        self.each(bits, |sample| u128::from(sample) * max / 255)
    }

    /// Samples of less bits than 8.
    pub(super) fn shallow(&self, bits: usize) -> Self {
        let max = (1_u128 << bits) - 1;
        self.each(bits, |sample| (u128::from(sample) * max + 127) / 255)
    }

    pub(super) fn signed(&self, bits: usize) -> Self {
        let max = (1_u128 << bits) - 1;
        self.each(bits, |sample| (u128::from(sample) * max / 255) ^ (1 << (bits - 1))).tag(339, 3, &[2])
    }

    pub(super) fn float(&self, bits: usize) -> Self {
        let float = |sample: u8| {
            let value = f64::from(sample) / 255.0;
            if bits == 32 { u128::from((value as f32).to_bits()) } else { u128::from(value.to_bits()) }
        };
        self.each(bits, float).tag(339, 3, &[3])
    }

    /// Every sample as another number: whole bytes in the file's order, others bit by bit.
    fn each(&self, bits: usize, number: impl Fn(u8) -> u128) -> Self {
        let (width, samples) = (self.number(256), self.number(277));
        let mut data = Vec::new();
        for row in self.chunks[0].chunks(width * samples) {
            let mut bit_by_bit = Vec::new();
            for sample in row {
                let mut value = number(*sample);
                if bits.is_multiple_of(8) && self.little {
                    value = (value << (128 - bits)).swap_bytes();
                }
                bit_by_bit.extend((0..bits).rev().map(|nth| (value >> nth) & 1 == 1));
            }
            let byte = |bits: &[bool]| {
                bits.iter().enumerate().fold(0, |byte, (nth, bit)| byte | (u8::from(*bit) << (7 - nth)))
            };
            data.extend(bit_by_bit.chunks(8).map(byte));
        }
        Self { chunks: vec![data], ..self.clone() }.tag(258, 3, &vec![bits as u64; samples])
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let number = |value: u64, width: usize| {
            let bytes = value.to_le_bytes()[..width].to_vec();
            if self.little { bytes } else { bytes.into_iter().rev().collect() }
        };
        let data = self.chunks.concat();
        let directory = (16 + data.len() as u64).next_multiple_of(2);
        let mut bytes = if self.little { b"II".to_vec() } else { b"MM".to_vec() };
        bytes.extend(number(if self.big { 43 } else { 42 }, 2));
        if self.big {
            bytes.extend([number(8, 2), number(0, 2), number(directory, 8)].concat());
        } else {
            bytes.extend(number(directory, 4));
        }
        bytes.resize(16, 0);
        bytes.extend(data);
        bytes.resize(directory as usize, 0);
        let tags = self.with_places();
        let (count_width, width) = if self.big { (8, 8) } else { (2, 4) };
        bytes.extend(number(tags.len() as u64, count_width));
        let mut beyond = Vec::new();
        let beyond_at = directory as usize + count_width + tags.len() * (4 + 2 * width) + width;
        for (tag, kind, values) in tags {
            let value_width = match kind {
                3 => 2,
                4 => 4,
                _ => 1,
            };
            bytes.extend([number(tag.into(), 2), number(kind.into(), 2), number(values.len() as u64, width)].concat());
            let mut field: Vec<u8> = values.iter().flat_map(|value| number(*value, value_width)).collect();
            if field.len() > width {
                bytes.extend(number((beyond_at + beyond.len()) as u64, width));
                beyond.extend(field);
            } else {
                field.resize(width, 0);
                bytes.extend(field);
            }
        }
        bytes.extend(number(0, width));
        bytes.extend(beyond);
        bytes
    }

    /// The tags in their order, where chunks stand among them.
    fn with_places(&self) -> Vec<(u16, u16, Vec<u64>)> {
        let mut tags = self.tags.clone();
        let (at, length) = if self.number(322) > 0 { (324, 325) } else { (273, 279) };
        let has = |tag: u16| self.tags.iter().any(|(other, ..)| *other == tag);
        if !has(at) {
            let mut next = 16;
            let place = |chunk: &Vec<u8>| {
                next += chunk.len() as u64;
                next - chunk.len() as u64
            };
            tags.push((at, 4, self.chunks.iter().map(place).collect()));
        }
        if !has(length) {
            tags.push((length, 4, self.chunks.iter().map(|chunk| chunk.len() as u64).collect()));
        }
        tags.sort();
        tags
    }
}

fn pack(compression: u64, bytes: &[u8]) -> Vec<u8> {
    match compression {
        super::LZW => weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(bytes).unwrap(),
        super::DEFLATE => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        super::PACK_BITS => bytes.chunks(128).flat_map(|part| [&[part.len() as u8 - 1], part].concat()).collect(),
        _ => bytes.to_vec(),
    }
}
