//! Locks between runs that share a folder: `flock` on small files below `.thumbgate/`.
//!
//! Whoever may write to the folder may put anything there, and may hold its locks for ever. So
//! only a regular file is a lock, opening it never waits, and waiting for it has an end.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::fs::FlockOperation;
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};

use crate::disk::Folder;
use crate::error::os;

/// How long a writer waits. A lock is held for a few renames: this is a disk in distress.
const WRITER_PATIENCE: Duration = Duration::from_secs(10);

/// How long a reader waits, who can do without.
const READER_PATIENCE: Duration = Duration::from_secs(2);

/// The first and the longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(10));

/// A held lock; dropping it lets it go, and so does the death of the process.
#[derive(Debug)]
pub(crate) struct Lock {
    _fd: OwnedFd,
}

impl Lock {
    /// The lock of a file, made where it is missing, for one writer alone.
    ///
    /// # Errors
    /// `Conflict` when others hold it for too long, `Io` for what is no regular file.
    pub(crate) fn exclusive(folder: &Folder, name: &str) -> Result<Self, StorageError> {
        let doing = |errno| match errno {
            Errno::ISDIR | Errno::LOOP => StorageError::new(
                StorageErrorKind::Io,
                format!("`.thumbgate/{name}` is no regular file, so it is no lock: remove it and run again"),
            ),
            errno => os(errno, "locking the folder"),
        };
        let fd = folder.open_making(name).map_err(doing)?;
        match wait(&fd, FlockOperation::NonBlockingLockExclusive, WRITER_PATIENCE) {
            Ok(()) => Ok(Self { _fd: fd }),
            Err(Errno::WOULDBLOCK) => Err(StorageError::new(
                StorageErrorKind::Conflict,
                format!("another process keeps `.thumbgate/{name}` locked"),
            )),
            Err(errno) => Err(doing(errno)),
        }
    }

    /// The lock of a file that is there, beside other readers.
    ///
    /// `None` when there is none, or none to be had in time. A reader then goes on without: it may
    /// see a content and a sidecar that were not written together, and finds that out from the
    /// sidecar itself.
    pub(crate) fn shared(folder: &Folder, name: &str) -> Option<Self> {
        let fd = OwnedFd::from(folder.open_file(name).ok()?);
        wait(&fd, FlockOperation::NonBlockingLockShared, READER_PATIENCE).ok()?;
        Some(Self { _fd: fd })
    }

    /// The lock of a file, made where it is missing, at once or not at all.
    pub(crate) fn if_free(folder: &Folder, name: &str) -> Option<Self> {
        let fd = folder.open_making(name).ok()?;
        wait(&fd, FlockOperation::NonBlockingLockExclusive, Duration::ZERO).ok()?;
        Some(Self { _fd: fd })
    }
}

/// Tries until the lock is had, fails, or patience ends (`WOULDBLOCK`).
///
/// `flock` itself can only wait for ever.
fn wait(fd: &OwnedFd, how: FlockOperation, patience: Duration) -> Result<(), Errno> {
    let begun = Instant::now();
    let (mut pause, longest) = PAUSES;
    loop {
        match rustix::io::retry_on_intr(|| rustix::fs::flock(fd, how)) {
            Err(Errno::WOULDBLOCK) if begun.elapsed() < patience => std::thread::sleep(pause),
            done => return done,
        }
        pause = longest.min(pause * 2);
    }
}
