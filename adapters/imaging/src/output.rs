//! From the small pictures of one source to every planned rendition.

use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::{Rect, Size};
use thumbgate_core::plan::{Plan, PlannedOutput};
use thumbgate_core::port::{ColourModel, ImageInfo, RenderedOutput};

use crate::colour::Conversion;
use crate::decode::Shrunk;
use crate::pixels::Pixels;
use crate::watch::Watch;
use crate::{attention, compose, encode, orient, sink};

/// The renditions, and where the time went.
pub(crate) struct Made {
    pub(crate) outputs: Vec<RenderedOutput>,
    pub(crate) resize: Duration,
    pub(crate) encode: Duration,
}

/// Makes every output, in the plan's order.
pub(crate) fn make(shrunk: Shrunk, info: &ImageInfo, plan: &Plan, watch: &Watch) -> Result<Made, RenderError> {
    let mut made = Made { outputs: Vec::new(), resize: Duration::ZERO, encode: Duration::ZERO };
    let is_grey = info.colour == ColourModel::Grey;
    let layout = shrunk.pictures.first().map(Pixels::layout);
    let conversion = layout.map_or(Conversion::None, |layout| Conversion::new(&shrunk.profile, layout, is_grey));
    for (planned, stored) in plan.outputs().iter().zip(shrunk.pictures) {
        let (placement, rendition) = (&planned.placement, &planned.rendition);
        let began = Instant::now();
        watch.check()?;
        let mut upright = orient::upright(conversion.apply(stored)?, info.orientation)?;
        if planned.is_by_attention() {
            upright = most_interesting(&upright, info.upright(), planned, watch)?;
        }
        let finished = compose::compose(upright, placement, rendition.background, rendition.format.has_alpha())?;
        made.resize += began.elapsed();
        watch.check()?;
        let began = Instant::now();
        let bytes = encode::encode(&finished, rendition.format, rendition.quality)?;
        let sha256 = Sha256::digest(&bytes).into();
        made.encode += began.elapsed();
        let output = RenderedOutput { bytes: bytes.into(), size: finished.size(), format: rendition.format, sha256 };
        made.outputs.push(output);
    }
    Ok(made)
}

/// The part of a whole upright picture that has most to show, at the size of the output.
fn most_interesting(
    whole: &Pixels,
    upright: Size,
    planned: &PlannedOutput,
    watch: &Watch,
) -> Result<Pixels, RenderError> {
    let placement = &planned.placement;
    let mut crop = placement.crop;
    if crop.size != upright {
        let small = sink::resized(whole, attention::small(upright), watch)?;
        crop = attention::most_interesting(&small, upright, crop)?;
    }
    // The whole picture is at the scale of the output, or at its own where that would enlarge it.
    let size = if whole.size() == upright { crop.size } else { placement.scaled };
    let scaled = |at: u32, from: u32, to: u32| {
        let (at, from, to) = (u64::from(at), u64::from(from.max(1)), u64::from(to));
        u32::try_from((at * to + from / 2) / from).unwrap_or(u32::MAX)
    };
    let within = |at: u32, part: u32, whole: u32| at.min(whole.saturating_sub(part));
    let (width, height) = (whole.size().width(), whole.size().height());
    let x = within(scaled(crop.x, upright.width(), width), size.width(), width);
    let y = within(scaled(crop.y, upright.height(), height), size.height(), height);
    let part = whole.part(Rect { x, y, size })?;
    if size == placement.scaled { Ok(part) } else { sink::resized(&part, placement.scaled, watch) }
}
