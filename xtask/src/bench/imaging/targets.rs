//! What has to hold, and whether it does.

use std::fmt;

use super::batch::{Folder, Throughput};
use super::encoder::AtEqualBytes;
use super::fidelity::{Judged, WIDTHS, standing};
use super::field::Way;
use super::speed::Measurement;

/// The most of sharp's CPU time (both long-lived) and of vipsthumbnail's (both processes) that ours
/// may take, by the name of the subject.
const CPU: [(&str, f64, f64); 11] = [
    ("jpeg-12", 0.5, 0.5),
    ("jpeg-24", 0.5, 0.5),
    ("jpeg-50", 0.5, 0.5),
    ("jpeg-24-progressive", 0.125, 0.125),
    ("png-12-rgb", 0.75, 0.6),
    ("png-12-rgba", 0.75, 0.6),
    ("webp-12", 0.85, 0.8),
    ("tiff-12-lzw", 1.0, 1.0),
    ("gif-4", 1.0, 1.0),
    ("avif-12", 1.5, 1.5),
    ("jpeg-24-several", 0.45, 0.45),
];

/// Where memory does not grow with the picture.
const STREAMED: [&str; 6] = ["jpeg-12", "jpeg-24", "jpeg-50", "jpeg-24-progressive", "png-12-rgb", "png-12-rgba"];

/// Which figures are good.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// Something that has to hold.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// What is divided by what.
    pub(super) text: String,
    /// The figure; NaN where ours has none.
    pub(super) figure: f64,
    bound: Bound,
}

impl Target {
    fn at_most(text: String, figure: f64, bound: f64) -> Self {
        Self { text, figure, bound: Bound::AtMost(bound) }
    }

    fn at_least(text: String, figure: f64, bound: f64) -> Self {
        Self { text, figure, bound: Bound::AtLeast(bound) }
    }

    /// Whether it holds; what could not be measured of ours does not.
    pub(super) fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.figure <= bound,
            Bound::AtLeast(bound) => self.figure >= bound,
        }
    }

    /// The bound in words.
    pub(super) fn bound(&self) -> String {
        match self.bound {
            Bound::AtMost(bound) => format!("at most {bound:.3}"),
            Bound::AtLeast(bound) => format!("at least {bound:.3}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_met() { "met" } else { "NOT met" };
        let figure = if self.figure.is_nan() { "-".to_owned() } else { format!("{:.3}", self.figure) };
        write!(formatter, "{:<76} {figure:>7}  {:<14} {verdict}", self.text, self.bound())
    }
}

/// Everything that came of a run.
#[derive(Debug)]
pub(super) struct Results {
    /// What each picture takes.
    pub(super) speed: Vec<Measurement>,
    /// A hundred pictures.
    pub(super) batch: Vec<Throughput>,
    /// How near the thumbnails are.
    pub(super) fidelity: Vec<Judged>,
    /// JPEG for the bytes.
    pub(super) encoder: Vec<AtEqualBytes>,
}

impl Results {
    /// What one way took for one subject; none where that was not tried.
    pub(super) fn of(&self, subject: &str, way: Way) -> Option<&Measurement> {
        self.speed.iter().find(|one| one.subject == subject && one.way == way)
    }

    /// One by the other; none where the other was not measured.
    fn ratio(&self, subject: &str, ways: (Way, Way), figure: impl Fn(&Measurement) -> f64) -> Option<f64> {
        let theirs = self.of(subject, ways.1).map(&figure).filter(|figure| !figure.is_nan())?;
        Some(self.of(subject, ways.0).map_or(f64::NAN, figure) / theirs)
    }
}

/// Everything that has to hold, where it could be measured.
pub(super) fn targets(results: &Results) -> Vec<Target> {
    let mut targets = Vec::new();
    for (subject, of_sharp, of_vips) in CPU {
        for (ways, bound) in [((Way::Ours, Way::Sharp), of_sharp), ((Way::OursProcess, Way::Vips), of_vips)] {
            let ratio = results.ratio(subject, ways, Measurement::cpu_ms);
            let text = format!("{subject}: CPU of {} / {}", ways.0, ways.1);
            targets.extend(ratio.map(|ratio| Target::at_most(text, ratio, bound)));
        }
    }
    targets.extend(one_decode(results));
    targets.extend(memory(results));
    targets.extend(batch(results));
    targets.extend(fidelity(results));
    targets
}

fn one_decode(results: &Results) -> Option<Target> {
    let cpu = |subject| results.of(subject, Way::Ours).map(Measurement::cpu_ms);
    let ratio = cpu("jpeg-24-several")? / cpu("jpeg-24-largest")?;
    Some(Target::at_most("jpeg-24: CPU of ours, 320 + 640 + 1280 / 1280 alone".to_owned(), ratio, 1.25))
}

fn memory(results: &Results) -> Vec<Target> {
    let mut targets = Vec::new();
    for subject in STREAMED {
        let ratio = results.ratio(subject, (Way::OursProcess, Way::Vips), Measurement::memory_mib);
        let text = format!("{subject}: memory of {} / {}", Way::OursProcess, Way::Vips);
        targets.extend(ratio.map(|ratio| Target::at_most(text, ratio, 1.0 / 3.0)));
    }
    let memory = |subject| results.of(subject, Way::OursProcess).map(Measurement::memory_mib);
    if let (Some(large), Some(small)) = (memory("jpeg-50"), memory("jpeg-12")) {
        let text = format!("memory of {}, jpeg-50 / jpeg-12", Way::OursProcess);
        targets.push(Target::at_most(text, large / small, 1.2));
    }
    targets
}

fn batch(results: &Results) -> Vec<Target> {
    let per_second = |who| results.batch.iter().find(|one| one.who == who).map_or(f64::NAN, Throughput::per_second);
    let ours = per_second(Folder::Ours);
    [(Folder::Vips, 2.0), (Folder::SharpCli, 1.8)]
        .into_iter()
        .filter(|(who, _)| !per_second(*who).is_nan())
        .map(|(who, bound)| {
            let text = format!("pictures/s of {} / {}", Folder::Ours.name(), who.name());
            Target::at_least(text, ours / per_second(who), bound)
        })
        .collect()
}

fn fidelity(results: &Results) -> Vec<Target> {
    let mut targets = Vec::new();
    for width in WIDTHS {
        let Some(standing) = standing(&results.fidelity, width) else { continue };
        let below = f64::from(u32::try_from(standing.below.len()).unwrap_or(u32::MAX));
        let level = format!("{width} wide: share of pictures within 0.5 of the better");
        targets.push(Target::at_least(level, standing.level, 0.8));
        targets.push(Target::at_most(format!("{width} wide: pictures below the lower of the others"), below, 0.0));
    }
    for one in &results.encoder {
        let text = format!("JPEG at equal bytes: median SSIMULACRA2 above {}", one.peer);
        targets.push(Target::at_least(text, one.median(), 0.0));
    }
    targets
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Folder, Measurement, Results, Target, Throughput, Way, targets};
    use crate::bench::imaging::order::Taken;

    fn measurement(subject: &str, way: Way, cpu_ms: u64, memory_mib: u64) -> Measurement {
        let taken = Taken { cpu: Duration::from_millis(cpu_ms), memory_peak: memory_mib << 20, ..Taken::default() };
        Measurement { subject: subject.to_owned(), way, rounds: Ok(vec![taken]) }
    }

    fn results(speed: Vec<Measurement>) -> Results {
        Results { speed, batch: Vec::new(), fidelity: Vec::new(), encoder: Vec::new() }
    }

    fn told(results: &Results) -> Vec<(String, bool)> {
        targets(results).into_iter().map(|target| (target.text.clone(), target.is_met())).collect()
    }

    #[test]
    fn each_ratio_is_held_against_its_bound() {
        let results = results(vec![
            measurement("jpeg-12", Way::Ours, 20, 1),
            measurement("jpeg-12", Way::Sharp, 40, 1),
            measurement("jpeg-12", Way::OursProcess, 21, 34),
            measurement("jpeg-12", Way::Vips, 40, 100),
        ]);
        let expected = [
            ("jpeg-12: CPU of ours, long-lived / sharp, long-lived", true),
            ("jpeg-12: CPU of thumbgate, process / vipsthumbnail, process", false),
            ("jpeg-12: memory of thumbgate, process / vipsthumbnail, process", false),
        ];
        assert_eq!(told(&results), expected.map(|(text, is_met)| (text.to_owned(), is_met)));
    }

    #[test]
    fn what_ours_refuses_is_not_met_and_who_is_not_there_is_no_target() {
        let refused = Measurement { rounds: Err("unsupported".to_owned()), ..measurement("avif-12", Way::Ours, 1, 1) };
        let results = results(vec![refused, measurement("avif-12", Way::Sharp, 40, 1)]);
        assert_eq!(told(&results), [("avif-12: CPU of ours, long-lived / sharp, long-lived".to_owned(), false)]);
    }

    #[test]
    fn more_pictures_a_second_are_better() {
        let of = |who, per_second| Throughput { who, rounds: vec![per_second] };
        let mut results = results(Vec::new());
        results.batch = vec![of(Folder::Ours, 80.0), of(Folder::Vips, 40.0), of(Folder::SharpCli, 50.0)];
        let met: Vec<bool> = targets(&results).iter().map(Target::is_met).collect();
        assert_eq!(met, [true, false]);
    }

    #[test]
    fn a_target_is_one_line() {
        let line = Target::at_most("a / b".to_owned(), 0.51, 0.5).to_string();
        assert!(line.starts_with("a / b  ") && line.ends_with("0.510  at most 0.500  NOT met"), "{line}");
    }
}
