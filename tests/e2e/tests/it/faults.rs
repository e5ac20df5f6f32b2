//! The real renderer and real backends through faults: nothing is lost, nothing is half.

use std::sync::Arc;

use thumbgate_contract::faults::{Fault, Faulty};
use thumbgate_contract::run;
use thumbgate_core::error::{Disposition, StorageErrorKind as K};
use thumbgate_core::generate::Task;

use crate::world::{Backend, generate, key, picture};

/// Runs one source through faults and gives what became of it, and what a second, healthy run finds.
async fn through(to: &Backend, reads: &[Fault], writes: &[Fault]) -> [Disposition; 2] {
    let from = Backend::memory();
    from.put("uploads/a.bmp", picture(300, 200, 5)).await;
    let task = Task { key: key("uploads/a.bmp"), sequencer: None };
    let source = Arc::new(Faulty::new(from.read.clone(), reads.iter().copied()));
    let writer = Arc::new(Faulty::new(to.write.clone(), writes.iter().copied()));
    let first = generate(source, to, writer).run(&task).await;
    let second = generate(from.read.clone(), to, to.write.clone()).run(&task).await;
    [first.disposition(), second.disposition()]
}

async fn check(reads: &[Fault], writes: &[Fault], expected: [Disposition; 2]) {
    let folder = tempfile::tempdir().unwrap();
    for to in [Backend::memory(), Backend::folder(folder.path()), Backend::s3().await] {
        assert_eq!(through(&to, reads, writes).await, expected, "{}: {reads:?} {writes:?}", to.name);
        for name in ["a.jpg", "b.webp", "c.png"] {
            let output = key(&format!("thumbs/a.bmp.{name}"));
            let head = to.read.head(&output).await.unwrap();
            assert_eq!(u64::try_from(to.get(&output).await.len()).unwrap(), head.size);
        }
    }
}

#[test]
fn a_passing_fault_is_mended_in_the_same_run() {
    run(async {
        use Disposition::{Done, Skip};
        for reads in [Fault::CutAfter(1000), Fault::CutAfter(0), Fault::Fail(K::Unavailable)] {
            check(&[reads], &[], [Done, Skip]).await;
        }
        for writes in [Fault::LoseAcknowledgement, Fault::Fail(K::Conflict), Fault::Fail(K::PreconditionFailed)] {
            check(&[], &[writes], [Done, Skip]).await;
        }
    });
}

#[test]
fn a_lasting_fault_is_handed_back_and_a_rerun_converges() {
    run(async {
        use Disposition::{Done, Retry};
        check(&[Fault::CutAfter(500); 3], &[], [Retry, Done]).await;
        check(&[Fault::Fail(K::Denied)], &[], [Retry, Done]).await;
        check(&[], &[Fault::None, Fault::Fail(K::Io)], [Retry, Done]).await;
    });
}
