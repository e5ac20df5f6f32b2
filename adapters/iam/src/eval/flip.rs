//! The smallest change of the documents that flips a verdict; offered only after it was tried.
//!
//! Nothing is offered that grants more than the request: a statement is extended only where all that
//! it then grants anew is the request itself, and else a statement of its own is offered. Nothing
//! widens a condition or drops a Deny altogether, for what was meant only their author knows; and
//! nothing is offered to the anonymous.

use std::fmt;
use std::sync::Arc;

use super::context::Key;
use super::policies::{Decision, Layer, Policies};
use super::policy::Policy;
use super::request::{Caller, Request};
use super::statement as eval;
use super::trace::{Explanation, Mismatch, StatementTrace};
use crate::explain::printable;
use crate::lang::{
    Arn, Document, Element, Kind, Position, PrincipalPattern, Source, Span, Spanned, Statement, StatementEffect,
};

/// One change of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Name one thing more in a statement.
    Extend {
        /// The statement's place: document, position, name.
        statement: Place,
        /// `Action`, `Resource` or `Principal`.
        element: &'static str,
        /// What to add.
        value: String,
    },
    /// Add a statement that allows just this.
    Add {
        /// Where to.
        layer: Layer,
        /// The action.
        action: String,
        /// The resource; none in a trust policy, which is the role's own.
        resource: Option<String>,
        /// To whom, in policies that say so.
        principal: Option<String>,
    },
    /// Take the request out of a Deny, by its principal, resource or condition.
    Except {
        /// The statement.
        statement: Place,
    },
    /// Take the request out of an Allow.
    Remove {
        /// The statement.
        statement: Place,
    },
}

/// Where a statement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name of its document.
    pub document: String,
    /// Its position there.
    pub position: Position,
    /// Its name, if it has one.
    pub sid: Option<String>,
}

impl Place {
    pub(crate) fn of(statement: &StatementTrace) -> Self {
        Self { document: statement.document.clone(), position: statement.position, sid: statement.sid.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sid) = &self.sid {
            write!(f, "`{}` ", printable(sid.chars()))?;
        }
        write!(f, "({}:{}:{})", printable(self.document.chars()), self.position.line, self.position.column)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extend { statement, element, value } => {
                write!(f, "add `{}` to `{element}` of statement {statement}", printable(value.chars()))
            }
            Self::Add { layer, action, resource, principal } => {
                let action = printable(action.chars());
                match resource {
                    Some(resource) => {
                        let resource = printable(resource.chars());
                        write!(f, "add to the {layer} a statement that allows `{action}` on `{resource}`")?;
                    }
                    None => write!(f, "add to the trust policy a statement that allows `{action}`")?,
                }
                match principal {
                    Some(principal) => write!(f, " to `{}`", printable(principal.chars())),
                    None => Ok(()),
                }
            }
            Self::Except { statement } => write!(f, "take this request out of the Deny {statement}"),
            Self::Remove { statement } => write!(f, "take this request out of the Allow {statement}"),
        }
    }
}

/// How many changes are offered at most; a verdict that needs more is better rethought.
const CHANGES_MAX: usize = 16;

/// How many extended statements are tried in whole, so that the work stays near that of so many
/// decisions however long the documents are.
const TRIES_MAX: usize = 16;

/// The changes that together flip the verdict, or none.
pub(super) fn changes(policies: &Policies, request: &Request, explanation: &Explanation) -> Vec<Change> {
    let mut changed = policies.clone();
    let mut changes = Vec::new();
    let is_allow = explanation.decision == Decision::Allow;
    if explanation.decision != Decision::ImplicitDeny {
        let deciding: Vec<_> = explanation.statements.iter().filter(|statement| statement.decides).collect();
        if deciding.len() > CHANGES_MAX {
            return Vec::new();
        }
        without(&mut changed, &deciding);
        changes.extend(deciding.into_iter().map(Place::of).map(|statement| match is_allow {
            true => Change::Remove { statement },
            false => Change::Except { statement },
        }));
    }
    if is_allow {
        return if changed.decide(request) == Decision::Allow { Vec::new() } else { changes };
    }
    let mut tries = TRIES_MAX;
    loop {
        let missing = match changed.judge(request) {
            Ok(()) => return changes,
            Err(None) => return Vec::new(),
            Err(Some(layer)) => layer,
        };
        let change = allow(&mut changed, request, missing, &mut tries).filter(|_| changes.len() < CHANGES_MAX);
        match change {
            Some(change) => changes.push(change),
            None => return Vec::new(),
        }
    }
}

/// Takes statements, which stand in the order of a trace, out of their documents.
fn without(policies: &mut Policies, statements: &[&StatementTrace]) {
    let place = |statement: &StatementTrace| (statement.layer, statement.document_index);
    for of_document in statements.chunk_by(|one, other| place(one) == place(other)) {
        let Some(first) = of_document.first() else { continue };
        edit(policies, first, |document| {
            for statement in of_document.iter().rev() {
                document.statements.remove(statement.index);
            }
            Some(())
        });
    }
}

/// Changes the document of a statement.
fn edit(
    policies: &mut Policies,
    statement: &StatementTrace,
    change: impl FnOnce(&mut Document) -> Option<()>,
) -> Option<()> {
    let policy = policies.of_layer_mut(statement.layer).get_mut(statement.document_index)?;
    let mut changed = policy.document().clone();
    change(&mut changed)?;
    *policy = Arc::new(Policy::compile(changed));
    Some(())
}

/// Makes a layer allow the request by the smallest change that is possible there.
fn allow(policies: &mut Policies, request: &Request, missing: Layer, tries: &mut usize) -> Option<Change> {
    let layers: &[Layer] = match missing {
        Layer::Resource if !has_resource_policy(request) => &[],
        // Within an account either side will do; the mission's is the resource's.
        Layer::Identity if request.is_within_one_account() && has_resource_policy(request) => {
            &[Layer::Resource, Layer::Identity]
        }
        _ => &[missing],
    };
    let trace = policies.trace(request);
    for layer in layers {
        for statement in trace.statements.iter().filter(|statement| statement.layer == *layer) {
            if let Some(change) = extend(policies, request, statement, missing, tries) {
                return Some(change);
            }
        }
    }
    layers.iter().find_map(|layer| add(policies, request, *layer, missing))
}

/// Whether a change took the layer out of the way.
fn helps(policies: &Policies, request: &Request, missing: Layer) -> bool {
    match policies.judge(request) {
        Ok(()) => true,
        Err(Some(layer)) => layer != missing,
        Err(None) => false,
    }
}

/// Names one thing more in an Allow that fails by one element only.
fn extend(
    policies: &mut Policies,
    request: &Request,
    statement: &StatementTrace,
    missing: Layer,
    tries: &mut usize,
) -> Option<Change> {
    if statement.effect != StatementEffect::Allow {
        return None;
    }
    let (element, value) = match statement.mismatch.as_ref()? {
        Mismatch::Action { negated: false, .. } => ("Action", request.action().to_owned()),
        Mismatch::Resource { negated: false, .. } => ("Resource", as_pattern(request.resource())),
        Mismatch::Principal { negated: false, .. } => ("Principal", principal_to_name(request)?),
        _ => return None,
    };
    let has_boundary = policies.boundary.is_some();
    let document = policies.of_layer_mut(statement.layer).get(statement.document_index)?.document();
    let mut extended = document.statements().get(statement.index)?.clone();
    if matches!(statement.layer, Layer::ServiceControl(_)) || !is_only_about(&extended, element, request) {
        return None;
    }
    let span = Span::default();
    match element {
        "Action" => extended.action.items.push(Spanned { value: value.clone(), span }),
        "Resource" => extended.resource.as_mut()?.items.push(Spanned { value: value.clone(), span }),
        _ => extended.principal.as_mut()?.items.push(Spanned { value: pattern_of(request)?, span }),
    }
    let is_match = eval::Statement::compile(&extended, document.version()).matches(request, has_boundary).is_some();
    if !is_match || *tries == 0 {
        return None;
    }
    *tries -= 1;
    let before = policies.clone();
    edit(policies, statement, |document| {
        *document.statements.get_mut(statement.index)? = extended;
        Some(())
    })?;
    if helps(policies, request, missing) {
        return Some(Change::Extend { statement: Place::of(statement), element, value });
    }
    *policies = before;
    None
}

/// Whether every element of a statement but one names just what is asked, so that all it grants when
/// that one is extended is the request.
fn is_only_about(statement: &Statement, element: &str, request: &Request) -> bool {
    let is = |element: &Element<String>, wanted: &dyn Fn(&str) -> bool| {
        !element.negated && element.items.iter().all(|item| wanted(&item.value))
    };
    let action = is(&statement.action, &|text| text.eq_ignore_ascii_case(request.action()));
    let pattern = as_pattern(request.resource());
    let resource = statement.resource.as_ref().is_none_or(|resource| is(resource, &|text| text == pattern));
    let principal = statement.principal.as_ref().is_none_or(|principal| {
        let caller = pattern_of(request);
        !principal.negated && principal.items.iter().all(|item| Some(&item.value) == caller.as_ref())
    });
    (element == "Action" || action) && (element == "Resource" || resource) && (element == "Principal" || principal)
}

/// Whether the resource is of a kind that has a policy of its own (IAM User Guide, "AWS services that
/// work with IAM", resource-based policies).
fn has_resource_policy(request: &Request) -> bool {
    match request.resource_parts() {
        Some([_, "s3" | "sqs" | "sns" | "kms" | "lambda" | "events", ..]) => true,
        Some([_, "iam", ..]) => is_role(request),
        _ => false,
    }
}

fn is_role(request: &Request) -> bool {
    Arn::parse(request.resource()).is_some_and(|arn| Kind::of_resource_policy(&arn) == Kind::Trust)
}

/// Adds a statement, and the document where the layer has none.
fn add(policies: &mut Policies, request: &Request, layer: Layer, missing: Layer) -> Option<Change> {
    let names_principals = layer == Layer::Resource;
    let statement = new_statement(request, names_principals)?;
    let before = policies.clone();
    let new = |kind: Kind| {
        let mut document = Document::empty(Source::new("new", ""), kind);
        document.statements.push(statement.clone());
        Arc::new(Policy::compile(document))
    };
    match policies.of_layer_mut(layer).first_mut() {
        Some(policy) => {
            let mut changed = policy.document().clone();
            changed.statements.push(statement.clone());
            *policy = Arc::new(Policy::compile(changed));
        }
        None => match layer {
            Layer::Resource if is_role(request) => policies.resource = Some(new(Kind::Trust)),
            Layer::Resource => policies.resource = Some(new(Kind::Resource)),
            Layer::Identity => policies.identity.push(new(Kind::Identity)),
            Layer::ServiceControl(level) => policies.service_control.get_mut(level)?.push(new(Kind::ServiceControl)),
            Layer::Boundary | Layer::Session | Layer::ResourceControl(_) => return None,
        },
    }
    if helps(policies, request, missing) {
        return Some(Change::Add {
            layer,
            action: request.action().to_owned(),
            resource: statement.resource.is_some().then(|| as_pattern(request.resource())),
            principal: if names_principals { principal_to_name(request) } else { None },
        });
    }
    *policies = before;
    None
}

fn new_statement(request: &Request, names_principals: bool) -> Option<Statement> {
    let span = Span::default();
    let text = |value: &str| Element { negated: false, items: vec![Spanned { value: value.to_owned(), span }], span };
    let principal = if names_principals {
        Some(Element { negated: false, items: vec![Spanned { value: pattern_of(request)?, span }], span })
    } else {
        None
    };
    Some(Statement {
        sid: None,
        effect: StatementEffect::Allow,
        principal,
        action: text(request.action()),
        resource: (!names_principals || !is_role(request)).then(|| text(&as_pattern(request.resource()))),
        conditions: Vec::new(),
        span,
    })
}

/// A resource as a policy has to write it, so that its letters stay letters.
fn as_pattern(resource: &str) -> String {
    if resource == "*" {
        return resource.to_owned();
    }
    let mut pattern = String::with_capacity(resource.len());
    let mut characters = resource.chars().peekable();
    while let Some(character) = characters.next() {
        let is_special = matches!(character, '*' | '?') || (character == '$' && characters.peek() == Some(&'{'));
        match character {
            _ if is_special => pattern.extend(["${", character.encode_utf8(&mut [0; 4]), "}"]),
            other => pattern.push(other),
        }
    }
    pattern
}

/// The principal that a policy should name for this caller: the role rather than one session of
/// it, and never the anonymous.
fn pattern_of(request: &Request) -> Option<PrincipalPattern> {
    let parsed = |arn: &str| PrincipalPattern::parse_aws(arn).ok();
    match request.caller() {
        Caller::Anonymous => None,
        Caller::Service(name) => PrincipalPattern::parse_service(name).ok(),
        Caller::Root { account } => parsed(account),
        Caller::User { arn, .. } | Caller::Role { arn, .. } | Caller::FederatedUser { arn, .. } => parsed(arn),
        Caller::Session { arn, .. } => {
            // Without its path the role cannot be named: only the request's own key tells it.
            let role = request.context().single(&Key::new("aws:PrincipalArn")).and_then(parsed);
            role.filter(|role| matches!(role, PrincipalPattern::Role(_))).or_else(|| parsed(arn))
        }
    }
}

fn principal_to_name(request: &Request) -> Option<String> {
    pattern_of(request).map(|pattern| match pattern {
        PrincipalPattern::Account(account) => account,
        other => other.to_string(),
    })
}
