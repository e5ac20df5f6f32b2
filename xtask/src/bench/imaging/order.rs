//! What everybody is asked for: one picture, in some sizes, into files of agreed names.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The format of the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// JPEG, of this quality.
    Jpeg(u8),
    /// PNG: what is compared pixel by pixel.
    Png,
}

impl Format {
    /// The suffix of its files.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Jpeg(_) => "jpg",
            Self::Png => "png",
        }
    }
}

/// One picture to be rendered.
#[derive(Debug, Clone)]
pub(super) struct Order<'a> {
    /// The picture.
    pub(super) source: &'a Path,
    /// What the paths of the outputs begin with.
    pub(super) prefix: PathBuf,
    /// Their format.
    pub(super) format: Format,
    /// Their boxes, such as `320x320`; `480x` is as high as it comes.
    pub(super) sizes: &'a [&'a str],
}

impl Order<'_> {
    /// The output of one size.
    pub(super) fn output(&self, size: &str) -> PathBuf {
        let mut path = self.prefix.clone().into_os_string();
        path.push(format!("-{size}.{}", self.format.suffix()));
        path.into()
    }
}

/// The order on one line, as the drivers read it.
impl fmt::Display for Order<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quality = if let Format::Jpeg(quality) = self.format { quality } else { 80 };
        let (source, prefix) = (self.source.display(), self.prefix.display());
        write!(formatter, "{source}\t{prefix}\t{}\t{quality}\t{}", self.format.suffix(), self.sizes.join(","))
    }
}

/// What it took to fill an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// CPU time of all threads.
    pub(super) cpu: Duration,
    /// Time on the clock.
    pub(super) wall: Duration,
    /// The most memory that the process has held at once, in bytes.
    pub(super) memory_peak: u64,
    /// Bytes of the source that were read, where that is known.
    pub(super) bytes_read: Option<u64>,
    /// Whether the rest was not needed.
    pub(super) stopped_early: bool,
    /// Bytes of all outputs.
    pub(super) output_bytes: u64,
}

impl Taken {
    /// Both, one after the other.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            wall: self.wall + other.wall,
            memory_peak: self.memory_peak.max(other.memory_peak),
            bytes_read: self.bytes_read.zip(other.bytes_read).map(|(one, two)| one + two),
            stopped_early: self.stopped_early && other.stopped_early,
            output_bytes: self.output_bytes + other.output_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::{Format, Order, Taken};

    #[test]
    fn an_order_is_one_line_and_names_its_outputs() {
        let sizes = ["320x320", "480x"];
        let order =
            Order { source: Path::new("a.tif"), prefix: "out/b".into(), format: Format::Jpeg(70), sizes: &sizes };
        assert_eq!(order.to_string(), "a.tif\tout/b\tjpg\t70\t320x320,480x");
        assert_eq!(order.output("480x"), Path::new("out/b-480x.jpg"));
    }

    #[test]
    fn times_add_up_and_peaks_do_not() {
        let one = Taken { cpu: Duration::from_millis(3), memory_peak: 7, output_bytes: 1, ..Taken::default() };
        let both = one.and(Taken { cpu: Duration::from_millis(4), memory_peak: 5, output_bytes: 2, ..one });
        assert_eq!((both.cpu, both.memory_peak, both.output_bytes), (Duration::from_millis(7), 7, 3));
        assert_eq!(both.bytes_read, None);
    }
}
