//! Blocks of arithmetic-coded scans (T.81, F.2.4 and G.1.3).

use super::{State, Target, correct, wrapped};
use crate::arithmetic::Models;
use crate::bits::{Bits, Damage};
use crate::frame::Scan;
use crate::info::Process;

impl Target<'_> {
    /// What a scan brings of a block.
    pub(super) fn arithmetic(
        self,
        bits: &mut Bits,
        data: &[u8],
        (scan, process, lane): (&Scan, Process, usize),
        state: &mut State,
    ) -> Result<(), Damage> {
        let tables = scan.parts.get(lane).ok_or(Damage)?;
        if scan.first == 0 && scan.high == 0 {
            let difference = state.models.difference(bits, data, tables.dc, lane)?;
            let value = state.dc(difference, lane, scan.low);
            self.held.set(self.block, 0, value);
        } else if scan.first == 0 {
            if state.models.even(bits, data)
                && let Some(kept) = self.held.place(self.block, 0)
            {
                *kept |= 1 << scan.low;
            }
        } else if scan.high > 0 {
            return self.refine_arithmetic(bits, data, scan, (&mut state.models, tables.ac));
        }
        if process == Process::Progressive && scan.first == 0 {
            return Ok(());
        }
        let (models, mut at, mut mask) = (&mut state.models, scan.first.max(1), 0_u64);
        while at <= scan.last && !models.ends(bits, data, tables.ac, at) {
            while !models.is_something(bits, data, tables.ac, at) {
                at += 1;
                if at > scan.last {
                    return Err(Damage);
                }
            }
            let value = models.coefficient(bits, data, tables.ac, at)?;
            self.held.set(self.block, at, wrapped(value << scan.low));
            mask |= 1 << at;
            at += 1;
        }
        if let Some(known) = self.held.mask(self.block) {
            *known |= mask;
        }
        Ok(())
    }

    fn refine_arithmetic(
        self,
        bits: &mut Bits,
        data: &[u8],
        scan: &Scan,
        (models, table): (&mut Models, usize),
    ) -> Result<(), Damage> {
        let Self { held, block } = self;
        let mut mask = held.mask(block).map_or(0, |mask| *mask);
        // Before the last one of the band that is not zero no end can come (T.81, G.1.3.3).
        let band = mask & (u64::MAX >> (63 - scan.last));
        let last_known = usize::try_from(63 - (band | 1).leading_zeros()).unwrap_or(0);
        let mut at = scan.first;
        while at <= scan.last {
            if at > last_known && models.ends(bits, data, table, at) {
                break;
            }
            loop {
                if mask >> at & 1 == 1 {
                    let bit = models.grows(bits, data, table, at);
                    correct(held, block, at, scan.low, bit);
                    break;
                }
                if models.is_something(bits, data, table, at) {
                    let is_negative = models.even(bits, data);
                    held.set(block, at, if is_negative { -1 } else { 1 } << scan.low);
                    mask |= 1 << at;
                    break;
                }
                at += 1;
                if at > scan.last {
                    return Err(Damage);
                }
            }
            at += 1;
        }
        if let Some(known) = held.mask(block) {
            *known = mask;
        }
        Ok(())
    }
}
