//! Which statements match. Source: reference_policies_elements_action, …_elements_notaction,
//! …_elements_resource, …_elements_notresource.

use serde_json::Value;

use super::conditions::all_hold;
use super::order::Asked;
use super::patterns::{arn_matches, matches, tokens};
use super::principals::{Named, named, not_principal_hits};
use super::{Open, many, text};

/// What a document says: whether a Deny matches, and how the Allows that match name the caller
/// (`Itself` where they name nobody, as in policies of an identity).
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) denies: bool,
    pub(super) allows: Vec<Named>,
}

pub(super) fn said(document: &Value, asked: &Asked, has_boundary: bool) -> Result<Said, Open> {
    let is_old = document["Version"] != "2012-10-17";
    let mut said = Said::default();
    for statement in many(&document["Statement"]) {
        let names = names(statement, asked, has_boundary);
        let parts = [
            Ok(names_action(statement, asked)),
            names_resource(statement, is_old, asked),
            names.as_ref().map(|ways| !ways.is_empty()).map_err(|open| *open),
            all_hold(&statement["Condition"], is_old, asked),
        ];
        // What fails for certain fails, whatever else is open.
        if parts.contains(&Ok(false)) {
            continue;
        }
        if parts.contains(&Err(Open)) {
            return Err(Open);
        }
        match statement["Effect"].as_str() {
            Some("Deny") => said.denies = true,
            _ => said.allows.extend(names?),
        }
    }
    Ok(said)
}

fn names(statement: &Value, asked: &Asked, has_boundary: bool) -> Result<Vec<Named>, Open> {
    if let Some(principal) = statement.get("Principal") {
        return Ok(named(principal, asked));
    }
    match statement.get("NotPrincipal") {
        Some(principal) => {
            let hits = not_principal_hits(principal, asked, has_boundary)?;
            Ok(if hits { vec![Named::Itself] } else { Vec::new() })
        }
        None => Ok(vec![Named::Itself]),
    }
}

fn names_action(statement: &Value, asked: &Asked) -> bool {
    let action: Vec<char> = asked.action.to_lowercase().chars().collect();
    let is_named = |items: &Value| {
        // Variables cannot stand in an action.
        many(items).iter().any(|item| {
            tokens(&text(item).to_lowercase(), true, true, asked).is_some_and(|tokens| matches(&tokens, &action))
        })
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(items), _) => is_named(items),
        (None, Some(items)) => !is_named(items),
        (None, None) => false,
    }
}

fn names_resource(statement: &Value, is_old: bool, asked: &Asked) -> Result<bool, Open> {
    let one = |item: &Value| {
        let item = text(item);
        if item == "*" {
            return Some(true);
        }
        Some(arn_matches(&tokens(&item, is_old, true, asked)?, &asked.resource, true))
    };
    match (statement.get("Resource"), statement.get("NotResource")) {
        // A variable without a value matches nothing.
        (Some(items), _) => Ok(many(items).iter().any(|item| one(item) == Some(true))),
        (None, Some(items)) => {
            let items: Vec<_> = many(items).iter().map(|item| one(item)).collect();
            if items.contains(&Some(true)) {
                Ok(false)
            } else if items.contains(&None) {
                Err(Open)
            } else {
                Ok(true)
            }
        }
        // A trust policy: the role itself.
        (None, None) => Ok(true),
    }
}
