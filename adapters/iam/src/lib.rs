//! AWS policies as AWS reads them: parse, decide, explain, and guard storage with them.
//!
//! - [`lang`] reads a document with the place of every element, and refuses what AWS would not
//!   store.
//! - [`eval`] compiles documents once and decides many requests; [`explain`] tells a decision in
//!   words: which statement decided, why each other one did not match, what would flip it.
//! - [`trust`] decides who may assume a role.
//! - [`attachments`] keeps the documents of a deployment with what each is attached to.
//! - [`PolicyAuthorizer`] is the core's `Authorizer` over them; nothing else here knows the core.
//! - [`catalog`] knows the actions, resource types and condition keys of the services at hand.
//! - [`mod@case`] reads judged cases from JSON lines.
//!
//! There is no I/O, no clock and no async here: a decision is a function of request and documents.
//!
//! # The table
//!
//! A role that may do nothing on S3, and a bucket that lets it read:
//!
//! | situation | result |
//! |---|---|
//! | role has no S3 permission, bucket policy allows the role | allowed |
//! | role policy denies | denied |
//! | bucket policy does not name the principal (and the role has no S3 permission) | denied |
//! | trust policy does not admit `lambda.amazonaws.com` | the function cannot run at all |
//!
//! ```
//! use std::sync::Arc;
//! use thumbgate_iam::eval::{Context, Decision, Policies, Policy, Request};
//! use thumbgate_iam::lang::{Document, Kind, Source, SyntaxErrors};
//! use thumbgate_iam::trust;
//!
//! const ROLE: &str = "arn:aws:iam::111122223333:role/LambdaThumbRole";
//!
//! fn policy(kind: Kind, statement: &str) -> Result<Arc<Policy>, SyntaxErrors> {
//!     let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{{statement}}}}}"#);
//!     Ok(Arc::new(Policy::compile(Document::parse(Source::new(kind.as_str(), text), kind)?)))
//! }
//!
//! let logs = policy(Kind::Identity, r#""Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*""#)?;
//! let no_s3 = policy(Kind::Identity, r#""Effect": "Deny", "Action": "s3:*", "Resource": "*""#)?;
//! let all_s3 = policy(Kind::Identity, r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#)?;
//! let reads = |principal: &str| policy(Kind::Resource, &format!(
//!     r#""Effect": "Allow", "Principal": {{"AWS": "{principal}"}},
//!        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/uploads/*""#));
//! let get = Request::new(ROLE, "s3:GetObject", "arn:aws:s3:::photos-in/uploads/a.jpg", "111122223333", Context::default())?;
//! let decide = |role: &Arc<Policy>, bucket: Arc<Policy>| {
//!     Policies { identity: vec![role.clone()], resource: Some(bucket), ..Policies::default() }.decide(&get)
//! };
//!
//! // Row 1: the bucket's policy is enough.
//! assert_eq!(decide(&logs, reads(ROLE)?), Decision::Allow);
//! // Row 2: a Deny on either side wins.
//! assert_eq!(decide(&no_s3, reads(ROLE)?), Decision::ExplicitDeny);
//! // Row 3: somebody else is named ...
//! let other = "arn:aws:iam::111122223333:role/Reports";
//! assert_eq!(decide(&logs, reads(other)?), Decision::ImplicitDeny);
//! // ... which denies only because the role has no S3 permission of its own: within one account
//! // either side is enough.
//! assert_eq!(decide(&all_s3, reads(other)?), Decision::Allow);
//! // Row 4: nobody can be the role.
//! let trusts = |service: &str| policy(Kind::Trust, &format!(
//!     r#""Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole""#));
//! assert_eq!(trust::decide(&trusts(trust::LAMBDA)?, ROLE, trust::LAMBDA, Context::default())?, Decision::Allow);
//! assert_eq!(trust::decide(&trusts("ec2.amazonaws.com")?, ROLE, trust::LAMBDA, Context::default())?, Decision::ImplicitDeny);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What AWS's pages leave open
//!
//! Where they are silent or contradict each other, the answer is the one that grants less: an
//! Allow does not match, a Deny does. The questions, and what is not modelled, stand in
//! docs/reference/policies.md, "Open questions".
#![forbid(unsafe_code)]

pub mod attachments;
mod authorizer;
pub mod case;
pub mod catalog;
pub mod eval;
pub mod explain;
pub mod lang;
pub mod trust;

pub use authorizer::{PolicyAuthorizer, keys_of_caller};
