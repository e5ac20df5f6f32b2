//! Who asked for what during the demo, and which statement answered.
//!
//! The pipeline runs behind core's guard like any other. What is the demo's own is the recorder,
//! which keeps the reasoning of every answer, so that the report tells what happened and nothing
//! that was written down beforehand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use thumbgate_core::access::{self, AccessRequest, Action, Principal};
use thumbgate_core::guard::Naming;
use thumbgate_core::object::{Bucket, KeyPrefix, NameError, escape_controls};
use thumbgate_core::port::Authorizer;
use thumbgate_iam::attachments::Attachments;
use thumbgate_iam::eval::{Context, Decision, Explanation, Layer, StatementTrace};
use thumbgate_iam::explain::told;
use thumbgate_iam::lang::StatementEffect;
use thumbgate_iam::{PolicyAuthorizer, trust};

use super::attempts::Attempt;
use super::documents::{Attached, DESTINATION, ROLE, SESSION, SOURCE};
use crate::exit::Stop;
use crate::guard::{Guard, Side};

/// Everything about access that the report and the page tell.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) documents: Vec<Attached>,
    /// How Lambda comes to be the role.
    pub(super) trust: Explanation,
    /// What the pipeline asked.
    pub(super) answers: Vec<Answer>,
    pub(super) attempts: Vec<Attempt>,
}

/// Questions that were answered alike.
#[derive(Debug)]
pub(super) struct Answer {
    /// Where the objects lie: bucket and folder.
    pub(super) place: String,
    pub(super) times: usize,
    /// The reasoning of the first of them.
    pub(super) explanation: Explanation,
}

/// An authorizer that keeps the reasoning of every answer.
#[derive(Debug)]
pub(super) struct Recorder {
    inner: PolicyAuthorizer,
    asked: Mutex<Vec<Explanation>>,
}

impl Recorder {
    pub(super) fn new(inner: PolicyAuthorizer) -> Self {
        Self { inner, asked: Mutex::default() }
    }

    /// The reasoning of every answer since the last call.
    pub(super) fn take(&self) -> Vec<Explanation> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Authorizer for Recorder {
    fn decide(&self, request: &AccessRequest) -> access::Decision {
        // A request that cannot be explained is denied by `decide`, with the same error as reason.
        if let Ok(explanation) = self.inner.explain(request) {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(explanation);
        }
        self.inner.decide(request)
    }
}

/// The guard of the demo: both buckets under the same documents.
pub(super) fn guard(recorder: &Arc<Recorder>) -> Result<Guard, Stop> {
    let side = |bucket: &str, physical: &str, logical: &str| -> Result<Side, NameError> {
        let naming = Naming {
            bucket: Bucket::parse(bucket)?,
            physical: KeyPrefix::parse(physical)?,
            logical: KeyPrefix::parse(logical)?,
        };
        Ok(Side { authorizer: recorder.clone(), naming })
    };
    let wrong = |error: NameError| Stop::failed(error.to_string());
    Ok(Guard {
        principal: Principal::Arn(SESSION.to_owned()),
        // The bucket in memory has its keys whole; the folder stands for `thumbs/`.
        source: side(SOURCE.0, "", "").map_err(wrong)?,
        destination: side(DESTINATION.0, "", DESTINATION.1).map_err(wrong)?,
    })
}

/// Lambda becomes the role, or nothing runs at all.
pub(super) fn assume(documents: &Attachments) -> Result<Explanation, Stop> {
    let policy = documents.trust(ROLE).ok_or_else(|| Stop::failed(format!("{ROLE} has no trust policy")))?;
    let explanation = trust::explain(&policy, ROLE, trust::LAMBDA, Context::default())
        .map_err(|error| Stop::failed(error.to_string()))?;
    if explanation.decision == Decision::Allow {
        return Ok(explanation);
    }
    Err(Stop::failed(format!("{} may not become the demo's role, so nothing can run\n{explanation}", trust::LAMBDA)))
}

/// What was asked, like with like: what was granted first.
pub(super) fn answers(asked: Vec<Explanation>) -> Vec<Answer> {
    let mut answers = BTreeMap::new();
    for explanation in asked {
        let place = place(explanation.request.resource()).to_owned();
        let by: Vec<_> =
            deciding(&explanation).map(|statement| (statement.document.clone(), statement.index)).collect();
        let is_denied = explanation.decision != Decision::Allow;
        let like = (is_denied, place.clone(), explanation.request.action().to_owned(), by);
        answers.entry(like).or_insert_with(|| Answer { place, times: 0, explanation }).times += 1;
    }
    answers.into_values().collect()
}

impl Access {
    /// How many questions were granted, and how many of them by a policy of the caller's own.
    pub(super) fn granted(&self) -> (usize, usize) {
        let granted = self.answers.iter().filter(|answer| answer.is_granted());
        granted.fold((0, 0), |(all, by_own), answer| {
            let own = deciding(&answer.explanation).any(|statement| statement.layer == Layer::Identity);
            (all + answer.times, by_own + if own { answer.times } else { 0 })
        })
    }

    /// How many questions a statement of a document granted, the one of the trust policy included.
    pub(super) fn granted_by(&self, document: &str, statement: usize) -> usize {
        let rests_on = |explanation: &Explanation| {
            explanation.decision == Decision::Allow
                && deciding(explanation).any(|decides| decides.document == document && decides.index == statement)
        };
        let granted = self.answers.iter().filter(|answer| rests_on(&answer.explanation)).map(|answer| answer.times);
        granted.sum::<usize>() + usize::from(rests_on(&self.trust))
    }
}

impl Answer {
    pub(super) fn is_granted(&self) -> bool {
        self.explanation.decision == Decision::Allow
    }

    /// Whether it was asked by S3 itself, of an object that is not there: who may not list is not
    /// told so.
    pub(super) fn hides_absence(&self) -> bool {
        !self.is_granted() && self.explanation.request.action() == Action::ListBucket.as_str()
    }
}

/// The statements that a verdict rests on; none where nothing allows.
pub(super) fn deciding(explanation: &Explanation) -> impl Iterator<Item = &StatementTrace> {
    explanation.statements.iter().filter(|statement| statement.decides)
}

/// Why a request was denied, in one line: the Allow of the resource that came nearest, and what of
/// it did not match; else the engine's own sentence.
pub(super) fn why(explanation: &Explanation) -> String {
    let of_resource =
        |statement: &&StatementTrace| statement.layer == Layer::Resource && statement.effect == StatementEffect::Allow;
    let is_silent = explanation.decision == Decision::ImplicitDeny;
    let nearest = explanation.statements.iter().find(of_resource).filter(|_| is_silent);
    match nearest.and_then(|statement| Some((statement, statement.mismatch.as_ref()?))) {
        Some((statement, mismatch)) => format!("{}: {}", Named(statement), told(mismatch, &explanation.request)),
        None => explanation.reason(),
    }
}

/// A statement as it is called in a line: `ThumbgateReadsUploads (photos-in.json:4:5)`.
#[derive(Debug)]
pub(super) struct Named<'a>(pub(super) &'a StatementTrace);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.sid {
            Some(sid) => write!(f, "{} ({})", escape_controls(sid), position(self.0)),
            None => write!(f, "statement {} ({})", self.0.index + 1, position(self.0)),
        }
    }
}

/// Where a statement stands: `photos-in.json:4:5`.
pub(super) fn position(statement: &StatementTrace) -> String {
    let (document, at) = (escape_controls(&statement.document), statement.position);
    format!("{document}:{}:{}", at.line, at.column)
}

/// Bucket and folder of an object; the bucket alone of a bucket.
fn place(resource: &str) -> &str {
    let object = without_arn(resource);
    object.rsplit_once('/').map_or(object, |(folder, _)| object.get(..=folder.len()).unwrap_or(object))
}

/// Bucket and key without the ARN before them.
pub(super) fn without_arn(resource: &str) -> &str {
    resource.rsplit_once(":::").map_or(resource, |(_, object)| object)
}

#[cfg(test)]
mod tests {
    use super::{place, without_arn};

    #[test]
    fn a_place_is_a_bucket_and_a_folder() {
        assert_eq!(place("arn:aws:s3:::photos-in/uploads/a.jpg"), "photos-in/uploads/");
        assert_eq!(place("arn:aws:s3:::photos-out"), "photos-out");
        assert_eq!(without_arn("arn:aws:s3:::photos-in/uploads/a.jpg"), "photos-in/uploads/a.jpg");
    }
}
