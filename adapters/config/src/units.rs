//! Numbers with units: `"64 MiB"`, `"30s"`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

const KIB: u64 = 1024;

/// A number of bytes, written `"64 MiB"` or as a plain number.
///
/// Units: B, KB, MB, GB (powers of 1000) and KiB, MiB, GiB (powers of 1024).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl ByteSize {
    const UNITS: [(&'static str, u64); 8] = [
        ("GiB", KIB * KIB * KIB),
        ("MiB", KIB * KIB),
        ("KiB", KIB),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KB", 1000),
        ("B", 1),
        ("", 1),
    ];

    /// Parses a number with an optional unit, such as `64 MiB`; `None` when it is no such thing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_with(text, &Self::UNITS).map(Self)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Binary units only: a value written in powers of 1000 is shown in bytes, exactly.
        let binary = Self::UNITS.iter().take(3).find(|(_, scale)| self.0 >= *scale && self.0.is_multiple_of(*scale));
        match binary {
            Some((unit, scale)) => write!(f, "{} {unit}", self.0 / scale),
            None => write!(f, "{} B", self.0),
        }
    }
}

/// A span of time, written `"30s"` or as a plain number of seconds.
///
/// Units: ms, s, m, h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub Duration);

impl Seconds {
    const UNITS: [(&'static str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("", 1000)];

    /// Parses a number with an optional unit, such as `30s`; `None` when it is no such thing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_with(text, &Self::UNITS).map(|millis| Self(Duration::from_millis(millis)))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1000) { write!(f, "{}s", millis / 1000) } else { write!(f, "{millis}ms") }
    }
}

fn parse_with(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, scale) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
    number.parse::<u64>().ok()?.checked_mul(*scale)
}

/// Reads a text with a unit, or a plain number.
struct WithUnit<T>(fn(&str) -> Option<T>, &'static str);

impl<T> Visitor<'_> for WithUnit<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        let plain = u64::try_from(number).ok().and_then(|number| (self.0)(&number.to_string()));
        plain.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

macro_rules! unit_type {
    ($name:ident, $expected:literal, $example:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(WithUnit(Self::parse, $expected)).map_err(D::Error::custom)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": ["string", "integer"], "minimum": 0, "examples": [$example] })
            }
        }
    };
}

unit_type!(ByteSize, "a number of bytes such as \"64 MiB\"", "64 MiB");
unit_type!(Seconds, "a time such as \"30s\"", "30s");

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ByteSize, Seconds};

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("64 MiB", 64 << 20), ("1GiB", 1 << 30), ("5 kb", 5000), ("7", 7), ("0 B", 0)] {
            assert_eq!(ByteSize::parse(text), Some(ByteSize(bytes)), "{text}");
        }
        for text in ["", "MiB", "-1", "1.5 MiB", "1 XB", "99999999999999999999", "18446744073709551615 GiB"] {
            assert_eq!(ByteSize::parse(text), None, "{text}");
        }
        assert_eq!(ByteSize(64 << 20).to_string(), "64 MiB");
        assert_eq!(ByteSize(5000).to_string(), "5000 B");
    }

    #[test]
    fn times_have_units() {
        for (text, millis) in [("30s", 30_000), ("500 ms", 500), ("2m", 120_000), ("1h", 3_600_000), ("5", 5000)] {
            assert_eq!(Seconds::parse(text), Some(Seconds(Duration::from_millis(millis))), "{text}");
        }
        assert_eq!(Seconds::parse("30 days"), None);
        assert_eq!(Seconds(Duration::from_millis(1500)).to_string(), "1500ms");
    }
}
