//! Work that may take longer than its messages are hidden for.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// The beats of messages that are hidden for `hidden_for` at a time, from now on: at a third of it, so
/// that one may fail.
pub(super) fn beats(hidden_for: Duration) -> Interval {
    let period = hidden_for / 3;
    let mut beats = interval_at(Instant::now() + period, period);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

/// Does the work, and `beat` at every beat until it is done.
pub(super) async fn with_beats<T>(work: impl Future<Output = T>, beats: &mut Interval, beat: impl AsyncFnMut()) -> T {
    match select(pin!(work), pin!(forever(beats, beat))).await {
        Either::Left((done, _)) => done,
        Either::Right((never, _)) => match never {},
    }
}

async fn forever(beats: &mut Interval, mut beat: impl AsyncFnMut()) -> Infallible {
    loop {
        beats.tick().await;
        beat().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{beats, with_beats};

    #[test]
    fn messages_are_hidden_again_as_long_as_the_work_takes() {
        thumbgate_contract::run_paused(async {
            let mut beats = beats(Duration::from_secs(300));
            let mut count = 0;
            for (seconds, expected) in [(50, 0), (270, 3), (20, 3), (1000, 13)] {
                let work = tokio::time::sleep(Duration::from_secs(seconds));
                with_beats(work, &mut beats, async || count += 1).await;
                assert_eq!(count, expected, "{seconds}");
            }
        });
    }
}
