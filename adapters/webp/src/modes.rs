//! How each macroblock is predicted, from the first partition (RFC 6386, 9.3, 10, 11).

use crate::bools::Bools;
use crate::frame::Header;
use crate::tables::SUBMODES;

/// How 16 x 16 samples of lightness or 8 x 8 of colour are predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Mean,
    Above,
    Left,
    Slope,
}

/// How 4 x 4 samples are predicted, in the order of the specification's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubMode {
    Mean,
    Slope,
    Above,
    Left,
    LeftDown,
    RightDown,
    VerticalRight,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

/// How lightness is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luma {
    Whole(Mode),
    Parts([SubMode; 16]),
}

/// What a macroblock tells before its coefficients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) segment: usize,
    /// Whether it has no coefficients.
    pub(crate) is_empty: bool,
    pub(crate) luma: Luma,
    pub(crate) colour: Mode,
}

/// The modes that the next ones are told by.
#[derive(Debug)]
pub(crate) struct Neighbours {
    /// Of the lowest subblocks of each macroblock above.
    pub(crate) above: Vec<[SubMode; 4]>,
    /// Of the rightmost subblocks of the macroblock to the left.
    pub(crate) left: [SubMode; 4],
}

impl Neighbours {
    pub(crate) fn new(across: usize) -> Self {
        Self { above: vec![[SubMode::Mean; 4]; across], left: [SubMode::Mean; 4] }
    }
}

/// Reads what the next macroblock tells, of which the one above has `above` for its lowest modes.
#[inline]
pub(crate) fn read(bools: &mut Bools<'_>, header: &Header, above: &mut [SubMode; 4], left: &mut [SubMode; 4]) -> Told {
    let segment = header.segment_map.map_or(0, |[first, low, high]| {
        if bools.one(first) { 2 + usize::from(bools.one(high)) } else { usize::from(bools.one(low)) }
    });
    let is_empty = header.skip.is_some_and(|probability| bools.one(probability));
    bools.fill();
    let luma = if !bools.next(145) {
        Luma::Parts(parts(bools, above, left))
    } else {
        let is_second = bools.next(156);
        let (mode, implied) = match (is_second, bools.next(if is_second { 128 } else { 163 })) {
            (false, false) => (Mode::Mean, SubMode::Mean),
            (false, true) => (Mode::Above, SubMode::Above),
            (true, false) => (Mode::Left, SubMode::Left),
            (true, true) => (Mode::Slope, SubMode::Slope),
        };
        *above = [implied; 4];
        *left = [implied; 4];
        Luma::Whole(mode)
    };
    bools.fill();
    let colour = if !bools.next(142) {
        Mode::Mean
    } else if !bools.next(114) {
        Mode::Above
    } else if !bools.next(183) {
        Mode::Left
    } else {
        Mode::Slope
    };
    Told { segment, is_empty, luma, colour }
}

fn parts(source: &mut Bools<'_>, above: &mut [SubMode; 4], left: &mut [SubMode; 4]) -> [SubMode; 16] {
    let (mut bools, mut modes) = (*source, [[SubMode::Mean; 4]; 4]);
    for (row, left) in modes.iter_mut().zip(left) {
        for (mode, above) in row.iter_mut().zip(above.iter_mut()) {
            let probabilities = SUBMODES.get(*above as usize).and_then(|row| row.get(*left as usize));
            *mode = part(&mut bools, probabilities.unwrap_or(&[128; 9]));
            *above = *mode;
            *left = *mode;
        }
    }
    *source = bools;
    let [[m0, m1, m2, m3], [m4, m5, m6, m7], [m8, m9, m10, m11], [m12, m13, m14, m15]] = modes;
    [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15]
}

/// A subblock's mode (11.2).
#[inline(always)]
fn part(bools: &mut Bools<'_>, [p0, p1, p2, p3, p4, p5, p6, p7, p8]: &[u8; 9]) -> SubMode {
    bools.fill();
    if !bools.next(*p0) {
        return SubMode::Mean;
    }
    if !bools.next(*p1) {
        return SubMode::Slope;
    }
    if !bools.next(*p2) {
        return SubMode::Above;
    }
    let is_steep = bools.next(*p3);
    bools.fill();
    if !is_steep {
        if !bools.next(*p4) {
            return SubMode::Left;
        }
        return if bools.next(*p5) { SubMode::VerticalRight } else { SubMode::RightDown };
    }
    if !bools.next(*p6) {
        return SubMode::LeftDown;
    }
    if !bools.next(*p7) {
        return SubMode::VerticalLeft;
    }
    if bools.next(*p8) { SubMode::HorizontalUp } else { SubMode::HorizontalDown }
}
