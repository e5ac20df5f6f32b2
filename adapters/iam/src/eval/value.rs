//! Values that are not compared as text: numbers, dates, addresses and ranges, bytes.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A number of a policy or request: whole ones are exact, others as near as a double.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Whole(i128),
    Fraction(f64),
}

impl Number {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        // The standard library also reads `inf`, `nan` and the like, which are no JSON numbers.
        let is_plain =
            text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
        let number: f64 = text.parse().ok().filter(|_| is_plain)?;
        number.is_finite().then_some(Self::Fraction(number))
    }

    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(&other),
            _ => self.as_double().total_cmp(&other.as_double()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a double, which is no more exact")]
    fn as_double(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            // Adding zero makes of the negative zero the positive one, which is the same number.
            Self::Fraction(number) => number + 0.0,
        }
    }
}

/// An address range of a policy, or one address as a range of one. Bits below the prefix are
/// ignored (`203.0.113.7/24` is `203.0.113.0/24`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressRange {
    network: IpAddr,
    prefix: u32,
}

impl AddressRange {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let network: IpAddr = address.parse().ok()?;
        let bits = if network.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok()?
            }
            Some(_) => return None,
            None => bits,
        };
        (prefix <= bits).then_some(Self { network, prefix })
    }

    /// Whether an address lies in the range; never one of the other family.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

/// Reads `true` or `false`, in any letter case.
pub(crate) fn truth_value(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads base64.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{AddressRange, Number, truth_value};

    #[test]
    fn numbers_are_compared_as_numbers() {
        let compare = |one: &str, other: &str| Some(Number::parse(one)?.compare(Number::parse(other)?));
        assert_eq!(compare("60", "60.0"), Some(Ordering::Equal));
        assert_eq!(compare("9", "10"), Some(Ordering::Less));
        assert_eq!(compare("9007199254740993", "9007199254740992"), Some(Ordering::Greater));
        assert_eq!(compare("-0.0", "0"), Some(Ordering::Equal));
        assert_eq!(compare("1e3", "1000"), Some(Ordering::Equal));
        for text in ["", "inf", "nan", "1e999", "0x10", "ten", "1_000", " 1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_ignore_host_bits_and_never_mix_families() {
        let contains =
            |range: &str, address: &str| AddressRange::parse(range).unwrap().contains(address.parse().unwrap());
        assert!(contains("203.0.113.7/24", "203.0.113.200"));
        assert!(contains("0.0.0.0/0", "8.8.8.8") && !contains("0.0.0.0/0", "::1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1") && !contains("::/0", "10.0.0.1"));
        assert!(contains("10.1.2.3", "10.1.2.3") && !contains("10.1.2.3", "10.1.2.4"));
        for text in ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "x", "::/129"] {
            assert_eq!(AddressRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn truth_values_have_any_letter_case() {
        assert_eq!((truth_value("True"), truth_value("FALSE"), truth_value("yes")), (Some(true), Some(false), None));
    }
}
