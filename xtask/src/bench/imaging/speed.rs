//! What one picture takes: everybody in turn, round after round, so that a slow moment hits all.

use std::path::PathBuf;
use std::time::Duration;

use super::field::{Field, Way};
use super::order::{Format, Order, Taken};
use super::sources::{CASES, Sources};
use crate::bench::median::median;

/// The box of the usual thumbnail.
const ONE: [&str; 1] = ["320x320"];
/// One thumbnail for the web, one for a phone, one for a screen.
const SEVERAL: [&str; 3] = ["320x320", "640x640", "1280x1280"];
/// The largest of these.
const LARGEST: [&str; 1] = ["1280x1280"];
/// The case that several sizes are made of.
const OF_SEVERAL: &str = "jpeg-24";

/// One picture in one set of sizes.
#[derive(Debug)]
pub(super) struct Subject {
    /// Its name: that of the case, and the sizes where these are not the usual one.
    pub(super) name: String,
    /// What it is, for people.
    pub(super) title: String,
    /// The picture.
    pub(super) source: PathBuf,
    /// The boxes of its thumbnails.
    pub(super) sizes: &'static [&'static str],
}

#[cfg(test)]
impl Subject {
    /// One that is nowhere.
    pub(super) fn one(name: &str, title: &str) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), source: PathBuf::new(), sizes: &ONE }
    }
}

/// What one way took for one subject.
#[derive(Debug)]
pub(super) struct Measurement {
    /// The subject's name.
    pub(super) subject: String,
    /// How it was rendered.
    pub(super) way: Way,
    /// A figure a round, or why there is none.
    pub(super) rounds: Result<Vec<Taken>, String>,
}

impl Measurement {
    /// The median over the rounds of one of the figures.
    pub(super) fn median(&self, figure: impl Fn(&Taken) -> f64) -> f64 {
        let rounds = self.rounds.as_deref().unwrap_or_default();
        median(rounds.iter().map(figure))
    }

    /// Milliseconds of CPU time.
    pub(super) fn cpu_ms(&self) -> f64 {
        self.median(|taken| millis(taken.cpu))
    }

    /// Milliseconds on the clock.
    pub(super) fn wall_ms(&self) -> f64 {
        self.median(|taken| millis(taken.wall))
    }

    /// The peak of memory in MiB; NaN of a process that has rendered other pictures too.
    pub(super) fn memory_mib(&self) -> f64 {
        if self.way.lives_on() {
            return f64::NAN;
        }
        self.median(|taken| count(taken.memory_peak) / 1024.0 / 1024.0)
    }
}

pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A count of bytes as a number with which can be divided.
#[expect(clippy::cast_precision_loss, reason = "sizes of files and processes")]
pub(super) fn count(bytes: u64) -> f64 {
    bytes as f64
}

/// Everything that is measured.
pub(super) fn subjects(sources: &Sources) -> Vec<Subject> {
    let subject = |case: &super::sources::Case, name: String, title: String, sizes| Subject {
        name,
        title,
        source: sources.of(case),
        sizes,
    };
    let mut subjects: Vec<_> =
        CASES.iter().map(|case| subject(case, case.name.to_owned(), case.title.to_owned(), &ONE)).collect();
    if let Some(case) = CASES.iter().find(|case| case.name == OF_SEVERAL) {
        let several = "JPEG 24 MP to 320, 640 and 1280";
        subjects.push(subject(case, "jpeg-24-several".to_owned(), several.to_owned(), &SEVERAL));
        subjects.push(subject(case, "jpeg-24-largest".to_owned(), "JPEG 24 MP to 1280".to_owned(), &LARGEST));
    }
    subjects
}

/// Measures all subjects in all ways.
pub(super) fn measure(field: &mut Field, subjects: &[Subject], rounds: usize) -> Vec<Measurement> {
    let mut measured = Vec::new();
    for subject in subjects {
        let is_usual = subject.sizes == ONE.as_slice();
        let ways = Way::ALL.into_iter().filter(|way| field.offers(*way, &subject.source));
        // What one decode to an eighth takes says nothing about other sizes.
        for way in ways.filter(|way| is_usual || *way != Way::Djpeg) {
            measured.push(Measurement { subject: subject.name.clone(), way, rounds: Ok(Vec::new()) });
        }
    }
    // The first round warms up: caches of files, and those of the two that live on.
    for round in 0..=rounds {
        eprintln!("round {round} of {rounds}");
        for subject in subjects {
            for measurement in measured.iter_mut().filter(|measurement| measurement.subject == subject.name) {
                let prefix = field.programs().scratch.join(file_stem(&subject.name, measurement.way));
                let order = Order { source: &subject.source, prefix, format: Format::Jpeg(80), sizes: subject.sizes };
                let Ok(figures) = measurement.rounds.as_mut() else { continue };
                match field.fill(measurement.way, &order) {
                    Ok(taken) if round > 0 => figures.push(taken),
                    Ok(_) => {}
                    Err(error) => measurement.rounds = Err(error),
                }
            }
        }
    }
    measured
}

/// A name for the outputs of one way.
pub(super) fn file_stem(subject: &str, way: Way) -> String {
    let way = way.name().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    format!("{subject}.{way}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Measurement, Way, file_stem};
    use crate::bench::imaging::order::Taken;

    #[test]
    fn who_refuses_has_no_figures() {
        let mut measurement = Measurement { subject: "a".to_owned(), way: Way::Vips, rounds: Err("no".to_owned()) };
        assert!(measurement.cpu_ms().is_nan());
        let taken = Taken { cpu: Duration::from_micros(1500), memory_peak: 3 << 20, ..Taken::default() };
        measurement.rounds = Ok(vec![taken]);
        assert_eq!((measurement.cpu_ms(), measurement.memory_mib()), (1.5, 3.0));
        measurement.way = Way::Sharp;
        assert!(measurement.memory_mib().is_nan());
    }

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(file_stem("jpeg-12", Way::Djpeg), "jpeg-12.djpeg-1-8--process");
    }
}
