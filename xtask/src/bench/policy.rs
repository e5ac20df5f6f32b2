//! How long one decision takes on ten compiled statements: ours, Cedar's, and two evaluators of
//! the same language.
//!
//! Everybody judges the same requests: `policy/requests.json`, against `policy/statements.json`
//! (for Cedar, the same in its language). All that can be prepared for a request is prepared
//! before; only the decision is timed. First everybody has to give the verdicts that are expected.
//! Read next: `request`, then a peer.

mod cedar;
mod iam_rs;
mod ours;
mod request;
mod simulate;

use std::hint::black_box;
use std::time::Duration;

use thiserror::Error;

use super::clock::nanos_per_call;
use super::report::{self, Measured};
use crate::workspace::Workspace;
use request::{Sample, Verdict};
use simulate::SimulateError;

/// The statements, as AWS writes them.
const STATEMENTS: &str = include_str!("policy/statements.json");

/// The policy of the key, which gives its account a say.
const KEY_POLICY: &str = include_str!("policy/key-policy.json");

/// The rounds of each peer, all peers in turn, so that a slow moment of the machine hits all.
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_millis(500);

/// The most that a decision of ours may take.
const NANOS_MAX: f64 = 1000.0;
/// The most of Cedar's time that a decision of ours may take.
const SHARE_OF_CEDAR_MAX: f64 = 0.1;

/// Why nothing was measured.
#[derive(Debug, Error)]
pub(crate) enum PolicyBenchError {
    /// The statements or requests of the bench are not what a peer can read.
    #[error("{peer} cannot be prepared: {reason}")]
    Prepare {
        /// Who.
        peer: &'static str,
        /// What it said.
        reason: String,
    },
    /// A peer does not answer as expected, so its time would mean nothing.
    #[error("{peer} says `{got}` to request {number} ({action} on {resource}); expected `{expected}`")]
    Verdict {
        /// Who.
        peer: &'static str,
        /// The request's place in the file, from 1.
        number: usize,
        /// Its action.
        action: String,
        /// Its resource.
        resource: String,
        /// The answer.
        got: String,
        /// What was expected.
        expected: String,
    },
}

/// Somebody who judges requests that were prepared for them.
trait Peer {
    fn name(&self) -> &'static str;

    /// Judges the request at this place.
    fn judge(&self, index: usize) -> Result<Verdict, String>;
}

/// Checks and measures all peers; gives 1 where a target is missed.
pub(super) fn run(workspace: &Workspace, is_json: bool) -> Result<u8, PolicyBenchError> {
    let samples = request::samples().map_err(prepare("the bench"))?;
    let peers: [Box<dyn Peer>; 3] = [
        Box::new(ours::Ours::new(&samples).map_err(prepare(ours::NAME))?),
        Box::new(iam_rs::IamRs::new(&samples).map_err(prepare(iam_rs::NAME))?),
        Box::new(cedar::Cedar::new(&samples).map_err(prepare(cedar::NAME))?),
    ];
    for peer in &peers {
        check(peer.name(), &samples, samples.iter().enumerate().map(|(index, _)| peer.judge(index)))?;
    }
    let mut measured = measure(workspace, &peers, samples.len());
    let mut left_out = None;
    match simulate::run(workspace) {
        Ok(answers) => {
            check(simulate::NAME, &samples, answers.verdicts.into_iter())?;
            let rounds = answers.micros.iter().map(|micros| micros * 1e3).collect();
            measured.push(Measured { peer: simulate::NAME, version: answers.version, rounds });
        }
        Err(error) => left_out = Some(error),
    }
    Ok(told(&samples, &measured, left_out.as_ref(), is_json))
}

fn prepare(peer: &'static str) -> impl Fn(String) -> PolicyBenchError {
    move |reason| PolicyBenchError::Prepare { peer, reason }
}

fn check(
    peer: &'static str,
    samples: &[Sample],
    verdicts: impl Iterator<Item = Result<Verdict, String>>,
) -> Result<(), PolicyBenchError> {
    let wrong = samples.iter().zip(verdicts).enumerate().find(|(_, (sample, got))| *got != Ok(sample.verdict));
    match wrong {
        None => Ok(()),
        Some((index, (sample, got))) => Err(PolicyBenchError::Verdict {
            peer,
            number: index + 1,
            action: sample.action.clone(),
            resource: sample.resource.clone(),
            got: got.map_or_else(|error| error, |verdict| verdict.to_string()),
            expected: sample.verdict.to_string(),
        }),
    }
}

fn measure(workspace: &Workspace, peers: &[Box<dyn Peer>], requests: usize) -> Vec<Measured> {
    let nanos = |peer: &dyn Peer, at_least| {
        nanos_per_call(requests, at_least, |index| {
            // The verdict was checked before.
            drop(black_box(peer.judge(black_box(index))));
        })
    };
    let mut measured: Vec<Measured> = peers
        .iter()
        .map(|peer| Measured {
            peer: peer.name(),
            version: locked_version(workspace, peer.name()).unwrap_or_default(),
            rounds: Vec::new(),
        })
        .collect();
    for peer in peers {
        nanos(peer.as_ref(), WARM_UP);
    }
    for _ in 0..ROUNDS {
        for (peer, measured) in peers.iter().zip(&mut measured) {
            measured.rounds.push(nanos(peer.as_ref(), ROUND));
        }
    }
    measured
}

/// The version of a package that this xtask was built with.
fn locked_version(workspace: &Workspace, package: &str) -> Option<String> {
    let lock = std::fs::read_to_string(workspace.root().join("Cargo.lock")).ok()?;
    let (_, entry) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    Some(entry.split_once('"')?.0.to_owned())
}

/// Prints what came of it; gives the exit code.
fn told(samples: &[Sample], measured: &[Measured], left_out: Option<&SimulateError>, is_json: bool) -> u8 {
    let find = |name| measured.iter().find(|one| one.peer == name).map_or(f64::NAN, Measured::nanos);
    let (ours, cedar) = (find(ours::NAME), find(cedar::NAME));
    let targets = [
        ("at most 1 µs a decision", ours <= NANOS_MAX, format!("{:.2} µs", ours / 1e3)),
        ("at most a tenth of cedar-policy's time", ours <= cedar * SHARE_OF_CEDAR_MAX, format!("{:.3}", ours / cedar)),
    ];
    if is_json {
        print!("{}", report::json_lines("policy", measured));
    } else {
        println!("{}; CPU time a decision, median of {ROUNDS} rounds after a warm-up\n", request::told(samples));
        println!("{}", report::table(measured));
        for (target, is_met, figure) in &targets {
            println!("{target}: {figure}, {}", if *is_met { "met" } else { "MISSED" });
        }
    }
    if let Some(error) = left_out {
        eprintln!("\n{} was not measured: {}", simulate::NAME, crate::told_with_causes(error));
    }
    u8::from(targets.iter().any(|(_, is_met, _)| !is_met))
}

#[cfg(test)]
mod tests {
    use super::request::{Verdict, samples};
    use super::{Peer, cedar, check, iam_rs, ours};

    #[test]
    fn everybody_says_the_same() {
        let samples = samples().unwrap();
        let peers: [Box<dyn Peer>; 3] = [
            Box::new(ours::Ours::new(&samples).unwrap()),
            Box::new(iam_rs::IamRs::new(&samples).unwrap()),
            Box::new(cedar::Cedar::new(&samples).unwrap()),
        ];
        for peer in peers {
            check(peer.name(), &samples, (0..samples.len()).map(|index| peer.judge(index))).unwrap();
        }
    }

    #[test]
    fn a_wrong_verdict_is_told() {
        let samples = samples().unwrap();
        let error = check("theirs", &samples, samples.iter().map(|_| Ok(Verdict::Allow))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "theirs says `allow` to request 2 (s3:GetObject on arn:aws:s3:::photos-in/uploads/2026/11/IMG_0001.jpg); \
             expected `explicit deny`"
        );
    }
}
