//! Condition keys and the kinds of their values.

use std::fmt;

use super::pattern;

/// The kind of a condition key's values, which decides the operators that suit it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// Any text: `StringEquals`, `StringLike`, …
    String,
    /// `true` or `false`: `Bool`.
    Bool,
    /// A number: `NumericLessThan`, …
    Numeric,
    /// A point in time: `DateGreaterThan`, …
    Date,
    /// An ARN: `ArnLike`, …
    Arn,
    /// Bytes in base64: `BinaryEquals`.
    Binary,
    /// An address or a range: `IpAddress`, `NotIpAddress`.
    IpAddress,
}

impl ValueKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Bool, Self::Numeric, Self::Date, Self::Arn, Self::Binary, Self::IpAddress];

    /// The kind's name, as the reference writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Bool => "Bool",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::Arn => "ARN",
            Self::Binary => "Binary",
            Self::IpAddress => "IPAddress",
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A condition key: its name, which may hold placeholders, and what its values are.
#[derive(Debug)]
pub struct ConditionKey {
    pub(super) name: &'static str,
    /// Never empty; the first is the usual one.
    pub(super) kinds: Vec<ValueKind>,
    pub(super) is_multivalued: bool,
    pub(super) is_listed: bool,
}

impl ConditionKey {
    /// Its name as AWS writes it: `s3:prefix`, `aws:PrincipalTag/${TagKey}`,
    /// `s3:ExistingObjectTag/<key>`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The kind of its values.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.kinds.first().copied().unwrap_or(ValueKind::String)
    }

    /// All kinds that its values may be taken as: `aws:EpochTime` is a date and a number.
    #[must_use]
    pub fn kinds(&self) -> &[ValueKind] {
        &self.kinds
    }

    /// Whether one request may carry several values of it, so that a condition needs
    /// `ForAnyValue` or `ForAllValues`.
    #[must_use]
    pub fn is_multivalued(&self) -> bool {
        self.is_multivalued
    }

    /// Whether this name, in any letter case, means this key.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let format = pattern::of_key_format(&self.name.to_ascii_lowercase());
        pattern::meet(&format, &pattern::of_text(&name.to_ascii_lowercase()))
    }

    /// What stands before its only placeholder, if that stands at the end: `aws:PrincipalTag/`.
    pub(super) fn stem(&self) -> Option<&'static str> {
        let (stem, placeholder) = self.name.split_once("${").or_else(|| self.name.split_once('<'))?;
        (placeholder.find(['}', '>'])? + 1 == placeholder.len()).then_some(stem)
    }

    /// How many letters of its name are no placeholders.
    pub(super) fn literal_length(&self) -> usize {
        pattern::of_key_format(self.name).iter().filter(|token| token.is_letter()).count()
    }

    /// Of a global key: whether only requests carry it whose action or resource type lists it.
    pub(super) fn is_listed(&self) -> bool {
        self.is_listed
    }
}
