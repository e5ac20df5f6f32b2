//! From the operating system's errors to the port's.

use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind as K};

/// The port's error of a failed system call.
pub(crate) fn os(errno: Errno, doing: &str) -> StorageError {
    let (kind, why) = match errno {
        Errno::NOENT => (K::NotFound, "no such file or folder"),
        Errno::ACCESS | Errno::PERM => (K::Denied, "permission denied"),
        Errno::NOSPC | Errno::DQUOT => (K::Io, "the disk is full: make room and run again"),
        Errno::ROFS => (K::Io, "the file system is read-only"),
        Errno::FBIG => (K::Io, "over the file-size limit (see `ulimit -f`)"),
        Errno::MFILE | Errno::NFILE => (K::Io, "too many open files: use fewer --jobs or raise `ulimit -n`"),
        Errno::NAMETOOLONG => (K::InvalidKey, "the path is too long for this file system"),
        Errno::ILSEQ | Errno::INVAL => (K::InvalidKey, "this file system cannot hold such a name"),
        Errno::LOOP => (K::InvalidKey, "a symbolic link, which is not followed"),
        Errno::NOTDIR | Errno::ISDIR | Errno::EXIST | Errno::NOTEMPTY => {
            (K::KeyConflict, "a file stands where a folder is needed, or a folder where a file is")
        }
        _ => {
            let error = StorageError::new(K::Io, format!("{doing}: the file system failed"));
            return error.because(std::io::Error::from(errno));
        }
    };
    StorageError::new(kind, format!("{doing}: {why}"))
}

/// The port's error of a failed operation of the standard library.
pub(crate) fn io(error: &std::io::Error, doing: &str) -> StorageError {
    match Errno::from_io_error(error) {
        Some(errno) => os(errno, doing),
        None => StorageError::new(K::Io, format!("{doing}: {error}")),
    }
}
