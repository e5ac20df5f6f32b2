//! The order in which the layers decide. Source:
//! reference_policies_evaluation-logic_policy-eval-denyallow and …_evaluation-logic-cross-account.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Open;
use super::principals::Named;
use super::statements::{Said, said};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) caller: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) resource_account: String,
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

/// The documents.
#[derive(Debug)]
pub(crate) struct Layers<'w> {
    pub(crate) identity: &'w [Value],
    pub(crate) resource: Option<&'w Value>,
    pub(crate) boundary: Option<&'w Value>,
    pub(crate) session: Option<&'w Value>,
    pub(crate) scp: &'w [Vec<Value>],
    pub(crate) rcp: &'w [Vec<Value>],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allow,
    ExplicitDeny,
    ImplicitDeny,
}

impl Asked {
    /// The values of a key, whatever its letter case.
    pub(super) fn values(&self, key: &str) -> Option<&[String]> {
        let found = self.context.iter().find(|(carried, _)| carried.to_lowercase() == key.to_lowercase());
        found.map(|(_, values)| values.as_slice())
    }

    pub(super) fn account(&self) -> Option<&str> {
        if self.caller.starts_with("arn:") { self.caller.split(':').nth(4) } else { None }
    }

    pub(super) fn in_lower_case(&self) -> Self {
        let lower = |values: &Vec<String>| values.iter().map(|value| value.to_lowercase()).collect();
        let context = self.context.iter().map(|(key, values)| (key.clone(), lower(values))).collect();
        Self { context, ..self.clone() }
    }
}

/// The verdict, or that the pages leave it open.
pub(crate) fn verdict(asked: &Asked, layers: &Layers<'_>) -> Result<Verdict, Open> {
    let has_boundary = layers.boundary.is_some();
    let says = |document: &Value| said(document, asked, has_boundary);
    let one = |document: Option<&Value>| document.map(says).transpose();
    let all = |documents: &[Value]| documents.iter().map(says).collect::<Result<Vec<Said>, Open>>();

    let rcp = layers.rcp.iter().map(|level| all(level)).collect::<Result<Vec<_>, _>>()?;
    let resource = one(layers.resource)?;
    let grants: Vec<Named> = resource.iter().flat_map(|said| said.allows.clone()).collect();
    let on_their_side = rcp.iter().flatten().chain(&resource).any(|said| said.denies);
    let Some(account) = asked.account() else {
        // The anonymous and services have no policies of their own.
        return Ok(match (on_their_side, grants.is_empty()) {
            (true, _) => Verdict::ExplicitDeny,
            (false, true) => Verdict::ImplicitDeny,
            (false, false) => Verdict::Allow,
        });
    };
    let identity = all(layers.identity)?;
    let boundary = one(layers.boundary)?;
    let session = one(layers.session)?;
    let scp = layers.scp.iter().map(|level| all(level)).collect::<Result<Vec<_>, _>>()?;
    let on_our_side =
        identity.iter().chain(&boundary).chain(&session).chain(scp.iter().flatten()).any(|said| said.denies);
    if on_their_side || on_our_side {
        return Ok(Verdict::ExplicitDeny);
    }
    let allows = |said: &Said| !said.allows.is_empty();
    let is_root = asked.caller.ends_with(":root");
    let is_federated = asked.caller.contains(":federated-user/");
    let by_organisation = scp.iter().all(|level| level.iter().any(allows));
    // A federated user has what the session policy passes on of the user's.
    let by_identity = is_root || (identity.iter().any(allows) && !(is_federated && session.is_none()));
    let by_limits = boundary.as_ref().is_none_or(allows) && session.as_ref().is_none_or(allows);
    let is_granted = if account == asked.resource_account {
        let asks_key_or_role = asked.resource.contains(":key/")
            || (asked.resource.contains(":role/") && asked.action.to_lowercase().starts_with("sts:"));
        let is_admitted = !asks_key_or_role || !grants.is_empty();
        grants.contains(&Named::Itself)
            || (grants.contains(&Named::Role) && by_limits)
            || (by_identity && is_admitted && by_limits)
    } else {
        !grants.is_empty() && by_identity && by_limits
    };
    Ok(if by_organisation && is_granted { Verdict::Allow } else { Verdict::ImplicitDeny })
}
