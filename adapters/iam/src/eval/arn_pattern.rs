//! ARNs with wildcards: six parts compared one by one, so that a `*` never reaches into the next
//! part; within the last part it crosses slashes and colons.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Amazon Resource Name (ARN)
//! condition operators".

use super::context::Context;
use super::text::{self, Pattern, Piece, Template};
use super::truth::Truth;
use super::wildcard::Unit;
use crate::lang::{Arn, Version};

/// What becomes of an ARN with fewer than six parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Short {
    /// The missing parts are taken as `*`, and `*` alone is everything (`Resource`).
    Completed,
    /// It is no ARN (condition values).
    Refused,
}

/// How much of a text with variables is read beyond the length of the ARN that it is compared with:
/// enough to tell whether it is an ARN at all.
const ARN_CHARS: usize = 2048;

/// An ARN of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArnPattern {
    Everything,
    /// The five parts after `arn`; only the last may have variables.
    Parts(Box<[Pattern; 5]>),
    Template(Template, Short),
    NotAnArn,
}

impl ArnPattern {
    pub(crate) fn compile(text: &str, version: Version, short: Short) -> Self {
        let pieces = text::pieces(text, version, true);
        if !pieces.iter().any(Piece::is_variable) {
            let units: Vec<_> = pieces.iter().filter_map(Piece::unit).collect();
            return Self::of_units(&units, short);
        }
        // A value may have colons, which shift the parts after it; in the last part they shift none.
        let mut parts: Vec<_> = pieces.splitn(6, |piece| piece.unit() == Some(Unit::Is(':'))).collect();
        if let (6, Some(last)) = (parts.len(), parts.pop())
            && !parts.iter().copied().flatten().any(Piece::is_variable)
        {
            let before: Vec<_> = pieces.iter().take(pieces.len() - last.len()).filter_map(Piece::unit).collect();
            return match Self::of_units(&before, short) {
                Self::Parts(mut patterns) => {
                    let [.., of_resource] = &mut *patterns;
                    *of_resource = Pattern::of_pieces(last);
                    Self::Parts(patterns)
                }
                other => other,
            };
        }
        Self::Template(Template::new(&pieces), short)
    }

    fn of_units(units: &[Unit], short: Short) -> Self {
        if short == Short::Completed && units == [Unit::Many] {
            return Self::Everything;
        }
        let mut parts = units.splitn(6, |unit| *unit == Unit::Is(':'));
        if parts.next() != Some(&[Unit::Is('a'), Unit::Is('r'), Unit::Is('n')]) {
            return Self::NotAnArn;
        }
        let mut is_whole = true;
        let mut next = || match parts.next() {
            Some(part) => Pattern::of_units(part),
            None => {
                is_whole = false;
                Pattern::Everything
            }
        };
        let patterns = [next(), next(), next(), next(), next()];
        if is_whole || short == Short::Completed { Self::Parts(Box::new(patterns)) } else { Self::NotAnArn }
    }

    /// Whether an ARN, given by its five parts, matches; `Err` where a variable has no value.
    pub(crate) fn matches(&self, parts: Option<[&str; 5]>, context: &Context) -> Result<Truth, NoValue> {
        match self {
            Self::Everything => Ok(Truth::Yes),
            Self::NotAnArn => Ok(Truth::Open),
            Self::Parts(patterns) => {
                let [.., last] = &**patterns;
                if !last.has_value(context) {
                    return Err(NoValue);
                }
                let Some(parts) = parts else {
                    return Ok(Truth::No);
                };
                let is_match =
                    patterns.iter().zip(parts).all(|(pattern, part)| pattern.matches(part, context).unwrap_or(false));
                Ok(Truth::of(is_match))
            }
            Self::Template(template, short) => {
                let chars = parts.map_or(0, |parts| parts.iter().map(|part| part.len()).sum());
                let resolved = template.resolve(context, chars + ARN_CHARS).ok_or(NoValue)?;
                let pattern = Self::of_units(&resolved.units, *short);
                match pattern {
                    Self::NotAnArn => Ok(Truth::Open),
                    _ if resolved.is_cut => Ok(Truth::No),
                    _ => pattern.matches(parts, context),
                }
            }
        }
    }

    /// As [`matches`](Self::matches), for a text.
    pub(crate) fn matches_text(&self, text: &str, context: &Context) -> Result<Truth, NoValue> {
        self.matches(Arn::parse(text).map(|arn| arn.parts()), context)
    }
}

/// A variable of the policy has no value in this request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoValue;

#[cfg(test)]
mod tests {
    use super::{ArnPattern, Context, NoValue, Short, Truth, Version};

    fn resource(pattern: &str, text: &str) -> Result<Truth, NoValue> {
        let context =
            Context::new([("aws:PrincipalArn", vec!["arn:aws:iam::111122223333:role/R".to_owned()])]).unwrap();
        ArnPattern::compile(pattern, Version::V2012, Short::Completed).matches_text(text, &context)
    }

    #[test]
    fn a_star_stays_within_its_part() {
        assert_eq!(resource("arn:aws:s3:::photo-in/*", "arn:aws:s3:::photo-in/a/b:c"), Ok(Truth::Yes));
        assert_eq!(resource("arn:aws:s3:::photo-in/*", "arn:aws:s3:::photo-in"), Ok(Truth::No));
        assert_eq!(resource("arn:aws:s3:*:x", "arn:aws:s3:::x"), Ok(Truth::No));
        assert_eq!(resource("arn:*:s3:::photo-in/*", "arn:aws-cn:s3:::photo-in/x"), Ok(Truth::Yes));
        assert_eq!(resource("arn:aws:logs:*:x:log-group:a", "arn:aws:logs:eu-west-1:1:x:log-group:a"), Ok(Truth::No));
    }

    #[test]
    fn a_short_arn_is_completed() {
        assert_eq!(resource("arn:aws:sqs", "arn:aws:sqs:eu-west-1:111122223333:q"), Ok(Truth::Yes));
        assert_eq!(resource("arn:aws:sqs:us-east-1", "arn:aws:sqs:eu-west-1:111122223333:q"), Ok(Truth::No));
        assert_eq!(resource("*", "*"), Ok(Truth::Yes));
        assert_eq!(resource("arn:aws:s3:::*", "*"), Ok(Truth::No));
    }

    #[test]
    fn a_variable_may_carry_whole_parts() {
        let arn = "arn:aws:iam::111122223333:role/R";
        assert_eq!(resource("${aws:PrincipalArn}", arn), Ok(Truth::Yes));
        assert_eq!(resource("${aws:PrincipalArn}/*", arn), Ok(Truth::No));
        assert_eq!(resource("arn:aws:s3:::${aws:username}/*", arn), Err(NoValue));
    }
}
