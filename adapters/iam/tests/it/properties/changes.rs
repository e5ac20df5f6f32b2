//! What an explanation tells is so: its verdict, and that the changes which it offers flip it.
//!
//! The changes are made in the JSON, by hand, and all is read anew.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use thumbgate_iam::eval::{Change, Decision, Layer, Place};
use thumbgate_iam::lang::{Document, Kind, Source};

use super::vocabulary::SERVICES;
use super::world::{World, statements_mut};
use super::worlds::world;

/// The document of a name that [`World::policies`] gave.
fn layer_and_index(name: &str) -> (Layer, usize) {
    let parts: Vec<_> = name.split('-').collect();
    let number = |at: usize| parts[at].parse().unwrap();
    match parts[0] {
        "identity" => (Layer::Identity, number(1)),
        "resource" => (Layer::Resource, 0),
        "boundary" => (Layer::Boundary, 0),
        "session" => (Layer::Session, 0),
        "scp" => (Layer::ServiceControl(number(1)), number(2)),
        "rcp" => (Layer::ResourceControl(number(1)), number(2)),
        other => panic!("{other}"),
    }
}

/// The statement of a place, and the kind of its document.
fn statement<'w>(world: &'w mut World, original: &World, place: &Place) -> (&'w mut Value, Kind) {
    let (layer, index) = layer_and_index(&place.document);
    let kind = world.kind_of(layer);
    let mut original = original.clone();
    let text = serde_json::to_string_pretty(original.documents_mut(layer)[index]).unwrap();
    let parsed = Document::parse(Source::new("x", text), kind).unwrap();
    let at =
        parsed.statements().iter().position(|statement| parsed.position(statement.span) == place.position).unwrap();
    let document = world.documents_mut(layer).swap_remove(index);
    (&mut statements_mut(document)[at], kind)
}

fn push(element: &mut Value, value: &str) {
    if element.is_string() {
        *element = json!([element.take()]);
    }
    match element {
        Value::Array(items) => items.push(json!(value)),
        nothing => *nothing = json!(value),
    }
}

/// Names one principal more.
fn push_principal(principal: &mut Value, value: &str) {
    let kind = if SERVICES.contains(&value) { "Service" } else { "AWS" };
    push(&mut principal[kind], value);
}

fn apply(world: &mut World, original: &World, change: &Change) {
    match change {
        Change::Extend { statement: place, element, value } => {
            let (statement, _) = statement(world, original, place);
            match *element {
                "Principal" => push_principal(&mut statement["Principal"], value),
                element => push(&mut statement[element], value),
            }
        }
        Change::Add { layer, action, resource, principal } => {
            let mut statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
            if world.kind_of(*layer) == Kind::Trust {
                statement.as_object_mut().unwrap().remove("Resource");
            }
            if let Some(principal) = principal {
                push_principal(&mut statement["Principal"], principal);
            }
            if let Some(document) = world.documents_mut(*layer).into_iter().next() {
                statements_mut(document).push(statement);
                return;
            }
            let document = json!({"Version": "2012-10-17", "Statement": [statement]});
            match layer {
                Layer::Identity => world.identity.push(document),
                Layer::Resource => world.resource_policy = Some(document),
                Layer::ServiceControl(level) => world.scp[*level].push(document),
                other => panic!("nothing can be added to the {other}"),
            }
        }
        Change::Except { statement: place } | Change::Remove { statement: place } => {
            let (statement, kind) = statement(world, original, place);
            // A statement about nothing: the others keep their places.
            *statement = json!({"Effect": "Deny", "Action": "none:None"});
            if kind != Kind::Trust {
                statement["Resource"] = json!("*");
            }
            if matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl) {
                statement["Principal"] = json!("*");
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_changes_that_an_explanation_offers_flip_the_verdict() {
    let mut runner = TestRunner::new(super::random(500));
    let offered = std::cell::RefCell::new([0_u32; 4]);
    let outcome = runner.run(&world(), |world| {
        let explanation = world.policies().explain(&world.request());
        let mut changed = world.clone();
        for change in &explanation.changes {
            apply(&mut changed, &world, change);
            let kind = match change {
                Change::Extend { .. } => 0,
                Change::Add { .. } => 1,
                Change::Except { .. } => 2,
                _ => 3,
            };
            offered.borrow_mut()[kind] += 1;
        }
        if explanation.changes.is_empty() {
            return Ok(());
        }
        let after = changed.decide();
        let has_flipped = (explanation.decision == Decision::Allow) != (after == Decision::Allow);
        prop_assert!(has_flipped, "{explanation}\nstill {after:?}");
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let offered = offered.into_inner();
    println!("extend, add, except, remove: {offered:?}");
    assert!(offered.iter().all(|count| *count > 20), "{offered:?}");
}

proptest! {
    #![proptest_config(super::random(300))]

    #[test]
    fn an_explanation_gives_the_verdict_of_the_decision(world in world()) {
        let (policies, request) = (world.policies(), world.request());
        let explanation = policies.explain(&request);
        prop_assert_eq!(explanation.decision, policies.decide(&request));
        let told = explanation.to_string();
        prop_assert!(!told.contains(|letter: char| letter.is_control() && letter != '\n'));
        let is_told = |reason: &str| told.contains(reason);
        prop_assert!(is_told(&explanation.reason()));
        // A denial rests on statements, and an Allow does unless the root user is asked.
        let deciding = explanation.statements.iter().filter(|statement| statement.decides).count();
        match explanation.decision {
            Decision::ExplicitDeny => prop_assert!(deciding > 0),
            Decision::ImplicitDeny => prop_assert_eq!(deciding, 0),
            Decision::Allow => prop_assert!(deciding > 0 || world.is_root()),
        }
    }
}
