//! Actions, and what a request for one is about.

use std::fmt;

use super::resource_type::ResourceType;

/// What an action does to resources, as AWS classes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// It tells which resources there are.
    List,
    /// It reads a resource.
    Read,
    /// It makes, changes or deletes a resource.
    Write,
    /// It changes who may do what.
    PermissionsManagement,
    /// It changes tags.
    Tagging,
}

impl AccessLevel {
    /// Every level.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Write, Self::PermissionsManagement, Self::Tagging];

    /// The level's name, as AWS writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An action; it displays as its whole name, `s3:GetObject`.
#[derive(Debug)]
pub struct Action {
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    pub(super) access: AccessLevel,
    pub(super) resource_types: Vec<(&'static str, bool)>,
    pub(super) condition_keys: Vec<&'static str>,
}

impl Action {
    /// The prefix of its service: `s3`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Its name without the service: `GetObject`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does to resources.
    #[must_use]
    pub fn access(&self) -> AccessLevel {
        self.access
    }

    /// The types of resources that it takes, each with whether a request must name one.
    ///
    /// None at all: a statement about it needs the resource `*`.
    pub fn resource_types(&self) -> impl Iterator<Item = (&'static ResourceType, bool)> {
        let types = super::service(self.service).map(super::Service::resource_types).unwrap_or_default();
        self.resource_types.iter().filter_map(move |(name, is_required)| {
            let found = types.iter().find(|known| known.name() == *name)?;
            Some((found, *is_required))
        })
    }

    /// The condition keys of the action itself; its resource types have their own.
    #[must_use]
    pub fn condition_keys(&self) -> &[&'static str] {
        &self.condition_keys
    }

    /// Whether a statement's resource, wildcards included, can name anything that this action is
    /// about.
    ///
    /// `*` always does; for an action without resource types nothing else does.
    #[must_use]
    pub fn takes(&self, resource: &str) -> bool {
        resource == "*" || self.resource_types().any(|(kind, _)| kind.may_match(resource))
    }

    /// Whether the action or one of its resource types lists a key of exactly this name.
    pub(super) fn lists(&self, key: &str) -> bool {
        self.condition_keys.contains(&key)
            || self.resource_types().any(|(kind, _)| kind.condition_keys().contains(&key))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}
