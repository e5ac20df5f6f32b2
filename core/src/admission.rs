//! Admission by memory: pictures in flight together stay within a budget.
//!
//! A first-come, first-served gate without a runtime: only wakers. A small request does not
//! overtake a large one, so a large one is never starved.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A budget of bytes that is handed out and given back.
#[derive(Debug, Clone)]
pub struct MemoryGate {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    total: u64,
    free: u64,
    next_ticket: u64,
    /// Those who wait, first come first.
    queue: VecDeque<(u64, Option<Waker>)>,
}

impl MemoryGate {
    /// A gate with this many bytes to hand out.
    #[must_use]
    pub fn new(total: u64) -> Self {
        let state = State { total, free: total, next_ticket: 0, queue: VecDeque::new() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Waits until `bytes` are free and everyone who came before was served.
    ///
    /// A request for more than the whole budget waits for the whole budget: such work runs alone.
    /// Dropping the future leaves the queue; dropping the permit gives the bytes back.
    pub fn acquire(&self, bytes: u64) -> Acquire {
        let mut state = lock(&self.state);
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.queue.push_back((ticket, None));
        let bytes = bytes.min(state.total);
        Acquire { state: Arc::clone(&self.state), ticket, bytes, done: false }
    }

    /// The bytes that are handed out now.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        let state = lock(&self.state);
        state.total - state.free
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // The state is whole between any two statements below, so a panic elsewhere leaves it usable.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake_first(state: &mut State) {
    if let Some(waker) = state.queue.front_mut().and_then(|(_, waker)| waker.take()) {
        waker.wake();
    }
}

/// The wait for a [`Permit`].
#[derive(Debug)]
pub struct Acquire {
    state: Arc<Mutex<State>>,
    ticket: u64,
    bytes: u64,
    done: bool,
}

impl Future for Acquire {
    type Output = Permit;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit> {
        let this = self.get_mut();
        let mut state = lock(&this.state);
        let is_first = state.queue.front().is_some_and(|(ticket, _)| *ticket == this.ticket);
        if is_first && state.free >= this.bytes {
            state.queue.pop_front();
            state.free -= this.bytes;
            wake_first(&mut state);
            this.done = true;
            return Poll::Ready(Permit { state: Arc::clone(&this.state), bytes: this.bytes });
        }
        if let Some((_, waker)) = state.queue.iter_mut().find(|(ticket, _)| *ticket == this.ticket) {
            *waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if !self.done {
            let mut state = lock(&self.state);
            state.queue.retain(|(ticket, _)| *ticket != self.ticket);
            wake_first(&mut state);
        }
    }
}

/// Bytes that are in use until this is dropped.
#[derive(Debug)]
pub struct Permit {
    state: Arc<Mutex<State>>,
    bytes: u64,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.free += self.bytes;
        wake_first(&mut state);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::MemoryGate;

    #[test]
    fn those_who_come_first_are_served_first() {
        let gate = MemoryGate::new(10);
        let first = gate.acquire(6).now_or_never().unwrap();
        let mut large = Box::pin(gate.acquire(8));
        let mut small = Box::pin(gate.acquire(1));
        assert!((&mut large).now_or_never().is_none());
        assert!((&mut small).now_or_never().is_none(), "a small one must not starve a large one");
        drop(first);
        let held = large.now_or_never().unwrap();
        let also = small.now_or_never().unwrap();
        assert_eq!(gate.in_use(), 9);
        drop((held, also));
        assert_eq!(gate.in_use(), 0);
    }

    #[test]
    fn who_leaves_the_queue_lets_the_next_one_in() {
        let gate = MemoryGate::new(10);
        let held = gate.acquire(6).now_or_never().unwrap();
        let mut large = Box::pin(gate.acquire(8));
        let mut small = Box::pin(gate.acquire(1));
        assert!((&mut large).now_or_never().is_none());
        drop(large);
        assert!((&mut small).now_or_never().is_some());
        drop(held);
    }

    #[test]
    fn what_is_larger_than_the_budget_runs_alone() {
        let gate = MemoryGate::new(10);
        let held = gate.acquire(u64::MAX).now_or_never().unwrap();
        assert_eq!(gate.in_use(), 10);
        drop(held);
    }
}
