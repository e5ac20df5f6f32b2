//! The worker: everything that blocks or computes, on a thread of its own.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use bytes::Bytes;
use thumbgate_core::error::RenderError;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{Rendered, Timings};

use crate::body::{Body, Inlet};
use crate::decode::{self, Job};
use crate::error::internal;
use crate::header::Header;
use crate::output;
use crate::watch::Watch;

/// A body of up to so many bytes is read to its end although its picture is over a limit.
pub(crate) const LIMIT_DRAINED_MAX: u64 = 1024 * 1024;

/// What the worker is given.
pub(crate) struct Order {
    pub(crate) header: Header,
    /// What was read of the body so far.
    pub(crate) head: Bytes,
    pub(crate) inlet: Inlet,
    /// How long the source is said to be.
    pub(crate) length: u64,
    pub(crate) limits: Limits,
    pub(crate) plan: Plan,
    pub(crate) stop: Arc<AtomicBool>,
}

/// Does the work. A panic of a codec ends here.
pub(crate) fn run(order: Order) -> Result<Rendered, RenderError> {
    catch_unwind(AssertUnwindSafe(|| render(order))).unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

/// What a caught panic is to the caller.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> RenderError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    internal(format!("a codec panicked: {}", text.unwrap_or("no message")))
}

fn render(order: Order) -> Result<Rendered, RenderError> {
    let began = Instant::now();
    let watch = Watch::new(order.stop, order.limits.time_per_image);
    let (info, length) = (order.header.info.clone(), order.length);
    let mut body = Body::new(order.head, order.inlet, order.limits.source_bytes, &watch);
    let job = Job { header: order.header, limits: &order.limits, length, plan: &order.plan, watch: &watch };
    let decoded = catch_unwind(AssertUnwindSafe(|| decode::decode(&mut body, job)))
        .unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    // What ended the body, and what ended the work, explain a failed decode better than the
    // decoder does; and bytes that were altered on their way show at the body's very end.
    body.check()?;
    watch.check()?;
    let decoded = match decoded {
        // To spare the rest of the body is what some limits are for.
        Err(error @ RenderError::Limit(_)) if length > LIMIT_DRAINED_MAX => return Err(error),
        Ok(shrunk) if shrunk.stopped_early => shrunk,
        other => {
            body.drain()?;
            other?
        }
    };
    let decode = began.elapsed();
    let (stopped_early, truncated) = (decoded.stopped_early, decoded.truncated);
    let made = output::make(decoded, &info, &order.plan, &watch)?;
    Ok(Rendered {
        outputs: made.outputs,
        bytes_read: body.fetched(),
        stopped_early,
        truncated,
        timings: Timings { decode, resize: made.resize, encode: made.encode },
    })
}
