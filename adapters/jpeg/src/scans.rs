//! Scans that bring a part of a picture: one component of a sequential one, or some coefficients
//! or bits of a progressive one (T.81, annex G). What they bring is held.

mod arithmetic;
mod huffman;

use std::io::Read;

use crate::arithmetic::Models;
use crate::bits::{Bits, Damage};
use crate::coefficients::{Coefficients, Held};
use crate::entropy::{After, Due, Restarts, Stretch};
use crate::error::DecodeError;
use crate::frame::{Frame, Part, Scan};
use crate::huffman::{AcTable, DcTable};
use crate::info::Process;
use crate::sequential::Faults;
use crate::source::{Source, Stop};
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
    let mut reading = Reading {
        stretch: Stretch::new(),
        bits: Bits::default(),
        restarts: Restarts::new(tables.restart_interval),
        state: State::new(tables),
        is_lost: false,
        faults: Faults::default(),
    };
    let parts: Vec<(usize, Part)> =
        scan.parts.iter().filter_map(|it| Some((it.part, *frame.parts.get(it.part)?))).collect();
    // A component alone comes block by block, without those beyond its edge (T.81, A.2.2).
    let alone = match &parts[..] {
        [(_, part)] => Some(part.blocks),
        _ => None,
    };
    let (across, down) = alone.unwrap_or(frame.units);
    for row in 0..down {
        for column in 0..across {
            reading.prepare(source)?;
            if reading.is_lost {
                continue;
            }
            let done = match alone {
                Some(_) => reading.blocks(&step, &parts, held, |_| (1, 1), (column, row)),
                None => reading.blocks(&step, &parts, held, |part| (part.across, part.down), (column, row)),
            };
            // An arithmetic coder leaves out zeros at its end: only the end of all bytes is one.
            let is_exhausted = reading.stretch.is_exhausted(&reading.bits)
                && (!frame.arithmetic || reading.stretch.after() == After::Other(Stop::End));
            if done.is_err() || is_exhausted {
                reading.lose(done.is_ok());
            }
        }
    }
    for (number, _) in &parts {
        if let Some(held) = held.part_mut(*number) {
            held.note(scan.first, scan.last, scan.low);
        }
    }
    Ok((reading.stretch.finish(source)?, reading.faults))
}

/// A scan that is being read.
struct Reading {
    stretch: Stretch,
    bits: Bits,
    restarts: Restarts,
    state: State,
    /// Nothing more is read before the next restart.
    is_lost: bool,
    faults: Faults,
}

impl Reading {
    /// Makes a whole unit available, behind the restart that may be due.
    fn prepare<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), DecodeError> {
        if self.restarts.is_due() {
            self.state.reset();
            match self.restarts.next(&mut self.stretch, source)? {
                Due::Fresh(bits) => (self.bits, self.is_lost) = (bits, false),
                Due::Lost => self.lose(true),
            }
        }
        if !self.is_lost && !self.stretch.has_unit(&self.bits) {
            self.stretch.read_on(source, &mut self.bits)?;
        }
        Ok(())
    }

    fn lose(&mut self, has_ended: bool) {
        if !self.is_lost {
            match self.stretch.after() {
                After::Other(Stop::End | Stop::Marker(0xd9)) if has_ended => self.faults.is_truncated = true,
                // Less than was announced, and more follows: what is missing is as good as zero.
                After::Other(_) if has_ended => {}
                _ => self.faults.is_damaged = true,
            }
        }
        self.is_lost = true;
    }

    /// Reads the blocks of a unit.
    #[inline(always)]
    fn blocks(
        &mut self,
        step: &Step,
        parts: &[(usize, Part)],
        held: &mut Coefficients,
        count: impl Fn(&Part) -> (usize, usize),
        (column, row): (usize, usize),
    ) -> Result<(), Damage> {
        let data = self.stretch.data();
        for (lane, (number, part)) in parts.iter().enumerate() {
            let held = held.part_mut(*number).ok_or(Damage)?;
            let (across, down) = count(part);
            for y in 0..down {
                for x in 0..across {
                    let block = held.number(column * across + x, row * down + y);
                    let to = Target { held, block };
                    step.block(&mut self.bits, data, lane, &mut self.state, to)?;
                }
            }
        }
        Ok(())
    }
}
