//! What each layer can do: some grant, some only narrow.

use proptest::prelude::*;
use serde_json::{Value, json};
use thumbgate_iam::eval::Decision;

use super::world::{World, statements_mut};
use super::worlds::world;

fn full_access() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

/// Takes a layer away; what it allowed before must be allowed still.
fn narrows(world: &World, without: &World) -> Result<(), TestCaseError> {
    if world.decide() == Decision::Allow {
        prop_assert_eq!(without.decide(), Decision::Allow);
    }
    if without.decide() == Decision::ExplicitDeny {
        prop_assert_eq!(world.decide(), Decision::ExplicitDeny);
    }
    Ok(())
}

fn has_not_principal(world: &World) -> bool {
    world.resource_policy.as_ref().is_some_and(|document| document.to_string().contains("NotPrincipal"))
}

proptest! {
    #![proptest_config(super::random(150))]

    #[test]
    fn a_boundary_only_narrows(world in world()) {
        narrows(&world, &World { boundary: None, ..world.clone() })?;
    }

    #[test]
    fn a_boundary_grants_nothing(world in world()) {
        prop_assume!(!world.is_root());
        let only_boundary = World { boundary: Some(full_access()), identity: vec![], ..world.clone() };
        let nothing = World { boundary: None, identity: vec![], ..world.clone() };
        if nothing.decide() != Decision::Allow {
            prop_assert_ne!(only_boundary.decide(), Decision::Allow);
        }
        // A Deny with NotPrincipal hits every caller with a boundary.
        if world.caller_account().is_some() && !has_not_principal(&world) {
            let full = World { boundary: Some(full_access()), ..world.clone() };
            prop_assert_eq!(full.decide(), World { boundary: None, ..world }.decide());
        }
    }

    #[test]
    fn a_session_policy_only_narrows(world in world()) {
        // A federated user has nothing but what its session policy passes on.
        prop_assume!(!world.caller.contains("federated-user"));
        narrows(&world, &World { session: None, ..world.clone() })?;
        let nothing = World { identity: vec![], resource_policy: None, session: Some(full_access()), ..world };
        prop_assert!(nothing.is_root() || nothing.decide() != Decision::Allow);
    }

    #[test]
    fn a_service_control_policy_only_narrows(world in world()) {
        narrows(&world, &World { scp: vec![], ..world.clone() })?;
        let full = World { scp: vec![vec![full_access()]; 3], ..world.clone() };
        prop_assert_eq!(full.decide(), World { scp: vec![], ..world.clone() }.decide());
        let mut empty = world.clone();
        empty.scp.push(vec![]);
        prop_assert!(world.caller_account().is_none() || empty.decide() != Decision::Allow, "an empty level denies");
    }

    #[test]
    fn a_resource_control_policy_only_narrows(world in world()) {
        narrows(&world, &World { rcp: vec![], ..world.clone() })?;
        let mut empty = world.clone();
        empty.rcp.push(vec![]);
        prop_assert_eq!(empty.decide(), world.decide(), "full access is given at every level");
    }

    #[test]
    fn service_control_policies_do_not_bind_services(world in world()) {
        let world = World {
            caller: "s3.amazonaws.com".to_owned(), identity: vec![], boundary: None, session: None, scp: vec![], ..world
        };
        let bound = World { scp: vec![vec![]], identity: vec![full_access()], ..world.clone() };
        prop_assert_eq!(bound.decide(), world.decide());
    }

    #[test]
    fn without_any_document_only_the_root_user_is_allowed(world in world()) {
        let bare = World {
            identity: vec![], resource_policy: None, boundary: None, session: None, scp: vec![], rcp: vec![], ..world
        };
        // A key and a role have always a policy, and it has to admit the account.
        let has_own_policy = bare.resource.contains(":key/") || bare.resource.contains(":role/");
        let may = bare.is_root() && bare.is_within_one_account() && !has_own_policy;
        prop_assert_eq!(bare.decide(), if may { Decision::Allow } else { Decision::ImplicitDeny });
    }

    #[test]
    fn across_accounts_both_sides_have_to_allow(world in world()) {
        let world = world.across_accounts();
        prop_assume!(world.caller_account().is_some());
        let no_resource = World { resource_policy: None, ..world.clone() };
        prop_assert_ne!(no_resource.decide(), Decision::Allow);
        let no_identity = World { identity: vec![], ..world.clone() };
        prop_assert!(world.is_root() || no_identity.decide() != Decision::Allow);
    }

    #[test]
    fn an_allow_within_one_account_is_granted_by_one_side_alone(world in world()) {
        prop_assume!(world.is_within_one_account() && world.decide() == Decision::Allow);
        let asks_key_or_role = world.resource.contains(":key/") || world.resource.contains(":role/");
        let sides = [World { resource_policy: None, ..world.clone() }, World { identity: vec![], ..world }];
        let is_granted = sides.map(|world| world.decide() == Decision::Allow);
        prop_assert!(asks_key_or_role || is_granted.contains(&true));
    }

    #[test]
    fn the_anonymous_are_matched_by_a_star_only(world in world()) {
        let mut world = World {
            caller: "anonymous".to_owned(), identity: vec![], boundary: None, session: None, scp: vec![], ..world
        };
        for statement in world.resource_policy.iter_mut().flat_map(statements_mut) {
            if statement["Principal"] == "*" || statement["Principal"]["AWS"].to_string().contains("\"*\"") {
                statement["Principal"] = json!({"AWS": "111122223333", "Service": "s3.amazonaws.com"});
            }
        }
        prop_assert_ne!(world.decide(), Decision::Allow);
    }
}
