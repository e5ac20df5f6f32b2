//! The demo's report on the terminal.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use thumbgate_core::error::Disposition;

use super::{Shown, folder_shown};
use crate::console::may_colour;
use crate::report::{bytes_shown, failure};
use crate::usage;

struct Paint {
    colour: bool,
}

impl Paint {
    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }

    fn green(&self, text: &str) -> String {
        self.with("32", text)
    }

    fn yellow(&self, text: &str) -> String {
        self.with("33", text)
    }

    fn with(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// The whole report.
pub(super) fn render(rows: &[Shown], out: &Path, elapsed: Duration) -> String {
    let paint = Paint { colour: may_colour(&std::io::stdout()) };
    let mut text = String::new();
    let uploads = format!("{} files uploaded to memory://uploads", rows.len());
    let _ = writeln!(text, "{}: {uploads}, and every one through the pipeline\n", paint.bold("thumbgate demo"));
    for row in rows {
        let (mark, told) = match failure(&row.outcome) {
            None => {
                let sizes: Vec<_> =
                    row.outcome.renditions.iter().map(|made| format!("{} {}", made.name, made.size)).collect();
                (paint.green("made   "), sizes.join("  "))
            }
            Some(failure) => (paint.yellow("refused"), failure.message().to_owned()),
        };
        let took = paint.dim(&format!("{:>4} ms", row.outcome.elapsed.as_millis()));
        let name = format!("{:<14}", row.upload.key);
        let _ = writeln!(text, "  {mark}  {took}  {}  {told}", paint.bold(&name));
        let _ = writeln!(text, "                    {}", paint.dim(row.upload.about));
    }
    let _ = write!(text, "\n{}", totals(rows, elapsed));
    let shown = folder_shown(out);
    let _ = write!(
        text,
        "\nlook at {}\nnext: {}",
        paint.bold(&format!("{shown}/index.html")),
        paint.bold("thumbgate make your-photo.jpg thumb.webp --size 320x320"),
    );
    text
}

fn totals(rows: &[Shown], elapsed: Duration) -> String {
    let made = rows.iter().filter(|row| row.outcome.disposition() == Disposition::Done).count();
    let thumbnails: usize = rows.iter().map(|row| row.outcome.renditions.len()).sum();
    let read: u64 = rows.iter().map(|row| row.outcome.bytes_in).sum();
    let written: u64 = rows.iter().map(|row| row.outcome.bytes_out()).sum();
    let peak = usage::peak_memory().map_or_else(String::new, |bytes| format!(", peak memory {}", bytes_shown(bytes)));
    format!(
        "{made} of {} made into {thumbnails} thumbnails, {} refused: {} read, {} written, in {:.2} s{peak}\n",
        rows.len(),
        rows.len() - made,
        bytes_shown(read),
        bytes_shown(written),
        elapsed.as_secs_f64(),
    )
}
