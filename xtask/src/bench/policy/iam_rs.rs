//! The crate iam-rs: an evaluator of AWS's language.

use iam_rs::{Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId};

use super::request::{PRINCIPAL, Sample, Verdict};
use super::{Peer, STATEMENTS};

pub(super) const NAME: &str = "iam-rs";

pub(super) struct IamRs {
    evaluator: PolicyEvaluator,
    requests: Vec<IAMRequest>,
}

impl IamRs {
    /// Reads the statements and prepares the requests.
    pub(super) fn new(samples: &[Sample]) -> Result<Self, String> {
        let policy = IAMPolicy::from_json(STATEMENTS).map_err(|error| error.to_string())?;
        let requests: Result<_, String> = samples.iter().map(request).collect();
        Ok(Self { evaluator: PolicyEvaluator::with_policies(vec![policy]), requests: requests? })
    }
}

fn request(sample: &Sample) -> Result<IAMRequest, String> {
    let value = |value: &str| match value {
        "true" => ContextValue::Boolean(true),
        "false" => ContextValue::Boolean(false),
        text => ContextValue::String(text.to_owned()),
    };
    let data = sample.context.iter().map(|(key, text)| (key.clone(), value(text))).collect();
    let principal = Principal::Aws(PrincipalId::String(PRINCIPAL.to_owned()));
    let resource = Arn::parse(&sample.resource).map_err(|error| error.to_string())?;
    Ok(IAMRequest::new_with_context(principal, sample.action.as_str(), resource, Context::with_data(data)))
}

impl Peer for IamRs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn judge(&self, index: usize) -> Result<Verdict, String> {
        let request = self.requests.get(index).ok_or("no such request")?;
        match self.evaluator.evaluate(request) {
            Ok(result) => Ok(match result.decision {
                Decision::Allow => Verdict::Allow,
                Decision::Deny => Verdict::ExplicitDeny,
                Decision::NotApplicable => Verdict::ImplicitDeny,
            }),
            Err(error) => Err(error.to_string()),
        }
    }
}
