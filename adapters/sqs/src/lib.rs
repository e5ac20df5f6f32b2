//! Queues of Amazon SQS and whatever speaks its API: receive, extend, delete, send, dead letters.
//!
//! A message is handed out for a while and comes again unless it is deleted: so whoever receives one
//! deletes it only after its work is durable, and asks for more time while it works.
//! The function does not need this crate: Lambda's poller receives for it.
//!
//! ```no_run
//! # async fn example() -> Result<(), thumbgate_sqs::QueueError> {
//! use std::time::Duration;
//! use thumbgate_sqs::{Queue, QueueOptions};
//!
//! let queue = Queue::open(&QueueOptions::default(), "thumbgate-failures").await?;
//! for message in queue.receive(10, Duration::from_secs(5), Duration::from_secs(60)).await? {
//!     println!("{}", message.body);
//!     queue.delete(&message.receipt).await?;
//! }
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod error;
mod message;
mod queue;

pub use error::{QueueError, QueueErrorKind};
pub use message::{Message, Receipt};
pub use queue::{BATCH_MAX, Queue, QueueOptions, Unsent};
