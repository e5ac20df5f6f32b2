//! Outcomes become the answer that the caller expects.
//!
//! Sources: AWS Lambda Developer Guide, "Handling errors for an SQS event source" (partial batch
//! responses); Amazon S3 User Guide, "Invoke AWS Lambda function", "Response".

use serde_json::{Value, json};
use thumbgate_core::error::{Disposition, Failure, FailureKind};
use thumbgate_core::generate::{Outcome, Verdict};
use thumbgate_core::object::escape_controls;

use crate::delivery::{Delivery, Form, Message, Record};

/// How many failed keys a function error names; the log has them all.
const NAMED_MAX: usize = 10;

/// What becomes of an item that no retry mends, where the platform keeps failures as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejects {
    /// It is a failure, so that the platform's failure destination keeps the event.
    DeadLetter,
    /// It is logged, and a success.
    Log,
}

/// What to answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A document.
    Document(Value),
    /// The invocation failed: the platform tries again, then keeps the event.
    Failed {
        /// A short name of the error, for alarms.
        kind: &'static str,
        /// What failed.
        message: String,
    },
}

/// What became of a message.
struct Sum {
    failed: bool,
    rejected: bool,
    told: String,
}

impl Delivery {
    /// Every outcome of the delivery, in the order of its records: those of the changes as they were
    /// worked on, and those of what could never be worked on. A message that cannot be read has one.
    #[must_use]
    pub fn outcomes(&self, of_changes: Vec<Outcome>) -> Vec<Vec<Outcome>> {
        let mut of_changes = of_changes.into_iter();
        let mut of_record = |record: &Record| match record {
            Record::Change(_) => of_changes.next().unwrap_or_else(not_worked_on),
            Record::Unusable { key, problem } => {
                Outcome::unusable(key.clone(), Failure::reject(FailureKind::Limit, problem.clone()))
            }
            Record::Unreadable { place, error } => {
                Outcome::unusable(place.clone(), Failure::reject(FailureKind::Malformed, error.to_string()))
            }
        };
        let of_message = |message: &Message| match &message.records {
            Ok(records) => records.iter().map(&mut of_record).collect(),
            Err(error) => {
                let failure = Failure::reject(FailureKind::Malformed, error.to_string());
                vec![Outcome::unusable(format!("message {}", message.id), failure)]
            }
        };
        self.messages().iter().map(of_message).collect()
    }

    /// The answer to whoever delivered it; `outcomes` are those of [`outcomes`](Self::outcomes).
    #[must_use]
    pub fn answer(&self, outcomes: &[Vec<Outcome>], rejects: Rejects) -> Answer {
        match self.form() {
            // What cannot be read is no picture that was rejected: it is never a logged success.
            Form::Direct if self.has_unreadable() => direct(outcomes, Rejects::DeadLetter),
            Form::Direct => direct(outcomes, rejects),
            Form::Queue => self.of_queue(outcomes),
            Form::S3Batch { schema, invocation } => self.of_batch(outcomes, schema, invocation),
        }
    }

    fn has_unreadable(&self) -> bool {
        self.records().iter().any(|record| matches!(record, Record::Unreadable { .. }))
    }

    fn of_queue(&self, outcomes: &[Vec<Outcome>]) -> Answer {
        let failed = self.messages().iter().zip(outcomes).filter(|(_, outcomes)| sum(outcomes).failed);
        let failures: Vec<_> = failed.map(|(message, _)| json!({"itemIdentifier": message.id})).collect();
        Answer::Document(json!({"batchItemFailures": failures}))
    }

    fn of_batch(&self, outcomes: &[Vec<Outcome>], schema: &str, invocation: &str) -> Answer {
        let result = |(message, outcomes): (&Message, &Vec<Outcome>)| {
            let sum = sum(outcomes);
            let code = match (sum.failed, sum.rejected) {
                (false, _) => "Succeeded",
                (true, false) => "TemporaryFailure",
                (true, true) => "PermanentFailure",
            };
            json!({"taskId": message.id, "resultCode": code, "resultString": sum.told})
        };
        let results: Vec<_> = self.messages().iter().zip(outcomes).map(result).collect();
        Answer::Document(json!({
            "invocationSchemaVersion": schema,
            "treatMissingKeysAs": "TemporaryFailure",
            "invocationId": invocation,
            "results": results,
        }))
    }
}

/// A direct caller keeps or drops the whole event.
fn direct(outcomes: &[Vec<Outcome>], rejects: Rejects) -> Answer {
    let all: Vec<_> = outcomes.iter().flatten().collect();
    let count = |wanted| all.iter().filter(|outcome| outcome.disposition() == wanted).count();
    let (retry, reject) = (count(Disposition::Retry), count(Disposition::Reject));
    let fails = retry > 0 || (reject > 0 && rejects == Rejects::DeadLetter);
    if fails {
        let is_failed = |outcome: &&&Outcome| failure(outcome).is_some();
        let mut named: Vec<_> = all.iter().filter(is_failed).take(NAMED_MAX).map(|outcome| told(outcome)).collect();
        let more = (retry + reject).saturating_sub(NAMED_MAX);
        if more > 0 {
            named.push(format!("and {more} more"));
        }
        let kind = if retry > 0 { "ItemsToRetry" } else { "ItemsRejected" };
        return Answer::Failed { kind, message: named.join("; ") };
    }
    Answer::Document(json!({
        "sources": all.len(),
        "done": count(Disposition::Done),
        "skip": count(Disposition::Skip),
        "reject": reject,
        "retry": retry,
    }))
}

fn sum(outcomes: &[Outcome]) -> Sum {
    let failures: Vec<_> = outcomes.iter().filter(|outcome| failure(outcome).is_some()).collect();
    let told: Vec<_> = if failures.is_empty() {
        outcomes.iter().map(told).collect()
    } else {
        failures.iter().map(|outcome| told(outcome)).collect()
    };
    Sum {
        failed: !failures.is_empty(),
        rejected: failures.iter().all(|outcome| outcome.disposition() == Disposition::Reject),
        told: told.join("; "),
    }
}

fn failure(outcome: &Outcome) -> Option<&Failure> {
    match &outcome.verdict {
        Verdict::Failed(failure) => Some(failure),
        Verdict::Done | Verdict::Skip(_) => None,
    }
}

/// An outcome in a line.
fn told(outcome: &Outcome) -> String {
    let source = escape_controls(&outcome.source);
    match &outcome.verdict {
        Verdict::Done => format!("{source}: made"),
        Verdict::Skip(reason) => format!("{source}: {reason}"),
        Verdict::Failed(failure) => format!("{source}: {}: {failure}", failure.kind().as_str()),
    }
}

/// A change that nobody gave an outcome for is not done.
fn not_worked_on() -> Outcome {
    Outcome::unusable(String::new(), Failure::retry(FailureKind::Internal, "the change was not worked on"))
}
