//! `deliver` and `remove`: the changes that events tell.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use thumbgate_contract::clock::RuntimeClock;
use thumbgate_contract::faults::{Fault, Faulty};
use thumbgate_contract::reference::{ReferenceStore, picture};
use thumbgate_contract::run_paused;
use thumbgate_core::deliver::Deliver;
use thumbgate_core::error::{Disposition, FailureKind, StorageError, StorageErrorKind as K};
use thumbgate_core::event::{Change, ObjectCreated, ObjectRemoved, Removal, Sequencer};
use thumbgate_core::generate::{Generate, Outcome, SkipReason, Verdict};
use thumbgate_core::object::{Bucket, ObjectKey, ObjectRef, VersionId};
use thumbgate_core::port::{Clock as _, ObjectDelete as _, ObjectRead, ObjectWrite, PutOptions, Written};
use thumbgate_core::remove::Remove;

use crate::world::{World, event, key};

fn object(bucket: &str, name: &str) -> ObjectRef {
    // The version of an event is an old one: the object is read as it stands.
    let version = Some(VersionId::new("long gone"));
    ObjectRef { bucket: Bucket::parse(bucket).unwrap(), key: key(name), version }
}

fn created(name: &str, sequencer: &str) -> Change {
    Change::Created(ObjectCreated {
        object: object("photos", &format!("in/{name}")),
        sequencer: Sequencer::parse(sequencer),
    })
}

fn removed(name: &str, removal: Removal) -> Change {
    Change::Removed(ObjectRemoved { object: object("photos", &format!("in/{name}")), sequencer: None, removal })
}

fn deliver_with(generate: Generate, remove: bool, world: &World) -> Deliver {
    let generate = Arc::new(generate);
    let source: Arc<dyn ObjectRead> = world.reads.clone();
    let remove = remove.then(|| Remove::new(generate.clone(), source, Arc::new(world.thumbs.clone())));
    Deliver::new(generate, remove, Arc::new(RuntimeClock::start()), 4)
}

fn deliver(world: &World) -> Deliver {
    deliver_with(world.generate(), true, world)
}

fn skip(outcome: &Outcome) -> SkipReason {
    match &outcome.verdict {
        Verdict::Skip(reason) => reason.clone(),
        other => panic!("{other:?}"),
    }
}

fn dispositions(outcomes: &[Outcome]) -> Vec<Disposition> {
    outcomes.iter().map(Outcome::disposition).collect()
}

#[test]
fn outcomes_stand_in_the_order_of_the_changes_and_a_poison_fails_alone() {
    run_paused(async {
        let world = World::new();
        for index in 0..10 {
            let content = if index == 3 { "no picture\n".into() } else { picture(64, 48, "x") };
            world.upload(&format!("{index}.jpg"), content).await;
        }
        let changes: Vec<_> = (0..10).map(|index| created(&format!("{index}.jpg"), "1")).collect();
        let outcomes = deliver(&world).run(&changes, None).await;
        for (index, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.source, format!("in/{index}.jpg"));
            let expected = if index == 3 { Disposition::Reject } else { Disposition::Done };
            assert_eq!(outcome.disposition(), expected, "{outcome:?}");
        }
        assert_eq!(world.thumbs.writes(), 18);
    });
}

#[test]
fn duplicates_in_a_row_and_at_once_converge_without_a_second_write() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "x")).await;
        let changes = vec![created("a.jpg", "1"); 10];
        let deliver = deliver(&world);
        let mut outcomes = deliver.run(&changes, None).await;
        outcomes.extend(join_all((0..10).map(|_| deliver.run(&changes, None))).await.into_iter().flatten());
        assert_eq!(outcomes.iter().filter(|outcome| outcome.disposition() == Disposition::Done).count(), 1);
        assert!(
            outcomes.iter().all(|outcome| matches!(outcome.disposition(), Disposition::Done | Disposition::Skip)),
            "{outcomes:?}"
        );
        assert_eq!(world.thumbs.writes(), 2);
    });
}

#[test]
fn of_one_key_the_newest_is_worked_on_first() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "x")).await;
        let outcomes =
            deliver(&world).run(&[created("a.jpg", "9"), created("a.jpg", "0A"), created("a.jpg", "8")], None).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Skip, Disposition::Done, Disposition::Skip]);
        assert_eq!((skip(&outcomes[0]), skip(&outcomes[2])), (SkipReason::Overtaken, SkipReason::Overtaken));
    });
}

/// A store whose first put waits until it is let go.
#[derive(Debug)]
struct Held {
    inner: Arc<ReferenceStore>,
    gate: tokio::sync::Semaphore,
    waiting: tokio::sync::Notify,
}

impl Held {
    fn over(world: &World) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::new(world.thumbs.clone()),
            gate: tokio::sync::Semaphore::new(0),
            waiting: tokio::sync::Notify::new(),
        })
    }
}

#[async_trait]
impl ObjectWrite for Held {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        self.waiting.notify_one();
        let _permit = self.gate.acquire().await.unwrap();
        self.inner.put(key, content, options).await
    }
}

#[test]
fn a_slow_older_event_changes_nothing_once_a_newer_one_is_answered() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "old")).await;
        let held = Held::over(&world);
        let mut ports = world.ports();
        ports.destination = held.clone();
        let slow = world.generate_with(ports, "config-1");
        // The older event has looked, read and rendered, and is about to put.
        let older = event("a.jpg", "1");
        let older = slow.run(&older);
        let newer = async {
            held.waiting.notified().await;
            world.upload("a.jpg", picture(64, 48, "new")).await;
            let outcome = world.generate().run(&event("a.jpg", "2")).await;
            held.gate.add_permits(9);
            outcome
        };
        let (older, newer) = futures_util::join!(older, newer);
        assert_eq!(newer.disposition(), Disposition::Done);
        assert_eq!(older.disposition(), Disposition::Skip, "{older:?}");
        assert_eq!(world.thumbs.writes(), 2, "the older one wrote nothing");
        assert!(world.thumbs.contents()["out/a.jpg.small.jpg"].ends_with(b"new"));
    });
}

#[test]
fn events_of_others_change_nothing_and_ask_nothing() {
    run_paused(async {
        let world = World::new();
        let elsewhere = Change::Created(ObjectCreated { object: object("other", "in/a.jpg"), sequencer: None });
        let own = Change::Created(ObjectCreated { object: object("photos", "out/a.jpg.small.jpg"), sequencer: None });
        let tagged = Change::Other { name: "ObjectTagging:Put".to_owned(), object: "in/a.jpg".to_owned() };
        let outcomes = deliver(&world).run(&[elsewhere, own, tagged], None).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Skip; 3]);
        assert_eq!(skip(&outcomes[0]), SkipReason::AnotherBucket);
        assert!(skip(&outcomes[2]).to_string().contains("ObjectTagging:Put"));
        assert_eq!(world.reads.calls().len() + world.looks.calls().len(), 0);
    });
}

#[test]
fn when_the_time_is_nearly_over_the_rest_is_handed_back() {
    run_paused(async {
        let world = World::with_faults([Fault::Hang], [], []);
        for name in ["a.jpg", "b.jpg"] {
            world.upload(name, picture(64, 48, "x")).await;
        }
        let one_at_a_time = Deliver::new(Arc::new(world.generate()), None, Arc::new(RuntimeClock::start()), 1);
        let clock = RuntimeClock::start();
        let changes = [created("a.jpg", "1"), created("b.jpg", "1")];
        let outcomes = one_at_a_time.run(&changes, Some(Duration::from_secs(5))).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Retry; 2]);
        for outcome in &outcomes {
            let Verdict::Failed(failure) = &outcome.verdict else { panic!() };
            assert_eq!(failure.kind(), FailureKind::Timeout);
        }
        assert!(clock.now() < Duration::from_secs(6));
        assert!(world.thumbs.contents().is_empty());
        // It is delivered again, and done.
        let outcomes = one_at_a_time.run(&changes, Some(Duration::from_secs(5))).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Done; 2]);
    });
}

#[test]
fn a_deadline_that_is_past_when_it_is_handed_out_is_none() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "x")).await;
        let outcomes = deliver(&world).run(&[created("a.jpg", "1")], Some(Duration::ZERO)).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Done]);
    });
}

/// A world with a source that was made into its renditions.
async fn made() -> World {
    let world = World::new();
    world.upload("a.jpg", picture(64, 48, "x")).await;
    deliver(&world).run(&[created("a.jpg", "1")], None).await;
    assert_eq!(world.thumbs.contents().len(), 2);
    world
}

#[test]
fn renditions_go_when_the_source_is_proved_to_be_gone() {
    run_paused(async {
        for removal in [Removal::Deleted, Removal::MarkerCreated] {
            let world = made().await;
            let there = deliver(&world).run(&[removed("a.jpg", removal)], None).await;
            assert_eq!(skip(&there[0]), SkipReason::SourceThere, "an old version was deleted");
            world.sources.delete(&key("in/a.jpg")).await.unwrap();
            let kept = deliver_with(world.generate(), false, &world).run(&[removed("a.jpg", removal)], None).await;
            assert_eq!(skip(&kept[0]), SkipReason::RemovalKept);
            assert_eq!(world.thumbs.contents().len(), 2);
            let gone = deliver(&world).run(&[removed("a.jpg", removal)], None).await;
            assert_eq!(skip(&gone[0]), SkipReason::Removed);
            assert!(world.thumbs.contents().is_empty());
        }
    });
}

#[test]
fn a_role_that_may_not_list_needs_the_marker_as_proof() {
    run_paused(async {
        for (removal, expected) in [(Removal::Deleted, Disposition::Retry), (Removal::MarkerCreated, Disposition::Skip)]
        {
            let world = made().await;
            let blind: Arc<dyn ObjectRead> =
                Arc::new(Faulty::new(Arc::new(world.sources.clone()), [Fault::Fail(K::Denied); 2]));
            let generate = Arc::new(world.generate());
            let remove = Remove::new(generate.clone(), blind, Arc::new(world.thumbs.clone()));
            let deliver = Deliver::new(generate, Some(remove), Arc::new(RuntimeClock::start()), 1);
            let outcomes = deliver.run(&[removed("a.jpg", removal)], None).await;
            assert_eq!(outcomes[0].disposition(), expected, "{outcomes:?}");
            if let Verdict::Failed(failure) = &outcomes[0].verdict {
                assert!(failure.message().contains("allow s3:ListBucket"), "{failure}");
            }
            assert_eq!(world.thumbs.contents().is_empty(), removal == Removal::MarkerCreated);
        }
    });
}

/// A store that brings the source back at its first deletion.
#[derive(Debug)]
struct Revived {
    thumbs: ReferenceStore,
    sources: ReferenceStore,
}

#[async_trait]
impl thumbgate_core::port::ObjectDelete for Revived {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let put = PutOptions::when(thumbgate_core::port::Condition::Always);
        self.sources.put(&ObjectKey::parse("in/a.jpg").unwrap(), picture(64, 48, "again"), &put).await?;
        self.thumbs.delete(key).await
    }
}

#[test]
fn a_source_that_comes_back_meanwhile_is_made_again() {
    run_paused(async {
        let world = made().await;
        world.sources.delete(&key("in/a.jpg")).await.unwrap();
        let generate = Arc::new(world.generate());
        let revived = Revived { thumbs: world.thumbs.clone(), sources: world.sources.clone() };
        let remove = Remove::new(generate.clone(), world.reads.clone(), Arc::new(revived));
        let deliver = Deliver::new(generate, Some(remove), Arc::new(RuntimeClock::start()), 1);
        let outcomes = deliver.run(&[removed("a.jpg", Removal::MarkerCreated)], None).await;
        assert_eq!(dispositions(&outcomes), [Disposition::Done]);
        assert!(world.thumbs.contents()["out/a.jpg.small.jpg"].ends_with(b"again"));
    });
}

#[test]
fn renditions_of_a_source_that_went_away_meanwhile_are_no_orphans() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "x")).await;
        let held = Held::over(&world);
        let mut ports = world.ports();
        ports.destination = held.clone();
        let slow = deliver_with(world.generate_with(ports, "config-1"), true, &world);
        let changes = [created("a.jpg", "1")];
        let upload = slow.run(&changes, None);
        // The source is read, rendered and about to be put when it is removed, and that is passed on.
        let removal = async {
            held.waiting.notified().await;
            world.sources.delete(&key("in/a.jpg")).await.unwrap();
            let gone = deliver(&world).run(&[removed("a.jpg", Removal::Deleted)], None).await;
            held.gate.add_permits(9);
            gone
        };
        let (made, gone) = futures_util::join!(upload, removal);
        assert_eq!(skip(&gone[0]), SkipReason::Removed);
        assert_eq!(skip(&made[0]), SkipReason::Removed);
        assert!(world.thumbs.contents().is_empty());
    });
}

#[test]
fn what_a_killed_worker_stored_of_a_source_that_is_gone_is_no_orphan() {
    run_paused(async {
        let world = made().await;
        // The removal was passed on before the worker stored its first rendition, and died.
        world.thumbs.delete(&key("out/a.jpg.large.jpg")).await.unwrap();
        world.sources.delete(&key("in/a.jpg")).await.unwrap();
        let again = deliver(&world).run(&[created("a.jpg", "1")], None).await;
        assert_eq!(skip(&again[0]), SkipReason::Removed);
        assert!(world.thumbs.contents().is_empty());
        let kept = deliver_with(world.generate(), false, &world).run(&[created("a.jpg", "1")], None).await;
        assert_eq!(skip(&kept[0]), SkipReason::Gone, "removals are not passed on");
    });
}

/// A store that takes one put, then loses the source and refuses the others.
#[derive(Debug)]
struct Refusing {
    thumbs: ReferenceStore,
    sources: ReferenceStore,
    puts: std::sync::atomic::AtomicU32,
}

#[async_trait]
impl ObjectWrite for Refusing {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        if self.puts.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            return self.thumbs.put(key, content, options).await;
        }
        self.sources.delete(&ObjectKey::parse("in/a.jpg").unwrap()).await?;
        Err(StorageError::new(K::Denied, "no"))
    }
}

#[test]
fn what_a_failure_stored_of_a_source_that_is_gone_is_no_orphan() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(64, 48, "x")).await;
        let mut ports = world.ports();
        let (thumbs, sources) = (world.thumbs.clone(), world.sources.clone());
        ports.destination = Arc::new(Refusing { thumbs, sources, puts: 0.into() });
        let outcomes = deliver_with(world.generate_with(ports, "config-1"), true, &world)
            .run(&[created("a.jpg", "1")], None)
            .await;
        assert_eq!(skip(&outcomes[0]), SkipReason::Removed, "{outcomes:?}");
        assert!(world.thumbs.contents().is_empty());
    });
}
