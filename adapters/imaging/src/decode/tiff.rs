//! TIFF: the first directory's picture, strip by strip or row of tiles by row of tiles.
//!
//! The source is held whole, since its parts stand anywhere in it; of pixels there is a row, or a
//! row of tiles. A row goes from `packing` (whichever compression) through `predictor` and
//! `levels` (any depth to 8 bits) to `colours` (what the numbers mean), and on to the sink.
//! Which of them there are is said by `fields`, the directory's tags.

mod chroma;
mod colours;
mod fax;
mod fields;
mod jpeg;
mod lab;
mod levels;
mod packbits;
mod packing;
mod predictor;
mod rows;

use std::io::{self, Read};

use thumbgate_core::error::RenderError;

use self::colours::Colours;
use self::fields::Fields;
pub(crate) use self::fields::Meaning;
use super::{Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{malformed, read_failed, unsupported};
use crate::pixels::side;
use crate::sink::{Form, Sink};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let source = body.collect(job.length)?;
    let fields = Fields::read(&source)?;
    let stored = job.header.info.stored;
    if (fields.width, fields.height) != (side(stored.width()), side(stored.height())) {
        return Err(malformed("TIFF: the directory says two sizes"));
    }
    let colours = Colours::new(&fields)?;
    let layout = colours.layout();
    let mut sink = job.sink(&Form::whole(stored, layout))?;
    let row_bytes = fields.width * layout.channels();
    let mut picture = Picture { source: &source, fields: &fields, colours, job: &job, row_bytes, is_truncated: false };
    picture.send(&mut sink)?;
    let truncated = picture.is_truncated;
    let profile = if fields.meaning.is_lab() { None } else { job.header.profile };
    Ok(Shrunk { pictures: sink.finish()?, profile: Profile::embedded(profile), truncated, stopped_early: false })
}

struct Picture<'a> {
    source: &'a [u8],
    fields: &'a Fields,
    colours: Colours,
    job: &'a Job<'a>,
    row_bytes: usize,
    is_truncated: bool,
}

/// A strip or tile while its rows are read, of one plane or of all.
struct Chunk<'a> {
    planes: Vec<Plane<'a>>,
    /// Nothing more comes of it.
    has_ended: bool,
}

struct Plane<'a> {
    unpacked: Box<dyn Read + 'a>,
    row: Vec<u8>,
    samples: Vec<u8>,
}

impl<'a> Picture<'a> {
    fn send(&mut self, sink: &mut Sink<'_>) -> Result<(), RenderError> {
        let (chunk_width, chunk_height) = self.fields.chunk;
        let (width, height) = (self.fields.width, self.fields.height);
        let across = width.div_ceil(chunk_width);
        if across == 1 {
            let mut row = vec![0; self.row_bytes];
            for (down, top) in (0..height).step_by(chunk_height).enumerate() {
                let mut chunk = self.chunk(down)?;
                for _ in top..height.min(top + chunk_height) {
                    self.row(&mut chunk, &mut row)?;
                    sink.row(0, &row)?;
                }
            }
            return Ok(());
        }
        let channels = self.colours.layout().channels();
        let mut band = vec![0; self.row_bytes * chunk_height.min(height)];
        for (down, top) in (0..height).step_by(chunk_height).enumerate() {
            let rows = chunk_height.min(height - top);
            for nth in 0..across {
                self.job.watch.check()?;
                let mut chunk = self.chunk(down * across + nth)?;
                let start = nth * chunk_width * channels;
                let end = self.row_bytes.min(start + chunk_width * channels);
                for row in band.chunks_exact_mut(self.row_bytes).take(rows) {
                    self.row(&mut chunk, row.get_mut(start..end).unwrap_or_default())?;
                }
            }
            band.chunks_exact(self.row_bytes).take(rows).try_for_each(|row| sink.row(0, row))?;
        }
        Ok(())
    }

    /// A strip or tile, by its number in a plane.
    fn chunk(&mut self, nth: usize) -> Result<Chunk<'a>, RenderError> {
        let planes = if self.fields.is_planar { self.colours.samples() } else { 1 };
        let open = |plane| {
            let unpacked = packing::open(self.source, self.fields, nth, plane, self.job.limits.memory)?;
            let row = vec![0; self.fields.row_bytes()];
            Ok(Plane { unpacked, row, samples: Vec::new() })
        };
        match (0..planes).map(open).collect() {
            Ok(planes) => Ok(Chunk { planes, has_ended: false }),
            Err(error) => {
                self.is_truncated |= self.job.ended_early(Err(error))?;
                Ok(Chunk { planes: Vec::new(), has_ended: true })
            }
        }
    }

    /// The next row of a strip or tile, as far as it lies on the picture.
    fn row(&mut self, chunk: &mut Chunk<'_>, out: &mut [u8]) -> Result<(), RenderError> {
        if !chunk.has_ended {
            let read = self.read(chunk, out);
            chunk.has_ended = self.job.ended_early(read)?;
            self.is_truncated |= chunk.has_ended;
        }
        if chunk.has_ended {
            self.colours.missing(out);
        }
        Ok(())
    }

    fn read(&mut self, chunk: &mut Chunk<'_>, out: &mut [u8]) -> Result<(), RenderError> {
        let fields = self.fields;
        if self.colours.are_stored() && out.len() == fields.row_bytes() {
            let [plane] = chunk.planes.as_mut_slice() else { return Err(malformed("TIFF: no plane")) };
            plane.unpacked.read_exact(out).map_err(|error| told(&error))?;
            predictor::undo(out, &mut plane.row, fields);
            self.colours.finish(out);
            return Ok(());
        }
        let channels = self.colours.layout().channels();
        let count = out.len() / channels * fields.samples_of_plane();
        for plane in &mut chunk.planes {
            plane.unpacked.read_exact(&mut plane.row).map_err(|error| told(&error))?;
            predictor::undo(&mut plane.row, &mut plane.samples, fields);
            plane.samples.clear();
            levels::narrow(&plane.row, fields, count, &mut plane.samples);
        }
        match chunk.planes.as_slice() {
            [plane] => self.colours.row(&plane.samples, fields.samples_of_plane(), out),
            planes => {
                let planes: Vec<&[u8]> = planes.iter().map(|plane| plane.samples.as_slice()).collect();
                self.colours.planar_row(&planes, out);
            }
        }
        Ok(())
    }
}

/// The port's word for what a reader of packed bytes met.
fn told(error: &io::Error) -> RenderError {
    match error.kind() {
        io::ErrorKind::Unsupported => unsupported(format!("TIFF: {error}")),
        _ => read_failed("TIFF", error),
    }
}
