//! The time that an item takes, without its wait for memory.
//!
//! While an item waits at the memory gate, others of this process work: that time says nothing
//! about the item, and a queue of large pictures must not run into its own deadline.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::port::Clock;

/// A stopwatch over a clock that can be paused.
#[derive(Debug)]
pub(super) struct Stopwatch<'c> {
    clock: &'c dyn Clock,
    started: Duration,
    pauses: Mutex<Pauses>,
}

#[derive(Debug, Default)]
struct Pauses {
    over: Duration,
    current_since: Option<Duration>,
}

impl<'c> Stopwatch<'c> {
    pub(super) fn start(clock: &'c dyn Clock) -> Self {
        Self { clock, started: clock.now(), pauses: Mutex::default() }
    }

    /// The time since the start, pauses included.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.now().saturating_sub(self.started)
    }

    /// Runs `wait` off the watch.
    pub(super) async fn pause<T>(&self, wait: impl Future<Output = T>) -> T {
        self.pauses().current_since = Some(self.clock.now());
        let result = wait.await;
        let mut pauses = self.pauses();
        if let Some(since) = pauses.current_since.take() {
            pauses.over += self.clock.now().saturating_sub(since);
        }
        result
    }

    /// Returns once the watch shows `allowed`.
    pub(super) async fn reaches(&self, allowed: Duration) {
        loop {
            let left = allowed.saturating_sub(self.shown());
            if left.is_zero() {
                return;
            }
            self.clock.sleep(left).await;
        }
    }

    fn shown(&self) -> Duration {
        let pauses = self.pauses();
        let current = pauses.current_since.map_or(Duration::ZERO, |since| self.clock.now().saturating_sub(since));
        self.elapsed().saturating_sub(pauses.over + current)
    }

    fn pauses(&self) -> MutexGuard<'_, Pauses> {
        // Two durations are whole between any two statements.
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
