//! Nothing outside the folder, nothing but regular files, and clear errors.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use futures_util::StreamExt as _;
use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::port::{Get, ObjectRead as _};
use thumbgate_fs::FolderObjects;

use crate::{key, listed, put, read, tree};

#[test]
fn no_key_leads_out_of_the_folder() {
    run(async {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("root");
        let folder = FolderObjects::new(&root);
        for name in ["../escape", "x/../../escape", "/escape", "../../escape"] {
            put(&folder, name, "x").await.unwrap();
            assert_eq!(read(&folder, name).await.unwrap(), "x", "{name}");
        }
        let left: Vec<_> = std::fs::read_dir(outside.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["root"]);
    });
}

#[test]
fn no_symbolic_link_is_followed() {
    run(async {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.jpg"), "secret").unwrap();
        let root = tempfile::tempdir().unwrap();
        symlink(outside.path(), root.path().join("folder")).unwrap();
        symlink(outside.path().join("secret.jpg"), root.path().join("file.jpg")).unwrap();
        let folder = FolderObjects::new(root.path());
        assert_eq!(listed(&folder).await, Vec::<String>::new());
        assert!(read(&folder, "file.jpg").await.is_err());
        assert!(read(&folder, "folder/secret.jpg").await.is_err());
        assert!(put(&folder, "folder/new.jpg", "x").await.is_err());
        assert_eq!(tree(outside.path()).len(), 1, "nothing was written behind the link");
    });
}

#[test]
fn what_is_no_regular_file_is_never_opened() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        // Opening a FIFO for reading would hang until somebody writes.
        let fifo = root.path().join("fifo.jpg");
        rustix_mkfifo(&fifo);
        std::os::unix::net::UnixListener::bind(root.path().join("socket.jpg")).unwrap();
        std::fs::write(root.path().join("a.jpg"), "x").unwrap();
        let folder = FolderObjects::new(root.path());
        assert_eq!(listed(&folder).await, ["a.jpg"]);
        let name = key("fifo.jpg");
        let attempt = tokio::time::timeout(std::time::Duration::from_secs(5), folder.head(&name));
        assert_eq!(attempt.await.unwrap().unwrap_err().kind(), K::NotFound);
    });
}

fn rustix_mkfifo(path: &std::path::Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.jpg");
        for change in [&b"shorter"[..], &[2; 600_000], &[3; 700_000]] {
            std::fs::write(&path, vec![1; 600_000]).unwrap();
            let folder = FolderObjects::new(root.path());
            let mut body = folder.get(&key("a.jpg"), &Get::default()).await.unwrap();
            body.bytes.next().await.unwrap().unwrap();
            std::fs::write(&path, change).unwrap();
            let mut last = None;
            while let Some(part) = body.bytes.next().await {
                last = Some(part);
            }
            assert_eq!(last.unwrap().unwrap_err().kind(), K::Changed);
        }
    });
}

#[test]
fn a_file_and_a_folder_of_one_name_are_a_clear_error() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderObjects::new(root.path());
        put(&folder, "a", "file").await.unwrap();
        assert_eq!(put(&folder, "a/b", "x").await.unwrap_err().kind(), K::KeyConflict);
        put(&folder, "c/d", "file").await.unwrap();
        assert_eq!(put(&folder, "c", "x").await.unwrap_err().kind(), K::KeyConflict);
        assert_eq!(read(&folder, "a").await.unwrap(), "file");
    });
}

#[test]
fn names_that_are_not_unicode_are_listed_as_unusable() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(OsStr::from_bytes(b"caf\xe9.jpg")), "x").unwrap();
        std::fs::create_dir(root.path().join(OsStr::from_bytes(b"d\xff"))).unwrap();
        std::fs::write(root.path().join(OsStr::from_bytes(b"d\xff/b.jpg")), "x").unwrap();
        std::fs::write(root.path().join("ok.jpg"), "x").unwrap();
        let folder = FolderObjects::new(root.path());
        assert_eq!(listed(&folder).await, ["unusable caf\u{fffd}.jpg", "ok.jpg", "unusable d\u{fffd}/b.jpg"]);
    });
}

#[test]
fn folders_too_deep_for_any_key_are_told_once_and_not_read() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderObjects::new(root.path());
        // A key of 1,024 bytes fits: 511 folders of one letter, and a name of two.
        let deepest = "d/".repeat(511);
        put(&folder, &format!("{deepest}ab"), "x").await.unwrap();
        let below = root.path().join(format!("{deepest}dd/d/d/d"));
        std::fs::create_dir_all(&below).unwrap();
        for name in ["a", "b", "c"] {
            std::fs::write(below.join(name), "x").unwrap();
        }
        std::fs::write(root.path().join("z"), "x").unwrap();
        // A folder's files come before the folders in it.
        let told = ["z".to_owned(), format!("{deepest}ab"), format!("unusable {deepest}dd/")];
        assert_eq!(listed(&folder).await, told);
    });
}

#[test]
fn our_own_folder_is_no_place_for_objects() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderObjects::new(root.path());
        for name in [".thumbgate/lock", ".thumbgate/meta/x", ".THUMBGATE/x"] {
            assert_eq!(put(&folder, name, "x").await.unwrap_err().kind(), K::InvalidKey, "{name}");
        }
        put(&folder, "a", "x").await.unwrap();
        assert_eq!(listed(&folder).await, ["a"]);
    });
}

#[test]
fn a_folder_that_may_not_be_written_is_an_error_of_the_item() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let error = put(&FolderObjects::new(file.join("below")), "a", "x").await.unwrap_err();
        assert!(matches!(error.kind(), K::KeyConflict | K::Io), "{error:?}");
    });
}
