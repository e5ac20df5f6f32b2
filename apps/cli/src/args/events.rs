//! What can be asked of events, of what was there before them, and of what failed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use thumbgate_iam::lang::{Arn, is_account};

use super::S3Args;

const REPLAY_EXAMPLES: &str = "\
Examples:
  thumbgate events replay event.json --config thumbgate.toml
  thumbgate events replay event.json --dry-run             works it through, writes nothing
  aws sqs receive-message ... | jq -r .Messages[0].Body | thumbgate events replay -
  thumbgate events replay event.json --source ./photos --destination ./thumbs
                                                           ./photos stands for the source.url of the configuration

Takes what the function takes: S3, EventBridge, SNS, SQS and S3 Batch Operations, in each other,
and Lambda's record of a failed invocation. Exit code 0 when every item succeeded.";

const BACKFILL_EXAMPLES: &str = "\
Examples:
  thumbgate backfill --config thumbgate.toml                       makes what is missing, from here
  thumbgate backfill s3://photos-in/uploads/2024/ --config thumbgate.toml --dry-run
  thumbgate backfill --queue thumbgate-work --rate 50              the function makes it, by its queue
  thumbgate backfill --manifest jobs/ --function arn:aws:lambda:...:function:thumbgate \\
      --job-role arn:aws:iam::123456789012:role/Backfill           the function makes it, by S3 Batch

Whatever is already made from the same source and configuration is skipped, each way.";

const DLQ_EXAMPLES: &str = "\
Examples:
  thumbgate dlq list thumbgate-failures
  thumbgate dlq show thumbgate-failures 5fea7756-0ea4-451a-a703-a558b933e274
  thumbgate dlq retry thumbgate-failures --all --config thumbgate.toml
  thumbgate dlq retry thumbgate-failures --all --to thumbgate-work
  thumbgate dlq purge thumbgate-failures --yes

QUEUE is a name, an ARN or a URL. A message is deleted only after its work is done.";

#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    #[command(subcommand)]
    pub(crate) action: EventsAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventsAction {
    /// Run a payload through the function's own code, here
    Replay(ReplayArgs),
}

/// The configuration, and other places than its own.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "thumbgate.toml")]
    pub(crate) config: String,
    /// Where the pictures are; replaces source.url. A folder stands for the bucket and prefix of it
    #[arg(long, value_name = "URL")]
    pub(crate) source: Option<String>,
    /// Where the thumbnails go; replaces destination.url
    #[arg(long, value_name = "URL")]
    pub(crate) destination: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// The payload: a file, or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) payload: PathBuf,
    /// Work everything through, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// One JSON line an item on standard output, then the function's answer
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
#[command(after_help = BACKFILL_EXAMPLES)]
pub(crate) struct BackfillArgs {
    /// Do a part only: a place below source.url; what is made keeps its name
    #[arg(value_name = "SRC")]
    pub(crate) source: Option<String>,
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "thumbgate.toml")]
    pub(crate) config: String,
    /// Send an upload event of every picture to this queue (a name, an ARN or a URL)
    #[arg(long, value_name = "QUEUE", conflicts_with = "manifest")]
    pub(crate) queue: Option<String>,
    /// Events a second to the queue
    #[arg(long, value_name = "N", default_value_t = 100, requires = "queue", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rate: u32,
    /// Write a manifest and a job request for S3 Batch Operations into this folder
    #[arg(long, value_name = "DIR", requires_all = ["function", "job_role"])]
    pub(crate) manifest: Option<PathBuf>,
    /// The function that the job calls
    #[arg(long, value_name = "ARN", requires = "manifest", value_parser = function_arn)]
    pub(crate) function: Option<String>,
    /// The role that the job runs as: it reads the manifest and calls the function
    #[arg(long, value_name = "ARN", requires = "manifest", value_parser = role_arn)]
    pub(crate) job_role: Option<String>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// JSON lines on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
#[command(after_help = DLQ_EXAMPLES)]
pub(crate) struct DlqArgs {
    #[command(subcommand)]
    pub(crate) action: DlqAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DlqAction {
    /// Tell what is in the queue, and leave it there
    List(DlqQueue),
    /// Tell why a message failed: by its record, or by working it through again without writing
    Show(DlqShow),
    /// Work messages through again, and delete those that succeed
    Retry(DlqRetry),
    /// Delete messages for good
    Purge(DlqPurge),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DlqQueue {
    /// The queue: a name, an ARN or a URL
    #[arg(value_name = "QUEUE")]
    pub(crate) queue: String,
    /// The most messages to look at
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) most: usize,
    /// One JSON line a message on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
pub(crate) struct DlqShow {
    #[command(flatten)]
    pub(crate) queue: DlqQueue,
    /// The message's id
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DlqRetry {
    #[command(flatten)]
    pub(crate) queue: DlqQueue,
    /// The messages' ids
    #[arg(value_name = "ID", required_unless_present = "all")]
    pub(crate) ids: Vec<String>,
    /// All messages
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all: bool,
    /// Send them to this queue instead of working them through here
    #[arg(long, value_name = "QUEUE")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DlqPurge {
    #[command(flatten)]
    pub(crate) queue: DlqQueue,
    /// The messages' ids; without them, all
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Yes, for good
    #[arg(long, required = true)]
    pub(crate) yes: bool,
}

fn function_arn(text: &str) -> Result<String, String> {
    let is_one = |arn: &Arn<'_>| {
        let name = arn.resource.strip_prefix("function:").unwrap_or_default();
        arn.service == "lambda" && !arn.region.is_empty() && is_account(arn.account) && !name.is_empty()
    };
    Arn::parse(text).filter(is_one).map(|_| text.to_owned()).ok_or_else(|| {
        "it is no ARN of a function, such as arn:aws:lambda:eu-west-1:123456789012:function:thumbgate".to_owned()
    })
}

fn role_arn(text: &str) -> Result<String, String> {
    let is_one = |arn: &Arn<'_>| {
        let name = arn.resource.strip_prefix("role/").unwrap_or_default();
        arn.service == "iam" && arn.region.is_empty() && is_account(arn.account) && !name.is_empty()
    };
    let is_role = Arn::parse(text).filter(is_one).map(|_| text.to_owned());
    is_role.ok_or_else(|| "it is no ARN of a role, such as arn:aws:iam::123456789012:role/Backfill".to_owned())
}
