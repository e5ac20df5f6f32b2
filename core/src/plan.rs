//! The plan of one source: all wishes turned into numbers before a pixel is decoded.

use crate::error::RenderError;
use crate::geometry::{Fit, Gravity, Placement, Rect, Size, place};
use crate::limits::Limits;
use crate::port::ImageInfo;
use crate::rendition::Rendition;
use crate::shrink::Shrink;

/// Bytes that one pixel of a rendition takes while it is made: 8-bit RGBA, and once more while
/// it is turned, flattened or encoded.
const OUTPUT_BYTES_PER_PIXEL: u64 = 8;

/// One rendition of one source, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOutput {
    /// What was asked for.
    pub rendition: Rendition,
    /// Crop, scale and canvas, in pixels of the upright source.
    pub placement: Placement,
}

impl PlannedOutput {
    /// Whether the crop is chosen by what the picture shows.
    #[must_use]
    pub fn is_by_attention(&self) -> bool {
        self.rendition.fit == Fit::Cover && self.rendition.gravity == Gravity::Attention
    }

    /// The part of the upright picture that is drawn, and the size it is drawn at: the crop, scaled;
    /// where the crop is chosen by what the picture shows, the whole picture at the scale of the
    /// output, but never enlarged.
    #[must_use]
    pub fn drawn(&self, upright: Size) -> (Rect, Size) {
        if self.is_by_attention() {
            (Rect { x: 0, y: 0, size: upright }, self.whole(upright))
        } else {
            (self.placement.crop, self.placement.scaled)
        }
    }

    fn whole(&self, upright: Size) -> Size {
        let (from, to) = (self.placement.crop.size, self.placement.scaled);
        if to.width() >= from.width() || to.height() >= from.height() {
            return upright;
        }
        let side = |whole: u32, from: u32, to: u32| {
            let (whole, from, to) = (u64::from(whole), u64::from(from.max(1)), u64::from(to));
            u32::try_from((whole * to).div_ceil(from)).unwrap_or(u32::MAX)
        };
        let width = side(upright.width(), from.width(), to.width());
        Size::new(width, side(upright.height(), from.height(), to.height())).unwrap_or(upright)
    }

    /// Pixels that are held of the whole picture, to be looked at.
    fn looked_at(&self, upright: Size) -> u64 {
        if self.is_by_attention() { self.whole(upright).pixels() } else { 0 }
    }
}

/// All renditions of one source, within the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    outputs: Vec<PlannedOutput>,
    shrink: Shrink,
    memory: u64,
}

impl Plan {
    /// Plans every rendition of the picture.
    ///
    /// # Errors
    /// [`RenderError::Limit`] when the picture, an output or the estimated memory passes a limit.
    pub fn new(info: &ImageInfo, renditions: &[Rendition], limits: &Limits) -> Result<Self, RenderError> {
        check_source(info, limits)?;
        let upright = info.upright();
        let outputs: Vec<_> = renditions
            .iter()
            .map(|rendition| PlannedOutput {
                rendition: rendition.clone(),
                placement: place(upright, rendition.wanted, rendition.fit, rendition.gravity, rendition.enlarge),
            })
            .collect();
        for output in &outputs {
            check_output(output, limits)?;
        }
        // One decode serves all outputs, so the largest one decides.
        let shrinks = outputs.iter().map(|output| Shrink::for_output(&output.placement));
        let shrink = shrinks.min().unwrap_or(Shrink::One);
        let held = |output: &PlannedOutput| output.placement.canvas.pixels().saturating_add(output.looked_at(upright));
        let output_pixels = outputs.iter().map(held).fold(0, u64::saturating_add);
        let memory = info.decode_bytes.at(shrink).saturating_add(output_pixels.saturating_mul(OUTPUT_BYTES_PER_PIXEL));
        if memory > limits.memory {
            return Err(RenderError::Limit(format!(
                "a {} {} picture would take {} MiB to decode, more than the {} MiB of limits.memory",
                info.stored,
                info.format,
                memory.div_ceil(1024 * 1024),
                limits.memory / (1024 * 1024),
            )));
        }
        Ok(Self { outputs, shrink, memory })
    }

    /// The outputs, in the order of the wishes.
    #[must_use]
    pub fn outputs(&self) -> &[PlannedOutput] {
        &self.outputs
    }

    /// How much smaller than stored the source may be decoded: the most that leaves enough for
    /// every output.
    #[must_use]
    pub fn shrink(&self) -> Shrink {
        self.shrink
    }

    /// Pixels of the source for each pixel of the output that is reduced least, across or down;
    /// below 1 where one is enlarged.
    #[must_use]
    pub fn reduction(&self) -> f64 {
        let least = |output: &PlannedOutput| {
            let (from, to) = (output.placement.crop.size, output.placement.scaled);
            let side = |from: u32, to: u32| f64::from(from) / f64::from(to);
            side(from.width(), to.width()).min(side(from.height(), to.height()))
        };
        self.outputs.iter().map(least).fold(f64::INFINITY, f64::min)
    }

    /// The estimated peak of memory, in bytes: decoding and all outputs.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.memory
    }
}

/// Checks a picture's header against the limits; renderers do so before they allocate anything.
///
/// # Errors
/// [`RenderError::Limit`] naming the limit.
pub fn check_source(info: &ImageInfo, limits: &Limits) -> Result<(), RenderError> {
    let pixels = info.stored.pixels();
    if pixels > limits.source_pixels {
        return Err(RenderError::Limit(format!(
            "{} is {:.1} megapixels, more than the {} of limits.source_megapixels",
            info.stored,
            // Shown with one digit: the precision of an f64 is plenty.
            to_mega(pixels),
            to_mega(limits.source_pixels),
        )));
    }
    if info.stored.width().max(info.stored.height()) > limits.source_side {
        return Err(RenderError::Limit(format!(
            "{} has a side over the {} pixels of limits.source_side",
            info.stored, limits.source_side
        )));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn to_mega(pixels: u64) -> f64 {
    pixels as f64 / 1e6
}

fn check_output(output: &PlannedOutput, limits: &Limits) -> Result<(), RenderError> {
    let (canvas, rendition) = (output.placement.canvas, &output.rendition);
    if canvas.pixels() > limits.output_pixels {
        return Err(RenderError::Limit(format!(
            "rendition `{}` would be {canvas}, more than the {} megapixels of limits.output_megapixels",
            rendition.name,
            to_mega(limits.output_pixels),
        )));
    }
    let side = rendition.format.side_max();
    if canvas.width().max(canvas.height()) > side {
        return Err(RenderError::Limit(format!(
            "rendition `{}` would be {canvas}, more than the {side} pixels a side that {} can store",
            rendition.name, rendition.format
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::error::RenderError;
    use crate::format::SourceFormat;
    use crate::geometry::{Size, WantedBox};
    use crate::limits::Limits;
    use crate::orientation::Orientation;
    use crate::port::{ColourModel, ImageInfo};
    use crate::rendition::{Rendition, RenditionName};
    use crate::shrink::{DecodeBytes, Shrink};

    fn info(width: u32, height: u32) -> ImageInfo {
        let stored = Size::new(width, height).unwrap();
        ImageInfo {
            format: SourceFormat::Jpeg,
            stored,
            orientation: Orientation::Rotate90,
            colour: ColourModel::Rgb,
            bit_depth: 8,
            alpha: false,
            icc_profile: false,
            progressive: false,
            frames: Some(1),
            decode_bytes: DecodeBytes::by_shrink(|shrink| stored.pixels() * 3 / u64::from(shrink.factor().pow(2))),
        }
    }

    fn rendition(width: u32) -> Rendition {
        Rendition::new(RenditionName::parse("x").unwrap(), WantedBox::new(Some(width), None).unwrap())
    }

    #[test]
    fn outputs_are_planned_upright() {
        let plan = Plan::new(&info(4000, 3000), &[rendition(300)], &Limits::default()).unwrap();
        assert_eq!(plan.outputs()[0].placement.canvas, Size::new(300, 400).unwrap());
        assert_eq!(plan.shrink(), Shrink::Four);
        assert_eq!(plan.memory(), 36_000_000 / 16 + 300 * 400 * 8);
    }

    #[test]
    fn the_largest_output_decides_how_small_the_source_is_decoded() {
        let sizes = |widths: &[u32]| {
            let renditions: Vec<_> = widths.iter().map(|width| rendition(*width)).collect();
            Plan::new(&info(4000, 3000), &renditions, &Limits::default()).unwrap().shrink()
        };
        assert_eq!(
            [sizes(&[100]), sizes(&[100, 300]), sizes(&[700, 100]), sizes(&[1000])],
            [Shrink::Eight, Shrink::Four, Shrink::Two, Shrink::One]
        );
    }

    #[test]
    fn every_limit_is_named() {
        let defaults = Limits::default();
        let enlarged = Rendition { enlarge: true, ..rendition(16_000) };
        for (info, rendition, limits, name) in [
            (info(20_000, 20_000), rendition(1), defaults.clone(), "source_megapixels"),
            (info(100_001, 1), rendition(1), defaults.clone(), "source_side"),
            (info(4000, 3000), rendition(1), Limits { memory: 1, ..defaults.clone() }, "limits.memory"),
            (info(100, 100), enlarged.clone(), defaults.clone(), "output_megapixels"),
        ] {
            match Plan::new(&info, &[rendition], &limits) {
                Err(RenderError::Limit(text)) => assert!(text.contains(name), "{text}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
