//! The engine and the reference agree wherever AWS's pages say what holds.

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use thumbgate_iam::eval::Decision;

use super::world::World;
use super::worlds::world;
use crate::reference::{Asked, Layers, Open, Verdict, verdict};

fn reference(world: &World) -> Result<Verdict, Open> {
    let asked = Asked {
        caller: world.caller.clone(),
        action: world.action.clone(),
        resource: world.resource.clone(),
        resource_account: world.resource_account.clone(),
        context: world.context.clone(),
    };
    let layers = Layers {
        identity: &world.identity,
        resource: world.resource_policy.as_ref(),
        boundary: world.boundary.as_ref(),
        session: world.session.as_ref(),
        scp: &world.scp,
        rcp: &world.rcp,
    };
    verdict(&asked, &layers)
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let config = super::random(1_000);
    let cases = config.cases;
    let mut runner = TestRunner::new(config);
    let seen = std::cell::RefCell::new([0_u32; 4]);
    let outcome = runner.run(&world(), |world| {
        let expected = match reference(&world) {
            Ok(Verdict::Allow) => Decision::Allow,
            Ok(Verdict::ExplicitDeny) => Decision::ExplicitDeny,
            Ok(Verdict::ImplicitDeny) => Decision::ImplicitDeny,
            Err(Open) => {
                seen.borrow_mut()[3] += 1;
                return Ok(());
            }
        };
        seen.borrow_mut()[expected as usize] += 1;
        let ours = world.decide();
        prop_assert_eq!(ours, expected, "expected {:?}", expected);
        prop_assert_eq!(world.decide_as_case(), ours, "as a case");
        Ok::<(), TestCaseError>(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let [allowed, denied, silent, open] = seen.into_inner();
    println!("{allowed} allowed, {denied} denied, {silent} not allowed, {open} left open");
    let least = cases / 10;
    assert!(allowed > least && denied > least && silent > least && open < cases / 4, "the cases are lopsided");
}
