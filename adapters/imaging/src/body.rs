//! A body as a worker thread reads it: blocking, and fed from the asynchronous stream.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use thumbgate_core::error::{RenderError, StorageError};
use thumbgate_core::port::BodyStream;
use tokio::sync::mpsc;

use crate::error::{internal, over_limit};
use crate::watch::Watch;

/// Parts that wait for the decoder; with parts of 256 KiB that is 1 MiB a picture.
const PARTS_AHEAD: usize = 4;

/// What goes through the channel. A channel that closes without `End` was cut.
enum Part {
    Bytes(Bytes),
    End,
}

/// The asynchronous end: moves the stream into the channel.
pub(crate) struct Feed {
    stream: BodyStream,
    sender: mpsc::Sender<Part>,
    fetched: Arc<AtomicU64>,
}

/// The worker's end of the channel.
pub(crate) struct Inlet {
    parts: mpsc::Receiver<Part>,
    fetched: Arc<AtomicU64>,
}

/// Both ends of a channel for the rest of a body.
pub(crate) fn channel(stream: BodyStream) -> (Feed, Inlet) {
    let (sender, parts) = mpsc::channel(PARTS_AHEAD);
    let fetched = Arc::new(AtomicU64::new(0));
    (Feed { stream, sender, fetched: Arc::clone(&fetched) }, Inlet { parts, fetched })
}

impl Feed {
    /// Moves everything, until the stream ends or fails or the worker wants no more.
    ///
    /// # Errors
    /// The stream's own.
    pub(crate) async fn run(mut self) -> Result<(), StorageError> {
        while let Some(part) = self.stream.next().await {
            let part = part?;
            self.fetched.fetch_add(len(&part), Ordering::Relaxed);
            if self.sender.send(Part::Bytes(part)).await.is_err() {
                return Ok(());
            }
        }
        // The worker may have seen enough meanwhile.
        let _ = self.sender.send(Part::End).await;
        Ok(())
    }
}

/// Where a body stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Ended,
    /// The stream failed, or nobody waits any more.
    Cut,
    /// More bytes came than a source may have.
    Oversized,
}

/// A body, read by a worker.
///
/// Invariant: once the state is not `Open`, no further byte is handed out.
pub(crate) struct Body<'watch> {
    inlet: Inlet,
    watch: &'watch Watch,
    /// Bytes that have come and were not read yet.
    current: Bytes,
    /// How long the beginning was that came before the channel.
    head: u64,
    received: u64,
    bytes_max: u64,
    position: u64,
    state: State,
}

impl<'watch> Body<'watch> {
    /// A body that begins with `head` and goes on with what comes through the channel.
    pub(crate) fn new(head: Bytes, inlet: Inlet, bytes_max: u64, watch: &'watch Watch) -> Self {
        let received = len(&head);
        Self { inlet, watch, current: head, head: received, received, bytes_max, position: 0, state: State::Open }
    }

    /// How many bytes were fetched so far, those that nobody asked for yet among them.
    pub(crate) fn fetched(&self) -> u64 {
        self.head + self.inlet.fetched.load(Ordering::Relaxed)
    }

    /// Whether a body that is said to be so long has more than what was asked for.
    pub(crate) fn may_have_more(&self, length: u64) -> bool {
        self.state == State::Open && self.fetched() < length
    }

    /// Why no more bytes come, unless the body has simply ended.
    ///
    /// # Errors
    /// `Limit` for a body that is too long; for one that was cut, an error that gives way to the
    /// stream's own.
    pub(crate) fn check(&self) -> Result<(), RenderError> {
        match self.state {
            State::Open | State::Ended => Ok(()),
            State::Cut => Err(internal("the body was cut")),
            State::Oversized => {
                Err(over_limit(format!("more than the {} bytes of limits.source_bytes", self.bytes_max)))
            }
        }
    }

    /// Reads the rest and forgets it, so that an error at its very end is seen.
    pub(crate) fn drain(&mut self) -> Result<(), RenderError> {
        while self.refill() {
            self.watch.check()?;
            self.take_current();
        }
        self.check()
    }

    /// The whole rest in one piece; `expected` is how long it is said to be.
    pub(crate) fn collect(&mut self, expected: u64) -> Result<Vec<u8>, RenderError> {
        // What was said is believed only as far as a body may go.
        let capacity = usize::try_from(expected.min(self.bytes_max)).unwrap_or(0);
        // What was read for the header may be most of it: the rest is put behind it, in place.
        let mut whole = if self.refill() { Vec::from(self.take_current()) } else { Vec::new() };
        whole.reserve_exact(capacity.saturating_sub(whole.len()));
        while self.refill() {
            self.watch.check()?;
            whole.extend_from_slice(&self.take_current());
        }
        self.check()?;
        Ok(whole)
    }

    fn take_current(&mut self) -> Bytes {
        self.position += len(&self.current);
        std::mem::take(&mut self.current)
    }

    /// Waits for bytes; false when none come any more.
    fn refill(&mut self) -> bool {
        while self.current.is_empty() && self.state == State::Open {
            match self.watch.waiting(|| self.inlet.parts.blocking_recv()) {
                Some(Part::Bytes(bytes)) => {
                    self.received = self.received.saturating_add(len(&bytes));
                    if self.received > self.bytes_max {
                        self.state = State::Oversized;
                    } else {
                        self.current = bytes;
                    }
                }
                Some(Part::End) => self.state = State::Ended,
                None => self.state = State::Cut,
            }
        }
        !self.current.is_empty()
    }
}

fn len(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Body<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // What stopped the reader is looked up afterwards; the decoder only has to give up.
        self.watch.check().map_err(io::Error::other)?;
        if !self.refill() {
            self.check().map_err(io::Error::other)?;
        }
        Ok(&self.current)
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.current.len());
        self.current.advance(count);
        self.position += u64::try_from(count).unwrap_or(0);
    }
}

/// Only tells where it stands: `png` asks its reader for the trait and never seeks.
impl Seek for Body<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Current(0) => Ok(self.position),
            _ => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use bytes::Bytes;

    use super::{Body, channel};
    use crate::watch::Watch;

    #[test]
    fn the_head_is_not_copied() {
        let mut head = Vec::with_capacity(1_000_000);
        head.resize(900_000, 7);
        let address = head.as_ptr();
        let parts = futures_util::stream::iter([Ok(Bytes::from_static(&[8; 100_000]))]);
        let (feed, inlet) = channel(Box::pin(parts));
        thumbgate_contract::run(feed.run()).unwrap();
        let watch = Watch::new(Arc::new(AtomicBool::new(false)), Duration::from_secs(60));
        let whole = Body::new(Bytes::from(head), inlet, 1_000_000, &watch).collect(1_000_000).unwrap();
        assert_eq!((whole.len(), whole[899_999], whole[900_000]), (1_000_000, 7, 8));
        assert_eq!(whole.as_ptr(), address);
    }
}
