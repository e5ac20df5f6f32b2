//! The bar at the bottom of a terminal: how far, how fast, how long.

use std::time::Duration;

use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use thumbgate_core::generate::{Generate, Outcome};
use thumbgate_core::object::KeyPrefix;
use thumbgate_core::port::{Entry, ObjectList};
use tokio::task::JoinHandle;

use crate::console;
use crate::pipeline::Pipeline;

const STYLE: &str = "{wide_bar} {pos}/{len}  {images_per_second} images/s  {mb_per_second} MB/s  {eta} left";

/// The bar, where there is a terminal to draw it on.
pub(super) struct Progress {
    shown: Option<Shown>,
}

struct Shown {
    bar: ProgressBar,
    bytes: std::sync::Arc<std::sync::atomic::AtomicU64>,
    counting: JoinHandle<()>,
}

impl Progress {
    /// Draws the bar, and counts ahead of the work how much there is below a prefix.
    pub(super) fn start(pipeline: &Pipeline, below: KeyPrefix) -> Self {
        if !console::may_draw() {
            return Self { shown: None };
        }
        let bytes = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let seen = bytes.clone();
        let rate = |count: f64, state: &ProgressState| count / state.elapsed().as_secs_f64().max(0.001);
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            let style = style
                .with_key("images_per_second", move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                    let _ = write!(text, "{:.1}", rate(as_f64(state.pos()), state));
                })
                .with_key("mb_per_second", move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                    let bytes = seen.load(std::sync::atomic::Ordering::Relaxed);
                    let _ = write!(text, "{:.1}", rate(as_f64(bytes) / 1e6, state));
                });
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        console::keep_below(Some(bar.clone()));
        let counting = tokio::spawn(count_ahead(pipeline.source.list(), below, pipeline.generate.clone(), bar.clone()));
        Self { shown: Some(Shown { bar, bytes, counting }) }
    }

    /// One more source is over.
    pub(super) fn count(&self, outcome: &Outcome) {
        if let Some(shown) = &self.shown {
            shown.bytes.fetch_add(outcome.bytes_in, std::sync::atomic::Ordering::Relaxed);
            shown.bar.inc(1);
            if shown.bar.length() < Some(shown.bar.position()) {
                shown.bar.set_length(shown.bar.position());
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            shown.counting.abort();
            console::keep_below(None);
            shown.bar.finish_and_clear();
        }
    }
}

/// Lists once more, without working, so that the bar knows its end early. What fails here fails
/// in the work itself too, and is told there.
async fn count_ahead(
    list: std::sync::Arc<dyn ObjectList>,
    below: KeyPrefix,
    generate: std::sync::Arc<Generate>,
    bar: ProgressBar,
) {
    let route = generate.route();
    let Ok(mut entries) = list.list(&below).await else { return };
    let mut count = 0;
    while let Some(Ok(entry)) = entries.next().await {
        let is_source = match &entry {
            Entry::Object { key, .. } => route.accept(key).is_ok(),
            Entry::Unusable { .. } => true,
        };
        count += u64::from(is_source);
        if bar.length() < Some(count) {
            bar.set_length(count);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
