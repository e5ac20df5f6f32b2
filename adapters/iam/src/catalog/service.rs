//! One service with all that its page documents.

use super::action::Action;
use super::condition_key::ConditionKey;
use super::resource_type::ResourceType;

/// A service of AWS: its actions, resource types and condition keys, and where they were read.
///
/// Names are unique in any letter case, and every list is sorted by name.
#[derive(Debug)]
pub struct Service {
    pub(super) prefix: &'static str,
    pub(super) name: &'static str,
    pub(super) source: &'static str,
    pub(super) date: &'static str,
    pub(super) actions: Vec<Action>,
    pub(super) resource_types: Vec<ResourceType>,
    pub(super) condition_keys: Vec<ConditionKey>,
    pub(super) operations: Vec<(&'static str, &'static str)>,
}

impl Service {
    /// What stands before the colon of its actions: `s3`.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The name that people know: `Amazon S3`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The page that documents what is here.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The day of which the facts are, as `2026-09-26`.
    #[must_use]
    pub fn date(&self) -> &'static str {
        self.date
    }

    /// All actions.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The action with this name (`GetObject`), in any letter case.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name().eq_ignore_ascii_case(name))
    }

    /// The action that allows an API operation of another name: `HeadObject` needs `GetObject`.
    ///
    /// Where an operation needs several, it is the one that no call can do without.
    #[must_use]
    pub fn action_of_operation(&self, operation: &str) -> Option<&Action> {
        let mut known = self.operations.iter();
        let (_, action) = known.find(|(name, _)| name.eq_ignore_ascii_case(operation))?;
        self.action(action)
    }

    /// All resource types.
    #[must_use]
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.resource_types
    }

    /// The resource type with this name (`bucket`), in any letter case.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// All condition keys that its page names; some are of other prefixes, such as
    /// `aws:RequestTag/${TagKey}` or, of STS, `accounts.google.com:aud`.
    #[must_use]
    pub fn condition_keys(&self) -> &[ConditionKey] {
        &self.condition_keys
    }
}
