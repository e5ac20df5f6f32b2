//! The whole reasoning of a decision, built only when it is asked for.

use std::sync::Arc;

use super::context::Key;
use super::flip::{self, Change};
use super::policies::{Decision, Layer, Policies, needs_admission, needs_no_permission};
use super::principal::Naming;
use super::request::Request;
use super::statement::Part;
use crate::lang::{self, Position, StatementEffect};

/// A verdict and everything that led to it.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The request.
    pub request: Request,
    /// The verdict.
    pub decision: Decision,
    /// The rule that gave it.
    pub because: Because,
    /// Every statement of every document, in the order of evaluation.
    pub statements: Vec<StatementTrace>,
    /// The smallest changes that flip the verdict, all of them together; empty where none is
    /// offered. They were tried: with them the verdict is the other one.
    pub changes: Vec<Change>,
}

/// The rule that gave a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Because {
    /// A statement denies.
    Denied,
    /// This layer has to allow, and does not.
    NotAllowedBy(Layer),
    /// The resource's policy names the caller itself: nothing else is asked.
    ResourceNamesCaller,
    /// The resource's policy names the caller's role, within boundary and session policy.
    ResourceNamesRole,
    /// The resource's policy names the service, or everyone.
    ResourceNamesService,
    /// The caller's own policies allow.
    Identity,
    /// The caller's own policies allow, and the policy of the key or role admits its account.
    AdmittedIdentity,
    /// The action needs no permission, and no Deny keeps from it.
    NoPermissionNeeded,
    /// The caller is the account's root user.
    Root,
    /// Caller and resource are of two accounts, and both sides allow.
    BothSides,
}

/// A statement and how it took part.
#[derive(Debug, Clone)]
pub struct StatementTrace {
    /// The layer of its document.
    pub layer: Layer,
    /// The name of its document.
    pub document: String,
    /// Where it stands in the document.
    pub position: Position,
    /// Its index in the document, from 0.
    pub index: usize,
    /// The index of its document in the layer, from 0: names may be the same.
    pub(super) document_index: usize,
    /// Its name, if it has one.
    pub sid: Option<String>,
    /// What it does.
    pub effect: StatementEffect,
    /// The first part that does not match; none where it matches.
    pub mismatch: Option<Mismatch>,
    /// How it names the caller, if it matches.
    pub(super) naming: Naming,
    /// Whether the verdict rests on it.
    pub decides: bool,
}

/// The first part of a statement that a request does not match, with the values of both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The statement speaks of other actions.
    Action {
        /// Whether it is a `NotAction`.
        negated: bool,
        /// As written.
        wanted: Vec<String>,
    },
    /// The statement speaks of other resources.
    Resource {
        /// Whether it is a `NotResource`.
        negated: bool,
        /// As written.
        wanted: Vec<String>,
    },
    /// The statement names others.
    Principal {
        /// Whether it is a `NotPrincipal`.
        negated: bool,
        /// As written.
        wanted: Vec<String>,
    },
    /// A condition does not hold.
    Condition {
        /// Its operator, with prefix and suffix.
        operator: String,
        /// Its key, as written.
        key: String,
        /// Its values, as written.
        wanted: Vec<String>,
        /// What the request carries; none where it does not carry the key.
        found: Option<Arc<[String]>>,
    },
}

impl Policies {
    /// The verdict with its whole reasoning.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explanation {
        let mut explanation = self.trace(request);
        explanation.changes = flip::changes(self, request, &explanation);
        explanation
    }

    /// The reasoning without the changes.
    pub(super) fn trace(&self, request: &Request) -> Explanation {
        let has_boundary = self.boundary.is_some();
        let verdict = self.judge(request);
        let mut statements = Vec::new();
        let mut naming = Naming::None;
        let mut identity_allows = false;
        for (layer, document_index, policy) in self.all().filter(|(layer, ..)| is_asked(*layer, request)) {
            let document = policy.document();
            for (index, (compiled, written)) in policy.statements().iter().zip(document.statements()).enumerate() {
                let matched = compiled.first_mismatch(request, has_boundary);
                if let (Err(named), StatementEffect::Allow) = (&matched, compiled.effect) {
                    match layer {
                        Layer::Resource => naming = naming.max(*named),
                        Layer::Identity => identity_allows = true,
                        _ => {}
                    }
                }
                statements.push(StatementTrace {
                    layer,
                    document: document.source().name().to_owned(),
                    position: document.position(written.span),
                    index,
                    document_index,
                    sid: written.sid.as_ref().map(|sid| sid.value.clone()),
                    effect: written.effect,
                    naming: matched.err().unwrap_or(Naming::None),
                    mismatch: matched.ok().map(|part| mismatch(part, written, request)),
                    decides: false,
                });
            }
        }
        let (decision, because) = match verdict {
            Err(None) => (Decision::ExplicitDeny, Because::Denied),
            Err(Some(layer)) => (Decision::ImplicitDeny, Because::NotAllowedBy(layer)),
            Ok(()) => (Decision::Allow, granted_by(request, naming, identity_allows)),
        };
        for statement in &mut statements {
            statement.decides = decides(because, statement);
        }
        Explanation { request: request.clone(), decision, because, statements, changes: Vec::new() }
    }
}

/// Whether a layer has a say: the anonymous and services have no policies of their own.
fn is_asked(layer: Layer, request: &Request) -> bool {
    request.caller().account().is_some() || matches!(layer, Layer::Resource | Layer::ResourceControl(_))
}

fn granted_by(request: &Request, naming: Naming, identity_allows: bool) -> Because {
    if needs_no_permission(request) {
        return Because::NoPermissionNeeded;
    }
    if request.caller().account().is_none() {
        return Because::ResourceNamesService;
    }
    if !request.is_within_one_account() {
        return Because::BothSides;
    }
    match naming {
        Naming::Direct => Because::ResourceNamesCaller,
        Naming::Role => Because::ResourceNamesRole,
        Naming::Account if identity_allows && needs_admission(request) => Because::AdmittedIdentity,
        Naming::Account | Naming::None if identity_allows => Because::Identity,
        Naming::Account | Naming::None => Because::Root,
    }
}

/// Whether the verdict rests on a statement.
fn decides(because: Because, statement: &StatementTrace) -> bool {
    if statement.mismatch.is_some() {
        return false;
    }
    match (because, statement.effect) {
        (Because::Denied, effect) => effect == StatementEffect::Deny,
        (_, StatementEffect::Deny) => false,
        (Because::ResourceNamesCaller | Because::ResourceNamesService, _) => {
            statement.layer == Layer::Resource && statement.naming == Naming::Direct
        }
        (Because::ResourceNamesRole, _) => statement.layer == Layer::Resource && statement.naming == Naming::Role,
        (Because::Identity, _) => statement.layer == Layer::Identity,
        (Because::BothSides | Because::AdmittedIdentity, _) => {
            matches!(statement.layer, Layer::Resource | Layer::Identity)
        }
        (Because::NotAllowedBy(_) | Because::Root | Because::NoPermissionNeeded, _) => false,
    }
}

fn mismatch(part: Part, written: &lang::Statement, request: &Request) -> Mismatch {
    match part {
        Part::Action => Mismatch::Action {
            negated: written.action.negated,
            wanted: written.action.items.iter().map(|item| item.value.clone()).collect(),
        },
        Part::Resource => {
            let resource = written.resource.as_ref();
            Mismatch::Resource {
                negated: resource.is_some_and(|resource| resource.negated),
                wanted: resource.iter().flat_map(|resource| &resource.items).map(|item| item.value.clone()).collect(),
            }
        }
        Part::Principal => {
            let principal = written.principal.as_ref();
            Mismatch::Principal {
                negated: principal.is_some_and(|principal| principal.negated),
                wanted: principal
                    .iter()
                    .flat_map(|principal| &principal.items)
                    .map(|item| item.value.to_string())
                    .collect(),
            }
        }
        Part::Condition(index) => match written.conditions.get(index) {
            Some(condition) => Mismatch::Condition {
                operator: condition.operator.value.to_string(),
                key: condition.key.value.clone(),
                wanted: condition.values.iter().map(|value| value.value.clone()).collect(),
                found: request.context().shared_values(&Key::new(&condition.key.value)).cloned(),
            },
            None => {
                Mismatch::Condition { operator: String::new(), key: String::new(), wanted: Vec::new(), found: None }
            }
        },
    }
}

#[cfg(test)]
mod tests;
