//! What can be asked of policies.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  thumbgate policy explain --as arn:aws:iam::123456789012:role/LambdaThumbRole \\
      --action s3:GetObject --resource arn:aws:s3:::photos-in/uploads/a.jpg \\
      --resource-policy photos-in.json --identity role.json
  thumbgate policy explain --as lambda.amazonaws.com --action sts:AssumeRole \\
      --resource arn:aws:iam::123456789012:role/LambdaThumbRole --resource-policy trust.json
  thumbgate policy explain --policies policies/ --as arn:aws:iam::123456789012:role/LambdaThumbRole \\
      --action s3:PutObject --resource arn:aws:s3:::photos-out/thumbs/a.jpg \\
      --context s3:if-none-match='*' --context aws:SecureTransport=true
  head -1 cases.jsonl | thumbgate policy explain --request -

The context is what you give, and for the caller aws:PrincipalArn, aws:PrincipalAccount,
aws:PrincipalType and, of a user, aws:username. Exit code 0 when the request is allowed, 1 when it is denied, 3 when a
policy is none that AWS would store.";

const SIMULATE_EXAMPLES: &str = "\
Examples:
  thumbgate policy simulate --cases cases.jsonl
  thumbgate policy simulate --cases - --bench < cases.jsonl

A case is one line:
  {\"id\":\"c0\",\"principal\":\"arn:aws:iam::123456789012:role/R\",\"action\":\"s3:GetObject\",
   \"resource\":\"arn:aws:s3:::b/k\",\"resourceAccount\":\"123456789012\",\"context\":{},
   \"policies\":{\"identity\":[...],\"resource\":{...},\"boundary\":{...},\"session\":{...},\"scp\":[[...]],\"rcp\":[[...]]}}
and its answer {\"id\":\"c0\",\"decision\":\"allow|explicitDeny|implicitDeny|invalid\"}, in the same
order. Exit code 0 when every line was decided, 1 when one could not be read: it is answered by
{\"id\":\"c0\",\"error\":\"...\"}.";

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    pub(crate) action: PolicyAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyAction {
    /// Decide many requests, one JSON line each
    Simulate(SimulateArgs),
    /// Tell of one request whether it is allowed, by which statement, and what would change that
    Explain(Box<ExplainArgs>),
}

#[derive(Debug, Args)]
#[command(after_help = SIMULATE_EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// The cases, one JSON object a line; - is the standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: PathBuf,
    /// Decide every case again and again for a second, on one thread, and tell the time of one
    #[arg(long)]
    pub(crate) bench: bool,
}

#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// Who asks: the ARN of a role, session, user or root, a service such as s3.amazonaws.com, or
    /// anonymous
    #[arg(long = "as", value_name = "PRINCIPAL", visible_alias = "principal", required_unless_present = "request")]
    pub(crate) principal: Option<String>,
    /// What is asked for, such as s3:GetObject
    #[arg(long, value_name = "ACTION", required_unless_present = "request")]
    pub(crate) action: Option<String>,
    /// On what: one ARN, or * for an action without resource
    #[arg(long, value_name = "ARN", required_unless_present = "request")]
    pub(crate) resource: Option<String>,
    /// The account that owns the resource. Default: that of its ARN, else the caller's
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) resource_account: Option<String>,
    /// A condition key of the request (repeatable; once more for each value of one key)
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// The whole request as JSON, in the form of a case of `policy simulate`: a file, or -
    #[arg(long, value_name = "FILE", conflicts_with_all = ["principal", "action", "resource", "resource_account", "context"])]
    pub(crate) request: Option<PathBuf>,
    /// A folder of policies; an index.json in it may say what is attached to what
    #[arg(long, value_name = "DIR", help_heading = "Policies")]
    pub(crate) policies: Option<PathBuf>,
    /// A permission policy of the caller (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub(crate) identity: Vec<PathBuf>,
    /// The policy of the resource: of a bucket, queue, key, ..., or the trust policy of a role
    #[arg(long, value_name = "FILE", help_heading = "Policies", visible_alias = "trust")]
    pub(crate) resource_policy: Option<PathBuf>,
    /// The caller's permissions boundary
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub(crate) boundary: Option<PathBuf>,
    /// The policy that the caller's session was started with
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub(crate) session: Option<PathBuf>,
    /// The service control policies of one level, separated by commas (repeatable: from the root)
    #[arg(long, value_name = "FILE,...", help_heading = "Policies")]
    pub(crate) scp: Vec<String>,
    /// The resource control policies of one level, separated by commas (repeatable: from the root)
    #[arg(long, value_name = "FILE,...", help_heading = "Policies")]
    pub(crate) rcp: Vec<String>,
    /// One JSON object on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
