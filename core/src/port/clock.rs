//! Time, as a capability.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

/// Tells and passes time.
///
/// # Contract
/// - `now` never goes backwards.
/// - `sleep(d)` returns no earlier than `d` after it was called, by `now`.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    /// Time since an arbitrary fixed point.
    fn now(&self) -> Duration;

    /// Waits for `duration`.
    async fn sleep(&self, duration: Duration);
}
