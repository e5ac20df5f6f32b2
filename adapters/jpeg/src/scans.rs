//! Scans that bring a part of a picture: one component of a sequential one, or some coefficients
//! or bits of a progressive one (T.81, annex G). What they bring is held.

use std::io::Read;

use crate::bits::{Bits, Damage};
use crate::block::coefficients;
use crate::coefficients::{Coefficients, Held};
use crate::entropy::{After, Due, Restarts, Stretch};
use crate::error::DecodeError;
use crate::frame::{Frame, Part, Scan};
use crate::huffman::{AcTable, DcTable, extend};
use crate::info::Process;
use crate::scale::Scale;
use crate::sequential::Faults;
use crate::source::{Source, Stop};
use crate::tables::Tables;

/// What a scan does with a block.
enum Step {
    /// Everything at once.
    Sequential { tables: Vec<(DcTable, AcTable)>, scale: Scale },
    /// The upper bits of the DC coefficient.
    Dc { tables: Vec<DcTable>, low: u32 },
    /// One more bit of it.
    RefineDc { low: u32 },
    /// The upper bits of some AC coefficients.
    Ac { table: Box<AcTable>, first: usize, last: usize, low: u32 },
    /// One more bit of them.
    RefineAc { table: Box<AcTable>, first: usize, last: usize, low: u32 },
}

impl Step {
    fn new(frame: &Frame, scan: &Scan, tables: &Tables, scale: Scale) -> Result<Self, DecodeError> {
        let ac = |number| tables.ac(number).map(AcTable::new);
        if frame.process == Process::Sequential {
            let both = scan.parts.iter().map(|part| Ok((DcTable::new(tables.dc(part.dc)?), ac(part.ac)?)));
            return Ok(Self::Sequential { tables: both.collect::<Result<_, DecodeError>>()?, scale });
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
            Self::Sequential { tables, scale } => {
                let (dc, ac) = tables.get(lane).ok_or(Damage)?;
                to.held.set(to.block, 0, state.dc(bits.difference(data, dc)?, lane, 0));
                to.sequential(bits, data, ac, *scale)
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
        }
    }
}

/// What is remembered from block to block.
#[derive(Default)]
struct State {
    predicted: [i32; 4],
    /// Blocks that have no more coefficients in this scan.
    ended_blocks: u32,
}

impl State {
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

impl Target<'_> {
    fn sequential(self, bits: &mut Bits, data: &[u8], table: &AcTable, scale: Scale) -> Result<(), Damage> {
        let Self { held, block } = self;
        let keep = |_, at, value| held.set(block, at, wrapped(value));
        match scale {
            Scale::Eighth => coefficients::<2>(bits, data, table, keep),
            Scale::Quarter => coefficients::<5>(bits, data, table, keep),
            Scale::Half => coefficients::<17>(bits, data, table, keep),
            Scale::Full => coefficients::<65>(bits, data, table, keep),
        }
    }

    fn first_ac(
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

    fn refine_ac(
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

/// One more bit for a coefficient that is not zero.
#[inline]
fn correct(held: &mut Held, block: usize, at: usize, low: u32, bit: bool) {
    if bit && let Some(kept) = held.place(block, at) {
        *kept = kept.wrapping_add(kept.signum() << low);
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

/// Reads a whole scan; what follows it.
pub(crate) fn read<R: Read>(
    source: &mut Source<R>,
    frame: &Frame,
    scan: &Scan,
    tables: &Tables,
    (held, scale): (&mut Coefficients, Scale),
) -> Result<(After, Faults), DecodeError> {
    let step = Step::new(frame, scan, tables, scale)?;
    let mut reading = Reading {
        stretch: Stretch::new(),
        bits: Bits::default(),
        restarts: Restarts::new(tables.restart_interval),
        state: State::default(),
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
            if done.is_err() || reading.stretch.is_exhausted(&reading.bits) {
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
            self.state = State::default();
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
