//! How near everybody's thumbnails are to a full decode and a good filter.

use std::path::{Path, PathBuf};

use image::RgbImage;

use super::field::{Field, Way};
use super::order::{Format, Order};
use super::reference::shrunk;
use super::score::{Judge, Scores, read};
use super::speed::file_stem;
use crate::bench::median::median;

/// The widths that are looked at.
pub(super) const WIDTHS: [u32; 2] = [320, 480];

/// Who is looked at; a process and a long-lived one of the same make give the same picture.
pub(super) const WAYS: [Way; 3] = [Way::Ours, Way::Sharp, Way::Vips];

/// By how much ours may be below the better of the others and still be level.
const LEVEL: f64 = 0.5;

/// One thumbnail, judged.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// The picture's name.
    pub(super) picture: String,
    /// The thumbnail's width.
    pub(super) width: u32,
    /// Who made it.
    pub(super) way: Way,
    /// How near it is.
    pub(super) scores: Scores,
}

/// Judges everybody on all pictures, in all widths. The references are left in the scratch folder as
/// PNG files, whose paths are [`reference`].
pub(super) fn judge(field: &mut Field, pictures: &[PathBuf]) -> Result<Vec<Judged>, String> {
    let mut judged = Vec::new();
    for path in pictures {
        let picture = read(path)?;
        for width in WIDTHS {
            judged.extend(judge_one(field, path, &picture, width)?);
        }
    }
    Ok(judged)
}

/// Where the reference of a picture is.
pub(super) fn reference(field: &Field, picture: &Path, width: u32) -> PathBuf {
    field.programs().scratch.join(format!("{}.reference-{width}.png", name(picture)))
}

/// The name of a picture's file, without its suffix.
pub(super) fn name(picture: &Path) -> String {
    picture.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn judge_one(field: &mut Field, path: &Path, picture: &RgbImage, width: u32) -> Result<Vec<Judged>, String> {
    let size = format!("{width}x");
    let sizes = [size.as_str()];
    let mut judge: Option<Judge> = None;
    let mut judged = Vec::new();
    for way in WAYS {
        if !field.offers(way, path) {
            continue;
        }
        let prefix = field.programs().scratch.join(file_stem(&name(path), way));
        let order = Order { source: path, prefix, format: Format::Png, sizes: &sizes };
        let told = |error: String| format!("{way}, {}: {error}", path.display());
        field.fill(way, &order).map_err(told)?;
        let thumbnail = read(&order.output(&size))?;
        // Heights that fall between two pixels are rounded by some and cut by others.
        let fits = judge.as_ref().is_some_and(|judge| judge.picture().dimensions() == thumbnail.dimensions());
        if !fits {
            let wanted = shrunk(picture, thumbnail.width(), thumbnail.height()).ok_or("no reference")?;
            let to = reference(field, path, width);
            wanted.save(&to).map_err(|error| format!("cannot write `{}`: {error}", to.display()))?;
            judge = Some(Judge::new(wanted)?);
        }
        if let Some(judge) = &judge {
            judged.push(Judged { picture: name(path), width, way, scores: judge.score(&thumbnail)? });
        }
    }
    Ok(judged)
}

/// What came of one way in one width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    /// The median of SSIMULACRA2.
    pub(super) median: f64,
    /// The least of SSIMULACRA2.
    pub(super) least: f64,
    /// The median of PSNR.
    pub(super) psnr: f64,
}

/// Sums up one way in one width; none where it was not judged.
pub(super) fn summary(judged: &[Judged], width: u32, way: Way) -> Option<Summary> {
    let of_it = || judged.iter().filter(|one| one.width == width && one.way == way);
    of_it().next()?;
    Some(Summary {
        median: median(of_it().map(|one| one.scores.ssimulacra2)),
        least: of_it().map(|one| one.scores.ssimulacra2).fold(f64::INFINITY, f64::min),
        psnr: median(of_it().map(|one| one.scores.psnr)),
    })
}

/// How ours stands against the others in one width.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    /// The share of the pictures on which it is level with the better one.
    pub(super) level: f64,
    /// The pictures on which it is below the lower one.
    pub(super) below: Vec<String>,
}

/// Compares ours with the others; none where there are none.
pub(super) fn standing(judged: &[Judged], width: u32) -> Option<Standing> {
    let (mut level, mut all, mut below) = (0.0, 0.0, Vec::new());
    for ours in judged.iter().filter(|one| one.width == width && one.way == Way::Ours) {
        let others = judged
            .iter()
            .filter(|one| one.width == width && one.picture == ours.picture && one.way != Way::Ours)
            .map(|one| one.scores.ssimulacra2);
        let better = others.clone().fold(f64::NEG_INFINITY, f64::max);
        let lower = others.fold(f64::INFINITY, f64::min);
        if better < lower {
            continue;
        }
        all += 1.0;
        if ours.scores.ssimulacra2 >= better - LEVEL {
            level += 1.0;
        }
        if ours.scores.ssimulacra2 < lower {
            below.push(ours.picture.clone());
        }
    }
    (all > 0.0).then(|| Standing { level: level / all, below })
}

#[cfg(test)]
mod tests {
    use super::{Judged, Way, standing, summary};
    use crate::bench::imaging::score::Scores;

    fn judged(picture: &str, way: Way, ssimulacra2: f64) -> Judged {
        Judged { picture: picture.to_owned(), width: 320, way, scores: Scores { ssimulacra2, psnr: 40.0 } }
    }

    #[test]
    fn ours_is_level_within_half_a_point_and_below_only_below_all() {
        let all = [
            judged("a", Way::Ours, 79.6),
            judged("a", Way::Vips, 80.0),
            judged("a", Way::Sharp, 62.0),
            judged("b", Way::Ours, 79.4),
            judged("b", Way::Vips, 80.0),
            judged("b", Way::Sharp, 62.0),
            judged("c", Way::Ours, 61.0),
            judged("c", Way::Vips, 80.0),
            judged("c", Way::Sharp, 62.0),
        ];
        let standing = standing(&all, 320).unwrap();
        assert!((standing.level - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(standing.below, ["c"]);
        let ours = summary(&all, 320, Way::Ours).unwrap();
        assert_eq!((ours.median, ours.least), (79.4, 61.0));
    }

    #[test]
    fn without_others_there_is_nothing_to_say() {
        assert_eq!(standing(&[judged("a", Way::Ours, 79.6)], 320), None);
        assert_eq!(summary(&[], 320, Way::Vips), None);
    }
}
