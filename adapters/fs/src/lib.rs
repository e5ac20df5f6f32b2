//! Storage ports over local folders.
//!
//! A folder is a bucket, a file is an object, its path below the folder is the key. What S3 gives
//! and a file system does not is added here: writes that are whole or absent, conditional puts,
//! and metadata.
//!
//! - Nothing outside the folder is ever touched: paths are walked segment by segment from the
//!   folder's own descriptor, and no symbolic link below it is followed.
//! - Only regular files are objects. FIFOs, sockets and devices are never opened.
//! - Metadata, temporaries and locks live below `.thumbgate/` in the folder's root; keys below it
//!   are refused, listings leave it out. A folder that is only read gets no such thing.
//! - Every key that S3 takes can be stored, as far as file names go: empty, `.` and `..` segments
//!   are spelled with a `%` (see `names`), a segment ends at 255 bytes.
//!
//! A file that a user names by its path, outside any bucket, is read with [`open_path`] and
//! replaced with [`replace_path`].
//!
//! Unix only: the guarantees rest on `openat`, `flock` and atomic `rename`.
#![forbid(unsafe_code)]

mod disk;
mod error;
mod lock;
mod names;
mod objects;
mod read;
mod scratch;
mod sidecar;
mod single;
mod walk;
mod write;

pub use objects::FolderObjects;
pub use single::{is_same_file, open_path, replace_path};
