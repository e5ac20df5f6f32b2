//! The folder as a descriptor, and walks from it that never leave it.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use thumbgate_core::error::{StorageError, StorageErrorKind};

use crate::error::{io, os};
use crate::names::OWN;

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Removals of one folder in one write, before somebody is taken to mean it.
const REMOVALS_MAX: usize = 3;

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens the root; its own path may go through links, what lies below it may not.
    pub(crate) fn root(path: &Path) -> Result<Self, StorageError> {
        let fd = rustix::fs::open(path, FOLDER, Mode::empty())
            .map_err(|errno| os(errno, &format!("opening the folder {}", path.display())))?;
        Ok(Self(fd))
    }

    /// Opens a folder in this one.
    pub(crate) fn open(&self, name: &str) -> Result<Self, Errno> {
        rustix::fs::openat(&self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()).map(Self)
    }

    /// The folder at the end of these names.
    pub(crate) fn descend<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Self, Errno> {
        let mut folder = self.duplicate()?;
        for name in names {
            folder = folder.open(name)?;
        }
        Ok(folder)
    }

    /// The folder at the end of these names, made where it is missing.
    pub(crate) fn descend_making<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Self, Errno> {
        let mut folder = self.duplicate()?;
        for name in names {
            folder = unless_removed(|| folder.open_or_make(name))?;
        }
        Ok(folder)
    }

    fn open_or_make(&self, name: &str) -> Result<Self, Errno> {
        match self.open(name) {
            Err(Errno::NOENT) => {}
            other => return other,
        }
        match rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            // Somebody else may have made it in the meantime.
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(errno),
        }
        self.sync()?;
        self.open(name)
    }

    /// Whether the folder was removed while it is open here. Not every file system tells.
    pub(crate) fn is_removed(&self) -> bool {
        rustix::fs::fstat(&self.0).is_ok_and(|found| found.st_nlink == 0)
    }

    fn duplicate(&self) -> Result<Self, Errno> {
        rustix::fs::openat(&self.0, ".", FOLDER, Mode::empty()).map(Self)
    }

    /// Opens a regular file for reading; anything else is never opened.
    pub(crate) fn open_file(&self, name: &str) -> Result<File, Errno> {
        self.must_be_regular(name)?;
        // Not blocking: whatever took the file's place since must not hang the open.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(&self.0, name, flags, Mode::empty())?);
        let is_file = file.metadata().is_ok_and(|meta| meta.is_file());
        if is_file { Ok(file) } else { Err(Errno::ISDIR) }
    }

    fn must_be_regular(&self, name: &str) -> Result<(), Errno> {
        let found = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => Ok(()),
            FileType::Symlink => Err(Errno::LOOP),
            _ => Err(Errno::ISDIR),
        }
    }

    /// Makes a new file for writing.
    pub(crate) fn create_new(&self, name: &str) -> Result<File, Errno> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666)).map(File::from)
    }

    /// Opens a regular file for reading and writing, made where it is missing.
    pub(crate) fn open_making(&self, name: &str) -> Result<OwnedFd, Errno> {
        match self.must_be_regular(name) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?;
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode);
        if kind == FileType::RegularFile { Ok(fd) } else { Err(Errno::ISDIR) }
    }

    /// Moves a file here, over whatever file has the name.
    pub(crate) fn take(&self, from: &Self, old: &str, name: &str) -> Result<(), Errno> {
        rustix::fs::renameat(&from.0, old, &self.0, name)
    }

    /// Makes the folder's entries durable. File systems that cannot are as durable as they are.
    pub(crate) fn sync(&self) -> Result<(), Errno> {
        match rustix::fs::fsync(&self.0) {
            Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            other => other,
        }
    }

    pub(crate) fn remove_file(&self, name: &str) -> Result<(), Errno> {
        rustix::fs::unlinkat(&self.0, name, AtFlags::empty())
    }

    pub(crate) fn make_folder(&self, name: &str) -> Result<(), Errno> {
        rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))
    }

    pub(crate) fn remove_folder(&self, name: &str) -> Result<(), Errno> {
        rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)
    }

    /// The names in this folder, in byte order, with their types: all of them, because a file
    /// system gives them in no order.
    pub(crate) fn entries(&self) -> Result<Vec<(Vec<u8>, FileType)>, Errno> {
        let mut entries = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say; a name that is gone since is left out.
                FileType::Unknown => match rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(found) => FileType::from_raw_mode(found.st_mode),
                    Err(Errno::NOENT) => continue,
                    Err(errno) => return Err(errno),
                },
                known => known,
            };
            entries.push((name.to_bytes().to_vec(), kind));
        }
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    }

    /// The length of a regular file in this folder.
    pub(crate) fn size(&self, name: &[u8]) -> Result<u64, Errno> {
        let found = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(u64::try_from(found.st_size).unwrap_or(0))
    }

    /// Opens a folder by its raw name, which need not be Unicode.
    pub(crate) fn open_raw(&self, name: &[u8]) -> Result<Self, Errno> {
        rustix::fs::openat(&self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()).map(Self)
    }

    /// Refuses a name that this disk takes for another one: they differ in letter case or
    /// normalisation only, and the second would overwrite the first.
    pub(crate) fn refuse_twin(&self, name: &str) -> Result<(), StorageError> {
        let names = self.entries().map_err(|errno| os(errno, "reading a folder"))?;
        let shown = String::from_utf8_lossy;
        match twin_of(name, names.iter().map(|(name, _)| name.as_slice())) {
            Some(twin) => Err(StorageError::new(
                StorageErrorKind::KeyConflict,
                format!("this disk takes `{name}` and `{}`, which is there, for one name", shown(twin)),
            )),
            None => Ok(()),
        }
    }

    /// Whether this file system folds letter case, asked of our own folder in it.
    pub(crate) fn folds_case(&self) -> bool {
        rustix::fs::statat(&self.0, OWN.to_ascii_uppercase(), AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }
}

/// Tries again, a few times, what failed because somebody removed an empty folder under its hands.
pub(crate) fn unless_removed<T>(mut work: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    for _ in 0..REMOVALS_MAX {
        match work() {
            Err(Errno::NOENT) => {}
            done => return done,
        }
    }
    work()
}

/// On a disk that folds names: the entry that is taken for `name` though it is another text.
fn twin_of<'e>(name: &str, entries: impl Iterator<Item = &'e [u8]>) -> Option<&'e [u8]> {
    let folded = |text: &str| text.to_lowercase();
    let mut twin = None;
    for entry in entries {
        if entry == name.as_bytes() {
            return None;
        }
        if std::str::from_utf8(entry).is_ok_and(|entry| folded(entry) == folded(name)) {
            twin = Some(entry);
        }
    }
    twin
}

/// Makes the root where it is missing.
pub(crate) fn make_root(path: &Path) -> Result<(), StorageError> {
    std::fs::create_dir_all(path).map_err(|error| io(&error, &format!("making the folder {}", path.display())))
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::{REMOVALS_MAX, twin_of, unless_removed};

    #[test]
    fn what_is_removed_under_ones_hands_is_tried_again_with_an_end() {
        for (removals, result) in [(0, Ok(())), (1, Ok(())), (REMOVALS_MAX, Ok(())), (usize::MAX, Err(Errno::NOENT))] {
            let mut tries = 0;
            let done = unless_removed(|| {
                tries += 1;
                if tries > removals { Ok(()) } else { Err(Errno::NOENT) }
            });
            assert_eq!((done, tries), (result, removals.min(REMOVALS_MAX) + 1));
        }
        assert_eq!(unless_removed(|| Err::<(), _>(Errno::ACCESS)), Err(Errno::ACCESS));
    }

    #[test]
    fn names_that_a_folding_disk_takes_for_one_are_found() {
        let entries = [b"Photo.JPG".as_slice(), b"other"];
        assert_eq!(twin_of("photo.jpg", entries.into_iter()), Some(b"Photo.JPG".as_slice()));
        assert_eq!(twin_of("Photo.JPG", entries.into_iter()), None);
        assert_eq!(twin_of("third", entries.into_iter()), None);
        assert_eq!(twin_of("É", ["é".as_bytes()].into_iter()), Some("é".as_bytes()));
    }
}
