//! The samples of one row of units, a plane for each component.

use crate::frame::{Frame, Part};
use crate::scale::{Scale, Scales};

/// The grey of what is missing, as libjpeg shows it.
const BLANK: u8 = 128;

/// One component's samples. Invariant: `samples` is `stride * rows` long.
#[derive(Debug)]
struct Plane {
    samples: Vec<u8>,
    /// Samples of a row, with those of blocks that hang over the picture's edge.
    stride: usize,
    /// Rows of a row of units.
    rows: usize,
    /// Samples of a row that belong to the picture, and rows of it that are left.
    width: usize,
    left: usize,
}

/// All components' samples of a row of units.
#[derive(Debug)]
pub(crate) struct Planes(Vec<Plane>);

/// What a full size becomes at a scale.
pub(crate) fn scaled(side: usize, scale: Scale) -> usize {
    side.div_ceil(8 / scale.block_side())
}

impl Planes {
    pub(crate) fn new(frame: &Frame, scales: &Scales) -> Self {
        let plane = |(number, part): (usize, &Part)| {
            let scale = scales.of(number);
            let (stride, rows) = (frame.units.0 * part.across * scale.block_side(), part.down * scale.block_side());
            let (width, left) = (scaled(part.samples.0, scale), scaled(part.samples.1, scale));
            Plane { samples: vec![0; stride * rows], stride, rows, width, left }
        };
        Self(frame.parts.iter().enumerate().map(plane).collect())
    }

    /// A plane's samples to be written, and the length of its rows.
    #[inline(always)]
    pub(crate) fn samples_mut(&mut self, part: usize) -> (&mut [u8], usize) {
        self.0.get_mut(part).map_or((&mut [][..], 0), |plane| (&mut plane.samples[..], plane.stride))
    }

    /// Paints a part grey.
    pub(crate) fn blank(&mut self, part: usize, x: usize, width: usize, height: usize) {
        let (samples, stride) = self.samples_mut(part);
        for row in samples.chunks_exact_mut(stride.max(1)).take(height) {
            row.get_mut(x..x + width).unwrap_or_default().fill(BLANK);
        }
    }

    /// Rows of every plane are given out, once a row of units.
    pub(crate) fn pass(&mut self) -> Vec<usize> {
        let pass = |plane: &mut Plane| {
            let count = plane.rows.min(plane.left);
            plane.left -= count;
            count
        };
        self.0.iter_mut().map(pass).collect()
    }

    pub(crate) fn rows(&self, part: usize, count: usize) -> impl Iterator<Item = &[u8]> {
        let plane = self.0.get(part);
        let (samples, stride, width) =
            plane.map_or((&[][..], 1, 0), |plane| (&plane.samples[..], plane.stride.max(1), plane.width));
        samples.chunks_exact(stride).take(count).map(move |row| row.get(..width).unwrap_or(row))
    }

    /// Samples of a row of a plane, and rows of it that are still to come.
    pub(crate) fn size(&self, part: usize) -> (usize, usize) {
        self.0.get(part).map_or((0, 0), |plane| (plane.width, plane.left))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}
