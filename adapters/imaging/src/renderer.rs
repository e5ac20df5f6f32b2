//! The port: reads a header, then hands the rest to a worker.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use thumbgate_core::error::RenderError;
use thumbgate_core::limits::Limits;
use thumbgate_core::plan::{Plan, check_source};
use thumbgate_core::port::{BodyStream, ImageInfo, ObjectBody, Picture, Rendered, Renderer};

use crate::error::{internal, over_limit, truncated};
use crate::header::{self, Header, Prefix, Read};
use crate::watch::StopOnDrop;
use crate::work::LIMIT_DRAINED_MAX;
use crate::{ENGINE_VERSION, body, encode, work};

/// Makes renditions with the codecs of this crate.
///
/// Holds nothing: one value serves any number of pictures at once. Decoding and encoding run on
/// tokio's blocking threads, so its futures must be polled within a tokio runtime.
///
/// ```
/// use thumbgate_core::port::Renderer as _;
/// let renderer = thumbgate_imaging::Imaging::new();
/// assert_eq!(renderer.engine_version(), thumbgate_imaging::ENGINE_VERSION);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Imaging {
    _private: (),
}

impl Imaging {
    /// A renderer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Renderer for Imaging {
    async fn open(&self, body: ObjectBody, limits: &Limits) -> Result<Box<dyn Picture>, RenderError> {
        let mut incoming = Incoming { stream: body.bytes, head: Vec::new(), ended: false };
        let said = body.meta.size;
        if said > limits.source_bytes {
            return Err(too_long(said, limits));
        }
        match incoming.header(said, limits).await {
            Ok(header) => Ok(Box::new(Opened { header, said, limits: limits.clone(), incoming })),
            Err(error) => Err(incoming.refused(error, said, limits).await),
        }
    }

    fn engine_version(&self) -> &'static str {
        ENGINE_VERSION
    }
}

/// A body of which the beginning was read.
struct Incoming {
    stream: BodyStream,
    head: Vec<u8>,
    ended: bool,
}

impl Incoming {
    /// Reads as much as the header takes.
    async fn header(&mut self, said: u64, limits: &Limits) -> Result<Header, RenderError> {
        let mut wanted = 1;
        loop {
            // Room for a header that asks for most of the body, which then stays where it is.
            let room = usize::try_from(wanted.min(said)).unwrap_or(0);
            self.head.reserve_exact(room.saturating_sub(self.head.len()));
            self.read_to(wanted, limits).await?;
            let there = length(&self.head);
            let whole = self.ended;
            let prefix =
                Prefix { bytes: &self.head, whole, length: if whole { there } else { said.max(there) }, limits };
            // Nothing in there is known to panic, and none of it is worth a process.
            let read = catch_unwind(AssertUnwindSafe(|| header::read(prefix)));
            match read.unwrap_or_else(|panic| Err(work::panicked(panic.as_ref())))? {
                Read::Known(header) => {
                    check_source(&header.info, limits)?;
                    return Ok(*header);
                }
                Read::More(_) if whole => return Err(truncated("the picture ends in its header")),
                // Half as much again, whatever the header thinks: each try begins at the beginning,
                // and a header of millions of small parts would ask for every one of them.
                Read::More(at) => wanted = at.max(there + 1 + there / 2),
            }
        }
    }

    /// Why there is no picture: what the header says, unless the body fails.
    ///
    /// Bytes that were altered on their way may make a header of anything; that they were shows at
    /// the body's end. So the rest is read, and forgotten, before a header is believed that refuses
    /// the picture for good.
    async fn refused(mut self, error: RenderError, said: u64, limits: &Limits) -> RenderError {
        let most = match error {
            RenderError::Unsupported(_) | RenderError::Malformed(_) | RenderError::Truncated(_) => limits.source_bytes,
            // To spare the rest of the body is what some limits are for.
            RenderError::Limit(_) if said <= LIMIT_DRAINED_MAX => LIMIT_DRAINED_MAX,
            _ => return error,
        };
        // What comes after the announced end cannot be what the checksum is of.
        let (mut read, most) = (length(&self.head), said.min(most));
        self.head = Vec::new();
        while !self.ended && read <= most {
            match self.stream.next().await {
                Some(Ok(part)) => read = read.saturating_add(length(&part)),
                Some(Err(failed)) => return RenderError::Body(failed),
                None => self.ended = true,
            }
        }
        error
    }

    /// Reads until there are this many bytes, or no more.
    async fn read_to(&mut self, wanted: u64, limits: &Limits) -> Result<(), RenderError> {
        while !self.ended && length(&self.head) < wanted {
            match self.stream.next().await {
                Some(part) => self.head.extend_from_slice(&part.map_err(RenderError::Body)?),
                None => self.ended = true,
            }
            if length(&self.head) > limits.source_bytes {
                return Err(too_long(length(&self.head), limits));
            }
        }
        Ok(())
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn too_long(bytes: u64, limits: &Limits) -> RenderError {
    over_limit(format!("{bytes} bytes, more than the {} of limits.source_bytes", limits.source_bytes))
}

/// A picture whose header was read.
struct Opened {
    header: Header,
    said: u64,
    limits: Limits,
    incoming: Incoming,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("info", &self.header.info).finish_non_exhaustive()
    }
}

#[async_trait]
impl Picture for Opened {
    fn info(&self) -> &ImageInfo {
        &self.header.info
    }

    async fn render(self: Box<Self>, plan: &Plan) -> Result<Rendered, RenderError> {
        let Self { header, said, limits, incoming } = *self;
        for output in plan.outputs() {
            encode::check(output.rendition.format)?;
        }
        let (feed, inlet) = body::channel(incoming.stream);
        let stop = StopOnDrop::default();
        let order = work::Order {
            header,
            head: Bytes::from(incoming.head),
            inlet,
            length: said,
            limits,
            plan: plan.clone(),
            stop: stop.flag(),
        };
        let worker = tokio::task::spawn_blocking(move || work::run(order));
        let worked = match select(pin!(feed.run()), worker).await {
            Either::Left((fed, worker)) => {
                let worked = worker.await;
                // A body that failed explains whatever the worker made of it.
                fed.map_err(RenderError::Body)?;
                worked
            }
            // It wants no more of the body, which may never end.
            Either::Right((worked, _)) => worked,
        };
        worked.unwrap_or_else(|_| Err(internal("the worker was stopped with its runtime")))
    }
}
