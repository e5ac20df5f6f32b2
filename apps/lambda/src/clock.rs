//! The clock port over the runtime's timer, and the time of an invocation.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use thumbgate_core::port::Clock;
use tokio::time::Instant;

/// What is kept of an invocation's time to tell its outcome (contract: "Deadlines and limits by
/// default").
const KEPT: Duration = Duration::from_millis(500);

/// Real time, from the start of the process.
#[derive(Debug)]
pub(crate) struct RuntimeClock {
    started: Instant,
}

impl RuntimeClock {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }
}

#[async_trait]
impl Clock for RuntimeClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The time since 1970 on this machine's clock.
pub(crate) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// How long an invocation may work whose deadline is `deadline_ms` since 1970. None where the
/// deadline is past: whoever handed it out has another clock, or none.
pub(crate) fn time_left(deadline_ms: u64, now: Duration) -> Option<Duration> {
    let left = Duration::from_millis(deadline_ms).checked_sub(now).filter(|left| !left.is_zero())?;
    // What is too little to work in is handed back at once, which a whole nanosecond does.
    Some(left.saturating_sub(KEPT).max(Duration::from_nanos(1)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::time_left;

    #[test]
    fn half_a_second_is_kept_and_a_past_deadline_is_none() {
        let now = Duration::from_secs(1_000);
        assert_eq!(time_left(1_010_000, now), Some(Duration::from_millis(9_500)));
        assert_eq!(time_left(1_000_300, now), Some(Duration::from_nanos(1)));
        assert_eq!(time_left(1_000_000, now), None);
        assert_eq!(time_left(0, now), None);
    }
}
