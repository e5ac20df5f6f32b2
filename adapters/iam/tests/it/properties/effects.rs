//! Allow and Deny, and that neither order nor place of a statement matters.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use thumbgate_iam::eval::{Decision, Layer};
use thumbgate_iam::lang::StatementEffect;

use super::statements::{Asked, statement};
use super::vocabulary::{ASKED, CALLERS};
use super::world::{World, of_everything, statements_mut};
use super::worlds::world;

/// A random statement for a random layer of a world, with the index of its document.
fn world_and_statement(effect: &'static str) -> impl Strategy<Value = (World, Layer, Index, Value)> {
    let world = world().prop_filter("there is a document", |world| !world.layers().is_empty());
    (world, any::<Index>(), select(CALLERS), select(ASKED)).prop_flat_map(
        move |(world, index, caller, (action, resource))| {
            let layers = world.layers();
            let layer = layers[index.index(layers.len())];
            let statement =
                statement(world.kind_of(layer), Asked { caller, action, resource }).prop_map(move |mut statement| {
                    statement["Effect"] = json!(effect);
                    statement
                });
            (Just(world), Just(layer), any::<Index>(), statement)
        },
    )
}

fn with(world: &World, layer: Layer, index: Index, statement: Value) -> World {
    let mut changed = world.clone();
    let mut documents = changed.documents_mut(layer);
    let at = index.index(documents.len());
    statements_mut(documents[at]).push(statement);
    changed
}

proptest! {
    #![proptest_config(super::random(150))]

    #[test]
    fn an_explicit_deny_overrides_every_allow(world in world(), index in any::<Index>()) {
        let layers = world.layers();
        prop_assume!(!layers.is_empty() && world.action != "sqs:ListQueues");
        for layer in layers {
            let deny = of_everything(StatementEffect::Deny, world.kind_of(layer));
            prop_assert_eq!(with(&world, layer, index, deny).decide(), Decision::ExplicitDeny, "{:?}", layer);
        }
    }

    #[test]
    fn an_allow_more_never_turns_allow_into_deny((world, layer, index, allow) in world_and_statement("Allow")) {
        // A resource control policy allows everything beforehand and nothing by itself.
        prop_assume!(!matches!(layer, Layer::ResourceControl(_)));
        let before = world.decide();
        let after = with(&world, layer, index, allow).decide();
        match before {
            Decision::ImplicitDeny => prop_assert_ne!(after, Decision::ExplicitDeny),
            same => prop_assert_eq!(after, same),
        }
    }

    #[test]
    fn a_deny_more_never_turns_a_denial_into_allow((world, layer, index, deny) in world_and_statement("Deny")) {
        let before = world.decide();
        let after = with(&world, layer, index, deny).decide();
        match before {
            Decision::ExplicitDeny => prop_assert_eq!(after, before),
            Decision::ImplicitDeny => prop_assert_ne!(after, Decision::Allow),
            Decision::Allow => prop_assert_ne!(after, Decision::ImplicitDeny),
        }
    }

    #[test]
    fn statement_order_does_not_matter(world in world(), turn in 0_usize..4) {
        let mut turned = world.clone();
        for document in turned.all_documents_mut() {
            let statements = statements_mut(document);
            let by = turn % statements.len();
            statements.rotate_left(by);
            if turn > 1 {
                statements.reverse();
            }
        }
        prop_assert_eq!(turned.decide(), world.decide());
    }

    #[test]
    fn document_order_does_not_matter(world in world()) {
        let mut turned = world.clone();
        turned.identity.reverse();
        turned.scp.iter_mut().chain(&mut turned.rcp).for_each(|level| level.reverse());
        prop_assert_eq!(turned.decide(), world.decide());
        turned.scp.reverse();
        turned.rcp.reverse();
        prop_assert_eq!(turned.decide(), world.decide(), "levels");
    }

    #[test]
    fn splitting_an_identity_policy_in_two_does_not_matter(world in world(), at in any::<Index>()) {
        let mut split = world.clone();
        for document in &world.identity {
            let mut first = document.clone();
            let mut second = document.clone();
            let statements = statements_mut(&mut first);
            let at = at.index(statements.len());
            *statements_mut(&mut second) = statements.split_off(at);
            split.identity.retain(|kept| kept != document);
            split.identity.extend([first, second].into_iter().filter(|half| half["Statement"] != json!([])));
        }
        prop_assert_eq!(split.decide(), world.decide());
    }

    #[test]
    fn a_statement_twice_is_a_statement_once(world in world()) {
        let mut twice = world.clone();
        for document in twice.all_documents_mut() {
            let statements = statements_mut(document);
            statements.extend(statements.clone());
        }
        prop_assert_eq!(twice.decide(), world.decide());
    }

    #[test]
    fn one_value_and_a_list_of_it_are_the_same(world in world()) {
        let mut listed = world.clone();
        for statement in listed.all_documents_mut().into_iter().flat_map(statements_mut) {
            for element in ["Action", "NotAction", "Resource", "NotResource"] {
                if statement.get(element).is_some_and(Value::is_string) {
                    statement[element] = json!([statement[element]]);
                }
            }
        }
        prop_assert_eq!(listed.decide(), world.decide());
    }
}
