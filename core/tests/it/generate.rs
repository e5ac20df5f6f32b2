//! `generate` through every fault that a store can have.

use std::sync::Arc;

use thumbgate_contract::faults::{Fault, Faulty};
use thumbgate_contract::reference::picture;
use thumbgate_contract::run_paused;
use thumbgate_core::error::{Disposition, FailureKind, StorageErrorKind as K};
use thumbgate_core::generate::{META_SEQUENCER, META_SOURCE_ETAG, Outcome, SkipReason, Task, Verdict};
use thumbgate_core::port::{ObjectDelete as _, ObjectRead as _};
use thumbgate_core::route::NotASource;

use crate::world::{World, event, key, task};

fn failure(outcome: &Outcome) -> (Disposition, FailureKind) {
    match &outcome.verdict {
        Verdict::Failed(failure) => (failure.disposition(), failure.kind()),
        other => panic!("{other:?}"),
    }
}

fn assert_both_stored(world: &World) {
    let contents = world.thumbs.contents();
    let keys: Vec<_> = contents.keys().collect();
    assert_eq!(keys, ["out/a.jpg.large.jpg", "out/a.jpg.small.jpg"]);
}

#[test]
fn a_source_becomes_its_renditions_with_metadata() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(outcome.disposition(), Disposition::Done, "{outcome:?}");
        assert_both_stored(&world);
        let head = world.thumbs.head(&key("out/a.jpg.small.jpg")).await.unwrap();
        let source = world.sources.head(&key("in/a.jpg")).await.unwrap();
        assert_eq!(head.metadata.get(META_SOURCE_ETAG).map(String::as_str), Some(source.etag.as_str()));
        assert_eq!(head.media_type.as_deref(), Some("image/jpeg"));
        assert_eq!(head.cache_control.as_deref(), Some("public, max-age=3600"));
        assert_eq!(world.thumbs.contents()["out/a.jpg.small.jpg"], "32x24 jpeg of 640x480 cat");
    });
}

#[test]
fn what_is_made_is_skipped_and_its_body_is_not_read() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        world.generate().run(&task("a.jpg")).await;
        let before = world.reads.calls().len();
        let again = world.generate().run(&task("a.jpg")).await;
        assert!(matches!(again.verdict, Verdict::Skip(SkipReason::AlreadyMade)), "{again:?}");
        assert_eq!(world.reads.calls()[before..], ["head in/a.jpg"]);
        assert_eq!(world.thumbs.writes(), 2);
    });
}

#[test]
fn only_what_is_missing_is_made_and_force_makes_all() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        world.generate().run(&task("a.jpg")).await;
        world.thumbs.delete(&key("out/a.jpg.small.jpg")).await.unwrap();
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(outcome.renditions.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["small"]);
        let forced = world.forced();
        let outcome = forced.generate().run(&task("a.jpg")).await;
        assert_eq!((outcome.renditions.len(), forced.thumbs.writes()), (2, 5));
    });
}

#[test]
fn a_changed_source_or_configuration_is_made_again() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        world.generate().run(&task("a.jpg")).await;
        world.upload("a.jpg", picture(640, 480, "dog")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!((outcome.disposition(), world.thumbs.writes()), (Disposition::Done, 4));
        assert!(world.thumbs.contents()["out/a.jpg.large.jpg"].ends_with(b"dog"));
        let outcome = world.generate_with(world.ports(), "config-2").run(&task("a.jpg")).await;
        assert_eq!((outcome.disposition(), world.thumbs.writes()), (Disposition::Done, 6));
    });
}

#[test]
fn transient_faults_are_mended_and_nothing_is_lost() {
    let corrupt = [Fault::CutAfter(3), Fault::CutAfter(20)];
    let failing = [Fault::Fail(K::Unavailable), Fault::Fail(K::Timeout)];
    let lost = [Fault::LoseAcknowledgement, Fault::LoseAcknowledgement];
    let refused = [Fault::Fail(K::Conflict), Fault::Fail(K::Unavailable)];
    for world in [
        World::with_faults(corrupt, [], []),
        World::with_faults(failing, [], []),
        World::with_faults([], failing, []),
        World::with_faults([], [], lost),
        World::with_faults([], [], refused),
        World::with_faults([Fault::CutAfter(25)], [], [Fault::LoseAcknowledgement]),
    ] {
        run_paused(async {
            world.upload("a.jpg", picture(640, 480, "cat")).await;
            let outcome = world.generate().run(&task("a.jpg")).await;
            assert_eq!(outcome.disposition(), Disposition::Done, "{outcome:?} {:?}", world.writes);
            assert_eq!(outcome.renditions.len(), 2, "{outcome:?}");
            assert_both_stored(&world);
            assert_eq!(world.thumbs.writes(), 2, "a lost answer must not lead to a second write");
            assert_eq!(world.gate.in_use(), 0);
        });
    }
}

#[test]
fn a_put_that_takes_place_twice_is_our_own_success() {
    run_paused(async {
        let world = World::with_faults([], [], [Fault::Repeat]);
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!((outcome.disposition(), outcome.renditions.len()), (Disposition::Done, 2), "{outcome:?}");
        assert_eq!(world.thumbs.writes(), 2);
    });
}

#[test]
fn tries_are_bounded_and_a_denial_is_not_tried_again() {
    run_paused(async {
        let world = World::with_faults([Fault::Fail(K::Unavailable); 9], [], []);
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(failure(&outcome), (Disposition::Retry, FailureKind::Io));
        assert_eq!(world.reads.calls().len(), 3);

        let world = World::with_faults([Fault::Fail(K::Denied); 9], [], []);
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(failure(&outcome), (Disposition::Retry, FailureKind::Denied));
        assert_eq!(world.reads.calls().len(), 1);
    });
}

#[test]
fn a_body_that_stalls_is_handed_back_at_the_deadline() {
    run_paused(async {
        let world = World::with_faults([Fault::StallAfter(10)], [], []);
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(failure(&outcome), (Disposition::Retry, FailureKind::Timeout));
        assert!(outcome.elapsed.as_secs() >= 60);
        assert!(world.thumbs.contents().is_empty());
        assert_eq!(world.gate.in_use(), 0, "memory is given back");
    });
}

#[test]
fn a_wait_for_memory_that_others_hold_is_not_the_items_time() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let held = world.gate.acquire(u64::MAX).await;
        let (generate, task) = (world.generate(), task("a.jpg"));
        let release = async {
            tokio::time::sleep(std::time::Duration::from_secs(600)).await;
            drop(held);
        };
        let (outcome, ()) = futures_util::future::join(generate.run(&task), release).await;
        assert_eq!(outcome.disposition(), Disposition::Done, "{outcome:?}");
        assert!(outcome.elapsed.as_secs() >= 600, "what is told is the whole time");
    });
}

#[test]
fn sources_are_opened_within_a_part_of_the_memory() {
    run_paused(async {
        let mut world = World::new();
        world.memory_limit = Some(4000);
        // Bodies that stall while their header is read: each holds what it may take.
        let stalls = [Fault::StallAfter(1); 8];
        world.reads = Arc::new(Faulty::new(Arc::new(world.sources.clone()), stalls));
        for number in 0..8 {
            world.upload(&format!("{number}.jpg"), vec![b'x'; 600]).await;
        }
        let generate = world.generate();
        let tasks: Vec<_> = (0..8).map(|number| task(&format!("{number}.jpg"))).collect();
        let runs = futures_util::future::join_all(tasks.iter().map(|task| generate.run(task)));
        let outcomes = runs.await;
        // One fits into a quarter of 4,000 bytes at a time, so they are given up one after another.
        let elapsed: Vec<_> = outcomes.iter().map(|outcome| outcome.elapsed.as_secs() / 60).collect();
        assert_eq!(elapsed, [1, 2, 3, 4, 5, 6, 7, 8]);
    });
}

#[test]
fn what_can_never_succeed_is_rejected_at_once() {
    run_paused(async {
        for (content, kind) in [
            (picture(100_000, 100_000, "x"), FailureKind::Limit),
            ("PICTURE 10 10 99\nshort".into(), FailureKind::Truncated),
            ("no picture\n".into(), FailureKind::Unsupported),
        ] {
            let world = World::new();
            world.upload("a.jpg", content).await;
            let outcome = world.generate().run(&task("a.jpg")).await;
            assert_eq!(failure(&outcome), (Disposition::Reject, kind));
            assert_eq!(world.reads.calls().len(), 1);
        }
    });
}

#[test]
fn a_key_that_leaves_no_room_for_an_outputs_key_is_rejected() {
    run_paused(async {
        let world = World::new();
        let name = format!("{}.jpg", "n".repeat(1015));
        world.upload(&name, picture(1, 1, "x")).await;
        let outcome = world.generate().run(&task(&name)).await;
        assert_eq!(failure(&outcome), (Disposition::Reject, FailureKind::Limit));
    });
}

#[test]
fn a_source_that_is_gone_is_a_skip() {
    run_paused(async {
        let world = World::new();
        let outcome = world.generate().run(&task("gone.jpg")).await;
        assert!(matches!(outcome.verdict, Verdict::Skip(SkipReason::Gone)), "{outcome:?}");
    });
}

#[test]
fn an_output_that_may_not_be_looked_at_is_put_as_new() {
    run_paused(async {
        let world = World::with_faults([], [Fault::Fail(K::Denied); 2], []);
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let outcome = world.generate().run(&task("a.jpg")).await;
        assert_eq!(outcome.disposition(), Disposition::Done, "{outcome:?}");
        // The outputs are there now, and hidden again: the put is refused and says what to grant.
        world.upload("a.jpg", picture(640, 480, "dog")).await;
        let mut ports = world.ports();
        ports.outputs = Arc::new(Faulty::new(Arc::new(world.thumbs.clone()), [Fault::Fail(K::Denied); 2]));
        let outcome = world.generate_with(ports, "config-1").run(&task("a.jpg")).await;
        assert_eq!(failure(&outcome), (Disposition::Retry, FailureKind::Denied));
    });
}

#[test]
fn many_at_once_converge_to_one_result_without_a_second_write() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        let (generate, task) = (world.generate(), task("a.jpg"));
        let runs = futures_util::future::join_all((0..10).map(|_| generate.run(&task))).await;
        assert!(runs.iter().all(|o| matches!(o.disposition(), Disposition::Done | Disposition::Skip)), "{runs:?}");
        assert_eq!(world.thumbs.writes(), 2);
    });
}

#[test]
fn an_older_event_does_nothing_once_a_newer_one_is_answered() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        world.generate().run(&event("a.jpg", "0A0")).await;
        let before = world.reads.calls().len();
        let outcome = world.generate().run(&event("a.jpg", "9f")).await;
        assert!(matches!(outcome.verdict, Verdict::Skip(SkipReason::Overtaken)), "{outcome:?}");
        assert_eq!(world.reads.calls().len(), before, "the source is not even looked at");
        // Work without an event keeps the stored place while the source is unchanged.
        world.generate_with(world.ports(), "config-2").run(&task("a.jpg")).await;
        let head = world.thumbs.head(&key("out/a.jpg.small.jpg")).await.unwrap();
        assert_eq!(head.metadata.get(META_SEQUENCER).map(String::as_str), Some("A0"));
    });
}

#[test]
fn a_preview_tells_what_would_be_and_writes_nothing() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(640, 480, "cat")).await;
        world.upload("bad.jpg", "no picture\n").await;
        let outcome = world.generate().preview(&task("a.jpg")).await;
        assert_eq!(outcome.disposition(), Disposition::Done);
        assert_eq!(outcome.renditions.iter().map(|r| r.size.to_string()).collect::<Vec<_>>(), ["32x24", "128x96"]);
        let outcome = world.generate().preview(&task("bad.jpg")).await;
        assert_eq!(failure(&outcome), (Disposition::Reject, FailureKind::Unsupported));
        assert!(world.thumbs.contents().is_empty());
        assert!(world.writes.calls().is_empty());
    });
}

#[test]
fn an_own_output_costs_no_call_at_all() {
    run_paused(async {
        let world = World::new();
        let own = Task { key: key("out/a.jpg.small.jpg"), sequencer: None };
        let outcome = world.generate().run(&own).await;
        assert!(matches!(outcome.verdict, Verdict::Skip(SkipReason::NotASource(NotASource::Elsewhere))), "{outcome:?}");
        assert_eq!(world.looks.calls().len() + world.reads.calls().len(), 0);
    });
}
