//! Pictures in several scans: read as far as they matter, and held.

use std::io::Read;

use crate::coefficients::Coefficients;
use crate::decoder::Ending;
use crate::entropy::After;
use crate::error::DecodeError;
use crate::frame::{Frame, Scan, is_frame};
use crate::limits::Limits;
use crate::scale::Scales;
use crate::scans;
use crate::source::{Source, Stop};
use crate::tables::{Quantisation, Tables};

/// Scans while they are read.
pub(crate) struct Buffered<'a, R> {
    pub(crate) source: &'a mut Source<R>,
    pub(crate) frame: &'a Frame,
    pub(crate) tables: Tables,
    pub(crate) limits: Limits,
    pub(crate) allow_truncated: bool,
    pub(crate) ending: Ending,
}

impl<R: Read> Buffered<'_, R> {
    /// Reads scans until nothing that comes can matter.
    pub(crate) fn read(
        &mut self,
        first: Scan,
        scales: &Scales,
    ) -> Result<(Coefficients, Vec<Quantisation>), DecodeError> {
        let mut held = Coefficients::new(self.frame, scales);
        let mut factors: Vec<Option<Quantisation>> = vec![None; self.frame.parts.len()];
        let mut scan = Some(first);
        let mut count = 0_u32;
        while let Some(current) = scan {
            count += 1;
            let passed = self.frame.pixels().saturating_mul(count.into());
            if count > self.limits.scans || passed > self.limits.scanned_pixels {
                let (width, height) = (self.frame.width, self.frame.height);
                return Err(DecodeError::Limit(format!("a picture of {width}x{height} in {count} scans or more")));
            }
            self.note_factors(&current, &mut factors)?;
            let part = current.parts.first().map_or(0, |part| part.part);
            let after = if held.wants(part, current.first) {
                let (after, faults) = scans::read(self.source, self.frame, &current, &self.tables, &mut held)?;
                self.ending.meet(faults, self.allow_truncated)?;
                after
            } else {
                let marker = self.source.skip_entropy()?;
                After::Other(marker.map_or(Stop::End, Stop::Marker))
            };
            let is_complete = held.is_complete();
            scan = match self.next_scan(after, is_complete) {
                // What comes after all that matters may be anything.
                Err(_) if is_complete => None,
                Err(DecodeError::Truncated(_)) if self.allow_truncated => {
                    self.ending.truncated = true;
                    None
                }
                next => next?,
            };
            if is_complete {
                self.ending.scans_left = scan.is_some();
                scan = None;
            }
        }
        let factors = factors.into_iter().map(|factors| factors.unwrap_or([1; 64])).collect();
        Ok((held, factors))
    }

    /// A component's quantisation is what holds when its first scan begins.
    fn note_factors(&self, scan: &Scan, factors: &mut [Option<Quantisation>]) -> Result<(), DecodeError> {
        for scanned in &scan.parts {
            if let (Some(noted @ None), Some(part)) =
                (factors.get_mut(scanned.part), self.frame.parts.get(scanned.part))
            {
                *noted = Some(*self.tables.factors(part.table)?);
            }
        }
        Ok(())
    }

    /// The next scan's header, `None` at the end. Once everything is there, only whether one comes.
    fn next_scan(&mut self, after: After, is_complete: bool) -> Result<Option<Scan>, DecodeError> {
        let mut marker = match after {
            After::Other(Stop::Marker(marker)) => Some(marker),
            After::Other(Stop::End) => None,
            // More than the scan should have.
            After::Restart(_) | After::More => self.source.skip_entropy()?,
        };
        loop {
            match marker {
                None if is_complete => return Ok(None),
                None => return Err(DecodeError::Truncated("its last scan")),
                Some(0xd9) => return Ok(None),
                Some(0xda) => return Scan::parse(&self.source.segment()?, self.frame).map(Some),
                Some(0x00..=0xbf | 0xd0..=0xd8) => {}
                Some(marker) if is_frame(marker) => return Err(DecodeError::Malformed("a second frame begins")),
                Some(marker) => {
                    let segment = self.source.segment()?;
                    self.tables.segment(marker, &segment)?;
                }
            }
            marker = self.source.marker()?;
        }
    }
}
