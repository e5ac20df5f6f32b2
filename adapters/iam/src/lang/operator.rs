//! The condition operators.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs.
//! multivalued context keys".

use std::fmt;

/// How a condition treats the several values of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// The key has one value.
    One,
    /// `ForAllValues:`, true where there is no value.
    All,
    /// `ForAnyValue:`, false where there is no value.
    Any,
}

/// How two numbers or dates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// Equal, or with a negated operator not equal.
    Equal,
    /// The key's value is less.
    Less,
    /// The key's value is less or equal.
    LessOrEqual,
    /// The key's value is greater.
    Greater,
    /// The key's value is greater or equal.
    GreaterOrEqual,
}

impl Order {
    /// Whether the key's value stands so to the policy's value.
    #[must_use]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// Text, exactly.
    String,
    /// Text, whatever the letter case.
    StringIgnoreCase,
    /// Text with `*` and `?`.
    StringLike,
    /// Numbers.
    Numeric(Order),
    /// Dates.
    Date(Order),
    /// Truth values.
    Bool,
    /// Bytes, in base64.
    Binary,
    /// Addresses and ranges.
    IpAddress,
    /// ARNs, part by part, with `*` and `?`: `ArnEquals` and `ArnLike` are the same.
    Arn,
    /// Whether the key is absent.
    Null,
}

/// A condition operator with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    /// What is compared.
    pub test: Test,
    /// Whether it holds where none of the values matches.
    pub negated: bool,
    /// What becomes of several values.
    pub quantifier: Quantifier,
    /// Whether it holds where the key is absent (`…IfExists`).
    pub if_exists: bool,
    /// The name without prefix and suffix.
    name: &'static str,
}

/// The table: name, test, negated.
const OPERATORS: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::String, false),
    ("StringNotEquals", Test::String, true),
    ("StringEqualsIgnoreCase", Test::StringIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::StringIgnoreCase, true),
    ("StringLike", Test::StringLike, false),
    ("StringNotLike", Test::StringLike, true),
    ("NumericEquals", Test::Numeric(Order::Equal), false),
    ("NumericNotEquals", Test::Numeric(Order::Equal), true),
    ("NumericLessThan", Test::Numeric(Order::Less), false),
    ("NumericLessThanEquals", Test::Numeric(Order::LessOrEqual), false),
    ("NumericGreaterThan", Test::Numeric(Order::Greater), false),
    ("NumericGreaterThanEquals", Test::Numeric(Order::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Order::Equal), false),
    ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false),
    ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Order::GreaterOrEqual), false),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::Binary, false),
    ("IpAddress", Test::IpAddress, false),
    ("NotIpAddress", Test::IpAddress, true),
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Null, false),
];

impl Operator {
    /// Reads an operator's name. `Null` takes no `IfExists`, as AWS's page says.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (quantifier, rest) = match text.split_once(':') {
            None => (Quantifier::One, text),
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (name, test, negated) = OPERATORS.iter().find(|(name, ..)| *name == base).copied()?;
        let is_possible = !(if_exists && test == Test::Null);
        is_possible.then_some(Self { test, negated, quantifier, if_exists, name })
    }

    /// Whether the policy's values may have wildcards.
    #[must_use]
    pub fn takes_wildcards(self) -> bool {
        matches!(self.test, Test::StringLike | Test::Arn)
    }

    /// Whether the policy's values may have variables: text and ARNs only.
    #[must_use]
    pub fn takes_variables(self) -> bool {
        matches!(self.test, Test::String | Test::StringIgnoreCase | Test::StringLike | Test::Arn)
    }

    /// The names of all operators, without prefix and suffix.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OPERATORS.iter().map(|(name, ..)| *name)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::One => "",
            Quantifier::All => "ForAllValues:",
            Quantifier::Any => "ForAnyValue:",
        })?;
        f.write_str(self.name)?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::Operator;

    #[test]
    fn every_operator_is_read_and_told_with_its_modifiers() {
        for name in Operator::names() {
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let text = format!("{prefix}{name}{suffix}");
                    let read = Operator::parse(&text);
                    if name == "Null" && suffix == "IfExists" {
                        assert_eq!(read, None);
                    } else {
                        assert_eq!(read.map(|operator| operator.to_string()), Some(text));
                    }
                }
            }
        }
    }

    #[test]
    fn other_names_are_refused() {
        for text in ["", "stringEquals", "ForSomeValues:StringEquals", "StringEqualsIfExistsIfExists", "IfExists"] {
            assert_eq!(Operator::parse(text), None, "{text}");
        }
    }
}
