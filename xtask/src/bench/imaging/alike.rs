//! Whether everybody has made the same thumbnails: who makes none, or another one, would be quick.

use std::path::Path;

use super::field::Way;
use super::order::{Format, Order};
use super::score::{psnr, read};
use super::speed::{Measurement, Subject, file_stem};

/// Filters, and encoders of the same quality, differ by less noise than this, in decibels.
const ALIKE: f64 = 24.0;

/// Compares the thumbnails that are left of the last round.
pub(super) fn check(subjects: &[Subject], measured: &[Measurement], scratch: &Path) -> Result<(), String> {
    for subject in subjects {
        for size in subject.sizes {
            let mut first = None;
            for one in measured.iter().filter(|one| one.subject == subject.name && one.rounds.is_ok()) {
                // One has no output, the other its own names for several.
                if one.way == Way::Djpeg || (one.way == Way::OursProcess && subject.sizes.len() > 1) {
                    continue;
                }
                let prefix = scratch.join(file_stem(&subject.name, one.way));
                let order = Order { source: &subject.source, prefix, format: Format::Jpeg(80), sizes: subject.sizes };
                let thumbnail = read(&order.output(size))?;
                let (way, wanted) = first.get_or_insert_with(|| (one.way, thumbnail.clone()));
                let is_alike = thumbnail.dimensions() == wanted.dimensions() && psnr(wanted, &thumbnail) >= ALIKE;
                if !is_alike {
                    return Err(format!("{}, {size}: {way} and {} made different pictures", subject.name, one.way));
                }
            }
        }
    }
    Ok(())
}
