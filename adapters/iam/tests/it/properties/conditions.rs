//! Conditions: absent keys, sets, letter case, values that are never patterns.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use thumbgate_iam::eval::Decision;
use thumbgate_iam::lang::Operator;

use super::statements::condition;
use super::world::World;
use super::worlds::{context, world};

/// Whether an Allow with this condition allows, its context being what is given.
fn holds(operator: &str, key: &str, values: &Value, context: &BTreeMap<String, Vec<String>>) -> bool {
    let condition = json!({operator: {key: values}});
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    of_statement(statement, "arn:aws:s3:::photos/a", context) == Decision::Allow
}

fn of_statement(statement: Value, resource: &str, context: &BTreeMap<String, Vec<String>>) -> Decision {
    let identity = vec![json!({"Version": "2012-10-17", "Statement": statement})];
    World { context: context.clone(), ..World::of_own_policies("s3:GetObject", resource, identity) }.decide()
}

fn carrying(key: &str, values: &[&str]) -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([(key.to_owned(), values.iter().map(|value| (*value).to_owned()).collect())])
}

/// The names of all operators but `Null`.
fn operators() -> impl Strategy<Value = &'static str> {
    select(Operator::names().filter(|name| *name != "Null").collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(super::random(200))]

    #[test]
    fn on_an_absent_key_positive_operators_fail_and_negated_ones_hold(
        (operator, _, values) in condition(), name in operators(), mut context in context(),
    ) {
        let key = "aws:absent";
        context.insert("aws:present".to_owned(), vec!["x".to_owned()]);
        prop_assert_eq!(holds(name, key, &values, &context), name.contains("Not"), "{}", name);
        prop_assert!(holds(&format!("{name}IfExists"), key, &values, &context), "{}IfExists", name);
        prop_assert!(holds(&format!("ForAllValues:{name}"), key, &values, &context), "ForAllValues:{}", name);
        prop_assert!(!holds(&format!("ForAnyValue:{name}"), key, &values, &context), "ForAnyValue:{}", name);
        prop_assert!(holds(&format!("ForAllValues:{name}IfExists"), key, &values, &context), "both: {}", name);
        prop_assert!(holds("Null", key, &json!("true"), &context) && !holds("Null", key, &json!("false"), &context));
        // A set without members is as absent as its key.
        context.insert(key.to_owned(), vec![]);
        prop_assert_eq!(holds(name, key, &values, &context), name.contains("Not"), "{} {}", operator, name);
        prop_assert!(holds("Null", key, &json!(true), &context));
    }

    #[test]
    fn if_exists_changes_nothing_where_the_key_is_there((operator, key, values) in condition(), context in context()) {
        prop_assume!(!operator.ends_with("IfExists") && operator != "Null");
        prop_assume!(context.get(&key).is_some_and(|values| !values.is_empty()));
        let if_exists = format!("{operator}IfExists");
        prop_assert_eq!(holds(&operator, &key, &values, &context), holds(&if_exists, &key, &values, &context));
    }

    #[test]
    fn a_negated_operator_is_the_negation_of_the_other((operator, key, values) in condition(), context in context()) {
        prop_assume!(!operator.contains(':') && !operator.contains("IfExists") && operator.contains("Not"));
        prop_assume!(context.get(&key).is_some_and(|values| values.len() == 1));
        let positive = operator.replace("NotE", "E").replace("NotL", "L").replace("NotIp", "Ip");
        prop_assert_ne!(holds(&operator, &key, &values, &context), holds(&positive, &key, &values, &context));
    }

    #[test]
    fn more_values_widen_a_positive_operator_and_narrow_a_negated_one(
        (operator, key, values) in condition(), (_, _, more) in condition(), context in context(),
    ) {
        prop_assume!(operator.starts_with("String"));
        let list = |values: &Value| values.as_array().cloned().unwrap_or_else(|| vec![values.clone()]);
        let both = json!([list(&values), list(&more)].concat());
        let (one, all) = (holds(&operator, &key, &values, &context), holds(&operator, &key, &both, &context));
        let widened = if operator.contains("Not") { one || !all } else { all || !one };
        prop_assert!(widened);
    }

    #[test]
    fn operators_and_keys_are_joined_by_and(one in condition(), other in condition(), context in context()) {
        prop_assume!(one.0 != other.0);
        let joined = json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {&one.0: {&one.1: one.2}, &other.0: {&other.1: other.2}}});
        let each = [&one, &other].map(|(operator, key, values)| holds(operator, key, values, &context));
        let all = of_statement(joined, "arn:aws:s3:::photos/a", &context) == Decision::Allow;
        prop_assert_eq!(all, each == [true, true]);
    }

    #[test]
    fn a_variables_value_is_never_a_pattern(value in "[ab*?/$]{0,5}", asked in "[ab*?/$]{1,5}") {
        let context = carrying("aws:PrincipalTag/team", &[&value]);
        let resource = "arn:aws:s3:::photos/${aws:PrincipalTag/team}";
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": resource});
        let decision = of_statement(statement, &format!("arn:aws:s3:::photos/{asked}"), &context);
        prop_assert_eq!(decision == Decision::Allow, value == asked);
        let mut context = context;
        context.insert("s3:prefix".to_owned(), vec![asked.clone()]);
        prop_assert_eq!(holds("StringLike", "s3:prefix", &json!("${aws:PrincipalTag/team}"), &context), value == asked);
        let default = format!("${{aws:absent, '{value}'}}");
        prop_assert_eq!(holds("StringLike", "s3:prefix", &json!(default), &context), value == asked);
    }

    #[test]
    fn a_default_stands_in_for_an_absent_value_only(value in "[ab]{0,3}", default in "[ab]{0,3}", asked in "[ab]{0,3}") {
        let wanted = json!(format!("${{aws:PrincipalTag/team, '{default}'}}"));
        let mut context = carrying("s3:prefix", &[&asked]);
        for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase"] {
            prop_assert_eq!(holds(operator, "s3:prefix", &wanted, &context), asked == default, "{}", operator);
        }
        context.insert("aws:PrincipalTag/team".to_owned(), vec![value.clone()]);
        for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase"] {
            prop_assert_eq!(holds(operator, "s3:prefix", &wanted, &context), asked == value, "{}", operator);
        }
    }

    #[test]
    fn the_letter_case_of_keys_does_not_matter_and_that_of_values_does(
        (operator, key, values) in condition(), context in context(), name in "[a-z]{1,6}",
    ) {
        let expected = holds(&operator, &key, &values, &context);
        let shouted: BTreeMap<_, _> = context.iter().map(|(key, values)| (key.to_uppercase(), values.clone())).collect();
        prop_assert_eq!(holds(&operator, &key.to_uppercase(), &values, &context), expected);
        prop_assert_eq!(holds(&operator, &key, &values, &shouted), expected);
        let context = carrying("aws:username", &[&name.to_uppercase()]);
        for (operator, expected) in [("StringEquals", false), ("StringLike", false), ("StringEqualsIgnoreCase", true)] {
            prop_assert_eq!(holds(operator, "aws:username", &json!(name), &context), expected, "{}", operator);
        }
    }

    #[test]
    fn an_open_question_is_never_answered_by_granting(
        name in operators(), value in "[a-z]{1,4}", other in "[a-z]{1,4}", mut world in world(),
    ) {
        // A text that is of no number, date, range or ARN, as Allow and as Deny.
        prop_assume!(!name.starts_with("String") && name != "BinaryEquals");
        let context = carrying("aws:username", &[&value]);
        prop_assert!(!holds(name, "aws:username", &json!(other), &context), "{}", name);
        let condition = json!({name: {"aws:username": other}});
        world.context = context;
        world.identity = vec![json!({"Version": "2012-10-17", "Statement":
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}})];
        prop_assert!(world.caller_account().is_none() || world.decide() == Decision::ExplicitDeny, "{}", name);
    }
}
