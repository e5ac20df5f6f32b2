//! Actions and resources: their negations, letter case and wildcards.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use thumbgate_iam::eval::Decision;

use super::vocabulary::HERE;
use super::world::{World, statements_mut};
use super::worlds::world;
use crate::reference::{letters, matches_wildcards};

/// Whether one statement of an identity policy, given without its effect, allows.
fn allows(world: &World, mut statement: Value) -> bool {
    statement["Effect"] = json!("Allow");
    let identity = vec![json!({"Version": "2012-10-17", "Statement": statement})];
    let alone = World::of_own_policies(&world.action, &world.resource, identity);
    World { context: world.context.clone(), ..alone }.decide() == Decision::Allow
}

/// The elements of one name, of all statements of a world.
fn elements(world: &World, names: [&str; 2]) -> Vec<Value> {
    let mut world = world.clone();
    let statements = world.all_documents_mut().into_iter().flat_map(statements_mut);
    statements.filter_map(|statement| names.iter().find_map(|name| statement.get(name)).cloned()).collect()
}

fn other_case(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() })
        .collect()
}

/// Every text of some JSON, changed.
fn map_texts(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| map_texts(item, change)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(super::random(150))]

    #[test]
    fn either_an_action_or_its_negation_matches(mut world in world()) {
        let items = elements(&world, ["Action", "NotAction"]);
        // A key and a role want to be admitted by their own policies first.
        world.resource = "arn:aws:s3:::photos/a".to_owned();
        for items in items {
            let action = allows(&world, json!({"Action": items, "Resource": "*"}));
            let not_action = allows(&world, json!({"NotAction": items, "Resource": "*"}));
            prop_assert!(action != not_action, "{}", items);
        }
    }

    #[test]
    fn either_a_resource_or_its_negation_matches(mut world in world()) {
        let items = elements(&world, ["Resource", "NotResource"]);
        // With these no variable is without a value, which would leave `NotResource` open.
        world.context.insert("aws:username".to_owned(), vec!["alice".to_owned()]);
        world.context.insert("aws:PrincipalTag/team".to_owned(), vec!["red".to_owned()]);
        prop_assume!(!world.resource.contains(":key/") && !world.resource.contains(":role/"));
        for items in items.into_iter().filter(|items| !items.to_string().contains("${x}")) {
            let resource = allows(&world, json!({"Action": "*", "Resource": items}));
            let not_resource = allows(&world, json!({"Action": "*", "NotResource": items}));
            prop_assert!(resource != not_resource, "{}", items);
        }
    }

    #[test]
    fn the_letter_case_of_actions_does_not_matter(world in world()) {
        let mut shouted = world.clone();
        for statement in shouted.all_documents_mut().into_iter().flat_map(statements_mut) {
            for name in ["Action", "NotAction"] {
                if let Some(items) = statement.get_mut(name) {
                    map_texts(items, &other_case);
                }
            }
        }
        prop_assert_eq!(shouted.decide(), world.decide());
        shouted.action = other_case(&world.action);
        prop_assert_eq!(shouted.decide(), world.decide());
    }

    #[test]
    fn the_letter_case_of_resources_matters(key in "[a-z]{1,8}") {
        let world = World { resource: format!("arn:aws:s3:::photos/{key}"), ..world_of("s3:GetObject") };
        let on = |key: &str| allows(&world, json!({"Action": "*", "Resource": format!("arn:aws:s3:::photos/{key}")}));
        prop_assert!(on(&key) && !on(&key.to_uppercase()));
    }

    #[test]
    fn a_star_of_the_request_is_a_letter(pattern in "[ab*?/:]{0,6}", key in "[ab*?/:\n]{0,7}") {
        let world = World { resource: format!("arn:aws:s3:::photos/{key}"), ..world_of("s3:GetObject") };
        let matched = allows(&world, json!({"Action": "*", "Resource": format!("arn:aws:s3:::photos/{pattern}")}));
        let key: Vec<_> = key.chars().collect();
        prop_assert_eq!(matched, matches_wildcards(&letters(&pattern), &key));
        // Written by their escapes, the letters match themselves and nothing else.
        let escaped: String = pattern.chars().map(|letter| match letter {
            '*' | '?' => format!("${{{letter}}}"),
            other => other.to_string(),
        }).collect();
        let matched = allows(&world, json!({"Action": "*", "Resource": format!("arn:aws:s3:::photos/{escaped}")}));
        prop_assert_eq!(matched, pattern.chars().eq(key));
    }

    #[test]
    fn a_star_stays_in_its_part_of_the_arn(region in "[a-z:]{0,6}", account in select(&[HERE, ""][..])) {
        let world = World { resource: format!("arn:aws:sqs:{region}:{account}:q"), ..world_of("sqs:SendMessage") };
        let matched = allows(&world, json!({"Action": "*", "Resource": "arn:aws:sqs:*:*:q"}));
        prop_assert_eq!(matched, !region.contains(':'));
    }

    #[test]
    fn a_bucket_is_not_its_objects(bucket in "[a-z]{3,6}", key in "[a-z/]{1,6}") {
        let object = World { resource: format!("arn:aws:s3:::{bucket}/{key}"), ..world_of("s3:GetObject") };
        let is_allowed = allows(&object, json!({"Action": "*", "Resource": format!("arn:aws:s3:::{bucket}")}));
        prop_assert!(!is_allowed);
        let itself = World { resource: format!("arn:aws:s3:::{bucket}"), ..world_of("s3:ListBucket") };
        let is_allowed = allows(&itself, json!({"Action": "*", "Resource": format!("arn:aws:s3:::{bucket}/*")}));
        prop_assert!(!is_allowed);
    }
}

fn world_of(action: &str) -> World {
    World::of_own_policies(action, "*", vec![])
}
