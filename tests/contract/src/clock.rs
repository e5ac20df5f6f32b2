//! A clock on the runtime's time, which tests may pause ([`crate::run_paused`]).

use std::time::Duration;

use async_trait::async_trait;
use thumbgate_core::port::Clock;
use tokio::time::Instant;

/// The runtime's time.
#[derive(Debug)]
pub struct RuntimeClock {
    start: Instant,
}

impl RuntimeClock {
    /// A clock that starts now; within a runtime.
    #[must_use]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }
}

#[async_trait]
impl Clock for RuntimeClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
