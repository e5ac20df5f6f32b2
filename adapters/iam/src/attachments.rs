//! Which document is attached to what: the documents of a deployment, kept together.
//!
//! [`Attachments`] answers which [`Policies`] apply to a caller and a resource, so that one set of
//! documents serves every request of a pipeline. An `index.json` beside the documents says what
//! each is attached to; without one it is guessed from what a document says ([`guess`]).

mod index;

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

pub use index::{Entry, IndexError, parse_index};

use crate::eval::{Policies, Policy};
use crate::lang::json;
use crate::lang::{Arn, Document, Element, Kind, PrincipalPattern, Source, Statement, StatementEffect, SyntaxErrors};

/// What a document is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// A permission policy of the caller with this ARN; none is every caller.
    Identity(Option<String>),
    /// The permissions boundary of the caller with this ARN; none is every caller.
    Boundary(Option<String>),
    /// The policy that the caller's session was started with.
    Session,
    /// The trust policy of the role with this ARN; none is every role.
    Trust(Option<String>),
    /// The policy of the resource with this ARN (a bucket's is for its objects too).
    Resource(String),
    /// A service control policy of the caller's organisation, at a level counted from the root.
    ServiceControl(usize),
    /// A resource control policy of the resource's organisation, at a level counted from the root.
    ResourceControl(usize),
}

impl Attachment {
    /// The kind of document that can be attached so.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Identity(_) => Kind::Identity,
            Self::Boundary(_) => Kind::Boundary,
            Self::Session => Kind::Session,
            Self::Trust(_) => Kind::Trust,
            Self::Resource(_) => Kind::Resource,
            Self::ServiceControl(_) => Kind::ServiceControl,
            Self::ResourceControl(_) => Kind::ResourceControl,
        }
    }
}

/// Why a document cannot be attached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AttachError {
    /// AWS would refuse to store it.
    #[error(transparent)]
    Syntax(#[from] SyntaxErrors),
    /// The resource has a policy already.
    #[error("`{name}` is a second policy of {resource}; a resource has one")]
    SecondPolicy {
        /// The document.
        name: String,
        /// The resource.
        resource: String,
    },
    /// Nothing in the document tells what it is attached to.
    #[error("`{name}` does not tell what it is attached to: {why}; say it in an index.json beside it")]
    Unclear {
        /// The document.
        name: String,
        /// Why it is not clear.
        why: &'static str,
    },
}

/// The documents of a deployment.
#[derive(Debug, Clone, Default)]
pub struct Attachments {
    identity: Vec<(Option<String>, Arc<Policy>)>,
    boundary: Vec<(Option<String>, Arc<Policy>)>,
    trust: Vec<(Option<String>, Arc<Policy>)>,
    session: Option<Arc<Policy>>,
    resource: BTreeMap<String, Arc<Policy>>,
    service_control: BTreeMap<usize, Vec<Arc<Policy>>>,
    resource_control: BTreeMap<usize, Vec<Arc<Policy>>>,
}

impl Attachments {
    /// Nothing attached to anything: nothing is allowed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Attaches a document.
    ///
    /// # Errors
    /// A document that AWS would refuse to store, or a second one where there can be one only.
    pub fn attach(&mut self, source: Source, to: Attachment) -> Result<(), AttachError> {
        let name = source.name().to_owned();
        let policy = Arc::new(Policy::compile(Document::parse(source, to.kind())?));
        let second = |resource: &str| AttachError::SecondPolicy { name: name.clone(), resource: resource.to_owned() };
        match to {
            Attachment::Identity(caller) => self.identity.push((caller, policy)),
            Attachment::Boundary(caller) => {
                if self.boundary.iter().any(|(other, _)| overlaps(other.as_ref(), caller.as_ref())) {
                    return Err(second("the caller (a boundary)"));
                }
                self.boundary.push((caller, policy));
            }
            Attachment::Trust(role) => {
                if self.trust.iter().any(|(other, _)| overlaps(other.as_ref(), role.as_ref())) {
                    return Err(second("the role (its trust policy)"));
                }
                self.trust.push((role, policy));
            }
            Attachment::Session => {
                if self.session.replace(policy).is_some() {
                    return Err(second("the session"));
                }
            }
            Attachment::Resource(resource) => {
                if self.resource.insert(resource.clone(), policy).is_some() {
                    return Err(second(&resource));
                }
            }
            Attachment::ServiceControl(level) => self.service_control.entry(level).or_default().push(policy),
            Attachment::ResourceControl(level) => self.resource_control.entry(level).or_default().push(policy),
        }
        Ok(())
    }

    /// The documents that apply where a caller asks for a resource. A session has the policies of
    /// its role.
    #[must_use]
    pub fn policies(&self, caller: &str, resource: &str) -> Policies {
        let holder = |attached: &[(Option<String>, Arc<Policy>)]| {
            let applies = |to: &Option<String>| to.as_ref().is_none_or(|to| is_holder(to, caller));
            attached.iter().filter(|(to, _)| applies(to)).map(|(_, policy)| policy.clone()).collect::<Vec<_>>()
        };
        Policies {
            identity: holder(&self.identity),
            resource: self.resource_policy(resource),
            boundary: holder(&self.boundary).into_iter().next(),
            session: self.session.clone(),
            service_control: levels(&self.service_control),
            resource_control: levels(&self.resource_control),
        }
    }

    /// The trust policy of a role, or of the role of a session, if one is attached.
    #[must_use]
    pub fn trust(&self, role: &str) -> Option<Arc<Policy>> {
        let is_role = Arn::parse(role)
            .is_some_and(|arn| arn.resource.starts_with("role/") || arn.resource.starts_with("assumed-role/"));
        let applies = |to: &Option<String>| to.as_ref().is_none_or(|to| is_holder(to, role));
        let found = self.trust.iter().find(|(to, _)| is_role && applies(to));
        found.map(|(_, policy)| policy.clone())
    }

    /// The resources that have a policy.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.resource.keys().map(String::as_str)
    }

    /// Every document, without order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        let held = self.identity.iter().chain(&self.boundary).chain(&self.trust).map(|(_, policy)| policy);
        let levels = self.service_control.values().chain(self.resource_control.values()).flatten();
        held.chain(&self.session).chain(self.resource.values()).chain(levels).map(|policy| policy.document())
    }

    /// The policy of a resource: a bucket's is for its objects, a role's its trust policy.
    fn resource_policy(&self, resource: &str) -> Option<Arc<Policy>> {
        let exact = self.resource.get(resource).cloned();
        let of_bucket = || {
            let arn = Arn::parse(resource).filter(|arn| arn.service == "s3")?;
            let bucket = arn.resource.split('/').next()?;
            self.resource.get(&format!("arn:{}:s3:::{bucket}", arn.partition)).cloned()
        };
        let of_role = || {
            let arn = Arn::parse(resource)?;
            (Kind::of_resource_policy(&arn) == Kind::Trust).then(|| self.trust(resource)).flatten()
        };
        exact.or_else(of_bucket).or_else(of_role)
    }
}

fn levels(levels: &BTreeMap<usize, Vec<Arc<Policy>>>) -> Vec<Vec<Arc<Policy>>> {
    levels.values().cloned().collect()
}

/// Whether policies attached to `to` are held by the caller: the same, or a session of that role.
fn is_holder(to: &str, caller: &str) -> bool {
    if to == caller {
        return true;
    }
    let (Some(to), Some(caller)) = (Arn::parse(to), Arn::parse(caller)) else {
        return false;
    };
    let role_of_caller = caller.resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
    to.service == "iam"
        && to.resource.starts_with("role/")
        && caller.service == "sts"
        && to.account == caller.account
        && role_of_caller.is_some_and(|role| to.resource.rsplit('/').next() == Some(role))
}

/// Whether two documents can be held by one.
fn overlaps(one: Option<&String>, other: Option<&String>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Guesses what a document is attached to, from what it says.
///
/// A guess never widens: an Allow of everything on everything, which may as well be a limit (a
/// boundary, AWS's own `FullAWSAccess`), is not taken for a grant.
///
/// A document without principals is an identity policy (a boundary or session policy where its
/// name says so); one with principals and without resources is a trust policy; one with both is
/// the policy of the bucket that all of its resources lie in, or of its one resource.
///
/// # Errors
/// A document that says nothing of the kind, or that AWS would refuse to store.
pub fn guess(source: &Source) -> Result<Attachment, AttachError> {
    let unclear = |why| Err(AttachError::Unclear { name: source.name().to_owned(), why });
    let (document, _) = Document::parse_leniently(source.clone(), Kind::Resource);
    let (as_trust, _) = Document::parse_leniently(source.clone(), Kind::Trust);
    if document.statements().is_empty() && !as_trust.statements().is_empty() {
        return Ok(Attachment::Trust(None));
    }
    if document.statements().is_empty() && has_member(source, "Principal") {
        // It says to whom it applies, so its faults are those of a resource's or role's policy.
        let kind = if has_member(source, "Resource") { Kind::Resource } else { Kind::Trust };
        Document::parse(source.clone(), kind)?;
        return unclear("it has no statement");
    }
    if document.statements().is_empty() {
        let identity = Document::parse(source.clone(), Kind::Identity)?;
        return match guess_of_name(source) {
            Attachment::Identity(_) if identity.statements().iter().any(allows_everything) => {
                unclear("it allows everything, as a limit may do as well as a grant")
            }
            attachment => Ok(attachment),
        };
    }
    let statements = document.statements();
    let everyone_is_denied = statements.iter().all(|statement| {
        let names_everyone = statement.principal.iter().flat_map(|element| &element.items);
        statement.effect == StatementEffect::Deny
            && names_everyone.map(|item| &item.value).all(|principal| *principal == PrincipalPattern::Everyone)
    });
    if everyone_is_denied && has_word(source.name(), "rcp") {
        return Ok(Attachment::ResourceControl(0));
    }
    let mut owners: Vec<_> = statements
        .iter()
        .flat_map(|statement| &statement.resource)
        .flat_map(|element| &element.items)
        .map(|item| owner_of(&item.value))
        .collect();
    owners.sort();
    owners.dedup();
    match owners.as_slice() {
        [Some(owner)] => Ok(Attachment::Resource(owner.clone())),
        [None] | [] => unclear("its resources are `*` or have wildcards in their names"),
        _ => unclear("it speaks of several resources"),
    }
}

fn guess_of_name(source: &Source) -> Attachment {
    if has_word(source.name(), "boundary") {
        Attachment::Boundary(None)
    } else if has_word(source.name(), "session") {
        Attachment::Session
    } else if has_word(source.name(), "scp") {
        Attachment::ServiceControl(0)
    } else {
        Attachment::Identity(None)
    }
}

/// Whether a statement has an element or its negation, whatever else is wrong with it.
fn has_member(source: &Source, element: &str) -> bool {
    let Ok(value) = json::read(source.text()) else {
        return false;
    };
    let statements = value.as_object().and_then(|document| document.get("Statement")).map(|member| &member.value);
    let objects = statements.into_iter().flat_map(json::one_or_many).filter_map(|statement| statement.as_object());
    objects.flat_map(json::members).any(|member| member.name.strip_prefix("Not").unwrap_or(member.name) == element)
}

/// Whether a statement allows every action on every resource.
fn allows_everything(statement: &Statement) -> bool {
    let has_star = |element: &Element<String>| element.items.iter().any(|item| item.value == "*");
    statement.effect == StatementEffect::Allow
        && has_star(&statement.action)
        && statement.resource.as_ref().is_some_and(has_star)
}

/// Whether a file's name has a word, whatever the letter case: words end at other characters than
/// letters, and where a capital follows a small letter.
fn has_word(name: &str, word: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut words = vec![String::new()];
    let mut before_is_small = false;
    for character in file.chars() {
        if !character.is_ascii_alphabetic() || (before_is_small && character.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if let (true, Some(last)) = (character.is_ascii_alphabetic(), words.last_mut()) {
            last.push(character.to_ascii_lowercase());
        }
        before_is_small = character.is_ascii_lowercase();
    }
    words.iter().any(|part| part == word)
}

/// The resource that keeps the policy in which this one is named: the bucket of an object, else
/// the resource itself.
fn owner_of(resource: &str) -> Option<String> {
    let arn = Arn::parse(resource)?;
    let name = if arn.service == "s3" { arn.resource.split('/').next()? } else { arn.resource };
    let prefix = format!("arn:{}:{}:{}:{}", arn.partition, arn.service, arn.region, arn.account);
    let owner = format!("{prefix}:{name}");
    (!owner.contains(['*', '?', '$'])).then_some(owner)
}

#[cfg(test)]
mod tests;
