//! Where decoders put their rows: every planned rendition takes what it needs of each, at once.

use std::collections::VecDeque;

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::{Rect, Size};
use thumbgate_core::plan::{Plan, PlannedOutput};
use thumbgate_core::port::ImageInfo;

use crate::error::internal;
use crate::pixels::{Layout, Pixels, side};
use crate::planar::{self, Model};
use crate::resample::{Axis, Enlarging, Resampler, rounded};
use crate::watch::Watch;

/// A plane of a source: how its samples lie on the stored picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plane {
    /// Samples of a row, and rows.
    pub(crate) size: (usize, usize),
    /// Pixels of the stored picture that a sample covers, across and down.
    pub(crate) covers: (f64, f64),
}

/// The rows that a decoder gives.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) model: Model,
    pub(crate) planes: Vec<Plane>,
}

impl Form {
    /// One plane of whole pixels.
    pub(crate) fn whole(size: Size, layout: Layout) -> Self {
        let plane = Plane { size: (side(size.width()), side(size.height())), covers: (1.0, 1.0) };
        Self { model: Model::Pixels(layout), planes: vec![plane] }
    }
}

/// All outputs of one source while its rows come.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    outputs: Vec<Growing>,
    model: Model,
    watch: &'a Watch,
    /// A row with its colours multiplied by opacity.
    multiplied: Vec<u8>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(form: &Form, info: &ImageInfo, plan: &Plan, watch: &'a Watch) -> Result<Self, RenderError> {
        let outputs = plan.outputs().iter().map(|planned| Growing::new(form, info, planned));
        Ok(Self { outputs: outputs.collect::<Result<_, _>>()?, model: form.model, watch, multiplied: Vec::new() })
    }

    /// The next row of a plane.
    ///
    /// # Errors
    /// `Timeout`, or an error that nobody sees when nobody waits any more.
    pub(crate) fn row(&mut self, plane: usize, row: &[u8]) -> Result<(), RenderError> {
        self.watch.check()?;
        let has_alpha = self.model == Model::Pixels(Layout::Rgba);
        if has_alpha && self.outputs.iter().any(|output| output.is_scaled) {
            self.multiplied.clear();
            self.multiplied.extend_from_slice(row);
            planar::multiply(&mut self.multiplied);
        }
        for output in &mut self.outputs {
            let row = if has_alpha && output.is_scaled { &self.multiplied } else { row };
            output.row(plane, row);
        }
        Ok(())
    }

    /// All rows of a picture of whole pixels.
    pub(crate) fn picture(&mut self, pixels: &Pixels) -> Result<(), RenderError> {
        pixels.rows().try_for_each(|row| self.row(0, row))
    }

    /// The pictures of all outputs, as stored, not turned, not converted.
    pub(crate) fn finish(self) -> Result<Vec<Pixels>, RenderError> {
        self.outputs.into_iter().map(Growing::finish).collect()
    }
}

/// One output's picture, which grows row by row.
#[derive(Debug)]
struct Growing {
    size: Size,
    model: Model,
    planes: Vec<Line>,
    /// Whether it has another size than the part that it is made of.
    is_scaled: bool,
    data: Vec<u8>,
}

/// One plane of an output, and its rows that wait for those of the other planes.
#[derive(Debug)]
struct Line {
    resampler: Resampler,
    waiting: VecDeque<Vec<f32>>,
}

impl Growing {
    fn new(form: &Form, info: &ImageInfo, planned: &PlannedOutput) -> Result<Self, RenderError> {
        let orientation = info.orientation;
        let (part, upright_size) = planned.drawn(info.upright());
        let part = orientation.stored_part(info.stored, part);
        let size = if orientation.transposes() { upright_size.transposed() } else { upright_size };
        Self::of_part(form, part, size)
    }

    /// A part of the stored picture at a size.
    fn of_part(form: &Form, part: Rect, size: Size) -> Result<Self, RenderError> {
        let is_scaled = part.size != size;
        let channels = form.model.channels();
        let line = |(number, plane): (usize, &Plane)| {
            let axis = |start: u32, length: u32, covers: f64, samples: usize, pixels: u32| Axis {
                start: f64::from(start) / covers,
                length: f64::from(length) / covers,
                samples,
                pixels: side(pixels),
            };
            let across = axis(part.x, part.size.width(), plane.covers.0, plane.size.0, size.width());
            let down = axis(part.y, part.size.height(), plane.covers.1, plane.size.1, size.height());
            let enlarging = if number == 0 { Enlarging::Lanczos } else { Enlarging::Linear };
            Line { resampler: Resampler::new(channels, across, down, enlarging), waiting: <_>::default() }
        };
        let room = Pixels::bytes(size, form.model.layout())?;
        Ok(Self {
            size,
            model: form.model,
            planes: form.planes.iter().enumerate().map(line).collect(),
            is_scaled,
            data: Vec::with_capacity(room),
        })
    }

    fn row(&mut self, plane: usize, row: &[u8]) {
        let is_plain = matches!(self.model, Model::Pixels(_));
        let is_multiplied = self.is_scaled && self.model == Model::Pixels(Layout::Rgba);
        let Some(line) = self.planes.get_mut(plane) else { return };
        if is_plain {
            line.resampler.push(row, |made| {
                if is_multiplied {
                    self.data.extend(made.as_chunks::<4>().0.iter().copied().flat_map(planar::divided));
                } else {
                    self.data.extend(made.iter().copied().map(rounded));
                }
            });
            return;
        }
        line.resampler.push(row, |made| line.waiting.push_back(made.to_vec()));
        while self.planes.iter().all(|line| !line.waiting.is_empty()) {
            let rows: Vec<Vec<f32>> = self.planes.iter_mut().filter_map(|line| line.waiting.pop_front()).collect();
            self.model.join(&rows, &mut self.data);
        }
    }

    fn finish(self) -> Result<Pixels, RenderError> {
        let (found, wanted) = (self.data.len(), Pixels::bytes(self.size, self.model.layout())?);
        if found != wanted {
            return Err(internal(format!("{found} of {wanted} bytes of a picture were made")));
        }
        Pixels::new(self.size, self.model.layout(), self.data)
    }
}

/// A picture at another size.
pub(crate) fn resized(pixels: &Pixels, size: Size, watch: &Watch) -> Result<Pixels, RenderError> {
    if pixels.size() == size {
        return Ok(pixels.clone());
    }
    let form = Form::whole(pixels.size(), pixels.layout());
    let whole = Rect { x: 0, y: 0, size: pixels.size() };
    let outputs = vec![Growing::of_part(&form, whole, size)?];
    let mut sink = Sink { outputs, model: form.model, watch, multiplied: Vec::new() };
    sink.picture(pixels)?;
    sink.finish()?.pop().ok_or_else(|| internal("a picture was lost"))
}
