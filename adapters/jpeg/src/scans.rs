//! Scans that bring a part of a picture: one component of a sequential one, or some coefficients
//! or bits of a progressive one (T.81, annex G). What they bring is held.

mod arithmetic;
mod huffman;

use std::io::Read;

use crate::arithmetic::Models;
use crate::bits::{Bits, Damage};
use crate::coefficients::{Coefficients, Held};
use crate::entropy::{After, Faults, Units};
use crate::error::DecodeError;
use crate::frame::{Frame, Part, Scan};
use crate::huffman::{AcTable, DcTable};
use crate::info::Process;
use crate::source::Source;
use crate::tables::Tables;

/// What a scan does with a block.
enum Step {
    /// Everything at once.
    Sequential { tables: Vec<(DcTable, AcTable)> },
    /// The upper bits of the DC coefficient.
    Dc { tables: Vec<DcTable>, low: u32 },
    /// One more bit of it.
    RefineDc { low: u32 },
    /// The upper bits of some AC coefficients.
    Ac { table: Box<AcTable>, first: usize, last: usize, low: u32 },
    /// One more bit of them.
    RefineAc { table: Box<AcTable>, first: usize, last: usize, low: u32 },
    /// Any of them, by the arithmetic coder.
    Arithmetic { scan: Scan, process: Process },
}

impl Step {
    fn new(frame: &Frame, scan: &Scan, tables: &Tables) -> Result<Self, DecodeError> {
        if frame.arithmetic {
            return Ok(Self::Arithmetic { scan: scan.clone(), process: frame.process });
        }
        let ac = |number| tables.ac(number).map(AcTable::new);
        if frame.process == Process::Sequential {
            let both = scan.parts.iter().map(|part| Ok((DcTable::new(tables.dc(part.dc)?), ac(part.ac)?)));
            return Ok(Self::Sequential { tables: both.collect::<Result<_, DecodeError>>()? });
        }
        let (first, last, low) = (scan.first, scan.last, scan.low);
        Ok(match (first, scan.high) {
            (0, 0) => {
                let tables = scan.parts.iter().map(|part| tables.dc(part.dc).map(DcTable::new));
                Self::Dc { tables: tables.collect::<Result<_, _>>()?, low }
            }
            (0, _) => Self::RefineDc { low },
            (_, high) => {
                let number = scan.parts.first().map_or(0, |part| part.ac);
                let table = Box::new(ac(number)?);
                if high == 0 {
                    Self::Ac { table, first, last, low }
                } else {
                    Self::RefineAc { table, first, last, low }
                }
            }
        })
    }

    /// Reads one block of the scan's `lane`.
    fn block(
        &self,
        bits: &mut Bits,
        data: &[u8],
        lane: usize,
        state: &mut State,
        to: Target<'_>,
    ) -> Result<(), Damage> {
        match self {
            Self::Sequential { tables } => {
                let (dc, ac) = tables.get(lane).ok_or(Damage)?;
                to.held.set(to.block, 0, state.dc(bits.difference(data, dc)?, lane, 0));
                to.sequential(bits, data, ac)
            }
            Self::Dc { tables, low } => {
                let difference = bits.difference(data, tables.get(lane).ok_or(Damage)?)?;
                to.held.set(to.block, 0, state.dc(difference, lane, *low));
                Ok(())
            }
            Self::RefineDc { low } => {
                if bits.flag(data)
                    && let Some(kept) = to.held.place(to.block, 0)
                {
                    *kept |= 1 << low;
                }
                Ok(())
            }
            Self::Ac { table, first, last, low } => to.first_ac(bits, data, table, (*first, *last, *low), state),
            Self::RefineAc { table, first, last, low } => to.refine_ac(bits, data, table, (*first, *last, *low), state),
            Self::Arithmetic { scan, process } => to.arithmetic(bits, data, (scan, *process, lane), state),
        }
    }
}

/// What is remembered from block to block.
struct State {
    predicted: [i32; 4],
    /// Blocks that have no more coefficients in this scan.
    ended_blocks: u32,
    models: Models,
}

impl State {
    fn new(tables: &Tables) -> Self {
        Self { predicted: [0; 4], ended_blocks: 0, models: Models::new(tables.conditioning) }
    }

    /// Forgets everything, as a restart asks for.
    fn reset(&mut self) {
        (self.predicted, self.ended_blocks) = ([0; 4], 0);
        self.models.reset();
    }

    fn dc(&mut self, difference: i32, lane: usize, low: u32) -> i16 {
        let Some(predicted) = self.predicted.get_mut(lane) else { return 0 };
        *predicted = predicted.wrapping_add(difference);
        wrapped(*predicted << low)
    }
}

/// What legal pictures keep within 16 bits is cut to them in others.
#[expect(clippy::cast_possible_truncation, reason = "what is lost was never legal")]
fn wrapped(value: i32) -> i16 {
    value as i16
}

/// The block that is read.
struct Target<'a> {
    held: &'a mut Held,
    block: usize,
}

/// One more bit for a coefficient that is not zero.
#[inline]
fn correct(held: &mut Held, block: usize, at: usize, low: u32, bit: bool) {
    if bit && let Some(kept) = held.place(block, at) {
        *kept = kept.wrapping_add(kept.signum() << low);
    }
}

/// Reads a whole scan; what follows it.
pub(crate) fn read<R: Read>(
    source: &mut Source<R>,
    frame: &Frame,
    scan: &Scan,
    tables: &Tables,
    held: &mut Coefficients,
) -> Result<(After, Faults), DecodeError> {
    let step = Step::new(frame, scan, tables)?;
    let mut units = Units::new(tables.restart_interval, false, frame.arithmetic);
    let mut state = State::new(tables);
    let mut parts: Vec<(usize, Part)> =
        scan.parts.iter().filter_map(|it| Some((it.part, *frame.parts.get(it.part)?))).collect();
    let (across, down) = match &mut parts[..] {
        // A component alone comes block by block, without those beyond its edge (T.81, A.2.2).
        [(_, part)] => {
            (part.across, part.down) = (1, 1);
            part.blocks
        }
        _ => frame.units,
    };
    for row in 0..down {
        for column in 0..across {
            if units.prepare(source)? {
                state.reset();
            }
            if units.is_lost() {
                continue;
            }
            let read = unit(&step, &parts, held, (column, row), (&mut units, &mut state));
            units.was_read(read);
        }
    }
    for (number, _) in &parts {
        if let Some(held) = held.part_mut(*number) {
            held.note(scan.first, scan.last, scan.low);
        }
    }
    let faults = units.faults();
    Ok((units.finish(source)?, faults))
}

/// Reads the blocks of a unit.
#[inline(always)]
fn unit(
    step: &Step,
    parts: &[(usize, Part)],
    held: &mut Coefficients,
    (column, row): (usize, usize),
    (units, state): (&mut Units, &mut State),
) -> Result<(), Damage> {
    let (bits, data) = units.parts_mut();
    for (lane, (number, part)) in parts.iter().enumerate() {
        let held = held.part_mut(*number).ok_or(Damage)?;
        for y in 0..part.down {
            for x in 0..part.across {
                let block = held.number(column * part.across + x, row * part.down + y);
                step.block(bits, data, lane, state, Target { held, block })?;
            }
        }
    }
    Ok(())
}
