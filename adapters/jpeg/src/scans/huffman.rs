//! Blocks of Huffman-coded scans (T.81, F.2.2 and G.1.2).

use super::{State, Target, correct, wrapped};
use crate::bits::{Bits, Damage};
use crate::block::coefficients;
use crate::huffman::{AcTable, extend};
use crate::scale::Scale;

impl Target<'_> {
    /// All AC coefficients of a sequential picture.
    pub(super) fn sequential(self, bits: &mut Bits, data: &[u8], table: &AcTable) -> Result<(), Damage> {
        let Self { held, block } = self;
        let scale = held.scale();
        let keep = |_, next: usize, value| held.set(block, next - 1, wrapped(value));
        match scale {
            Scale::Eighth => coefficients::<2>(bits, data, table, keep),
            Scale::Quarter => coefficients::<5>(bits, data, table, keep),
            Scale::Half => coefficients::<17>(bits, data, table, keep),
            Scale::Full => coefficients::<65>(bits, data, table, keep),
        }
    }

    /// The upper bits of some AC coefficients.
    pub(super) fn first_ac(
        self,
        bits: &mut Bits,
        data: &[u8],
        table: &AcTable,
        (first, last, low): (usize, usize, u32),
        state: &mut State,
    ) -> Result<(), Damage> {
        if state.ended_blocks > 0 {
            state.ended_blocks -= 1;
            return Ok(());
        }
        let (mut at, mut mask) = (first, 0_u64);
        while at <= last {
            let symbol = bits.symbol(data, &table.symbols)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                state.ended_blocks = (1 << run) - 1 + bits.number(data, run);
                break;
            }
            at += usize::try_from(run).unwrap_or(0);
            if size > 0 {
                if at > last {
                    return Err(Damage);
                }
                let value = extend(bits.number(data, size), size) << low;
                mask |= 1 << at;
                self.held.set(self.block, at, wrapped(value));
            }
            at += 1;
        }
        if let Some(known) = self.held.mask(self.block) {
            *known |= mask;
        }
        Ok(())
    }

    /// One more bit of them.
    pub(super) fn refine_ac(
        self,
        bits: &mut Bits,
        data: &[u8],
        table: &AcTable,
        (first, last, low): (usize, usize, u32),
        state: &mut State,
    ) -> Result<(), Damage> {
        let Self { held, block } = self;
        let mut mask = held.mask(block).map_or(0, |mask| *mask);
        let mut at = first;
        while at <= last && state.ended_blocks == 0 {
            let symbol = bits.symbol(data, &table.symbols)?;
            let (mut run, size) = (u32::from(symbol >> 4), symbol & 15);
            let value = match size {
                0 if run < 15 => {
                    state.ended_blocks = (1 << run) + bits.number(data, run);
                    break;
                }
                0 => 0,
                _ if bits.flag(data) => 1_i16 << low,
                _ => -1_i16 << low,
            };
            // Past `run` coefficients that are zero still; each that is not takes a bit on the way.
            while at <= last {
                if mask >> at & 1 == 1 {
                    correct(held, block, at, low, bits.flag(data));
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                at += 1;
            }
            if value != 0 && at <= last {
                mask |= 1 << at;
                held.set(block, at, value);
            }
            at += 1;
        }
        if state.ended_blocks > 0 {
            let rest = if at > last { 0 } else { mask >> at << at & (u64::MAX >> (63 - last)) };
            for at in ones(rest) {
                correct(held, block, at, low, bits.flag(data));
            }
            state.ended_blocks -= 1;
        }
        if let Some(known) = held.mask(block) {
            *known = mask;
        }
        Ok(())
    }
}

/// The positions of a mask's ones.
fn ones(mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let at = usize::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
        left &= left - 1;
        Some(at)
    })
}
