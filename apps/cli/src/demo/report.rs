//! The demo's report on the terminal.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use thumbgate_core::error::Disposition;
use thumbgate_core::object::escape_controls;

use super::access::{Access, Named, deciding, why, without_arn};
use super::documents::SOURCE;
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
pub(super) fn render(rows: &[Shown], access: &Access, out: &Path, elapsed: Duration) -> String {
    let paint = Paint { colour: may_colour(&std::io::stdout()) };
    let mut text = String::new();
    let uploads = format!("{} files uploaded to {}/{} in memory", rows.len(), SOURCE.0, SOURCE.1);
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
        let name = format!("{:<14}", row.upload.name);
        let _ = writeln!(text, "  {mark}  {took}  {}  {told}", paint.bold(&name));
        let _ = writeln!(text, "                    {}", paint.dim(row.upload.about));
    }
    let _ = write!(text, "\n{}", totals(rows, elapsed));
    let _ = write!(text, "\n{}", access_told(access, &paint));
    let shown = folder_shown(out);
    let _ = write!(text, "\nlook at {}\n", paint.bold(&format!("{shown}/index.html")));
    if let Some(attempt) = access.attempts.first() {
        let command = attempt.command(out).join(" \\\n        ");
        let _ = writeln!(text, "ask why: {}", paint.bold(&command));
    }
    let _ = write!(text, "next: {}", paint.bold("thumbgate make your-photo.jpg thumb.webp --size 320x320"));
    text
}

/// Who ran, what was asked and which statement granted it, and what was refused.
fn access_told(access: &Access, paint: &Paint) -> String {
    let mut text = String::new();
    let (granted, by_own) = access.granted();
    let who = access.answers.first().map_or("", |answer| answer.explanation.request.principal());
    let _ = writeln!(text, "{}: as {}", paint.bold("access"), escape_controls(who));
    let _ = writeln!(
        text,
        "  {}",
        paint.dim(&format!("{granted} requests granted, {by_own} of them by the role's own policy"))
    );
    let trusted = &access.trust;
    let by = deciding(trusted).map(|statement| Named(statement).to_string()).collect::<Vec<_>>().join(", ");
    let asked = format!("{} becomes the role", escape_controls(trusted.request.principal()));
    let _ = writeln!(text, "  {}  {asked:<38}  {by}", paint.green("trusted"));
    for answer in &access.answers {
        let asked = format!("{:<13} {:>3}  {}", answer.explanation.request.action(), answer.times, answer.place);
        let (mark, told) = if answer.is_granted() {
            let by: Vec<_> = deciding(&answer.explanation).map(|statement| Named(statement).to_string()).collect();
            (paint.green("granted"), by.join(", "))
        } else {
            (paint.yellow("denied "), answer.explanation.reason())
        };
        let _ = writeln!(text, "  {mark}  {asked:<38}  {told}");
        if answer.hides_absence() {
            let note =
                "S3 itself looks at this where a key is absent, and then hides that it is; the pipeline never lists";
            let _ = writeln!(text, "           {}", paint.dim(note));
        }
    }
    let _ = writeln!(text, "  {}", paint.dim("tried on purpose, and refused:"));
    for attempt in &access.attempts {
        let request = &attempt.explanation.request;
        let asked = format!("{} {}", request.action(), escape_controls(without_arn(request.resource())));
        let _ = writeln!(text, "  {}  {}: {asked}", paint.yellow("refused"), paint.bold(attempt.title));
        let _ = writeln!(text, "           {}", paint.dim(&why(&attempt.explanation)));
    }
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
