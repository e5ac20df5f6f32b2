//! A folder that is moved, replaced or removed while a run writes to it.

use std::fs;
use std::os::unix::fs::symlink;

use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_fs::FolderObjects;

use crate::{put, read, tree};

#[test]
fn a_link_in_the_folders_place_gets_nothing() {
    run(async {
        let outside = tempfile::tempdir().unwrap();
        let (root, moved, elsewhere) =
            (outside.path().join("root"), outside.path().join("moved"), outside.path().join("elsewhere"));
        fs::create_dir(&elsewhere).unwrap();
        let folder = FolderObjects::new(&root);
        put(&folder, "a", "x").await.unwrap();
        fs::rename(&root, &moved).unwrap();
        symlink(&elsewhere, &root).unwrap();
        put(&folder, "x/b", "x").await.unwrap();
        drop(folder);
        assert_eq!(tree(&elsewhere), []);
        let names: Vec<_> = tree(&moved).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.iter().filter(|name| name.starts_with(".thumbgate/meta/")).count(), 2, "{names:?}");
        assert!(names.contains(&"a".to_owned()) && names.contains(&"x/b".to_owned()), "{names:?}");
    });
}

#[test]
fn metadata_follows_its_content_when_our_own_folder_is_replaced() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderObjects::new(root.path());
        put(&folder, "a", "x").await.unwrap();
        fs::rename(root.path().join(".thumbgate"), root.path().join("aside")).unwrap();
        put(&folder, "b", "x").await.unwrap();
        assert_eq!(tree(&root.path().join(".thumbgate/meta")).len(), 1);
    });
}

#[test]
fn a_removed_folder_fails_one_write_and_is_made_anew() {
    run(async {
        let outside = tempfile::tempdir().unwrap();
        for removed in ["root", "root/.thumbgate", "root/.thumbgate/tmp"] {
            let folder = FolderObjects::new(outside.path().join("root"));
            put(&folder, "a", "x").await.unwrap();
            fs::remove_dir_all(outside.path().join(removed)).unwrap();
            let error = put(&folder, "x/b", "x").await.unwrap_err();
            assert_eq!(error.kind(), K::Io, "{removed}: {error}");
            assert!(error.to_string().contains("removed or replaced"), "{error}");
            put(&folder, "x/b", "x").await.unwrap();
            assert_eq!(read(&folder, "x/b").await.unwrap(), "x");
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_where_no_folder_can_be_made_is_not_there() {
    run(async {
        // No folder can be made in this file system, and it says so in these words.
        let error = put(&FolderObjects::new("/proc/none/below"), "a", "x").await.unwrap_err();
        assert_eq!(error.kind(), K::NotFound, "{error}");
    });
}
