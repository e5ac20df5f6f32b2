//! One file by its path.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind;
use thumbgate_fs::{is_same_file, open_path, replace_path};

use crate::tree;

async fn read(path: &Path) -> Result<Vec<u8>, StorageErrorKind> {
    let mut body = open_path(path).await.map_err(|error| error.kind())?;
    let mut content = Vec::new();
    while let Some(part) = body.bytes.next().await {
        content.extend_from_slice(&part.map_err(|error| error.kind())?);
    }
    Ok(content)
}

async fn replace(path: &Path, content: &'static str) -> Result<(), StorageErrorKind> {
    replace_path(path, Bytes::from_static(content.as_bytes())).await.map_err(|error| error.kind())
}

#[test]
fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.jpg");
        replace(&path, "one").await.unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, "two").await.unwrap();
        assert_eq!(read(&path).await.unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(tree(root.path()).len(), 1);
    });
}

#[test]
fn a_link_stays_and_what_it_points_to_is_replaced() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (target, link) = (root.path().join("target"), root.path().join("link"));
        symlink("target", &link).unwrap();
        replace(&link, "through the link").await.unwrap();
        assert!(link.is_symlink());
        assert_eq!(read(&link).await.unwrap(), b"through the link");
        assert!(is_same_file(&target, &link));
        let circle = root.path().join("circle");
        symlink("circle", &circle).unwrap();
        assert!(replace(&circle, "x").await.is_err());
    });
}

#[test]
fn what_is_no_regular_file_is_neither_opened_nor_replaced() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let pipe = root.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [pipe.as_path(), root.path(), Path::new("/dev/null")] {
            assert_eq!(read(path).await, Err(StorageErrorKind::Unsupported), "{path:?}");
            assert_eq!(replace(path, "x").await, Err(StorageErrorKind::Unsupported), "{path:?}");
        }
        assert_eq!(read(&root.path().join("absent")).await, Err(StorageErrorKind::NotFound));
        assert_eq!(replace(&root.path().join("no/folder"), "x").await, Err(StorageErrorKind::NotFound));
    });
}

#[test]
fn links_in_a_circle_are_told_as_such() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        symlink(&two, &one).unwrap();
        symlink(&one, &two).unwrap();
        for error in [open_path(&one).await.unwrap_err(), replace_path(&one, Bytes::new()).await.unwrap_err()] {
            assert_eq!(error.kind(), StorageErrorKind::InvalidKey);
            assert!(error.to_string().contains("lead in a circle"), "{error}");
        }
    });
}
