//! When a worker is to stop: nobody waits for it any more, or its time is over.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use thumbgate_core::error::RenderError;

use crate::error::internal;

/// Tells its worker when it is dropped, as it is with the future that it stands in.
#[derive(Debug, Default)]
pub(crate) struct StopOnDrop(Arc<AtomicBool>);

impl StopOnDrop {
    /// What the worker looks at.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The worker's side: asked between reads, rows and steps.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    deadline: Cell<Option<Instant>>,
}

impl Watch {
    /// A watch over work that begins now and may take `time`.
    pub(crate) fn new(stop: Arc<AtomicBool>, time: Duration) -> Self {
        // A limit beyond what the clock can count is none.
        Self { stop, deadline: Cell::new(Instant::now().checked_add(time)) }
    }

    /// Whether the work may go on.
    ///
    /// # Errors
    /// `Timeout` when its time is over. A stopped worker gets an error that nobody sees.
    pub(crate) fn check(&self) -> Result<(), RenderError> {
        if self.is_stopped() {
            return Err(internal("stopped: nobody waits for the result"));
        }
        match self.deadline.get() {
            Some(deadline) if Instant::now() >= deadline => Err(RenderError::Timeout),
            _ => Ok(()),
        }
    }

    /// Whether nobody waits for the result any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Runs `wait` off the clock: time limits are for the work, storage has its own for waiting.
    pub(crate) fn waiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = wait();
        self.deadline.set(self.deadline.get().and_then(|deadline| deadline.checked_add(began.elapsed())));
        result
    }
}
