//! The clock port over the runtime's timer.

use std::time::Duration;

use async_trait::async_trait;
use thumbgate_core::port::Clock;
use tokio::time::Instant;

/// Real time, from the start of the command.
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
