//! Rows of one plane to rows of another size: as they come, holding no more than a filter reaches.
//!
//! Lanczos3 stretched to the ratio, as everybody's "lanczos" is. Ratios of six and more are first
//! brought down by means of whole blocks of samples, to three and more: what is lost by that is
//! below what an output can show, and most of the price is gone. The vertical filter runs first,
//! because an output has fewer rows than the source.
//!
//! Everything is `f32` without fused operations and in a fixed order: every machine gives the same.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a kernel: taps are made within the rows that they are for"
)]

use std::collections::VecDeque;
use std::f64::consts::PI;

/// How far the filter reaches, in outputs' pixels or samples, whichever are larger.
const REACH: f64 = 3.0;

/// Samples an output pixel that means of blocks leave at least.
const LEFT_BY_BLOCKS: f64 = 3.0;

/// The largest block: 256 samples of 8 bits fit into 16.
const BLOCK_MAX: usize = 256;

/// Columns that are worked on together; rows are padded to a multiple of it.
const LANES: usize = 16;

/// Where an axis of an output lies on that axis of a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    /// Where the output begins, in samples.
    pub(crate) start: f64,
    /// Samples that the output covers.
    pub(crate) length: f64,
    /// Samples that there are.
    pub(crate) samples: usize,
    /// Pixels of the output.
    pub(crate) pixels: usize,
}

/// How samples between samples are found where an output has more pixels than the plane samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enlarging {
    /// As when making smaller: sharp.
    Lanczos,
    /// Linearly: for colour that has a lower resolution than lightness.
    Linear,
}

/// The weights of one output pixel.
#[derive(Debug, Clone, PartialEq)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// An axis, ready to be filtered: samples are first joined to blocks of `block` from `from` on.
#[derive(Debug)]
struct Filter {
    block: usize,
    /// The samples that are of use.
    from: usize,
    to: usize,
    taps: Vec<Taps>,
}

impl Filter {
    fn new(axis: Axis, enlarging: Enlarging) -> Self {
        let step = axis.length / axis.pixels.max(1) as f64;
        let block = ((step / LEFT_BY_BLOCKS) as usize).clamp(1, BLOCK_MAX);
        // Only what lies in the covered part counts: what was cropped away must not shine in.
        let from = (axis.start.max(0.0) as usize).min(axis.samples.saturating_sub(1));
        let end = (axis.start + axis.length - 1e-6).ceil().max(0.0) as usize;
        let to = end.clamp(from + 1, axis.samples.max(from + 1));
        let count = (to - from).div_ceil(block);
        let step_in_blocks = step / block as f64;
        let start = (axis.start - from as f64) / block as f64;
        let taps = (0..axis.pixels)
            .map(|pixel| taps(start + (pixel as f64 + 0.5) * step_in_blocks, step_in_blocks, count, enlarging));
        Self { block, from, to, taps: taps.collect() }
    }

    /// Whether outputs are samples as they are.
    fn is_identity(&self) -> bool {
        self.block == 1 && self.taps.iter().enumerate().all(|(at, taps)| taps.first == at && taps.weights == [1.0])
    }
}

fn taps(centre: f64, step: f64, count: usize, enlarging: Enlarging) -> Taps {
    let stretch = step.max(1.0);
    let is_linear = step < 1.0 && enlarging == Enlarging::Linear;
    let reach = if is_linear { 1.0 } else { REACH * stretch };
    let first = (centre - reach).floor().max(0.0) as usize;
    let last = ((centre + reach).ceil().max(0.0) as usize).min(count);
    let first = first.min(count.saturating_sub(1));
    let weight = |at: usize| {
        let distance = (at as f64 + 0.5 - centre) / stretch;
        if is_linear { (1.0 - distance.abs()).max(0.0) } else { lanczos(distance) }
    };
    let weights: Vec<f64> = (first..last.max(first + 1)).map(weight).collect();
    // What weighs nothing at the ends is left out.
    let is_something = |weight: &f64| weight.abs() > 1e-7;
    let begin = weights.iter().position(is_something).unwrap_or(0);
    let end = weights.iter().rposition(is_something).map_or(weights.len(), |last| last + 1);
    let kept = weights.get(begin..end).unwrap_or_default();
    let sum: f64 = kept.iter().sum();
    if sum.abs() < 1e-6 {
        return Taps { first: (centre.max(0.0) as usize).min(count.saturating_sub(1)), weights: vec![1.0] };
    }
    Taps { first: first + begin, weights: kept.iter().map(|weight| (weight / sum) as f32).collect() }
}

fn lanczos(distance: f64) -> f64 {
    let sinc = |x: f64| if x.abs() < 1e-9 { 1.0 } else { sine(x) / (PI * x) };
    if distance.abs() < REACH { sinc(distance) * sinc(distance / REACH) } else { 0.0 }
}

/// The sine of `turns * PI`, to 1e-9.
///
/// By its series, since every system's own `sin` has its own last bits, and they would show in a
/// rounded sample now and then.
fn sine(turns: f64) -> f64 {
    // To the nearest whole half turn, which only changes the sign.
    let whole = turns.round();
    let x = (turns - whole) * PI;
    let square = x * x;
    let series = [-1.0 / 39_916_800.0, 1.0 / 362_880.0, -1.0 / 5_040.0, 1.0 / 120.0, -1.0 / 6.0, 1.0];
    let sum = series.into_iter().fold(1.0 / 6_227_020_800.0, |sum: f64, term| sum * square + term);
    if whole.rem_euclid(2.0) == 0.0 { x * sum } else { -x * sum }
}

/// Rows in, rows of another size out.
#[derive(Debug)]
pub(crate) struct Resampler {
    channels: usize,
    columns: Filter,
    rows: Filter,
    copies: bool,
    /// The number of the next row that comes.
    next: usize,
    /// Sums of the block of rows that is being joined, and how many it has.
    sums: Vec<u16>,
    summed: usize,
    /// Joined rows that are still of use, of which the first has the number `held_from`.
    held: VecDeque<Vec<f32>>,
    held_from: usize,
    /// The output row that comes next.
    out: usize,
    /// A row after the vertical filter.
    filtered: Vec<f32>,
}

impl Resampler {
    /// A resampler of rows of `across.samples` pixels of `channels` (1, 3 or 4) samples.
    pub(crate) fn new(channels: usize, across: Axis, down: Axis, enlarging: Enlarging) -> Self {
        let (columns, rows) = (Filter::new(across, enlarging), Filter::new(down, enlarging));
        let copies = columns.is_identity() && rows.is_identity();
        let width = (columns.to - columns.from) * channels;
        let joined = (columns.to - columns.from).div_ceil(columns.block) * channels;
        let needs_sums = columns.block > 1 || rows.block > 1;
        Self {
            channels,
            copies,
            next: 0,
            sums: if needs_sums { vec![0; width] } else { Vec::new() },
            summed: 0,
            held: VecDeque::new(),
            held_from: 0,
            out: 0,
            filtered: vec![0.0; joined.next_multiple_of(LANES)],
            columns,
            rows,
        }
    }

    /// Takes the next row; gives the output rows that it completes.
    pub(crate) fn push(&mut self, row: &[u8], mut give: impl FnMut(&[f32])) {
        let number = self.next;
        self.next += 1;
        if number < self.rows.from || number >= self.rows.to || self.out >= self.rows.taps.len() {
            return;
        }
        let start = self.columns.from * self.channels;
        let row = row.get(start..(self.columns.to * self.channels).min(row.len())).unwrap_or_default();
        if self.copies {
            let made: Vec<f32> = row.iter().map(|sample| f32::from(*sample)).collect();
            self.out += 1;
            give(&made);
            return;
        }
        if self.sums.is_empty() {
            let mut joined = self.spare_row();
            for (to, sample) in joined.iter_mut().zip(row) {
                *to = f32::from(*sample);
            }
            self.held.push_back(joined);
        } else {
            for (sum, sample) in self.sums.iter_mut().zip(row) {
                *sum += u16::from(*sample);
            }
            self.summed += 1;
            if self.summed < self.rows.block && number + 1 < self.rows.to {
                return;
            }
            let joined = self.joined();
            self.held.push_back(joined);
        }
        self.give_rows(&mut give);
    }

    /// The means of the blocks that were summed up.
    fn joined(&mut self) -> Vec<f32> {
        let mut joined = self.spare_row();
        let (sums, block, rows) = (&self.sums, self.columns.block, self.summed);
        match self.channels {
            1 => means::<1>(sums, (block, rows), &mut joined),
            3 => means::<3>(sums, (block, rows), &mut joined),
            _ => means::<4>(sums, (block, rows), &mut joined),
        }
        self.sums.fill(0);
        self.summed = 0;
        joined
    }

    /// A row to be written to; one that is of no use any more, where there is one.
    fn spare_row(&mut self) -> Vec<f32> {
        let needed_from = self.rows.taps.get(self.out).map_or(usize::MAX, |taps| taps.first);
        if self.held_from < needed_from
            && let Some(row) = self.held.pop_front()
        {
            self.held_from += 1;
            return row;
        }
        vec![0.0; self.filtered.len()]
    }

    fn give_rows(&mut self, give: &mut impl FnMut(&[f32])) {
        let mut made = Vec::new();
        while let Some(taps) = self.rows.taps.get(self.out) {
            if taps.first + taps.weights.len() > self.held_from + self.held.len() {
                break;
            }
            let rows = self.held.iter().skip(taps.first - self.held_from);
            vertical(&mut self.filtered, rows, &taps.weights);
            made.resize(self.columns.taps.len() * self.channels, 0.0);
            match self.channels {
                1 => horizontal_1(&self.filtered, &self.columns.taps, &mut made),
                3 => horizontal::<3>(&self.filtered, &self.columns.taps, &mut made),
                _ => horizontal::<4>(&self.filtered, &self.columns.taps, &mut made),
            }
            self.out += 1;
            give(&made);
        }
    }
}

/// The means of blocks of `block` pixels of the sums of `rows` rows.
fn means<const CHANNELS: usize>(sums: &[u16], (block, rows): (usize, usize), out: &mut [f32]) {
    let (pixels, _) = sums.as_chunks::<CHANNELS>();
    let whole = 1.0 / (block * rows) as f32;
    for (pixels, out) in pixels.chunks(block).zip(out.as_chunks_mut::<CHANNELS>().0) {
        let mut total = [0_u32; CHANNELS];
        for pixel in pixels {
            for channel in 0..CHANNELS {
                total[channel] += u32::from(pixel[channel]);
            }
        }
        let share = if pixels.len() == block { whole } else { 1.0 / (pixels.len() * rows) as f32 };
        *out = total.map(|sum| sum as f32 * share);
    }
}

/// The weighted sum of rows.
fn vertical<'a>(out: &mut [f32], rows: impl Iterator<Item = &'a Vec<f32>> + Clone, weights: &[f32]) {
    for (index, out) in out.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0_f32; LANES];
        for (row, weight) in rows.clone().zip(weights) {
            let samples = &row.as_chunks::<LANES>().0[index];
            for lane in 0..LANES {
                sums[lane] += weight * samples[lane];
            }
        }
        *out = sums;
    }
}

/// Each pixel of a row as a weighted sum of pixels.
fn horizontal<const CHANNELS: usize>(row: &[f32], taps: &[Taps], out: &mut [f32]) {
    let (pixels, _) = row.as_chunks::<CHANNELS>();
    for (taps, out) in taps.iter().zip(out.as_chunks_mut::<CHANNELS>().0) {
        let mut sums = [0.0_f32; CHANNELS];
        for (weight, pixel) in taps.weights.iter().zip(&pixels[taps.first..]) {
            for channel in 0..CHANNELS {
                sums[channel] += weight * pixel[channel];
            }
        }
        *out = sums;
    }
}

/// The same for one channel, four products at a time.
fn horizontal_1(row: &[f32], taps: &[Taps], out: &mut [f32]) {
    for (taps, out) in taps.iter().zip(out) {
        let samples = &row[taps.first..taps.first + taps.weights.len()];
        let ((fours, rest), (weights, weights_rest)) = (samples.as_chunks::<4>(), taps.weights.as_chunks::<4>());
        let mut sums = [0.0_f32; 4];
        for (four, weights) in fours.iter().zip(weights) {
            for lane in 0..4 {
                sums[lane] += weights[lane] * four[lane];
            }
        }
        let tail: f32 = rest.iter().zip(weights_rest).map(|(sample, weight)| sample * weight).sum();
        *out = (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail;
    }
}

/// Rounds to the nearest sample, without a branch.
#[inline]
pub(crate) fn rounded(value: f32) -> u8 {
    // Adding 1.5 * 2^23 leaves no room for a fraction: the lowest bits are the whole number.
    const WHOLE: f32 = 12_582_912.0;
    (value.clamp(0.0, 255.0) + WHOLE).to_bits() as u8
}

#[cfg(test)]
mod tests;
