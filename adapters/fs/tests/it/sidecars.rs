//! Metadata that does not belong to its content is not believed.

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
