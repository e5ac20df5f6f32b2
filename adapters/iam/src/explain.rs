//! A decision in words.
//!
//! [`Explanation`] prints as a short text: the verdict, the rule and the statements that gave it,
//! then for every other statement the first thing that did not match, then what would flip it.
//!
//! ```
//! use std::sync::Arc;
//! use thumbgate_iam::eval::{Context, Policies, Policy, Request};
//! use thumbgate_iam::lang::{Document, Kind, Source};
//!
//! let bucket = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow",
//!   "Principal": {"AWS": "arn:aws:iam::111122223333:role/LambdaThumbRole"},
//!   "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/uploads/*"}]}"#;
//! let bucket = Document::parse(Source::new("bucket.json", bucket), Kind::Resource)?;
//! let policies = Policies { resource: Some(Arc::new(Policy::compile(bucket))), ..Policies::default() };
//! let role = "arn:aws:iam::111122223333:role/LambdaThumbRole";
//! let request = Request::new(role, "s3:PutObject", "arn:aws:s3:::photos-in/uploads/a.jpg", "111122223333", Context::default())?;
//!
//! let told = policies.explain(&request).to_string();
//! assert!(told.contains("bucket.json:1:41 Allow `Read`: `s3:PutObject` is not its Action `s3:GetObject`"), "{told}");
//! assert!(told.contains("add to the resource policy a statement that allows `s3:PutObject` on"), "{told}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use crate::eval::{Because, Caller, Decision, Explanation, Layer, Mismatch, Request, StatementTrace};
use crate::lang::{Arn, StatementEffect};

/// How many of a list's items are told before the rest is counted.
const ITEMS_MAX: usize = 4;

/// How many characters of a text are told.
const CHARS_MAX: usize = 300;

impl Explanation {
    /// The verdict and its reason in one sentence, without a full stop.
    #[must_use]
    pub fn reason(&self) -> String {
        let deciding: Vec<_> = self.statements.iter().filter(|statement| statement.decides).collect();
        let by = listed(&deciding, |statement| named(statement));
        match self.because {
            Because::Denied => format!("{by} denies it; no Allow can undo a Deny"),
            Because::NotAllowedBy(layer) => not_allowed(layer, &self.request),
            Because::ResourceNamesCaller => {
                format!(
                    "{by} of the resource policy names the caller itself or everyone; within one account that is enough"
                )
            }
            Because::ResourceNamesRole => {
                format!(
                    "{by} of the resource policy names the role; within one account that is enough, the role's own policies need not allow it too"
                )
            }
            Because::Identity => {
                format!("{by} of the caller's own policies allows it; within one account that is enough")
            }
            Because::ResourceNamesService => {
                format!("{by} of the resource policy names the caller or everyone, and only that policy is asked of it")
            }
            Because::AdmittedIdentity => {
                format!("the resource's policy admits the account, and the caller's own policies allow it: {by}")
            }
            Because::NoPermissionNeeded => "it needs no permission, and no policy can forbid it".to_owned(),
            Because::Root => "the account's root user may do everything that nothing denies".to_owned(),
            Because::BothSides => format!("caller and resource are of two accounts, and both sides allow it: {by}"),
        }
    }
}

/// Why the silence of a layer denies.
fn not_allowed(layer: Layer, request: &Request) -> String {
    let across = request.caller().account().is_some() && !request.is_within_one_account();
    match layer {
        Layer::ServiceControl(level) => {
            format!("no service control policy of level {} allows it, and every level has to", level + 1)
        }
        Layer::ResourceControl(level) => {
            format!("the resource control policies of level {} do not allow it", level + 1)
        }
        Layer::Resource if across => "the resource is another account's, and its policy does not allow it".to_owned(),
        Layer::Resource => {
            "the resource's policy does not admit the caller, and without that nothing else counts".to_owned()
        }
        Layer::Identity if across => {
            "the resource is another account's: its policy allows it, the caller's own policies do not".to_owned()
        }
        Layer::Identity if matches!(request.caller(), Caller::FederatedUser { .. }) => {
            "the resource's policy does not allow it, and a federated user has what its user may do only through a session policy that allows it".to_owned()
        }
        Layer::Identity => "neither the resource's policy nor the caller's own policies allow it".to_owned(),
        Layer::Boundary => "the caller's permissions boundary does not allow it".to_owned(),
        Layer::Session => "the session's policy does not allow it".to_owned(),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = &self.request;
        let verdict = match self.decision {
            Decision::Allow => "allowed",
            Decision::ExplicitDeny => "denied explicitly",
            Decision::ImplicitDeny => "denied, because nothing allows it",
        };
        let [action, resource, principal] =
            [request.action(), request.resource(), request.principal()].map(|text| printable(text.chars()));
        writeln!(f, "{verdict}: {action} on {resource}")?;
        writeln!(f, "  asked by {principal}")?;
        writeln!(f, "  because {}", self.reason())?;
        for statement in self.statements.iter().filter(|statement| statement.mismatch.is_none()) {
            let takes_part = if statement.decides { "decides" } else { "matches" };
            writeln!(f, "\n  {} {} ({}) {takes_part}", place(statement), title(statement), statement.layer)?;
        }
        let others: Vec<_> = self.statements.iter().filter(|statement| statement.mismatch.is_some()).collect();
        if !others.is_empty() {
            writeln!(f, "\nwhat did not match")?;
        }
        for statement in others {
            if let Some(mismatch) = &statement.mismatch {
                writeln!(f, "  {} {}: {}", place(statement), title(statement), told(mismatch, request))?;
            }
        }
        if !self.changes.is_empty() {
            let flipped = if self.decision == Decision::Allow { "deny" } else { "allow" };
            writeln!(f, "\nto {flipped} it")?;
        }
        for change in &self.changes {
            writeln!(f, "  {change}")?;
        }
        Ok(())
    }
}

/// What did not match, with the values of both sides.
#[must_use]
pub fn told(mismatch: &Mismatch, request: &Request) -> String {
    match mismatch {
        Mismatch::Action { negated, wanted } => unlike(request.action(), *negated, "Action", wanted),
        Mismatch::Resource { negated, wanted } => {
            let told = unlike(request.resource(), *negated, "Resource", wanted);
            match bucket_instead_of_objects(request.resource(), wanted) {
                Some(bucket) => format!("{told}; `{0}` is the bucket itself, its objects are `{0}/*`", shown(bucket)),
                None => told,
            }
        }
        Mismatch::Principal { negated, wanted } => unlike(request.principal(), *negated, "Principal", wanted),
        Mismatch::Condition { operator, key, wanted, found } => {
            let wanted = quoted(wanted);
            match found.as_deref() {
                None | Some([]) => format!("{operator} wants {} {wanted}, and the request has no such key", shown(key)),
                Some(found) => {
                    format!("{operator} wants {} {wanted}, and the request has {}", shown(key), quoted(found))
                }
            }
        }
    }
}

/// The bucket of the asked object, where a statement names the bucket and not its objects: the most
/// usual mistake of all.
fn bucket_instead_of_objects<'w>(asked: &str, wanted: &'w [String]) -> Option<&'w str> {
    let is_bucket_of_asked = |named: &&String| {
        Arn::parse(named).is_some_and(|arn| arn.service == "s3")
            && asked.strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with('/') && rest.len() > 1)
            && !named.contains('/')
    };
    wanted.iter().find(is_bucket_of_asked).map(String::as_str)
}

fn unlike(asked: &str, negated: bool, element: &str, wanted: &[String]) -> String {
    let (is, not) = if negated { ("is", "Not") } else { ("is not", "") };
    let one_of = if wanted.len() > 1 { "one of " } else { "" };
    format!("`{}` {is} {one_of}its {not}{element} {}", shown(asked), quoted(wanted))
}

fn place(statement: &StatementTrace) -> String {
    format!("{}:{}:{}", shown(&statement.document), statement.position.line, statement.position.column)
}

fn title(statement: &StatementTrace) -> String {
    let effect = match statement.effect {
        StatementEffect::Allow => "Allow",
        StatementEffect::Deny => "Deny",
    };
    match &statement.sid {
        Some(sid) => format!("{effect} `{}`", shown(sid)),
        None => format!("{effect} (statement {})", statement.index + 1),
    }
}

/// A statement within a sentence.
fn named(statement: &StatementTrace) -> String {
    match &statement.sid {
        Some(sid) => format!("`{}` ({})", shown(sid), place(statement)),
        None => format!("statement {} ({})", statement.index + 1, place(statement)),
    }
}

fn quoted(values: &[String]) -> String {
    listed(values, |value| format!("`{}`", shown(value)))
}

/// The first items, and how many more there are.
fn listed<T>(items: &[T], told: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        return "nothing".to_owned();
    }
    let first: Vec<_> = items.iter().take(ITEMS_MAX).map(told).collect();
    let first = first.join(", ");
    match items.len().saturating_sub(ITEMS_MAX) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// As [`printable`], and cut where it is long: it is told again with every statement.
fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut short = printable(characters.by_ref().take(CHARS_MAX));
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// A text of the documents or the request without its control characters: it goes to a terminal.
pub(crate) fn printable(characters: impl IntoIterator<Item = char>) -> String {
    let mut text = String::new();
    for character in characters {
        if character.is_control() {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text
}
