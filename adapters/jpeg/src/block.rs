//! One block of a sequential scan: its bits to the samples that it becomes.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
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
    let places = const { places_of_counts(side_of(PLACES)) };
    let last = const { last_of(PLACES) };
    let mut next = 1;
    while next <= last {
        let (count, value) = bits.coefficient(data, table)?;
        // What lies behind the last place, or behind the block, has the place that nobody reads.
        next += count as usize;
        keep(usize::from(places[next & 255]), next, value);
    }
    if next < 64 {
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        return bits.skip_block(data, table, next as u32);
    }
    // The end of the block, or just the last coefficient; otherwise there are too many.
    if next > 128 || next == 64 { Ok(()) } else { Err(Damage) }
}

/// Where the coefficient before the one that comes next is kept.
const fn places_of_counts(side: usize) -> [u8; 256] {
    let (natural, mut by_count, mut next) = (places(side), [(side * side) as u8; 256], 2);
    while next <= 64 {
        by_count[next] = natural[next - 1];
        next += 1;
    }
    by_count
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
    coefficients::<PLACES>(bits, data, table, |place, next, value| {
        kept[place.min(PLACES - 1)] = value.wrapping_mul(factors[(next - 1) & 63].into());
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
