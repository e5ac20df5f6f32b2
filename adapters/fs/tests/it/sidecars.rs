//! Metadata that does not belong to its content is not believed.

use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use thumbgate_contract::run;
use thumbgate_core::object::ObjectMeta;
use thumbgate_core::port::{Condition, ObjectRead as _, ObjectWrite as _, PutOptions};
use thumbgate_fs::FolderObjects;

use crate::key;

async fn stored(root: &std::path::Path) -> (FolderObjects, ObjectMeta) {
    let folder = FolderObjects::new(root);
    let options = PutOptions {
        media_type: Some("image/jpeg".to_owned()),
        metadata: [("thumbgate-config".to_owned(), "abc".to_owned())].into(),
        ..PutOptions::when(Condition::Always)
    };
    folder.put(&key("a.jpg"), Bytes::from_static(b"content"), &options).await.unwrap();
    let meta = folder.head(&key("a.jpg")).await.unwrap();
    (folder, meta)
}

#[test]
fn a_file_that_somebody_else_wrote_over_has_no_metadata() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (folder, before) = stored(root.path()).await;
        assert_eq!(before.media_type.as_deref(), Some("image/jpeg"));
        let path = root.path().join("a.jpg");
        // Of the same length, and later.
        std::fs::write(&path, "CONTENT").unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        let after = folder.head(&key("a.jpg")).await.unwrap();
        assert_eq!((after.media_type, after.metadata.len()), (None, 0));
        assert_ne!(after.etag, before.etag);
    });
}

/// Writes over a file and sets its modification time, once the disk's clock has moved on.
fn write_over(path: &std::path::Path, content: &str, modified: SystemTime) {
    let touched = || {
        let found = std::fs::metadata(path).unwrap();
        (found.ctime(), found.ctime_nsec())
    };
    let before = touched();
    while touched() == before {
        std::fs::write(path, content).unwrap();
        std::fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
    }
}

#[test]
fn a_modification_time_that_was_set_back_deceives_nobody() {
    run(async {
        for earlier in [Duration::ZERO, Duration::from_secs(1_000_000)] {
            let root = tempfile::tempdir().unwrap();
            let (folder, before) = stored(root.path()).await;
            let path = root.path().join("a.jpg");
            let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
            write_over(&path, "CONTENT", modified - earlier);
            let after = folder.head(&key("a.jpg")).await.unwrap();
            assert_eq!((after.media_type, after.metadata.len()), (None, 0), "{earlier:?} earlier");
            assert_ne!(after.etag, before.etag);
        }
    });
}

#[test]
fn an_edit_that_keeps_the_time_of_a_source_changes_its_tag() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.jpg");
        std::fs::write(&path, "content").unwrap();
        let folder = FolderObjects::new(root.path());
        let before = folder.head(&key("a.jpg")).await.unwrap();
        write_over(&path, "CONTENT", std::fs::metadata(&path).unwrap().modified().unwrap());
        let after = folder.head(&key("a.jpg")).await.unwrap();
        assert_eq!((after.size, after.modified), (before.size, before.modified));
        assert_ne!(after.etag, before.etag);
    });
}

#[test]
fn a_sidecar_bears_its_contents_time_and_is_the_same_for_every_run() {
    run(async {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut texts = Vec::new();
        for root in [&one, &two] {
            stored(root.path()).await;
            let (name, text) = crate::tree(root.path()).into_iter().find(|(name, _)| name.contains("meta/")).unwrap();
            let modified = |name: &str| std::fs::metadata(root.path().join(name)).unwrap().modified().unwrap();
            assert_eq!(modified(&name), modified("a.jpg"));
            texts.push((name, text));
        }
        assert!(texts.windows(2).all(|two| two.first() == two.last()));
    });
}

#[test]
fn what_stands_in_a_sidecars_place_stops_no_reader() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a.jpg"), "content").unwrap();
        std::fs::write(root.path().join(".thumbgate"), "a file").unwrap();
        assert!(FolderObjects::new(root.path()).head(&key("a.jpg")).await.unwrap().metadata.is_empty());
    });
}

#[test]
fn a_copied_folder_keeps_its_metadata_whatever_its_times() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (folder, before) = stored(root.path()).await;
        let later = SystemTime::now() + Duration::from_secs(5);
        let path = root.path().join("a.jpg");
        std::fs::File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
        let after = folder.head(&key("a.jpg")).await.unwrap();
        assert_eq!((after.etag, after.metadata), (before.etag, before.metadata));
    });
}

#[test]
fn a_spoiled_sidecar_counts_as_none() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let (folder, _) = stored(root.path()).await;
        let sidecar = crate::tree(root.path()).into_iter().find(|(name, _)| name.contains("meta/")).unwrap().0;
        for spoiled in ["", "{", "{\"key\":\"other\",\"size\":7,\"sha256\":\"\"}"] {
            std::fs::write(root.path().join(&sidecar), spoiled).unwrap();
            assert!(folder.head(&key("a.jpg")).await.unwrap().metadata.is_empty(), "{spoiled}");
        }
    });
}
