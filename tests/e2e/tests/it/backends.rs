//! Memory, folders and S3 give the same thumbnails.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use thumbgate_contract::run;
use thumbgate_core::batch::{Batch, BatchEvent, Mode};
use thumbgate_core::error::Disposition;
use thumbgate_core::object::{KeyPrefix, ObjectKey};
use thumbgate_core::port::Entry;

use crate::world::{Backend, generate, picture};

/// Twenty pictures of different sizes, at keys that are easy to get wrong.
fn uploads() -> Vec<(String, Vec<u8>)> {
    (0..20)
        .map(|index| {
            let name = match index % 4 {
                0 => format!("plain-{index}.bmp"),
                1 => format!("a b+c%20/{index}.BMP"),
                2 => format!("ünï/{index}\n.bmp"),
                _ => format!("deep/er/and/deeper/{index}.bmp"),
            };
            (format!("uploads/{name}"), picture(60 + index * 13, 40 + index * 7, index))
        })
        .collect()
}

/// Every thumbnail of a batch from one backend to another, by key.
async fn thumbnails(from: &Backend, to: &Backend) -> BTreeMap<ObjectKey, Vec<u8>> {
    for (name, content) in uploads() {
        from.put(&name, content).await;
    }
    let use_case = Arc::new(generate(from.read.clone(), to, to.write.clone()));
    for expected in [Disposition::Done, Disposition::Skip] {
        let events = Batch::new(from.list.clone(), use_case.clone(), 4).run(Mode::Run).await.unwrap();
        let outcomes: Vec<_> = events.collect().await;
        assert_eq!(outcomes.len(), 20, "{} to {}", from.name, to.name);
        for event in outcomes {
            let BatchEvent::Outcome(outcome) = event.unwrap() else { unreachable!("every key is a source") };
            assert_eq!(outcome.disposition(), expected, "{} to {}: {outcome:?}", from.name, to.name);
        }
    }
    let mut thumbnails = BTreeMap::new();
    let mut entries = to.list.list(&KeyPrefix::parse("thumbs").unwrap()).await.unwrap();
    while let Some(entry) = entries.next().await {
        if let Entry::Object { key, .. } = entry.unwrap() {
            let content = to.get(&key).await;
            thumbnails.insert(key, content);
        }
    }
    thumbnails
}

#[test]
fn the_same_pictures_give_the_same_bytes_on_every_backend() {
    run(async {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let memory = thumbnails(&Backend::memory(), &Backend::memory()).await;
        assert_eq!(memory.len(), 60);
        let folder = thumbnails(&Backend::folder(folders[0].path()), &Backend::folder(folders[1].path())).await;
        let s3 = thumbnails(&Backend::s3().await, &Backend::s3().await).await;
        assert!(memory == folder, "a folder gives other thumbnails than memory");
        assert!(memory == s3, "S3 gives other thumbnails than memory");
    });
}

#[test]
fn any_backend_feeds_any_other() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let s3 = Backend::s3().await;
        let from_s3 = thumbnails(&s3, &Backend::folder(folder.path())).await;
        let to_s3 = thumbnails(&Backend::memory(), &Backend::s3().await).await;
        assert!(from_s3 == to_s3);
    });
}
