//! Temporaries of one run: a folder of its own below `.thumbgate/tmp/`, under a lock that lives as
//! long as the run does.
//!
//! Who finds a folder whose lock is free knows that its run is dead, and removes it; a folder
//! whose lock is held belongs to a run that works on the same destination right now.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::FileType;
use rustix::io::Errno;
use thumbgate_core::error::StorageError;

use crate::disk::Folder;
use crate::error::os;
use crate::lock::Lock;
use crate::names::OWN;

/// The lock that is held for every commit, and while run folders come and go.
pub(crate) const COMMIT_LOCK: &str = "lock";
const TMP: &str = "tmp";
const RUN_LOCK: &str = "lock";

/// The temporaries of this run, and the folder that it writes to.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: Folder,
    own: Folder,
    run: String,
    folder: Folder,
    next: AtomicU64,
    _lock: Lock,
}

impl Scratch {
    /// Makes this run's folder, and removes those of runs that are dead.
    pub(crate) fn begin(root: Folder) -> Result<Self, StorageError> {
        let doing = |errno| os(errno, "preparing `.thumbgate/tmp`");
        let own = root.descend_making([OWN]).map_err(doing)?;
        let _commit = Lock::exclusive(&own, COMMIT_LOCK)?;
        let tmp = own.descend_making([TMP]).map_err(doing)?;
        remove_dead(&tmp).map_err(doing)?;
        let unique = RandomState::new().hash_one(std::process::id());
        let run = format!("{}-{unique:016x}", std::process::id());
        tmp.make_folder(&run).map_err(doing)?;
        let folder = tmp.open(&run).map_err(doing)?;
        let lock = Lock::exclusive(&folder, RUN_LOCK)?;
        Ok(Self { root, own, run, folder, next: AtomicU64::new(0), _lock: lock })
    }

    /// Removes what dead runs have left, makes no folder and waits for nobody: while another run
    /// commits, clearing up is left to it and to the next one.
    pub(crate) fn sweep(root: &Folder) -> Result<(), StorageError> {
        let doing = |errno| os(errno, "clearing `.thumbgate/tmp`");
        let (own, tmp) = match root.open(OWN).and_then(|own| own.open(TMP).map(|tmp| (own, tmp))) {
            Ok(folders) => folders,
            Err(Errno::NOENT) => return Ok(()),
            Err(errno) => return Err(doing(errno)),
        };
        let Some(_commit) = Lock::if_free(&own, COMMIT_LOCK) else { return Ok(()) };
        remove_dead(&tmp).map_err(doing)?;
        // Fails while another run is at work, and that is right.
        let _ = own.remove_folder(TMP);
        Ok(())
    }

    /// The folder that the run's first write found, wherever it was moved since.
    pub(crate) fn root(&self) -> &Folder {
        &self.root
    }

    /// The folder to write temporaries in.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The folder `.thumbgate`.
    pub(crate) fn own(&self) -> &Folder {
        &self.own
    }

    /// A name that no other temporary of this run has.
    pub(crate) fn name(&self) -> String {
        self.next.fetch_add(1, Ordering::Relaxed).to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        let Ok(_commit) = Lock::exclusive(&self.own, COMMIT_LOCK) else { return };
        if let Ok(tmp) = self.own.open(TMP) {
            let _ = remove_run(&tmp, &self.run);
            let _ = self.own.remove_folder(TMP);
        }
    }
}

fn remove_dead(tmp: &Folder) -> Result<(), Errno> {
    for (name, kind) in tmp.entries()? {
        let Ok(name) = String::from_utf8(name) else { continue };
        if kind != FileType::Directory {
            tmp.remove_file(&name)?;
            continue;
        }
        // Under the commit lock no run is between making its folder and locking it, so a folder
        // without a lock is dead too.
        let run = tmp.open(&name)?;
        let has_lock = run.open_file(RUN_LOCK).is_ok();
        let held = Lock::if_free(&run, RUN_LOCK);
        if held.is_some() || !has_lock {
            remove_run(tmp, &name)?;
        }
    }
    Ok(())
}

fn remove_run(tmp: &Folder, run: &str) -> Result<(), Errno> {
    let folder = tmp.open(run)?;
    for (name, _) in folder.entries()? {
        if let Ok(name) = String::from_utf8(name) {
            folder.remove_file(&name)?;
        }
    }
    tmp.remove_folder(run)
}
