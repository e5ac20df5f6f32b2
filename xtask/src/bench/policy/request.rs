//! The requests that everybody judges, with the verdicts that everybody has to give.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Who asks in all of them: a session of the function's role.
pub(super) const PRINCIPAL: &str = "arn:aws:sts::111122223333:assumed-role/thumbgate/thumbgate";

/// Whose the role and all resources are.
pub(super) const ACCOUNT: &str = "111122223333";

/// The key of the principal's tag that a statement's variable reads.
pub(super) const TENANT_KEY: &str = "aws:PrincipalTag/tenant";

const REQUESTS: &str = include_str!("requests.json");

/// What comes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A statement allows it and none denies it.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement speaks of it.
    ImplicitDeny,
}

impl Verdict {
    const ALL: [Self; 3] = [Self::Allow, Self::ExplicitDeny, Self::ImplicitDeny];

    /// The verdict with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.to_string() == name)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit deny",
            Self::ImplicitDeny => "implicit deny",
        })
    }
}

/// One request.
#[derive(Debug)]
pub(super) struct Sample {
    /// `s3:GetObject`
    pub(super) action: String,
    /// An ARN.
    pub(super) resource: String,
    /// The condition keys that it carries, each with its one value.
    pub(super) context: BTreeMap<String, String>,
    /// What has to come of it.
    pub(super) verdict: Verdict,
}

impl Sample {
    /// Whether it is about a key of KMS, whose own policy has a say.
    pub(super) fn is_about_key(&self) -> bool {
        self.action.starts_with("kms:")
    }
}

/// All requests, in their order.
pub(super) fn samples() -> Result<Vec<Sample>, String> {
    let values: Vec<Value> = serde_json::from_str(REQUESTS).map_err(|error| error.to_string())?;
    values.iter().map(|value| sample(value).ok_or_else(|| format!("no request: {value}"))).collect()
}

fn sample(value: &Value) -> Option<Sample> {
    let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    let entries = value.get("context")?.as_object()?.iter();
    let context: Option<_> = entries.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    let verdict = Verdict::named(&text("verdict")?)?;
    Some(Sample { action: text("action")?, resource: text("resource")?, context: context?, verdict })
}

/// `ten statements, 22 requests (10 allow, 3 explicit deny, 9 implicit deny)`
pub(super) fn told(samples: &[Sample]) -> String {
    let counts = Verdict::ALL.map(|verdict| {
        let count = samples.iter().filter(|sample| sample.verdict == verdict).count();
        format!("{count} {verdict}")
    });
    format!("ten statements, {} requests ({})", samples.len(), counts.join(", "))
}
