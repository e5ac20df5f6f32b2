//! The core's `Authorizer` over policy documents: what guards memory, folders and S3.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use thumbgate_core::access::{AccessRequest, Decision, Effect, Principal};
use thumbgate_core::port::Authorizer;

use crate::attachments::Attachments;
use crate::eval::{self, Context, Explanation, Request, RequestError};
use crate::lang::Arn;

/// Tells the time, for `aws:CurrentTime`.
type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Decides as S3 would: the documents that are attached to caller and bucket, and the condition
/// keys that a signed request over TLS carries.
///
/// It carries `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`,
/// `aws:PrincipalIsAWSService`, `aws:ViaAWSService`, `aws:SecureTransport`, `aws:ResourceAccount`,
/// `s3:ResourceAccount`, `s3:authType`, `s3:signatureversion`, with a clock `aws:CurrentTime` and
/// `aws:EpochTime`, what the port method tells (`s3:prefix`, `s3:if-none-match`, …), and what
/// [`with`](Self::with) adds. Nothing else: a policy that asks for an address or an endpoint finds
/// none, unless it is added.
///
/// ```
/// use std::sync::Arc;
/// use thumbgate_core::access::{AccessRequest, Action, Principal, Resource};
/// use thumbgate_core::object::{Bucket, ObjectKey};
/// use thumbgate_core::port::Authorizer;
/// use thumbgate_iam::attachments::{Attachment, Attachments};
/// use thumbgate_iam::lang::Source;
/// use thumbgate_iam::PolicyAuthorizer;
///
/// let role = "arn:aws:iam::111122223333:role/LambdaThumbRole";
/// let bucket = format!(r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
///     "Principal": {{"AWS": "{role}"}}, "Action": "s3:GetObject",
///     "Resource": "arn:aws:s3:::photos-in/uploads/*"}}}}"#);
/// let mut documents = Attachments::new();
/// documents.attach(Source::new("photos-in.json", bucket), Attachment::Resource("arn:aws:s3:::photos-in".into()))?;
/// let authorizer = PolicyAuthorizer::new(documents, "111122223333");
///
/// let request = |key: &str| AccessRequest {
///     principal: Principal::Arn(role.to_owned()),
///     action: Action::GetObject,
///     resource: Resource::Object(Bucket::parse("photos-in").unwrap(), ObjectKey::parse(key).unwrap()),
///     context: Vec::new(),
/// };
/// assert!(authorizer.decide(&request("uploads/a.jpg")).is_allowed());
/// assert!(!authorizer.decide(&request("private/a.jpg")).is_allowed());
/// # Ok::<(), thumbgate_iam::attachments::AttachError>(())
/// ```
#[derive(Clone)]
pub struct PolicyAuthorizer {
    documents: Attachments,
    account: String,
    more: Vec<(String, Vec<String>)>,
    clock: Option<Clock>,
}

impl PolicyAuthorizer {
    /// An authorizer over documents; `account` owns the buckets.
    #[must_use]
    pub fn new(documents: Attachments, account: impl Into<String>) -> Self {
        Self { documents, account: account.into(), more: Vec::new(), clock: None }
    }

    /// Carries a condition key more with every request; one that is carried already is replaced.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, values: Vec<String>) -> Self {
        self.more.push((key.into(), values));
        self
    }

    /// Carries the time with every request.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The verdict with its whole reasoning.
    ///
    /// # Errors
    /// A principal or account of no known form.
    pub fn explain(&self, asked: &AccessRequest) -> Result<Explanation, RequestError> {
        let (request, policies) = self.prepare(asked)?;
        Ok(policies.explain(&request))
    }

    fn prepare(&self, asked: &AccessRequest) -> Result<(Request, eval::Policies), RequestError> {
        let caller = match &asked.principal {
            Principal::Anonymous => "anonymous",
            Principal::Arn(arn) => arn,
        };
        let partition = Arn::parse(caller).map_or("aws", |arn| arn.partition);
        let resource = asked.resource.arn(partition);
        let context = self.context(caller, asked);
        let request = Request::new(caller, asked.action.as_str(), &resource, &self.account, context)?;
        Ok((request, self.documents.policies(caller, &resource)))
    }

    fn context(&self, caller: &str, asked: &AccessRequest) -> Context {
        let mut entries: Vec<(String, Vec<String>)> = Vec::new();
        let mut carry = |key: &str, values: Vec<String>| {
            entries.retain(|(carried, _)| !carried.eq_ignore_ascii_case(key));
            entries.push((key.to_owned(), values));
        };
        for (key, value) in keys_of_caller(caller) {
            carry(key, vec![value]);
        }
        for (key, value) in [
            ("aws:SecureTransport", "true"),
            ("aws:ViaAWSService", "false"),
            ("aws:PrincipalIsAWSService", "false"),
            ("aws:ResourceAccount", &self.account),
            ("s3:ResourceAccount", &self.account),
        ] {
            carry(key, vec![value.to_owned()]);
        }
        if caller != "anonymous" {
            carry("s3:authType", vec!["REST-HEADER".to_owned()]);
            carry("s3:signatureversion", vec!["AWS4-HMAC-SHA256".to_owned()]);
        }
        if let Some(clock) = &self.clock {
            let seconds = clock().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()).to_string();
            carry("aws:EpochTime", vec![seconds.clone()]);
            // Seconds since 1970 are one of the forms in which a date is given.
            carry("aws:CurrentTime", vec![seconds]);
        }
        for value in &asked.context {
            carry(value.key, vec![value.value.clone()]);
        }
        for (key, values) in &self.more {
            carry(key, values.clone());
        }
        // No key stands twice: `carry` replaces.
        Context::new(entries).unwrap_or_default()
    }
}

/// The condition keys that tell who asks, as every signed request of this caller carries them (IAM User Guide, "AWS global condition context keys",
/// "Properties of the principal"). The role of a session is told without a path: its ARN has none.
#[must_use]
pub fn keys_of_caller(caller: &str) -> Vec<(&'static str, String)> {
    let Some(arn) = Arn::parse(caller) else {
        return match caller {
            "anonymous" => {
                vec![("aws:PrincipalType", "Anonymous".to_owned()), ("aws:userid", "anonymous".to_owned())]
            }
            _ => vec![("aws:PrincipalType", "Service".to_owned())],
        };
    };
    let (kind, principal_arn) = match arn.resource.split_once('/') {
        Some(("assumed-role", rest)) => {
            let role = rest.split('/').next().unwrap_or(rest);
            ("AssumedRole", format!("arn:{}:iam::{}:role/{role}", arn.partition, arn.account))
        }
        Some(("role", _)) => ("AssumedRole", caller.to_owned()),
        Some(("user", _)) => ("User", caller.to_owned()),
        Some(("federated-user", _)) => ("FederatedUser", caller.to_owned()),
        _ => ("Account", caller.to_owned()),
    };
    let mut keys = vec![
        ("aws:PrincipalArn", principal_arn),
        ("aws:PrincipalAccount", arn.account.to_owned()),
        ("aws:PrincipalType", kind.to_owned()),
    ];
    if kind == "User" {
        keys.push(("aws:username", arn.resource.rsplit('/').next().unwrap_or_default().to_owned()));
    }
    keys
}

impl fmt::Debug for PolicyAuthorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyAuthorizer")
            .field("documents", &self.documents)
            .field("account", &self.account)
            .field("more", &self.more)
            .finish_non_exhaustive()
    }
}

impl Authorizer for PolicyAuthorizer {
    fn decide(&self, asked: &AccessRequest) -> Decision {
        let (request, policies) = match self.prepare(asked) {
            Ok(prepared) => prepared,
            Err(error) => {
                return Decision { effect: Effect::ImplicitDeny, reason: error.to_string(), explanation: None };
            }
        };
        let effect = match policies.decide(&request) {
            eval::Decision::Allow => Effect::Allow,
            eval::Decision::ExplicitDeny => Effect::ExplicitDeny,
            eval::Decision::ImplicitDeny => Effect::ImplicitDeny,
        };
        if effect == Effect::Allow {
            return Decision { effect, reason: "the documents allow it".to_owned(), explanation: None };
        }
        let explanation = policies.explain(&request);
        Decision { effect, reason: explanation.reason(), explanation: Some(explanation.to_string()) }
    }
}
