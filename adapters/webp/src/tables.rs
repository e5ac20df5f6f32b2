//! The numbers of the specification.

mod initial;
mod modes;
mod steps;
mod updates;

pub(crate) use initial::INITIAL;
pub(crate) use modes::SUBMODES;
pub(crate) use steps::{AC, DC};
pub(crate) use updates::UPDATES;

/// Probabilities of tokens, by kind of block, band of coefficients, and what came before.
pub(crate) type Probabilities = [[[[u8; 11]; 3]; 8]; 4];

/// The band of each coefficient in zigzag order (RFC 6386, 13.3); one more for the end.
pub(crate) const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7];

/// Where each coefficient in zigzag order stands in a block of 4 a side (RFC 6386, 14.2 figure).
pub(crate) const ZIGZAG: [u8; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];
