//! What the function says: one JSON object a line, each with level and time.

use lambda_runtime::Context;
use thumbgate_core::error::Disposition;
use thumbgate_core::generate::{Outcome, Verdict};
use thumbgate_core::object::escape_controls;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Begins to speak. The level is `THUMBGATE_LOG`, else what Lambda was configured with.
pub(crate) fn start() {
    let level =
        ["THUMBGATE_LOG", "AWS_LAMBDA_LOG_LEVEL"].into_iter().find_map(|name| level_of(&std::env::var(name).ok()?));
    // Only our own words: an SDK's traces may hold signatures.
    let own = Targets::new().with_target("bootstrap", level.unwrap_or(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_current_span(false)
        .with_span_list(false);
    // A second start keeps the first.
    let _ = tracing_subscriber::registry().with(own).with(lines.with_writer(std::io::stdout)).try_init();
}

/// A level in the words of `THUMBGATE_LOG` and of Lambda, which has one more.
fn level_of(text: &str) -> Option<LevelFilter> {
    if text.eq_ignore_ascii_case("fatal") {
        return Some(LevelFilter::ERROR);
    }
    text.parse().ok()
}

/// The line of one item.
pub(crate) fn outcome(outcome: &Outcome, context: &Context) {
    let steps = &outcome.steps;
    let key = escape_controls(&outcome.source).to_string();
    macro_rules! told {
        ($level:ident, $kind:expr, $message:expr) => {
            tracing::$level!(
                request_id = context.request_id,
                trace_id = context.xray_trace_id.as_deref(),
                key,
                outcome = outcome.disposition().as_str(),
                kind = $kind,
                renditions = outcome.renditions.len(),
                bytes_in = outcome.bytes_in,
                bytes_unread = outcome.bytes_unread,
                bytes_out = outcome.bytes_out(),
                rounds = outcome.rounds,
                ms = millis(outcome.elapsed),
                ms_look = millis(steps.look),
                ms_open = millis(steps.open),
                ms_wait = millis(steps.wait),
                ms_render = millis(steps.render),
                ms_store = millis(steps.store),
                "{}",
                $message
            )
        };
    }
    match (&outcome.verdict, outcome.disposition()) {
        (Verdict::Failed(failure), _) => told!(error, Some(failure.kind().as_str()), failure),
        (Verdict::Skip(reason), _) => told!(info, None::<&str>, reason),
        (Verdict::Done, Disposition::Done) if outcome.truncated => {
            told!(info, None::<&str>, "made what is there of a truncated picture");
        }
        (Verdict::Done, _) => told!(info, None::<&str>, "made"),
    }
}

/// The line of a payload that cannot be read.
pub(crate) fn unreadable(why: &str, context: &Context) {
    tracing::error!(
        request_id = context.request_id,
        trace_id = context.xray_trace_id.as_deref(),
        "cannot read the event: {}",
        escape_controls(why)
    );
}

/// The line of an event without items, such as S3's test event.
pub(crate) fn empty(context: &Context) {
    tracing::info!(
        request_id = context.request_id,
        trace_id = context.xray_trace_id.as_deref(),
        "the event tells of no object"
    );
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::LevelFilter;

    use super::level_of;

    #[test]
    fn levels_of_lambda_are_understood() {
        for (text, level) in [
            ("TRACE", LevelFilter::TRACE),
            ("WARN", LevelFilter::WARN),
            ("FATAL", LevelFilter::ERROR),
            ("debug", LevelFilter::DEBUG),
        ] {
            assert_eq!(level_of(text), Some(level));
        }
        assert_eq!(level_of("loud"), None);
    }
}
