//! Who may assume a role.
//!
//! Source: IAM User Guide, "IAM roles", trust policy; AWS Lambda Developer Guide, "Defining Lambda
//! function permissions with an execution role".

use std::sync::Arc;

use crate::eval::{Context, Decision, Explanation, Policies, Policy, Request, RequestError};

/// The service that runs functions, in every partition.
pub const LAMBDA: &str = "lambda.amazonaws.com";

/// Whether a role's trust policy lets a caller assume the role: a service by its domain, or a
/// principal by its ARN, for whom its own policies may have to allow it too.
///
/// ```
/// use std::sync::Arc;
/// use thumbgate_iam::eval::{Context, Decision, Policy};
/// use thumbgate_iam::lang::{Document, Kind, Source};
/// use thumbgate_iam::trust;
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
/// let trust_policy = Arc::new(Policy::compile(Document::parse(Source::new("trust.json", text), Kind::Trust)?));
/// let role = "arn:aws:iam::111122223333:role/LambdaThumbRole";
/// let may = |caller| trust::decide(&trust_policy, role, caller, Context::default());
/// assert_eq!(may(trust::LAMBDA)?, Decision::Allow);
/// assert_eq!(may("ec2.amazonaws.com")?, Decision::ImplicitDeny);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A role or caller of no known form.
pub fn decide(trust: &Arc<Policy>, role: &str, caller: &str, context: Context) -> Result<Decision, RequestError> {
    let (policies, request) = question(trust, role, caller, context)?;
    Ok(policies.decide(&request))
}

/// As [`decide`], with the statements that decided it.
///
/// # Errors
/// A role or caller of no known form.
pub fn explain(trust: &Arc<Policy>, role: &str, caller: &str, context: Context) -> Result<Explanation, RequestError> {
    let (policies, request) = question(trust, role, caller, context)?;
    Ok(policies.explain(&request))
}

fn question(
    trust: &Arc<Policy>,
    role: &str,
    caller: &str,
    context: Context,
) -> Result<(Policies, Request), RequestError> {
    let account = crate::lang::Arn::parse(role).map_or("", |arn| arn.account);
    let request = Request::new(caller, "sts:AssumeRole", role, account, context)?;
    Ok((Policies { resource: Some(trust.clone()), ..Policies::default() }, request))
}
