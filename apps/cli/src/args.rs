//! What can be asked: the command line, as the contract names it.

mod events;
mod policy;
mod rendition;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use thumbgate_config::ByteSize;

pub(crate) use events::{
    BackfillArgs, DlqAction, DlqArgs, DlqPurge, DlqQueue, DlqRetry, DlqShow, EventsAction, EventsArgs, PlaceArgs,
    ReplayArgs,
};
pub(crate) use policy::{ExplainArgs, PolicyAction, PolicyArgs, SimulateArgs};
pub(crate) use rendition::{LimitArgs, RenditionArgs};

use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  thumbgate demo                                                  see it work, no files needed
  thumbgate make photo.jpg thumb.webp --size 320x320              one picture
  thumbgate batch ./photos ./thumbs --size 320x320 --size 1280x   a folder
  thumbgate batch s3://in/uploads/ s3://out/thumbs/ --config thumbgate.toml
  thumbgate inspect photo.jpg                                     what is it, what does it cost
  thumbgate policy explain --help                                 may this role read that object, and why

Exit codes: 0 all done, 1 some items failed, 2 usage, 3 configuration or credentials,
130 interrupted. Environment: NO_COLOR, THUMBGATE_LOG (error, warn, info, debug),
THUMBGATE_LOG_FORMAT=json, and the AWS SDK's variables for S3.";

const MAKE_EXAMPLES: &str = "\
Examples:
  thumbgate make photo.jpg thumb.jpg --size 320x320
  thumbgate make photo.jpg thumb.webp --size 400x300 --fit cover --gravity attention
  cat photo.jpg | thumbgate make - - --size 320x320 --format jpeg > thumb.jpg
  thumbgate make s3://in/uploads/a.jpg a.jpg --config thumbgate.toml --rendition small
  thumbgate make photo.jpg thumb.jpg --size 320x --timings

The format is that of --format, else of the rendition, else of OUT's suffix, else jpeg.";

const BATCH_EXAMPLES: &str = "\
Examples:
  thumbgate batch ./photos ./thumbs --size 320x320 --size 1280x1280
  thumbgate batch ./photos ./thumbs --size 320x320 --format webp --dry-run
  thumbgate batch s3://in/uploads/ s3://out/thumbs/ --config thumbgate.toml --json --resume
  thumbgate batch --config thumbgate.toml                  SRC and DST from the file
  thumbgate batch ./photos s3://out/thumbs/ --size 320x320 --endpoint-url http://127.0.0.1:9000
  thumbgate batch ./photos ./thumbs --config thumbgate.toml --guard policies/
                                                           under the policies that will be deployed

What is already made from the same source and configuration is skipped, so a run that was cut
off is finished by running it again.";

const INSPECT_EXAMPLES: &str = "\
Examples:
  thumbgate inspect photo.jpg
  thumbgate inspect photo.jpg s3://in/uploads/a.png --json
  cat photo.jpg | thumbgate inspect -";

const DEMO_EXAMPLES: &str = "\
Examples:
  thumbgate demo
  thumbgate demo --out /tmp/thumbgate-demo

Needs no network, account or file of yours. Open index.html in the folder afterwards.";

const CONFIG_EXAMPLES: &str = "\
Examples:
  thumbgate config check                        thumbgate.toml in this folder
  thumbgate config check --config prod.toml
  thumbgate config show --config prod.toml      every value, defaults filled in
  thumbgate config schema > thumbgate.schema.json";

/// Thumbnails made safely from uploaded images: files, folders, S3.
#[derive(Debug, Parser)]
#[command(name = "thumbgate", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make one thumbnail of one picture
    Make(Box<MakeArgs>),
    /// Make thumbnails of every picture in a folder or below an S3 prefix
    Batch(Box<BatchArgs>),
    /// Tell what a picture is and what a thumbnail of it will cost
    Inspect(InspectArgs),
    /// Show the whole pipeline at work on pictures that it draws itself
    Demo(DemoArgs),
    /// Check, show or describe thumbgate.toml
    Config(ConfigArgs),
    /// Ask AWS policies what they allow, and why
    Policy(PolicyArgs),
    /// Run upload events through the function's own code
    Events(EventsArgs),
    /// Make thumbnails of what was there before the function
    Backfill(Box<BackfillArgs>),
    /// Look into the queue of what failed, and try it again
    Dlq(DlqArgs),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  thumbgate completions zsh > ~/.zfunc/_thumbgate")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page
    #[command(after_help = "Examples:\n  thumbgate man | man -l -\n  thumbgate man batch | man -l -")]
    Man {
        /// The command to print the page of; without it, the page of `thumbgate`
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = MAKE_EXAMPLES)]
pub(crate) struct MakeArgs {
    /// The picture: a file, s3://bucket/key, or - for standard input
    #[arg(value_name = "IN")]
    pub(crate) input: OsString,
    /// The thumbnail: a file, s3://bucket/key, or - for standard output
    #[arg(value_name = "OUT")]
    pub(crate) output: OsString,
    /// Tell on standard error where the time went
    #[arg(long)]
    pub(crate) timings: bool,
    /// One JSON line on standard output, as `batch --json` gives for each source
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) rendition: RenditionArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
#[command(after_help = BATCH_EXAMPLES)]
pub(crate) struct BatchArgs {
    /// Where the pictures are: a folder or s3://bucket/prefix; replaces the config's source.url
    #[arg(value_name = "SRC")]
    pub(crate) source: Option<String>,
    /// Where the thumbnails go: a folder or s3://bucket/prefix; replaces destination.url
    #[arg(value_name = "DST", requires = "source")]
    pub(crate) destination: Option<String>,
    /// Take the keys below SRC that match a glob such as "2026/**/*.jpg", whatever their suffix;
    /// `*` stays within one folder, `**` crosses them (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Leave out keys below SRC that match a glob (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Pictures in work at once; more wait for memory. Default: the processors, four times as
    /// many where a side is S3
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Go on with a run that was cut off; every run does so anyway
    #[arg(long)]
    pub(crate) resume: bool,
    /// Make all thumbnails again, those that are up to date too
    #[arg(long, conflicts_with = "resume")]
    pub(crate) force: bool,
    /// Tell what would be made, and make nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// One JSON line a source on standard output, then a summary line
    #[arg(long)]
    pub(crate) json: bool,
    /// Tell of every picture, not only of failures
    #[arg(long, short, conflicts_with = "json")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) rendition: RenditionArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

/// Under which policies the pictures are read and the thumbnails written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Guard")]
pub(crate) struct GuardArgs {
    /// Read and write only what the policies in this folder allow, as S3 would; the listing stands
    /// for upload events and is not asked for. An index.json in it may say what is attached to what
    #[arg(long, value_name = "DIR")]
    pub(crate) guard: Option<PathBuf>,
    /// As whom: the ARN of a role, session or user. Default: the role of the configuration
    #[arg(long = "as", value_name = "ARN", requires = "guard")]
    pub(crate) principal: Option<String>,
    /// What SRC is called in the policies, where it is a folder. Default: source.url of --config
    #[arg(long, value_name = "s3://BUCKET/PREFIX", requires = "guard")]
    pub(crate) source_as: Option<String>,
    /// What DST is called in the policies, where it is a folder. Default: destination.url of --config
    #[arg(long, value_name = "s3://BUCKET/PREFIX", requires = "guard")]
    pub(crate) destination_as: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub(crate) struct InspectArgs {
    /// Pictures: files, s3://bucket/key, or - for standard input
    #[arg(value_name = "IN", required = true)]
    pub(crate) inputs: Vec<OsString>,
    /// One JSON line a picture on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub(crate) struct DemoArgs {
    /// The folder for thumbnails and the page that shows them
    #[arg(long, value_name = "DIR", default_value = "demo-out")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = CONFIG_EXAMPLES)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Check that the file is whole and right
    Check(ConfigFile),
    /// Print the resolved form: every value, defaults filled in
    Show(ConfigFile),
    /// Print the JSON Schema of the file
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The configuration file
    #[arg(long, short, value_name = "FILE", default_value = "thumbgate.toml")]
    pub(crate) config: String,
}

/// How S3 is reached.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "S3")]
pub(crate) struct S3Args {
    /// The address of an S3-compatible service; else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// The region; else AWS_REGION, or that of the profile
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
}

impl CommandLine {
    /// Reads the process's arguments. What needs no work (`--help`, `--version`, a mistake) is
    /// answered here, and `Err` is the code to end with.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let told = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            match error.print() {
                Err(write) if write.kind() == std::io::ErrorKind::BrokenPipe => Exit::ClosedPipe.into(),
                Err(_) => Exit::SomeFailed.into(),
                _ if told => Exit::Done.into(),
                _ => Exit::Usage.into(),
            }
        })
    }

    /// The whole command, for completions and manual pages.
    pub(crate) fn whole() -> clap::Command {
        Self::command()
    }
}

/// A number of bytes as users write it.
fn bytes(text: &str) -> Result<ByteSize, String> {
    ByteSize::parse(text).ok_or_else(|| "write a number of bytes such as \"64 MiB\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::CommandLine;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::whole().debug_assert();
    }
}
