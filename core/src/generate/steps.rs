//! Where the time of one source went.

use std::time::Duration;

use crate::port::Clock;

/// The time that each step took, all rounds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps {
    /// Looking at the outputs.
    pub look: Duration,
    /// Opening the source and reading its header.
    pub open: Duration,
    /// Waiting for memory.
    pub wait: Duration,
    /// Reading the rest, decoding, shrinking and encoding.
    pub render: Duration,
    /// Storing the outputs.
    pub store: Duration,
}

/// Measures step after step.
#[derive(Debug)]
pub(super) struct Lap<'c> {
    clock: &'c dyn Clock,
    since: Duration,
}

impl<'c> Lap<'c> {
    pub(super) fn start(clock: &'c dyn Clock) -> Self {
        Self { clock, since: clock.now() }
    }

    /// Adds the time since the last step to this one.
    pub(super) fn ends(&mut self, step: &mut Duration) {
        let now = self.clock.now();
        *step += now.saturating_sub(self.since);
        self.since = now;
    }
}
