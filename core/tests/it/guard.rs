//! `Guarded`: what no statement allows never reaches the backend.

use std::sync::Arc;

use thumbgate_contract::faults::Faulty;
use thumbgate_contract::reference::{ReferenceStore, picture};
use thumbgate_contract::{run, run_paused};
use thumbgate_core::access::{Action, Principal};
use thumbgate_core::error::{Disposition, StorageErrorKind};
use thumbgate_core::guard::{Guarded, Naming};
use thumbgate_core::object::{Bucket, KeyPrefix};
use thumbgate_core::port::{Get, ObjectList as _, ObjectRead};

use crate::world::{Allow, World, key, task};

fn guarded<T: Send + Sync + 'static>(
    inner: Arc<T>,
    bucket: &str,
    allow: Vec<(Action, &'static str)>,
) -> Arc<Guarded<T>> {
    let naming = Naming::plain(Bucket::parse(bucket).unwrap());
    let role = Principal::Arn("arn:aws:iam::123456789012:role/LambdaThumbRole".to_owned());
    Arc::new(Guarded::new(inner, Arc::new(Allow(allow)), role, naming))
}

#[test]
fn the_pipeline_runs_under_exactly_its_two_grants() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let read = vec![(Action::GetObject, "photos/in/")];
        let write = vec![(Action::PutObject, "thumbs/out/"), (Action::GetObject, "thumbs/out/")];
        let attempt = |read: Vec<_>, write: Vec<(Action, &'static str)>| {
            let mut ports = world.ports();
            ports.source = guarded(Arc::clone(&world.reads), "photos", read);
            ports.outputs = guarded(Arc::clone(&world.looks), "thumbs", write.clone());
            ports.destination = guarded(Arc::clone(&world.writes), "thumbs", write);
            let generate = world.generate_with(ports, "config-1");
            async move { generate.run(&task("a.jpg")).await }
        };
        assert_eq!(attempt(vec![], write.clone()).await.disposition(), Disposition::Retry);
        assert_eq!(attempt(read.clone(), vec![]).await.disposition(), Disposition::Retry);
        assert_eq!(world.thumbs.writes(), 0);
        assert_eq!(attempt(read, write).await.disposition(), Disposition::Done);
    });
}

#[test]
fn absence_is_told_only_to_those_who_may_list() {
    run(async {
        let store = Arc::new(ReferenceStore::default());
        let blind = guarded(Arc::clone(&store), "b", vec![(Action::GetObject, "b/")]);
        let seeing = guarded(store, "b", vec![(Action::GetObject, "b/"), (Action::ListBucket, "b")]);
        for (port, kind) in [(blind, StorageErrorKind::Denied), (seeing, StorageErrorKind::NotFound)] {
            assert_eq!(port.head(&key("absent")).await.unwrap_err().kind(), kind);
            assert_eq!(port.get(&key("absent"), &Get::default()).await.unwrap_err().kind(), kind);
        }
    });
}

#[test]
fn a_folder_is_guarded_under_the_name_of_its_bucket() {
    run(async {
        let store = Arc::new(Faulty::new(Arc::new(ReferenceStore::default()), []));
        let allow = Arc::new(Allow(vec![(Action::GetObject, "photos-in/uploads/"), (Action::ListBucket, "photos-in")]));
        let naming = Naming {
            bucket: Bucket::parse("photos-in").unwrap(),
            physical: KeyPrefix::default(),
            logical: KeyPrefix::parse("uploads").unwrap(),
        };
        let port = Guarded::new(Arc::clone(&store), allow, Principal::Anonymous, naming);
        assert_eq!(port.head(&key("a.jpg")).await.unwrap_err().kind(), StorageErrorKind::NotFound);
        assert_eq!(store.calls(), ["head a.jpg"]);
    });
}

#[test]
fn a_listing_is_asked_for_too() {
    run(async {
        let store = Arc::new(ReferenceStore::default());
        let denied = guarded(Arc::clone(&store), "b", vec![]).list(&KeyPrefix::default()).await;
        assert_eq!(denied.err().map(|error| error.kind()), Some(StorageErrorKind::Denied));
        assert!(guarded(store, "b", vec![(Action::ListBucket, "b")]).list(&KeyPrefix::default()).await.is_ok());
    });
}
