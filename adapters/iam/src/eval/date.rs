//! Dates: the ISO 8601 forms of the W3C note, or seconds since 1970.
//!
//! Source: IAM User Guide, "Date condition operators"; W3C, "Date and Time Formats".

/// An instant in nanoseconds since the beginning of 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(i128);

const NANOS: i128 = 1_000_000_000;

impl Instant {
    /// Reads a date. What is left out is the earliest: `2026` is the first instant of the year.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(seconds) = epoch_seconds(text) {
            return Some(seconds);
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map_or(Some(1), |text| digits(text, 2))?;
        let day = parts.next().map_or(Some(1), |text| digits(text, 2))?;
        if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
            return None;
        }
        let nanos_of_day = time.map_or(Some(0), nanos_of_day)?;
        Some(Self(days_since_1970(year, month, day) * 86_400 * NANOS + nanos_of_day))
    }
}

/// Whole or fractional seconds. Four digits alone are a year.
fn epoch_seconds(text: &str) -> Option<Instant> {
    if text.len() == 4 {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let digits_only = whole.strip_prefix('-').unwrap_or(whole);
    let is_number =
        !digits_only.is_empty() && digits_only.len() <= 18 && digits_only.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || (text.contains('.') && fraction.is_empty()) {
        return None;
    }
    let seconds: i128 = digits_only.parse().ok()?;
    Some(Instant(sign * (seconds * NANOS + fraction_nanos(fraction)?)))
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, and then `Z` or an offset.
fn nanos_of_day(time: &str) -> Option<i128> {
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone_at)?;
    let mut parts = clock.split(':');
    let hours = digits(parts.next()?, 2)?;
    let minutes = digits(parts.next()?, 2)?;
    let (seconds, fraction) = match parts.next() {
        Some(seconds) => seconds.split_once('.').map_or((seconds, None), |(whole, fraction)| (whole, Some(fraction))),
        None => ("00", None),
    };
    let seconds = digits(seconds, 2)?;
    // 60 is a leap second.
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let nanos = match fraction {
        Some("") => return None,
        Some(fraction) => fraction_nanos(fraction)?,
        None => 0,
    };
    let offset_minutes = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':').or_else(|| offset.split_at_checked(2))?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let minutes = hours * 60 + minutes;
            match sign {
                "+" => minutes,
                "-" => -minutes,
                _ => return None,
            }
        }
    };
    Some(((hours * 60 + minutes - offset_minutes) * 60 + seconds) * NANOS + nanos)
}

/// The digits after a point, as billionths; more than nine are cut.
fn fraction_nanos(fraction: &str) -> Option<i128> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().ok()
}

fn digits(text: &str, count: usize) -> Option<i128> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn days_in_month(year: i128, month: i128) -> i128 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of January 1970, in the Gregorian calendar.
fn days_since_1970(year: i128, month: i128, day: i128) -> i128 {
    let days_before = |year: i128| {
        let past = year - 1;
        past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
    };
    let days_of_months: i128 = (1..month).map(|month| days_in_month(year, month)).sum();
    days_before(year) - days_before(1970) + days_of_months + day - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Instant, NANOS, days_since_1970};

    fn seconds(text: &str) -> Option<i128> {
        Instant::parse(text).map(|instant| instant.0 / NANOS)
    }

    #[test]
    fn every_form_of_a_date_is_read() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-01-15T12:00:00Z"), Some(1_768_478_400));
        assert_eq!(seconds("2026-01-15T21:00:00+09:00"), Some(1_768_478_400));
        assert_eq!(seconds("2026-01-15T21:00+0900"), Some(1_768_478_400));
        assert_eq!(seconds("1768478400"), Some(1_768_478_400));
        assert_eq!(seconds("2024-06-01"), Some(1_717_200_000));
        assert_eq!(seconds("2024-06"), Some(1_717_200_000));
        assert_eq!(seconds("2026"), Some(1_767_225_600));
        assert_eq!(seconds("2024-02-29"), Some(1_709_164_800));
        assert!(Instant::parse("2030-12-31T23:59:59.5Z") > Instant::parse("2030-12-31T23:59:59.49Z"));
        assert_eq!(Instant::parse("0.5").map(|instant| instant.0), Some(NANOS / 2));
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "x",
            "2023-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:00:00",
            "2023-01-01T00Z",
            "2023-01-01T00:00:00.Z",
            "1.",
            "2023-1-1",
            "2023-01-01T00:00:00+9:00",
            "99999999999999999999",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_follows_a_day_for_four_centuries() {
        let mut days = Vec::new();
        for year in 1900..2301 {
            for month in 1..=12 {
                for day in 1..=super::days_in_month(year, month) {
                    days.push(days_since_1970(year, month, day));
                }
            }
        }
        assert!(days.windows(2).all(|pair| pair[1] == pair[0] + 1));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[0-9TZ:+.-]{0,30}") {
            let _ = Instant::parse(&text);
        }
    }
}
