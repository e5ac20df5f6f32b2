//! One block of a sequential scan: its bits to the samples that it becomes.
#![expect(
    clippy::indexing_slicing,
    reason = "a kernel of the entropy decoder: indices are masked to the tables they are for"
)]

use crate::bits::{Bits, Damage};
use crate::huffman::AcTable;
use crate::tables::Quantisation;
use crate::transform::{self, Kept, places};

/// Reads the AC coefficients of a block: the first ones are kept where there is a place for them,
/// the others are passed over.
///
/// `PLACES` is one more than a kept block has; the last place takes what nobody asks for.
#[inline(always)]
pub(crate) fn coefficients<const PLACES: usize>(
    bits: &mut Bits,
    data: &[u8],
    table: &AcTable,
    mut keep: impl FnMut(usize, usize, i32),
) -> Result<(), Damage> {
    let places = const { places(side_of(PLACES)) };
    let last = const { last_of(PLACES) };
    let mut next = 1;
    while next <= last {
        let (count, value) = bits.coefficient(data, table)?;
        next += count as usize;
        let at = next - 1;
        if at <= last {
            keep(usize::from(places[at & 63]), at, value);
        } else if at >= 64 {
            // The end of the block; fewer than that are too many coefficients.
            return if next > 128 { Ok(()) } else { Err(Damage) };
        }
    }
    if next >= 64 {
        return Ok(());
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 64")]
    bits.skip_block(data, table, next as u32)
}

/// The last coefficient in zigzag order that a kept block of so many places has.
const fn last_of(places: usize) -> usize {
    match places {
        5 => 4,
        17 => 24,
        65 => 63,
        _ => 0,
    }
}

/// The side of a kept block of so many places.
const fn side_of(places: usize) -> usize {
    match places {
        5 => 2,
        17 => 4,
        65 => 8,
        _ => 1,
    }
}

/// A block's DC coefficient and what else is kept, dequantised.
#[inline(always)]
pub(crate) fn dequantised<const PLACES: usize>(
    bits: &mut Bits,
    data: &[u8],
    table: &AcTable,
    dc: i32,
    factors: &Quantisation,
) -> Result<Kept<PLACES>, Damage> {
    let mut kept = [0; PLACES];
    kept[0] = dc.wrapping_mul(factors[0].into());
    coefficients::<PLACES>(bits, data, table, |place, at, value| {
        kept[place.min(PLACES - 1)] = value.wrapping_mul(factors[at & 63].into());
    })?;
    Ok(kept)
}

/// The samples of a kept block of `SIDE` into a picture of rows of `stride`, from `at` on.
///
/// What would lie outside is left out.
#[inline(always)]
pub(crate) fn put<const SIDE: usize>(kept: &[i32], extra: u32, picture: &mut [u8], at: usize, stride: usize) {
    match SIDE {
        1 => {
            if let (Some(place), Some(dc)) = (picture.get_mut(at), kept.first()) {
                *place = transform::one(*dc, extra);
            }
        }
        2 => copy(kept.first_chunk().map(|kept| transform::two(kept, extra)), picture, at, stride),
        4 => copy(kept.first_chunk().map(|kept| transform::four(kept, extra)), picture, at, stride),
        _ => copy(kept.first_chunk().map(|kept| transform::eight(kept, extra)), picture, at, stride),
    }
}

#[inline(always)]
fn copy<const N: usize>(samples: Option<[[u8; N]; N]>, picture: &mut [u8], at: usize, stride: usize) {
    for (row, samples) in samples.iter().flatten().enumerate() {
        let start = at + row * stride;
        if let Some(place) = picture.get_mut(start..start + N) {
            place.copy_from_slice(samples);
        }
    }
}
