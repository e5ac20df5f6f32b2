//! One statement, ready to be matched.

use super::arn_pattern::{ArnPattern, NoValue, Short};
use super::condition::Condition;
use super::principal::{Naming, Principals};
use super::request::Request;
use super::text::Pattern;
use super::truth::Truth;
use crate::lang::{self, StatementEffect, Version};

/// A compiled statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) effect: StatementEffect,
    principals: Option<Principals>,
    actions: Actions,
    resources: Option<Resources>,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Debug, Clone)]
struct Actions {
    negated: bool,
    /// In lower case: the letter case of actions does not matter.
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Resources {
    negated: bool,
    patterns: Vec<ArnPattern>,
}

/// The part of a statement that a request has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Principal,
    Action,
    Resource,
    /// The condition of this index.
    Condition(usize),
}

impl Statement {
    pub(crate) fn compile(statement: &lang::Statement, version: Version) -> Self {
        // Actions have neither variables nor, in their letters, anything to escape.
        let action = |text: &str| Pattern::compile(&text.to_ascii_lowercase(), Version::V2008, true);
        let resource = |text: &str| ArnPattern::compile(text, version, Short::Completed);
        Self {
            effect: statement.effect,
            principals: statement.principal.as_ref().map(Principals::compile),
            actions: Actions {
                negated: statement.action.negated,
                patterns: statement.action.items.iter().map(|item| action(&item.value)).collect(),
            },
            resources: statement.resource.as_ref().map(|element| Resources {
                negated: element.negated,
                patterns: element.items.iter().map(|item| resource(&item.value)).collect(),
            }),
            conditions: statement.conditions.iter().map(|condition| Condition::compile(condition, version)).collect(),
        }
    }

    /// How the statement names the caller, if it matches the request.
    pub(crate) fn matches(&self, request: &Request, has_boundary: bool) -> Option<Naming> {
        self.first_mismatch(request, has_boundary).err()
    }

    /// The first part that does not match, or how the statement names the caller.
    ///
    /// An open question does not match in an Allow and matches in a Deny.
    pub(crate) fn first_mismatch(&self, request: &Request, has_boundary: bool) -> Result<Part, Naming> {
        let fails = |truth: Truth| match truth {
            Truth::Yes => false,
            Truth::No => true,
            Truth::Open => self.effect == StatementEffect::Allow,
        };
        if fails(self.actions.matches(request)) {
            return Ok(Part::Action);
        }
        if let Some(resources) = &self.resources
            && fails(resources.matches(request))
        {
            return Ok(Part::Resource);
        }
        let (is_named, naming) = match &self.principals {
            // A Deny with NotPrincipal hits every caller with a boundary (IAM User Guide, "Permissions
            // boundaries for IAM entities").
            Some(principals) => {
                principals.naming(request.caller(), has_boundary && self.effect == StatementEffect::Deny)
            }
            None => (Truth::Yes, Naming::Direct),
        };
        if fails(is_named) {
            return Ok(Part::Principal);
        }
        let failing = self.conditions.iter().position(|condition| fails(condition.holds(request.context())));
        match failing {
            Some(index) => Ok(Part::Condition(index)),
            None => Err(naming),
        }
    }
}

impl Actions {
    fn matches(&self, request: &Request) -> Truth {
        let action = request.action_lower();
        let is_named = self.patterns.iter().any(|pattern| pattern.matches(action, request.context()).unwrap_or(false));
        Truth::of(is_named != self.negated)
    }
}

impl Resources {
    /// A variable without a value matches nothing. What then becomes of `NotResource` no page says.
    fn matches(&self, request: &Request) -> Truth {
        let parts = request.resource_parts();
        let each = self.patterns.iter().map(|pattern| match pattern.matches(parts, request.context()) {
            Ok(truth) => truth,
            Err(NoValue) if self.negated => Truth::Open,
            Err(NoValue) => Truth::No,
        });
        Truth::any(each).negated_if(self.negated)
    }
}
