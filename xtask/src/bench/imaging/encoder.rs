//! JPEG for the bytes: the same small picture, written by everybody in many qualities.

use std::path::{Path, PathBuf};

use super::fidelity::{WAYS, name, reference};
use super::field::{Field, Way};
use super::order::{Format, Order};
use super::score::{Judge, read};
use super::speed::{count, file_stem};
use crate::bench::median::median;

/// The qualities that are tried.
const QUALITIES: [u8; 8] = [60, 65, 70, 75, 80, 85, 90, 95];
/// The width of the picture, of which there are references.
const WIDTH: u32 = 480;

/// How near one encoder comes with how many bytes, for one picture.
#[derive(Debug, Default)]
struct Curve {
    /// Bytes and SSIMULACRA2, by quality.
    points: Vec<(f64, f64)>,
}

impl Curve {
    /// How near it comes with so many bytes; none beyond its ends.
    fn at(&self, bytes: f64) -> Option<f64> {
        self.points.windows(2).find_map(|pair| {
            let [(fewer, low), (more, high)] = pair else { return None };
            // What twice the bytes give is about the same everywhere on the curve.
            let share = (bytes / fewer).ln() / (more / fewer).ln();
            (0.0..=1.0).contains(&share).then(|| low + (high - low) * share)
        })
    }

    /// By how much this one is above the other at equal bytes, on average over its own points.
    fn above(&self, other: &Self) -> Option<f64> {
        let differences: Vec<f64> =
            self.points.iter().filter_map(|(bytes, score)| Some(score - other.at(*bytes)?)).collect();
        let points = f64::from(u32::try_from(differences.len()).ok()?);
        (points > 0.0).then(|| differences.iter().sum::<f64>() / points)
    }
}

/// How ours stands against one other, at equal bytes.
#[derive(Debug)]
pub(super) struct AtEqualBytes {
    /// The other.
    pub(super) peer: Way,
    /// The pictures, and by how much SSIMULACRA2 of ours is higher.
    pub(super) differences: Vec<(String, f64)>,
}

impl AtEqualBytes {
    /// The median of the differences.
    pub(super) fn median(&self) -> f64 {
        median(self.differences.iter().map(|(_, difference)| *difference))
    }

    /// The least of the differences.
    pub(super) fn least(&self) -> f64 {
        self.differences.iter().map(|(_, difference)| *difference).fold(f64::INFINITY, f64::min)
    }
}

/// Has the reference of each picture written by everybody, and compares.
pub(super) fn compare(field: &mut Field, pictures: &[PathBuf]) -> Result<Vec<AtEqualBytes>, String> {
    let others = WAYS.into_iter().filter(|way| *way != Way::Ours);
    let mut compared: Vec<_> = others.map(|peer| AtEqualBytes { peer, differences: Vec::new() }).collect();
    for picture in pictures {
        let small = reference(field, picture, WIDTH);
        let judge = Judge::new(read(&small)?)?;
        let ours = curve(field, Way::Ours, &small, &judge)?;
        for one in &mut compared {
            if !field.offers(one.peer, &small) {
                continue;
            }
            let theirs = curve(field, one.peer, &small, &judge)?;
            one.differences.extend(ours.above(&theirs).map(|difference| (name(picture), difference)));
        }
    }
    compared.retain(|one| !one.differences.is_empty());
    Ok(compared)
}

fn curve(field: &mut Field, way: Way, picture: &Path, judge: &Judge) -> Result<Curve, String> {
    let size = format!("{WIDTH}x");
    let sizes = [size.as_str()];
    let mut curve = Curve::default();
    for quality in QUALITIES {
        let prefix = field.programs().scratch.join(file_stem("encoded", way));
        let order = Order { source: picture, prefix, format: Format::Jpeg(quality), sizes: &sizes };
        let taken = field.fill(way, &order).map_err(|error| format!("{way}, {}: {error}", picture.display()))?;
        let scores = judge.score(&read(&order.output(&size))?)?;
        curve.points.push((count(taken.output_bytes), scores.ssimulacra2));
    }
    Ok(curve)
}

#[cfg(test)]
mod tests {
    use super::Curve;

    fn curve(points: &[(f64, f64)]) -> Curve {
        Curve { points: points.to_vec() }
    }

    #[test]
    fn between_two_points_twice_the_bytes_count_the_same() {
        let curve = curve(&[(100.0, 50.0), (400.0, 70.0)]);
        assert!((curve.at(200.0).unwrap() - 60.0).abs() < 1e-9);
        assert_eq!((curve.at(99.0), curve.at(401.0)), (None, None));
    }

    #[test]
    fn better_with_the_same_bytes_is_above() {
        let (low, high) = (curve(&[(100.0, 50.0), (400.0, 70.0)]), curve(&[(200.0, 62.0), (800.0, 90.0)]));
        assert!((high.above(&low).unwrap() - 2.0).abs() < 1e-9);
        assert_eq!(curve(&[(1.0, 5.0)]).above(&low), None);
    }
}
