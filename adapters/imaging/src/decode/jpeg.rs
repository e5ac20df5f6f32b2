//! JPEG, through `thumbgate-jpeg`: at the scale of the plan, component by component as it arrives.
//!
//! Components go to the sink at their own sampling; colour is spread and converted when there is
//! little of it.

use thumbgate_core::error::RenderError;
use thumbgate_core::plan::Plan;
use thumbgate_core::shrink::Shrink;
use thumbgate_jpeg::{ColourSpace, Component, DecodeError, Decoder, Info, Limits, Process, Rows, Scale, Scales};

use super::{Job, Profile, Shrunk};
use crate::body::Body;
use crate::error::{internal, malformed, over_limit, read_failed, truncated, unsupported};
use crate::pixels::Layout;
use crate::planar::Model;
use crate::sink::{Form, Plane};

pub(super) fn decode(body: &mut Body<'_>, job: Job<'_>) -> Result<Shrunk, RenderError> {
    let decoder = Decoder::with_limits(&mut *body, Limits::default()).map_err(told)?;
    let info = decoder.info().clone();
    let stored = job.header.info.stored;
    if (info.width, info.height) != (stored.width(), stored.height()) {
        return Err(internal("JPEG: the size has changed since it was planned"));
    }
    let scales = scales(&info, job.plan);
    let rows = if job.limits.allow_truncated { decoder.rows_allowing_truncation(scales) } else { decoder.rows(scales) };
    let mut rows = rows.map_err(told)?;
    let mut sink = job.sink(&form(&info, &scales, &rows))?;
    while let Some(strip) = rows.next_strip().map_err(told)? {
        for component in 0..strip.components() {
            strip.rows(component).try_for_each(|row| sink.row(component, row))?;
        }
    }
    let ending = rows.ending();
    if ending.damaged && !job.limits.allow_truncated {
        return Err(malformed("JPEG: some of its data cannot be read; allow_truncated shows the rest"));
    }
    drop(rows);
    Ok(Shrunk {
        pictures: sink.finish()?,
        profile: Profile::embedded(job.header.profile),
        truncated: ending.truncated || ending.damaged,
        stopped_early: ending.scans_left && body.may_have_more(job.length),
    })
}

/// The decoder's word for a shrink.
pub(crate) fn scale(shrink: Shrink) -> Scale {
    match shrink {
        Shrink::One => Scale::Full,
        Shrink::Two => Scale::Half,
        Shrink::Four => Scale::Quarter,
        Shrink::Eight => Scale::Eighth,
    }
}

/// Samples of colour that are left for each pixel of an output; the eye asks for fewer than of
/// lightness. More would cost a 24 MP photo a fifth more time for nothing that shows.
const COLOUR_HEADROOM: f64 = 1.1;

/// The same for pictures of up to so many pixels, which are cheap to decode.
const SMALL_COLOUR_HEADROOM: (u64, f64) = (16_000_000, 1.5);

/// Every component at the scale of the plan; but those that were stored with fewer samples less
/// shrunk, where otherwise too few would be left.
///
/// Not those of a progressive picture: to have their finer coefficients, most of the file would
/// have to be read.
fn scales(info: &Info, plan: &Plan) -> Scales {
    let whole = scale(plan.shrink());
    let (across_max, down_max) = info.sampling_max();
    let is_small = u64::from(info.width) * u64::from(info.height) <= SMALL_COLOUR_HEADROOM.0;
    let headroom = if is_small { SMALL_COLOUR_HEADROOM.1 } else { COLOUR_HEADROOM };
    let reduction = plan.reduction();
    Scales::by_component(|number| {
        let Some(component) = info.components.get(number).filter(|_| info.process == Process::Sequential) else {
            return whole;
        };
        let share = (across_max / component.horizontal.max(1)).max(down_max / component.vertical.max(1));
        let left = reduction / (f64::from(whole.divisor()) * f64::from(share));
        if share > 1 && left < headroom { whole.larger() } else { whole }
    })
}

/// How the components lie on the picture at their scales.
fn form(info: &Info, scales: &Scales, rows: &Rows<&mut Body<'_>>) -> Form {
    let (across_max, down_max) = info.sampling_max();
    let plane = |(number, component): (usize, &Component)| {
        let covers = |factor: u8, factor_max: u8| {
            f64::from(scales.of(number).divisor()) * f64::from(factor_max) / f64::from(factor.max(1))
        };
        let covers = (covers(component.horizontal, across_max), covers(component.vertical, down_max));
        Plane { size: rows.size(number), covers }
    };
    let model = match info.colour_space {
        ColourSpace::Grey => Model::Pixels(Layout::Grey),
        ColourSpace::YCbCr => Model::YCbCr,
        ColourSpace::Rgb => Model::Rgb,
        // Files with Adobe's segment hold inks inverted, others as they are.
        ColourSpace::Cmyk => Model::Inks { inverted: info.adobe_transform.is_some() },
        ColourSpace::Ycck => Model::Ycck,
    };
    Form { model, planes: info.components.iter().enumerate().map(plane).collect() }
}

/// The port's word for a decoder's error.
pub(crate) fn told(error: DecodeError) -> RenderError {
    match error {
        DecodeError::Read(error) => read_failed("JPEG", &error),
        DecodeError::Malformed(what) => malformed(format!("JPEG: {what}")),
        DecodeError::Truncated(what) => truncated(format!("the JPEG ends before {what}")),
        DecodeError::Unsupported(what) => unsupported(what),
        DecodeError::Limit(what) => over_limit(format!("JPEG: {what}")),
        other => internal(format!("JPEG: {other}")),
    }
}
