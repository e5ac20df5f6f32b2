//! CPU time of the measuring thread: what else the machine does is not counted.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Reading the clock costs as much as a decision, so it is read once in so many passes.
const PASSES: u32 = 100;

/// Calls `judge` for each of `0..requests`, again and again until `at_least` is spent, and gives
/// the nanoseconds a call.
pub(super) fn nanos_per_call(requests: usize, at_least: Duration, judge: impl Fn(usize)) -> f64 {
    let start = used();
    let mut passes = 0_u32;
    loop {
        for _ in 0..PASSES {
            (0..requests).for_each(&judge);
        }
        passes += PASSES;
        let spent = used().saturating_sub(start);
        if spent >= at_least {
            let calls = f64::from(passes) * f64::from(u32::try_from(requests).unwrap_or(u32::MAX));
            return spent.as_secs_f64() * 1e9 / calls;
        }
    }
}

fn used() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
