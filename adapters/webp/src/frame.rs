//! The frame's header (RFC 6386, 9 and 19.2).

use crate::bools::Bools;
use crate::error::DecodeError;
use crate::tables::{AC, BANDS, DC, INITIAL, Probabilities, UPDATES};

/// Probabilities of the tokens of one kind of block, by the place of the coefficient.
pub(crate) type ByPlace = [[[u8; 11]; 3]; 17];

/// What coefficients count in: the first of a block, and the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) luma: [i32; 2],
    /// Of the block that holds the first coefficients of all others.
    pub(crate) means: [i32; 2],
    pub(crate) colour: [i32; 2],
}

/// What holds for all macroblocks.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) is_filtered: bool,
    /// Probabilities of the segment's number, where macroblocks tell theirs.
    pub(crate) segment_map: Option<[u8; 3]>,
    /// By segment.
    pub(crate) steps: [Steps; 4],
    /// The probability that a macroblock has coefficients, where macroblocks tell.
    pub(crate) skip: Option<u8>,
    /// Kinds of blocks: luma without its first coefficient, means, colour, whole luma.
    pub(crate) tokens: [ByPlace; 4],
}

/// A frame, taken apart.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) header: Header,
    /// What follows the header in the first partition: modes.
    pub(crate) modes: Bools<'a>,
    /// Partitions of coefficients, 1, 2, 4 or 8, for one row of macroblocks after the other.
    pub(crate) partitions: Vec<Bools<'a>>,
    /// Whether partitions are said to be longer than the data.
    pub(crate) is_cut: bool,
}

/// The size, and what follows it.
pub(crate) fn size(frame: &[u8]) -> Result<(u32, u32), DecodeError> {
    let Some([tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) = frame.first_chunk::<10>() else {
        return Err(if frame.len() < 10 {
            DecodeError::Truncated("its size")
        } else {
            DecodeError::Malformed("the picture has no start code")
        });
    };
    if tag & 1 != 0 {
        return Err(DecodeError::Malformed("the picture is no key frame"));
    }
    // The upper two bits of each propose an enlargement, which nobody does.
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    match (side(*w0, *w1), side(*h0, *h1)) {
        (0, _) | (_, 0) => Err(DecodeError::Malformed("a picture without width or height")),
        size => Ok(size),
    }
}

impl<'a> Frame<'a> {
    /// Reads the header of a frame whose size was read.
    pub(crate) fn parse(frame: &'a [u8]) -> Result<Self, DecodeError> {
        let (Some([t0, t1, t2]), Some(content)) = (frame.first_chunk::<3>(), frame.get(10..)) else {
            return Err(DecodeError::Truncated("its size"));
        };
        let first = usize::try_from(u32::from_le_bytes([*t0, *t1, *t2, 0]) >> 5).unwrap_or(usize::MAX);
        let (mut is_cut, mut rest) = (false, content);
        let first = taken(&mut rest, first, &mut is_cut);
        let mut bools = Bools::new(first);
        // The space of colours and whether sums must be clamped: no decoder looks at them.
        bools.number(2);
        let segments = Segments::parse(&mut bools);
        let is_filtered = filter(&mut bools);
        let count = 1 << bools.number(2);
        let steps = segments.steps(&mut bools);
        // Whether the next frame goes on with these probabilities: there is none.
        bools.flag();
        let tokens = tokens(&mut bools);
        let skip = bools.flag().then(|| bools.number(8));
        if bools.is_past_end() {
            return Err(DecodeError::Truncated("the end of its header"));
        }
        let header = Header { is_filtered, segment_map: segments.map, steps, skip, tokens };
        let partitions = partitions(rest, count, &mut is_cut);
        Ok(Self { header, modes: bools, partitions, is_cut })
    }
}

/// So many bytes from the front, or what there is.
fn taken<'a>(data: &mut &'a [u8], length: usize, is_cut: &mut bool) -> &'a [u8] {
    let whole = *data;
    let (part, rest) = whole.split_at_checked(length).unwrap_or_else(|| {
        *is_cut = true;
        (whole, &[])
    });
    *data = rest;
    part
}

/// Parts of the data, behind their lengths; what is missing is empty.
fn partitions<'a>(mut data: &'a [u8], count: usize, is_cut: &mut bool) -> Vec<Bools<'a>> {
    let lengths = taken(&mut data, 3 * (count - 1), is_cut).as_chunks::<3>().0;
    let mut partitions = Vec::with_capacity(count);
    for [low, middle, high] in lengths {
        let length = usize::try_from(u32::from_le_bytes([*low, *middle, *high, 0])).unwrap_or(usize::MAX);
        partitions.push(Bools::new(taken(&mut data, length, is_cut)));
    }
    // The last one is what is left.
    partitions.resize(count, Bools::new(data));
    partitions
}

/// Up to four kinds of macroblocks, with their own quantisation (9.3).
#[derive(Debug, Default)]
struct Segments {
    map: Option<[u8; 3]>,
    is_absolute: bool,
    quantisers: [i32; 4],
}

impl Segments {
    fn parse(bools: &mut Bools<'_>) -> Self {
        let mut segments = Self::default();
        if !bools.flag() {
            return segments;
        }
        let (has_map, has_values) = (bools.flag(), bools.flag());
        if has_values {
            segments.is_absolute = bools.flag();
            segments.quantisers = [(); 4].map(|()| bools.optional(7).unwrap_or(0));
            // Levels of the filter.
            for _ in 0..4 {
                bools.optional(6);
            }
        }
        if has_map {
            segments.map = Some([(); 3].map(|()| if bools.flag() { bools.number(8) } else { 255 }));
        }
        segments
    }

    /// Quantisation of each segment (9.6 and 14.1).
    fn steps(&self, bools: &mut Bools<'_>) -> [Steps; 4] {
        let base = i32::from(bools.number(7));
        let [luma_dc, means_dc, means_ac, colour_dc, colour_ac] = [(); 5].map(|()| bools.optional(4).unwrap_or(0));
        let entry = |table: &[i32; 128], index: i32| {
            usize::try_from(index.clamp(0, 127)).ok().and_then(|index| table.get(index)).copied().unwrap_or(0)
        };
        self.quantisers.map(|value| {
            let index = if self.is_absolute { value } else { base + value };
            let index = index.clamp(0, 127);
            Steps {
                luma: [entry(&DC, index + luma_dc), entry(&AC, index)],
                means: [entry(&DC, index + means_dc) * 2, (entry(&AC, index + means_ac) * 155 / 100).max(8)],
                colour: [entry(&DC, index + colour_dc).min(132), entry(&AC, index + colour_ac)],
            }
        })
    }
}

/// The loop filter's settings (9.6): whether there is any.
fn filter(bools: &mut Bools<'_>) -> bool {
    // Its kind.
    bools.flag();
    let level = bools.number(6);
    // Its sharpness.
    bools.number(3);
    // Differences by mode, whether there are any and whether they change.
    if bools.flag() && bools.flag() {
        for _ in 0..8 {
            bools.optional(6);
        }
    }
    level != 0
}

/// Probabilities of tokens (13.4), by place.
fn tokens(bools: &mut Bools<'_>) -> [ByPlace; 4] {
    let mut by_band: Probabilities = INITIAL;
    let updates = UPDATES.as_flattened().as_flattened().as_flattened();
    let flat = by_band.as_flattened_mut().as_flattened_mut().as_flattened_mut();
    for (probability, update) in flat.iter_mut().zip(updates) {
        if bools.one(*update) {
            *probability = bools.number(8);
        }
    }
    by_band.map(|bands| BANDS.map(|band| bands.get(band).copied().unwrap_or_default()))
}
