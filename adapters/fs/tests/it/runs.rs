//! Runs that share a folder, and runs that died.

use rustix::fs::FlockOperation;
use thumbgate_contract::run;
use thumbgate_core::port::ObjectRead as _;
use thumbgate_fs::FolderObjects;

use crate::{key, put, tree};

fn temporaries(root: &std::path::Path) -> Vec<String> {
    tree(root).into_iter().map(|(name, _)| name).filter(|name| name.contains("tmp/")).collect()
}

#[test]
fn nothing_is_made_before_something_is_written() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("not/yet");
        let folder = FolderObjects::new(&path);
        assert!(folder.head(&key("a")).await.is_err());
        folder.sweep().await.unwrap();
        assert!(!path.exists());
        put(&folder, "a", "x").await.unwrap();
        assert!(path.exists());
    });
}

#[test]
fn a_run_that_ends_leaves_no_temporaries() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderObjects::new(root.path());
        put(&folder, "a", "x").await.unwrap();
        drop(folder);
        assert!(!root.path().join(".thumbgate/tmp").exists());
    });
}

#[test]
fn the_temporaries_of_the_dead_are_removed_and_those_of_the_living_stay() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let living = root.path().join(".thumbgate/tmp/1-living");
        let dead = root.path().join(".thumbgate/tmp/2-dead");
        let unlocked = root.path().join(".thumbgate/tmp/3-unlocked");
        for (folder, lock) in [(&living, true), (&dead, true), (&unlocked, false)] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join("0"), "half a thumbnail").unwrap();
            if lock {
                std::fs::write(folder.join("lock"), "").unwrap();
            }
        }
        let held = std::fs::File::open(living.join("lock")).unwrap();
        rustix::fs::flock(&held, FlockOperation::LockExclusive).unwrap();

        FolderObjects::new(root.path()).sweep().await.unwrap();
        assert_eq!(temporaries(root.path()), [".thumbgate/tmp/1-living/0", ".thumbgate/tmp/1-living/lock"]);
        drop(held);
        let folder = FolderObjects::new(root.path());
        put(&folder, "a", "x").await.unwrap();
        drop(folder);
        assert_eq!(temporaries(root.path()), Vec::<String>::new());
    });
}

#[test]
fn two_runs_share_a_folder() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (FolderObjects::new(root.path()), FolderObjects::new(root.path()));
        for number in 0..20 {
            let (a, b) = (format!("a{number}"), format!("b{number}"));
            let (a, b) = futures_util::future::join(put(&one, &a, "x"), put(&two, &b, "x")).await;
            a.unwrap();
            b.unwrap();
        }
        drop(one);
        put(&two, "last", "x").await.unwrap();
        drop(two);
        let files = tree(root.path()).into_iter().filter(|(name, _)| !name.starts_with(".thumbgate")).count();
        assert_eq!(files, 41);
        assert!(!root.path().join(".thumbgate/tmp").exists());
    });
}
