//! Conditions: an operator, a key, values.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs.
//! multivalued context keys" and "Conditions with multiple context keys or values".

use std::net::IpAddr;

use super::arn_pattern::{ArnPattern, Short};
use super::context::{Context, Key};
use super::date::Instant;
use super::text::Pattern;
use super::truth::Truth;
use super::value::{AddressRange, Number, bytes, truth_value};
use crate::lang::{self, Operator, Order, Quantifier, Test, Version};

/// A condition, ready to be decided.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    operator: Operator,
    key: Key,
    wanted: Wanted,
}

/// The policy's values by type; `None` is one that is no value of the type.
#[derive(Debug, Clone)]
enum Wanted {
    Texts(Vec<Pattern>),
    TextsIgnoringCase(Vec<Pattern>),
    Arns(Vec<ArnPattern>),
    Numbers(Order, Vec<Option<Number>>),
    Dates(Order, Vec<Option<Instant>>),
    Truths(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Ranges(Vec<Option<AddressRange>>),
    Absent(Vec<Option<bool>>),
}

impl Condition {
    pub(crate) fn compile(condition: &lang::Condition, version: Version) -> Self {
        let operator = condition.operator.value;
        let values = || condition.values.iter().map(|value| value.value.as_str());
        let wanted = match operator.test {
            Test::String => Wanted::Texts(values().map(|text| Pattern::compile(text, version, false)).collect()),
            Test::StringLike => Wanted::Texts(values().map(|text| Pattern::compile(text, version, true)).collect()),
            Test::StringIgnoreCase => {
                Wanted::TextsIgnoringCase(values().map(|text| Pattern::compile(text, version, false)).collect())
            }
            Test::Arn => {
                Wanted::Arns(values().map(|text| ArnPattern::compile(text, version, Short::Refused)).collect())
            }
            Test::Numeric(order) => Wanted::Numbers(order, values().map(Number::parse).collect()),
            Test::Date(order) => Wanted::Dates(order, values().map(Instant::parse).collect()),
            Test::Bool => Wanted::Truths(values().map(truth_value).collect()),
            Test::Binary => Wanted::Bytes(values().map(bytes).collect()),
            Test::IpAddress => Wanted::Ranges(values().map(AddressRange::parse).collect()),
            Test::Null => Wanted::Absent(values().map(truth_value).collect()),
        };
        Self { operator, key: Key::new(&condition.key.value), wanted }
    }

    /// Whether the request fulfils it.
    pub(crate) fn holds(&self, context: &Context) -> Truth {
        let values = context.values_of(&self.key).unwrap_or_default();
        if let Wanted::Absent(wanted) = &self.wanted {
            let is_absent = values.is_empty();
            return Truth::any(
                wanted.iter().map(|wanted| wanted.map_or(Truth::Open, |wanted| Truth::of(wanted == is_absent))),
            );
        }
        let negated = self.operator.negated;
        if values.is_empty() {
            return self.holds_of_absent();
        }
        let mut each = values.iter().map(|value| self.equals_any(value, context).negated_if(negated));
        let told = match self.operator.quantifier {
            Quantifier::All => Truth::all(each),
            Quantifier::Any => Truth::any(each),
            Quantifier::One => {
                let first = each.next().unwrap_or(Truth::No);
                // No page says what a key of several values means here: only if all agree is it told.
                return if each.all(|other| other == first) { first } else { Truth::Open };
            }
        };
        // Older versions of the page on set operators take an empty text for a null set, present ones
        // do not say.
        if values.iter().all(String::is_empty) && told != self.holds_of_absent() {
            return Truth::Open;
        }
        told
    }

    /// Whether a request without the key fulfils it.
    fn holds_of_absent(&self) -> Truth {
        match self.operator.quantifier {
            Quantifier::All => Truth::Yes,
            // The page on IfExists and the page on ForAnyValue contradict each other.
            Quantifier::Any if self.operator.if_exists => Truth::Open,
            Quantifier::Any => Truth::No,
            Quantifier::One => Truth::of(self.operator.negated || self.operator.if_exists),
        }
    }

    /// Whether a value of the request equals one of the policy's.
    fn equals_any(&self, value: &str, context: &Context) -> Truth {
        match &self.wanted {
            // A variable without a value equals nothing.
            Wanted::Texts(wanted) => {
                Truth::of(wanted.iter().any(|pattern| pattern.matches(value, context).unwrap_or(false)))
            }
            Wanted::TextsIgnoringCase(wanted) => {
                Truth::of(wanted.iter().any(|pattern| pattern.equals_ignoring_case(value, context).unwrap_or(false)))
            }
            Wanted::Arns(wanted) => {
                Truth::any(wanted.iter().map(|pattern| pattern.matches_text(value, context).unwrap_or(Truth::No)))
            }
            Wanted::Numbers(order, wanted) => {
                typed(Number::parse(value), wanted, |value, wanted| order.holds(value.compare(*wanted)))
            }
            Wanted::Dates(order, wanted) => {
                typed(Instant::parse(value), wanted, |value, wanted| order.holds(value.cmp(wanted)))
            }
            Wanted::Truths(wanted) => typed(truth_value(value), wanted, |value, wanted| value == wanted),
            Wanted::Bytes(wanted) => typed(bytes(value), wanted, |value, wanted| value == wanted),
            Wanted::Ranges(wanted) => {
                typed(value.parse::<IpAddr>().ok(), wanted, |address, range| range.contains(*address))
            }
            Wanted::Absent(_) => Truth::Open,
        }
    }
}

/// Compares values of a type. What is no value of the type is an open question: no page tells
/// what AWS makes of it (a variable stands there as its text, which is no number either).
fn typed<V, W>(value: Option<V>, wanted: &[Option<W>], equals: impl Fn(&V, &W) -> bool) -> Truth {
    let Some(value) = value else {
        return if wanted.is_empty() { Truth::No } else { Truth::Open };
    };
    Truth::any(wanted.iter().map(|wanted| match wanted {
        Some(wanted) => Truth::of(equals(&value, wanted)),
        None => Truth::Open,
    }))
}
