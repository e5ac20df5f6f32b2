//! A policy as it was written: every element with its place, nothing interpreted.

use std::fmt;

use super::arn::Arn;
use super::operator::Operator;
use super::parse;
use super::position::{Position, Source, Span};
use super::principal::PrincipalPattern;
use super::{SyntaxError, SyntaxErrors};

/// What a policy is attached to, which decides the elements that it must and may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A permission policy of a user or role.
    Identity,
    /// A policy of a bucket, queue, topic, key or function.
    Resource,
    /// A role's trust policy: who may assume it.
    Trust,
    /// A permissions boundary.
    Boundary,
    /// The policy that a session was started with.
    Session,
    /// A service control policy of an organisation.
    ServiceControl,
    /// A resource control policy of an organisation.
    ResourceControl,
}

impl Kind {
    /// The kind of the policy that a resource has: a role's is its trust policy.
    #[must_use]
    pub fn of_resource_policy(resource: &Arn<'_>) -> Self {
        if resource.service == "iam" && resource.resource.starts_with("role/") { Self::Trust } else { Self::Resource }
    }

    /// The kind in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::Resource => "resource policy",
            Self::Trust => "trust policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
        }
    }

    /// Whether its statements say to whom they apply.
    pub(super) fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::ResourceControl)
    }

    /// Whether IAM itself keeps the document, so that IAM's rules for `Sid` hold.
    pub(super) fn is_kept_by_iam(self) -> bool {
        !matches!(self, Self::Resource)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The version of the policy language.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Version": without the element the old
/// version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, or none: `${...}` is text.
    V2008,
    /// `2012-10-17`: `${...}` is a variable.
    V2012,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A policy document that AWS would store.
///
/// # Invariants
/// - Every statement has the elements that the document's [`Kind`] demands, and none that it
///   forbids.
/// - Every operator, principal and ARN has a form that AWS knows.
///
/// ```
/// use thumbgate_iam::lang::{Document, Kind, Source, SyntaxErrorKind};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/*"}}"#;
/// let policy = Document::parse(Source::new("role.json", text), Kind::Identity)?;
/// assert_eq!(policy.statements().len(), 1);
///
/// let wrong = text.replace("Allow", "allow");
/// let errors = Document::parse(Source::new("role.json", wrong), Kind::Identity).unwrap_err();
/// assert_eq!(errors.iter().next().map(|error| error.kind()), Some(SyntaxErrorKind::Effect));
/// # Ok::<(), thumbgate_iam::lang::SyntaxErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(super) source: Source,
    pub(super) kind: Kind,
    pub(super) version: Option<Spanned<Version>>,
    pub(crate) statements: Vec<Statement>,
}

impl Document {
    /// Reads a policy.
    ///
    /// # Errors
    /// That for which AWS would refuse to store the document, with places.
    pub fn parse(source: Source, kind: Kind) -> Result<Self, SyntaxErrors> {
        let (document, errors) = Self::parse_leniently(source, kind);
        if errors.is_empty() { Ok(document) } else { Err(SyntaxErrors::new(&document.source, errors)) }
    }

    /// Reads what can be read of a policy: what has an error is left out, and told.
    #[must_use]
    pub fn parse_leniently(source: Source, kind: Kind) -> (Self, Vec<SyntaxError>) {
        parse::document(source, kind)
    }

    /// A document of the present version without statements, to which some are added.
    pub(crate) fn empty(source: Source, kind: Kind) -> Self {
        let version = Some(Spanned { value: Version::V2012, span: Span::default() });
        Self { source, kind, version, statements: Vec::new() }
    }

    /// The text and its name.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What the document is attached to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The version that holds.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version.as_ref().map_or(Version::V2008, |version| version.value)
    }

    /// The version element, where there is one.
    #[must_use]
    pub fn version_element(&self) -> Option<&Spanned<Version>> {
        self.version.as_ref()
    }

    /// The statements, in the order of the text.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The place of an element.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.source.position(span.start)
    }
}

/// What a statement does when it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementEffect {
    /// It allows.
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// An element that is given plainly or by its negation (`Action`, `NotAction`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<T> {
    /// Whether it is the `Not…` form: it matches what none of the items names.
    pub negated: bool,
    /// The items, each with its place.
    pub items: Vec<Spanned<T>>,
    /// The whole element.
    pub span: Span,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub sid: Option<Spanned<String>>,
    /// What it does.
    pub effect: StatementEffect,
    /// To whom it applies; none in policies of an identity.
    pub principal: Option<Element<PrincipalPattern>>,
    /// To which actions.
    pub action: Element<String>,
    /// To which resources; none in trust policies.
    pub resource: Option<Element<String>>,
    /// Under which conditions: all of them.
    pub conditions: Vec<Condition>,
    /// Its whole text.
    pub span: Span,
}

/// One condition: an operator, a key and the values to compare it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How to compare.
    pub operator: Spanned<Operator>,
    /// The condition key, as written.
    pub key: Spanned<String>,
    /// The values, booleans and numbers as their text.
    pub values: Vec<Spanned<String>>,
}
