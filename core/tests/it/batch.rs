//! `batch`: a whole prefix, bounded, through faults.

use std::sync::Arc;

use futures_util::StreamExt as _;
use thumbgate_contract::faults::Fault;
use thumbgate_contract::reference::picture;
use thumbgate_contract::run_paused;
use thumbgate_core::batch::{Batch, BatchEvent, Mode};
use thumbgate_core::error::{Disposition, StorageErrorKind as K};

use crate::world::World;

async fn run(world: &World, mode: Mode) -> Vec<BatchEvent> {
    let batch = Batch::new(Arc::new(world.sources.clone()), Arc::new(world.generate()), 4);
    batch.run(mode).await.unwrap().map(Result::unwrap).collect().await
}

fn count(events: &[BatchEvent], wanted: Disposition) -> usize {
    events.iter().filter(|event| matches!(event, BatchEvent::Outcome(o) if o.disposition() == wanted)).count()
}

#[test]
fn one_bad_source_never_stops_the_rest() {
    run_paused(async {
        let world = World::with_faults([Fault::None, Fault::CutAfter(9), Fault::Fail(K::Denied)], [], []);
        for number in 0..20 {
            world.upload(&format!("{number:02}.jpg"), picture(100, 100, "x")).await;
        }
        world.upload("bad.jpg", "no picture\n").await;
        world.upload("notes.txt", "no source").await;
        let events = run(&world, Mode::Run).await;
        assert_eq!(count(&events, Disposition::Done), 19);
        assert_eq!(count(&events, Disposition::Retry), 1);
        assert_eq!(count(&events, Disposition::Reject), 1);
        assert_eq!(events.iter().filter(|event| matches!(event, BatchEvent::Ignored(..))).count(), 1);
        assert_eq!(world.thumbs.contents().len(), 38);

        // A rerun converges: what failed for a passing reason is made, the rest is skipped.
        let events = run(&world, Mode::Run).await;
        assert_eq!((count(&events, Disposition::Done), count(&events, Disposition::Skip)), (1, 19));
        assert_eq!(world.thumbs.contents().len(), 40);
    });
}

#[test]
fn a_preview_of_a_batch_writes_nothing() {
    run_paused(async {
        let world = World::new();
        world.upload("a.jpg", picture(100, 100, "x")).await;
        let events = run(&world, Mode::Preview).await;
        assert_eq!((count(&events, Disposition::Done), world.thumbs.writes()), (1, 0));
    });
}
