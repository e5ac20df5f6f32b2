//! Whether a statement names the caller, and how directly.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use super::request::Caller;
use super::truth::Truth;
use crate::lang::{Arn, Element, PrincipalPattern, Spanned, is_account};

/// How directly an Allow of a resource policy names the caller. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// Not at all.
    None,
    /// Its account, which may then grant by its own policies.
    Account,
    /// Its role: bound by what its boundary and session policy leave out.
    Role,
    /// The user, the session, the service, or everyone.
    Direct,
}

/// The principals of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    negated: bool,
    patterns: Vec<PrincipalPattern>,
}

impl Principals {
    pub(crate) fn compile(element: &Element<PrincipalPattern>) -> Self {
        let patterns = element.items.iter().map(|Spanned { value, .. }| value.clone()).collect();
        Self { negated: element.negated, patterns }
    }

    /// How the statement names the caller. `never_excepted`: a `NotPrincipal` does not leave the
    /// caller out, whatever it lists.
    pub(crate) fn naming(&self, caller: &Caller, never_excepted: bool) -> (Truth, Naming) {
        if self.negated {
            let excepts = if never_excepted { Truth::No } else { self.lists(caller) };
            let naming = if excepts == Truth::Yes { Naming::None } else { Naming::Direct };
            return (excepts.negated_if(true), naming);
        }
        let strongest = self.patterns.iter().map(|pattern| naming(pattern, caller)).max().unwrap_or(Naming::None);
        (Truth::of(strongest > Naming::None), strongest)
    }

    /// Whether a `NotPrincipal` lists the caller: a session, its role and its account have all to be
    /// there, and so have a user and its account. What becomes of a part of them is left open: the
    /// page says that access "might" be denied, depending on the service.
    fn lists(&self, caller: &Caller) -> Truth {
        let names = |wanted: Naming| self.patterns.iter().any(|pattern| naming(pattern, caller) == wanted);
        if self.patterns.contains(&PrincipalPattern::Everyone) {
            return Truth::Yes;
        }
        let needed: &[Naming] = match caller {
            Caller::Anonymous | Caller::Service(_) => &[Naming::Direct],
            Caller::Root { .. } => &[Naming::Account],
            Caller::User { .. } | Caller::FederatedUser { .. } => &[Naming::Direct, Naming::Account],
            Caller::Role { .. } => &[Naming::Role, Naming::Account],
            Caller::Session { .. } => &[Naming::Direct, Naming::Role, Naming::Account],
        };
        match needed.iter().filter(|needed| names(**needed)).count() {
            0 => Truth::No,
            count if count == needed.len() => Truth::Yes,
            _ => Truth::Open,
        }
    }
}

/// How one principal names the caller.
fn naming(pattern: &PrincipalPattern, caller: &Caller) -> Naming {
    match (pattern, caller) {
        (PrincipalPattern::Everyone, _) => Naming::Direct,
        (PrincipalPattern::Account(named), caller) if is_account(named) && caller.account() == Some(named) => {
            Naming::Account
        }
        (PrincipalPattern::User(named), Caller::User { arn, .. })
        | (PrincipalPattern::Session(named), Caller::Session { arn, .. } | Caller::FederatedUser { arn, .. })
        | (PrincipalPattern::Service(named), Caller::Service(arn))
            if named == arn =>
        {
            Naming::Direct
        }
        (PrincipalPattern::Role(named), Caller::Role { arn, .. }) if named == arn => Naming::Role,
        (PrincipalPattern::Role(named), Caller::Session { account, role_name, .. })
            if is_role(named, account, role_name) =>
        {
            Naming::Role
        }
        _ => Naming::None,
    }
}

/// Whether an ARN is that of the role with this name. A session's ARN has no path, and none is
/// needed: an account has one role of a name.
fn is_role(arn: &str, account: &str, name: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| arn.account == account && arn.resource.rsplit('/').next() == Some(name))
}
