//! Conditions. Source: reference_policies_elements_condition_operators and
//! reference_policies_condition-single-vs-multi-valued-context-keys.

use std::net::IpAddr;

use serde_json::Value;

use super::order::Asked;
use super::patterns::{arn_matches, matches, tokens};
use super::{Open, many, text};
use crate::properties::dates::seconds;

/// Whether all conditions of a statement hold.
pub(super) fn all_hold(conditions: &Value, is_old: bool, asked: &Asked) -> Result<bool, Open> {
    let mut is_open = false;
    for (operator, keys) in conditions.as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            match holds(operator, key, &many(values), is_old, asked) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Open) => is_open = true,
            }
        }
    }
    if is_open { Err(Open) } else { Ok(true) }
}

fn holds(operator: &str, key: &str, wanted: &[&Value], is_old: bool, asked: &Asked) -> Result<bool, Open> {
    let wanted: Vec<String> = wanted.iter().map(|value| text(value)).collect();
    let carried = asked.values(key).filter(|values| !values.is_empty());
    if operator == "Null" {
        return Ok(wanted.iter().any(|wanted| (wanted == "true") == carried.is_none()));
    }
    let (set, rest) = operator.split_once(':').unwrap_or(("", operator));
    let base = rest.strip_suffix("IfExists").unwrap_or(rest);
    let is_negated = base.contains("Not");
    let of_absent = || match set {
        "ForAllValues" => Ok(true),
        "ForAnyValue" if rest != base => Err(Open),
        "ForAnyValue" => Ok(false),
        _ => Ok(is_negated || rest != base),
    };
    let Some(carried) = carried else { return of_absent() };
    // A negated operator holds for a value that equals none of those that are wanted.
    let equals = |value: &str| wanted.iter().any(|wanted| is_equal(base, value, wanted, is_old, asked)) != is_negated;
    // Pages differ on whether an empty text is a value or none.
    let unless_null_set = |told: bool| {
        let is_null_set = carried.iter().all(String::is_empty);
        if is_null_set && of_absent().ok() != Some(told) { Err(Open) } else { Ok(told) }
    };
    match set {
        "ForAllValues" => unless_null_set(carried.iter().all(|value| equals(value))),
        "ForAnyValue" => unless_null_set(carried.iter().any(|value| equals(value))),
        _ if carried.len() > 1 => Err(Open),
        _ => Ok(equals(&carried[0])),
    }
}

/// Whether a value that the request carries equals one that the policy wants, negation aside.
fn is_equal(base: &str, value: &str, wanted: &str, is_old: bool, asked: &Asked) -> bool {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    let resolved = |wildcards| tokens(wanted, is_old, wildcards, asked);
    match base {
        "StringEquals" | "StringNotEquals" => resolved(false).is_some_and(|tokens| matches(&tokens, &letters(value))),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            let wanted = tokens(&wanted.to_lowercase(), is_old, false, &asked.in_lower_case());
            wanted.is_some_and(|tokens| matches(&tokens, &letters(&value.to_lowercase())))
        }
        "StringLike" | "StringNotLike" => resolved(true).is_some_and(|tokens| matches(&tokens, &letters(value))),
        "ArnEquals" | "ArnNotEquals" | "ArnLike" | "ArnNotLike" => {
            resolved(true).is_some_and(|tokens| arn_matches(&tokens, value, false))
        }
        "IpAddress" | "NotIpAddress" => is_in_range(value, wanted),
        "Bool" => value.to_lowercase() == wanted.to_lowercase(),
        "BinaryEquals" => value == wanted,
        _ if base.starts_with("Numeric") => compare(base, value.parse().unwrap(), wanted.parse().unwrap()),
        _ if base.starts_with("Date") => compare(base, seconds(value), seconds(wanted)),
        other => panic!("{other} is not known here"),
    }
}

fn compare(base: &str, value: f64, wanted: f64) -> bool {
    if base.ends_with("GreaterThanEquals") {
        value >= wanted
    } else if base.ends_with("GreaterThan") {
        value > wanted
    } else if base.ends_with("LessThanEquals") {
        value <= wanted
    } else if base.ends_with("LessThan") {
        value < wanted
    } else {
        value == wanted
    }
}

fn is_in_range(address: &str, range: &str) -> bool {
    let bits = |address: &str| match address.parse().unwrap() {
        IpAddr::V4(address) => (32, u128::from(u32::from(address))),
        IpAddr::V6(address) => (128, u128::from(address)),
    };
    let (network, prefix) = range.split_once('/').unwrap_or((range, "128"));
    let ((width, address), (network_width, network)) = (bits(address), bits(network));
    let prefix: u32 = prefix.parse::<u32>().unwrap().min(width);
    width == network_width && (prefix == 0 || address >> (width - prefix) == network >> (width - prefix))
}
