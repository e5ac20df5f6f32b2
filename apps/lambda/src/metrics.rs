//! Metrics in CloudWatch's Embedded Metric Format: a line of the log, so that the permission to log
//! is all that they need.
//!
//! Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format". The line has no
//! level and no time of its own; with Lambda's JSON logging it counts as INFO.

use std::io::Write as _;

use serde_json::{Value, json};
use thumbgate_core::error::Disposition;
use thumbgate_core::generate::Outcome;

use crate::clock::since_1970;

/// The namespace of the metrics.
const NAMESPACE: &str = "Thumbgate";

/// The most values of one metric in a line. Of an invocation with more items only the first hundred
/// durations are told; the counts are of all.
const VALUES_MAX: usize = 100;

/// Tells what an invocation did. An invocation without items tells nothing.
pub(crate) fn tell<'a>(outcomes: impl Iterator<Item = &'a Outcome>, function: &str) {
    let outcomes: Vec<_> = outcomes.collect();
    if outcomes.is_empty() {
        return;
    }
    // A log that cannot be written has nobody who could be told.
    let _ = writeln!(std::io::stdout(), "{}", line(&outcomes, function));
}

fn line(outcomes: &[&Outcome], function: &str) -> Value {
    let count = |wanted| outcomes.iter().filter(|outcome| outcome.disposition() == wanted).count();
    let durations: Vec<_> = outcomes.iter().take(VALUES_MAX).map(|outcome| outcome.elapsed.as_millis()).collect();
    let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
    json!({
        "_aws": {
            "Timestamp": u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["FunctionName"]],
                "Metrics": [
                    metric("Done", "Count"), metric("Skip", "Count"), metric("Reject", "Count"), metric("Retry", "Count"),
                    metric("Renditions", "Count"), metric("BytesIn", "Bytes"), metric("BytesOut", "Bytes"),
                    metric("Duration", "Milliseconds"),
                ],
            }],
        },
        "FunctionName": function,
        "Done": count(Disposition::Done),
        "Skip": count(Disposition::Skip),
        "Reject": count(Disposition::Reject),
        "Retry": count(Disposition::Retry),
        "Renditions": outcomes.iter().map(|outcome| outcome.renditions.len()).sum::<usize>(),
        "BytesIn": outcomes.iter().map(|outcome| outcome.bytes_in).sum::<u64>(),
        "BytesOut": outcomes.iter().map(|outcome| outcome.bytes_out()).sum::<u64>(),
        "Duration": durations,
    })
}

#[cfg(test)]
mod tests {
    use thumbgate_core::generate::{Outcome, SkipReason};

    use super::line;

    #[test]
    fn every_metric_that_is_announced_has_a_value() {
        let outcome = Outcome::skipped("a.jpg".to_owned(), SkipReason::Gone);
        let line = line(&[&outcome], "thumbgate");
        let announced = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        assert_eq!(announced.len(), 8);
        for metric in announced {
            assert!(!line[metric["Name"].as_str().unwrap()].is_null(), "{metric}");
        }
        assert_eq!((&line["Skip"], &line["FunctionName"]), (&1.into(), &"thumbgate".into()));
        assert!(line["level"].is_null() && line["timestamp"].is_null());
    }
}
