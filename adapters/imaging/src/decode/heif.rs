//! AVIF and HEIC: the coded pictures of a file, put together; `avif` and `heic` decode one each.
//!
//! A grid is decoded tile by tile into the canvas, so only one tile's planes are held at a time.
//! The watch is asked between tiles; within one nothing interrupts a decoder, but its size was
//! checked against the limits before.

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;

use super::yuv::{self, Frame};
use super::{Decoded, Job, Profile, avif};
use crate::body::Body;
use crate::boxes::Parts;
use crate::error::{malformed, over_limit, truncated, unsupported};
use crate::heif::{Grid, Nclx, Still};
use crate::pixels::{Layout, Pixels, side};
use crate::planar;

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Decoded, RenderError> {
    let source = body.collect(job.length)?;
    let content = Parts::new(&source).find(b"meta").ok_or_else(|| malformed("HEIF: no tables"))?;
    let still = Still::read(content)?;
    if still.seen() != job.header.info.stored {
        return Err(malformed("HEIF: the tables say two sizes"));
    }
    let painter = Painter { still: &still, source: &source, job: &job };
    let layout = match (still.opacity, still.samples.grey) {
        (Some(_), _) => Layout::Rgba,
        (None, true) => Layout::Grey,
        (None, false) => Layout::Rgb,
    };
    let mut pixels = Pixels::zeroed(still.coded, layout)?;
    let mut is_truncated = painter
        .paint(still.item, &mut |frame, left, top| yuv::paint_colours(frame, still.numbers, &mut pixels, left, top))?;
    if let Some((item, multiplied)) = still.opacity {
        is_truncated |=
            painter.paint(item, &mut |frame, left, top| yuv::paint_opacity(frame, &mut pixels, left, top))?;
        if multiplied {
            planar::divide(pixels.data_mut());
        }
    }
    if let Some(window) = still.window {
        pixels = pixels.part(window)?;
    }
    let profile = match (job.header.profile, still.numbers) {
        (Some(profile), _) => Profile::Icc(profile),
        (None, Some(Nclx { primaries, transfer, .. })) => Profile::Numbers { primaries, transfer },
        (None, None) => Profile::Standard,
    };
    Ok(Decoded { pixels, profile, truncated: is_truncated })
}

/// What a decoded picture is put on: with the place of its upper left corner.
type Paint<'a> = dyn FnMut(&dyn Frame, usize, usize) -> Result<(), RenderError> + 'a;

struct Painter<'a> {
    still: &'a Still<'a>,
    source: &'a [u8],
    job: &'a Job<'a>,
}

impl Painter<'_> {
    /// Decodes what an item is made of; tells whether a part of it is missing.
    fn paint(&self, item: u32, paint: &mut Paint<'_>) -> Result<bool, RenderError> {
        let meta = &self.still.meta;
        if meta.kind(item) != Some(*b"grid") {
            self.paint_one(item, self.still.coded, (0, 0), paint)?;
            return Ok(false);
        }
        let grid = meta.data(item, self.source)?;
        let grid = Grid::read(&grid).ok_or_else(|| malformed("HEIF: a grid that is none"))?;
        let tiles: Vec<u32> = meta.targets(*b"dimg", item).collect();
        let tile = self.tile(grid, &tiles)?;
        let columns = side(grid.columns);
        let (mut painted, mut missing) = (false, false);
        for (nth, item) in tiles.into_iter().enumerate() {
            self.job.watch.check()?;
            let corner = (nth % columns * side(tile.width()), nth / columns * side(tile.height()));
            let is_missing = self.job.ended_early(self.paint_one(item, tile, corner, paint))?;
            (painted, missing) = (painted || !is_missing, missing || is_missing);
        }
        if !painted {
            return Err(truncated("the HEIF ends before its first tile"));
        }
        Ok(missing)
    }

    /// The size of every tile, if the grid is one that covers its picture.
    fn tile(&self, grid: Grid, tiles: &[u32]) -> Result<Size, RenderError> {
        let coded = self.still.coded;
        if (grid.width, grid.height) != (coded.width(), coded.height()) {
            return Err(malformed("HEIF: a grid of another size than its picture"));
        }
        if u64::try_from(tiles.len()).ok() != Some(u64::from(grid.columns) * u64::from(grid.rows)) {
            return Err(malformed(format!("HEIF: {} tiles for a grid of {}x{}", tiles.len(), grid.columns, grid.rows)));
        }
        let size = self.still.piece;
        let covers = |tile: u32, count: u32, whole: u32| {
            let (tile, count, whole) = (u64::from(tile), u64::from(count), u64::from(whole));
            tile * count >= whole && tile * (count - 1) < whole
        };
        if !covers(size.width(), grid.columns, coded.width()) || !covers(size.height(), grid.rows, coded.height()) {
            return Err(malformed("HEIF: tiles that do not cover their grid"));
        }
        let pixels = size.pixels().saturating_mul(u64::try_from(tiles.len()).unwrap_or(u64::MAX));
        // One row and one column of tiles may stand over the edges.
        if pixels > self.job.limits.source_pixels.saturating_mul(2) {
            return Err(over_limit("HEIF: tiles of more pixels than limits.source_megapixels"));
        }
        Ok(size)
    }

    fn paint_one(
        &self,
        item: u32,
        size: Size,
        (left, top): (usize, usize),
        paint: &mut Paint<'_>,
    ) -> Result<(), RenderError> {
        let meta = &self.still.meta;
        let data = meta.data(item, self.source)?;
        let (format, depth) = (self.still.format, self.still.samples.depth);
        let mut paint = |frame: &dyn Frame| {
            let form = frame.form();
            if (form.width, form.height) != (side(size.width()), side(size.height())) {
                let found = format!("{}x{}", form.width, form.height);
                return Err(malformed(format!("{format}: {size} was announced, and {found} came")));
            }
            paint(frame, left, top)
        };
        match (meta.kind(item).as_ref(), format) {
            (Some(b"av01"), _) => paint(&avif::frame(&data, size, depth, meta.property(item, b"a1op"), self.job)?),
            #[cfg(feature = "heic")]
            (Some(b"hvc1" | b"hev1"), _) => {
                let configuration = meta.property(item, b"hvcC").ok_or_else(|| malformed("HEIC: no hvcC"))?;
                paint(&super::heic::frame(&data, size, configuration)?)
            }
            _ => Err(unsupported(format!("{format}: a tile of another kind"))),
        }
    }
}
