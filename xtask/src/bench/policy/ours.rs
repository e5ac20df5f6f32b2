//! Our own engine.

use std::sync::Arc;

use thumbgate_iam::eval::{Context, Decision, Policies, Policy, Request};
use thumbgate_iam::lang::{Document, Kind, Source};

use super::request::{ACCOUNT, PRINCIPAL, Sample, Verdict};
use super::{KEY_POLICY, Peer, STATEMENTS};

pub(super) const NAME: &str = "thumbgate-iam";

pub(super) struct Ours {
    /// For resources without a policy of their own.
    policies: Policies,
    /// For the key.
    of_key: Policies,
    requests: Vec<(Request, bool)>,
}

impl Ours {
    /// Compiles the statements and prepares the requests.
    pub(super) fn new(samples: &[Sample]) -> Result<Self, String> {
        let identity = vec![compiled("statements.json", STATEMENTS, Kind::Identity)?];
        let key = compiled("key-policy.json", KEY_POLICY, Kind::Resource)?;
        let policies = Policies { identity, ..Policies::default() };
        let of_key = Policies { resource: Some(key), ..policies.clone() };
        let requests: Result<_, String> = samples.iter().map(request).collect();
        Ok(Self { policies, of_key, requests: requests? })
    }
}

fn compiled(name: &str, text: &str, kind: Kind) -> Result<Arc<Policy>, String> {
    let document = Document::parse(Source::new(name, text), kind).map_err(|errors| errors.to_string())?;
    Ok(Arc::new(Policy::compile(document)))
}

/// The request, and whether it is about the key.
fn request(sample: &Sample) -> Result<(Request, bool), String> {
    let entries = sample.context.iter().map(|(key, value)| (key, vec![value.clone()]));
    let context = Context::new(entries).map_err(|error| error.to_string())?;
    let request = Request::new(PRINCIPAL, &sample.action, &sample.resource, ACCOUNT, context);
    Ok((request.map_err(|error| error.to_string())?, sample.is_about_key()))
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        NAME
    }

    fn judge(&self, index: usize) -> Result<Verdict, String> {
        let (request, is_about_key) = self.requests.get(index).ok_or("no such request")?;
        let policies = if *is_about_key { &self.of_key } else { &self.policies };
        Ok(match policies.decide(request) {
            Decision::Allow => Verdict::Allow,
            Decision::ExplicitDeny => Verdict::ExplicitDeny,
            Decision::ImplicitDeny => Verdict::ImplicitDeny,
        })
    }
}
