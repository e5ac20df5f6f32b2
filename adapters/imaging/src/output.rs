//! From one decoded picture to every planned rendition.

use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::{Fit, Gravity, Rect};
use thumbgate_core::plan::{Plan, PlannedOutput};
use thumbgate_core::port::{ColourModel, ImageInfo, RenderedOutput};

use crate::colour::Conversion;
use crate::decode::Decoded;
use crate::pixels::Pixels;
use crate::watch::Watch;
use crate::{attention, compose, encode, orient, resize};

/// The renditions, and where the time went.
pub(crate) struct Made {
    pub(crate) outputs: Vec<RenderedOutput>,
    pub(crate) resize: Duration,
    pub(crate) encode: Duration,
}

/// Makes every output, in the plan's order.
pub(crate) fn make(mut decoded: Decoded, info: &ImageInfo, plan: &Plan, watch: &Watch) -> Result<Made, RenderError> {
    let is_grey = info.colour == ColourModel::Grey;
    let conversion = Conversion::new(&decoded.profile, decoded.pixels.layout(), is_grey);
    let mut work = Work { info, conversion, watch, resize: Duration::ZERO, encode: Duration::ZERO };
    let mut outputs: Vec<Option<RenderedOutput>> = plan.outputs().iter().map(|_| None).collect();
    // What keeps its size is made first, from exact pixels: scaling needs them multiplied by
    // their opacity, which happens in place.
    for scaled in [false, true] {
        if scaled {
            resize::multiply(&mut decoded.pixels);
        }
        for (planned, output) in plan.outputs().iter().zip(&mut outputs) {
            if (planned.placement.crop.size != planned.placement.scaled) == scaled {
                *output = Some(work.output(&decoded.pixels, planned, scaled)?);
            }
        }
    }
    Ok(Made { outputs: outputs.into_iter().flatten().collect(), resize: work.resize, encode: work.encode })
}

struct Work<'a> {
    info: &'a ImageInfo,
    conversion: Conversion,
    watch: &'a Watch,
    resize: Duration,
    encode: Duration,
}

impl Work<'_> {
    /// One rendition; `multiplied` tells whether colours are multiplied by their opacity.
    fn output(
        &mut self,
        pixels: &Pixels,
        planned: &PlannedOutput,
        multiplied: bool,
    ) -> Result<RenderedOutput, RenderError> {
        let (placement, rendition) = (&planned.placement, &planned.rendition);
        let began = Instant::now();
        self.watch.check()?;
        let crop = if rendition.fit == Fit::Cover && rendition.gravity == Gravity::Attention {
            self.attention(pixels, placement.crop, multiplied)?
        } else {
            placement.crop
        };
        let upright = self.upright(pixels, crop, placement.scaled, multiplied)?;
        let finished = compose::compose(upright, placement, rendition.background, rendition.format.has_alpha())?;
        self.resize += began.elapsed();
        self.watch.check()?;
        let began = Instant::now();
        let bytes = encode::encode(&finished, rendition.format, rendition.quality)?;
        let sha256 = Sha256::digest(&bytes).into();
        self.encode += began.elapsed();
        Ok(RenderedOutput { bytes: bytes.into(), size: finished.size(), format: rendition.format, sha256 })
    }

    /// A part of the upright picture, scaled, in sRGB.
    fn upright(
        &self,
        pixels: &Pixels,
        part: Rect,
        size: thumbgate_core::geometry::Size,
        multiplied: bool,
    ) -> Result<Pixels, RenderError> {
        let orientation = self.info.orientation;
        let stored_part = orientation.stored_part(self.info.stored, part);
        let stored_size = if orientation.transposes() { size.transposed() } else { size };
        let mut scaled = resize::resize(pixels, stored_part, stored_size)?;
        if multiplied {
            resize::divide(&mut scaled);
        }
        self.watch.check()?;
        orient::upright(self.conversion.apply(scaled)?, orientation)
    }

    fn attention(&self, pixels: &Pixels, crop: Rect, multiplied: bool) -> Result<Rect, RenderError> {
        let size = self.info.upright();
        if crop.size == size {
            return Ok(crop);
        }
        let whole = Rect { x: 0, y: 0, size };
        let small = self.upright(pixels, whole, attention::small(size), multiplied)?;
        attention::most_interesting(&small, size, crop)
    }
}
