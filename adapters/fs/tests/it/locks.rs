//! Locks that are none, and locks that others keep.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use rustix::fs::FlockOperation;
use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_fs::FolderObjects;

use crate::{listed, put, read, tree};

/// The work's result; a failure, and no hanging test, when there is none within the time.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    result.recv_timeout(Duration::from_secs(8)).unwrap()
}

/// A folder with `a` in it and what `.thumbgate/lock` is to be.
fn folder_with_lock(make: impl FnOnce(&Path)) -> (tempfile::TempDir, FolderObjects) {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("a"), "x").unwrap();
    std::fs::create_dir(root.path().join(".thumbgate")).unwrap();
    make(&root.path().join(".thumbgate/lock"));
    let folder = FolderObjects::new(root.path());
    (root, folder)
}

fn fifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_fifo_for_a_lock_stops_no_reader() {
    let (_root, folder) = folder_with_lock(fifo);
    let (names, content) = in_time(move || run(async { (listed(&folder).await, read(&folder, "a").await.unwrap()) }));
    assert_eq!((names, content), (vec!["a".to_owned()], "x".to_owned()));
}

#[test]
fn what_is_no_regular_file_is_no_lock_to_write_under() {
    let link: fn(&Path) = |path| std::os::unix::fs::symlink("/dev/null", path).unwrap();
    let a_folder: fn(&Path) = |path| std::fs::create_dir(path).unwrap();
    for make in [fifo, link, a_folder] {
        let (root, folder) = folder_with_lock(make);
        let error = in_time(move || run(async { put(&folder, "b", "x").await.unwrap_err() }));
        assert_eq!(error.kind(), K::Io);
        assert!(error.to_string().contains("`.thumbgate/lock` is no regular file"), "{error}");
        assert!(!root.path().join("b").exists());
    }
}

#[test]
fn a_lock_that_others_keep_stops_no_reader_and_no_sweep() {
    let (root, folder) = folder_with_lock(|path| std::fs::write(path, "").unwrap());
    let dead = root.path().join(".thumbgate/tmp/1-dead");
    std::fs::create_dir_all(&dead).unwrap();
    std::fs::write(dead.join("0"), "half a thumbnail").unwrap();
    let held = std::fs::File::open(root.path().join(".thumbgate/lock")).unwrap();
    rustix::fs::flock(&held, FlockOperation::LockExclusive).unwrap();
    let content = in_time({
        let folder = folder.clone();
        move || {
            run(async {
                folder.sweep().await.unwrap();
                read(&folder, "a").await.unwrap()
            })
        }
    });
    assert_eq!(content, "x");
    assert!(dead.exists(), "the run that holds the lock may be making it");
    drop(held);
    run(async { folder.sweep().await.unwrap() });
    assert_eq!(tree(root.path()).len(), 2);
}
