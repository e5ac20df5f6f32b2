//! What is said on the standard error: prose for people, JSON lines for machines.
//!
//! Everything goes through `tracing`, so `THUMBGATE_LOG_FORMAT=json` and `THUMBGATE_LOG` hold for
//! every word. Only our own targets are shown: an SDK's traces may hold signatures.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The bar at the bottom of the screen, while there is one.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Begins to speak. Later calls change nothing.
pub(crate) fn start() {
    let asked = std::env::var("THUMBGATE_LOG").ok();
    let level = asked.as_ref().and_then(|text| text.parse::<LevelFilter>().ok());
    let own = Targets::new().with_target("thumbgate", level.unwrap_or(LevelFilter::INFO));
    let registry = tracing_subscriber::registry().with(own);
    let layer = tracing_subscriber::fmt::layer().with_writer(AboveBar);
    // A second start (in tests) keeps the first.
    let _ = if is_for_machines() {
        registry.with(layer.json().flatten_event(true)).try_init()
    } else {
        registry.with(layer.event_format(Prose { colour: may_colour(&io::stderr()) })).try_init()
    };
    silence_caught_panics();
    if let (Some(text), None) = (&asked, level) {
        let shown = thumbgate_core::object::escape_controls(text);
        tracing::warn!("THUMBGATE_LOG=`{shown}` is no level: use error, warn, info, debug or off");
    }
}

/// Whether the standard error is read by a machine.
pub(crate) fn is_for_machines() -> bool {
    std::env::var_os("THUMBGATE_LOG_FORMAT").is_some_and(|format| format == "json")
}

/// Whether a stream may be coloured (<https://no-color.org>).
pub(crate) fn may_colour(stream: &impl io::IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !refused && !dumb
}

/// Whether a bar can be drawn.
pub(crate) fn may_draw() -> bool {
    io::stderr().is_terminal() && !is_for_machines()
}

/// Keeps a bar below everything that is said, until `None` takes it away.
pub(crate) fn keep_below(bar: Option<ProgressBar>) {
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

/// Writes a whole line to the standard output, above the bar.
pub(crate) fn print(line: &str) -> io::Result<()> {
    above_bar(|| {
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    })
}

/// [`print()`] on a thread of its own: whoever reads the output may not read for a long time, and
/// signals must be answered meanwhile.
pub(crate) async fn print_soon(line: String) -> io::Result<()> {
    match tokio::task::spawn_blocking(move || print(&line)).await {
        Ok(printed) => printed,
        Err(error) => Err(io::Error::other(error)),
    }
}

fn above_bar<T>(write: impl FnOnce() -> T) -> T {
    let bar = BAR.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A panic of a codec is caught and becomes a failed item, which tells it; a second telling by
/// the default hook would look like a crash.
fn silence_caught_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() == Some("main") {
            default(info);
        } else {
            tracing::debug!("caught: {info}");
        }
    }));
}

#[derive(Debug, Clone, Copy)]
struct AboveBar;

impl<'a> MakeWriter<'a> for AboveBar {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl Write for AboveBar {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        above_bar(|| io::stderr().lock().write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

/// One line an event: the message, behind `error:` or `warning:` where it is one.
struct Prose {
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for Prose
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> tracing_subscriber::fmt::FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let (word, colour) = match *event.metadata().level() {
            Level::ERROR => ("error: ", "\u{1b}[1;31m"),
            Level::WARN => ("warning: ", "\u{1b}[1;33m"),
            Level::INFO => ("", ""),
            _ => ("debug: ", "\u{1b}[2m"),
        };
        let mut message = Message(String::new());
        event.record(&mut message);
        if self.colour && !colour.is_empty() {
            writeln!(writer, "{colour}{word}\u{1b}[0m{}", message.0)
        } else {
            writeln!(writer, "{word}{}", message.0)
        }
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
