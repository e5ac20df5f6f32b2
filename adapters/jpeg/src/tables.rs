//! Tables that segments define and scans use (T.81, B.2.4).

use crate::error::DecodeError;
use crate::huffman::Code;

/// The factors of a component's coefficients, in zigzag order.
pub(crate) type Quantisation = [u16; 64];

/// Conditioning of the arithmetic coder (T.81, table B.6).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditioning {
    /// Bounds of small and large DC differences, for each of four tables.
    pub(crate) dc: [(u8, u8); 4],
    /// Up to which coefficient AC bits are told apart more finely.
    pub(crate) ac: [u8; 4],
}

impl Default for Conditioning {
    fn default() -> Self {
        Self { dc: [(0, 1); 4], ac: [5; 4] }
    }
}

/// What was defined so far.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    quantisation: [Option<Box<Quantisation>>; 4],
    dc: [Option<Code>; 4],
    ac: [Option<Code>; 4],
    pub(crate) conditioning: Conditioning,
    /// Units between two restarts, 0 for none.
    pub(crate) restart_interval: u32,
}

impl Tables {
    /// Takes a segment that defines tables; others are nobody's business here.
    pub(crate) fn segment(&mut self, marker: u8, segment: &[u8]) -> Result<(), DecodeError> {
        match marker {
            0xc4 => self.huffman(segment),
            0xcc => self.arithmetic(segment),
            0xdb => self.quantisation(segment),
            0xdd => {
                let interval = segment.first_chunk::<2>();
                let interval = interval.ok_or(DecodeError::Malformed("a restart interval ends early"))?;
                self.restart_interval = u16::from_be_bytes(*interval).into();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn dc(&self, number: usize) -> Result<&Code, DecodeError> {
        let code = self.dc.get(number).and_then(Option::as_ref);
        code.ok_or(DecodeError::Malformed("a scan uses a DC table that is not there"))
    }

    pub(crate) fn ac(&self, number: usize) -> Result<&Code, DecodeError> {
        let code = self.ac.get(number).and_then(Option::as_ref);
        code.ok_or(DecodeError::Malformed("a scan uses an AC table that is not there"))
    }

    pub(crate) fn factors(&self, number: usize) -> Result<&Quantisation, DecodeError> {
        let factors = self.quantisation.get(number).and_then(Option::as_deref);
        factors.ok_or(DecodeError::Malformed("a component uses a quantisation table that is not there"))
    }

    fn huffman(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let mut rest = segment;
        while let Some((place, table)) = rest.split_first() {
            let (code, after) = Code::parse(table)?;
            let class = if place >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let slot = class.get_mut(usize::from(place & 15)).filter(|_| place >> 4 < 2);
            *slot.ok_or(DecodeError::Malformed("a Huffman table for no place"))? = Some(code);
            rest = after;
        }
        Ok(())
    }

    fn arithmetic(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        for [place, value] in segment.as_chunks::<2>().0 {
            let number = usize::from(place & 15);
            let (lower, upper) = (value & 15, value >> 4);
            let is_known = match place >> 4 {
                0 => self.conditioning.dc.get_mut(number).filter(|_| lower <= upper).map(|slot| *slot = (lower, upper)),
                1 => {
                    self.conditioning.ac.get_mut(number).filter(|_| (1..64).contains(value)).map(|slot| *slot = *value)
                }
                _ => None,
            };
            is_known.ok_or(DecodeError::Malformed("an arithmetic conditioning that cannot be"))?;
        }
        Ok(())
    }

    fn quantisation(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        const SHORT: DecodeError = DecodeError::Malformed("a quantisation table ends early");
        let mut rest = segment;
        while let Some((place, table)) = rest.split_first() {
            let mut factors = Box::new([0; 64]);
            rest = match place >> 4 {
                0 => {
                    let (bytes, after) = table.split_first_chunk::<64>().ok_or(SHORT)?;
                    *factors = bytes.map(u16::from);
                    after
                }
                1 => {
                    let (bytes, after) = table.split_at_checked(128).ok_or(SHORT)?;
                    for (factor, pair) in factors.iter_mut().zip(bytes.as_chunks::<2>().0) {
                        *factor = u16::from_be_bytes(*pair);
                    }
                    after
                }
                _ => return Err(DecodeError::Malformed("a quantisation table of unknown precision")),
            };
            let slot = self.quantisation.get_mut(usize::from(place & 15));
            *slot.ok_or(DecodeError::Malformed("a quantisation table for no place"))? = Some(factors);
        }
        Ok(())
    }
}
