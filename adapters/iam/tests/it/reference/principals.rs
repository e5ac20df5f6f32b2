//! Whom a statement names. Source: reference_policies_elements_principal and
//! reference_policies_elements_notprincipal.

use serde_json::Value;

use super::order::Asked;
use super::{Open, many, text};

/// How an Allow of a resource's policy names the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Account,
    Role,
    Itself,
}

/// All ways in which a `Principal` names the caller.
pub(super) fn named(principal: &Value, asked: &Asked) -> Vec<Named> {
    if principal == "*" {
        return vec![Named::Itself];
    }
    let mut ways = Vec::new();
    for (kind, named) in principal.as_object().into_iter().flatten() {
        for one in many(named) {
            ways.extend(way(kind, &text(one), asked));
        }
    }
    ways
}

fn way(kind: &str, named: &str, asked: &Asked) -> Option<Named> {
    if named == "*" {
        return Some(Named::Itself);
    }
    if kind == "Service" {
        return (named == asked.caller).then_some(Named::Itself);
    }
    if kind != "AWS" {
        return None;
    }
    let account = asked.account()?;
    if named == account || named == format!("arn:aws:iam::{account}:root") {
        return Some(Named::Account);
    }
    if named == asked.caller {
        // The caller may be a role itself, whichever session of it.
        return Some(if named.contains(":role/") { Named::Role } else { Named::Itself });
    }
    let session = asked.caller.split_once(":assumed-role/").map(|(_, session)| session);
    let role = session.and_then(|session| session.split_once('/')).map(|(role, _)| role)?;
    let is_role = named.starts_with(&format!("arn:aws:iam::{account}:role/")) && named.ends_with(&format!("/{role}"));
    is_role.then_some(Named::Role)
}

/// Whether a Deny with `NotPrincipal` hits the caller: a session, its role and its account have all to
/// be listed, a user and its account likewise.
pub(super) fn not_principal_hits(principal: &Value, asked: &Asked, has_boundary: bool) -> Result<bool, Open> {
    if has_boundary {
        return Ok(true);
    }
    let everyone = principal == "*" || many(&principal["AWS"]).iter().any(|one| *one == "*");
    if everyone {
        return Ok(false);
    }
    let listed = named(principal, asked);
    let needed: &[Named] = if asked.account().is_none() {
        &[Named::Itself]
    } else if asked.caller.ends_with(":root") {
        &[Named::Account]
    } else if asked.caller.contains(":assumed-role/") {
        &[Named::Itself, Named::Role, Named::Account]
    } else if asked.caller.contains(":role/") {
        &[Named::Role, Named::Account]
    } else {
        &[Named::Itself, Named::Account]
    };
    match needed.iter().filter(|needed| listed.contains(needed)).count() {
        0 => Ok(true),
        count if count == needed.len() => Ok(false),
        _ => Err(Open),
    }
}
