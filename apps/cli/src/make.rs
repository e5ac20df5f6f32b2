//! `thumbgate make`: one thumbnail of one picture.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::{Duration, Instant};

use thumbgate_core::error::{Failure, FailureKind, RenderError};
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::escape_controls;
use thumbgate_core::port::{Rendered, RenderedOutput};
use thumbgate_core::rendition::Rendition;

use crate::args::{MakeArgs, RenditionArgs};
use crate::console;
use crate::exit::{Exit, Stop};
use crate::pipeline::ITEM_DEADLINE;
use crate::report::{Line, RenditionLine, bytes_shown};
use crate::single::{self, Place, Trouble};
use crate::stores::Stores;
use crate::usage;
use crate::wishes::{self, Wishes};

/// How often a source that breaks off is read from its start.
const ROUNDS_MAX: u32 = 3;

pub(crate) async fn run(args: MakeArgs) -> Result<Exit, Stop> {
    let started = Instant::now();
    let (input, output) = (Place::parse(&args.input)?, Place::parse(&args.output)?);
    check_places(&input, &output, args.json)?;
    let (rendition, limits) = rendition(&args, &output)?;
    let stores = Stores::new(&args.s3);

    let work = make(&input, &output, &rendition, &limits, &stores);
    let made = match tokio::time::timeout(ITEM_DEADLINE, work).await {
        Ok(Ok(made)) => Ok(made),
        Ok(Err(Trouble::Stop(stop))) => return Err(stop),
        Ok(Err(Trouble::Failed(failure))) => Err(failure),
        Err(_) => Err(Failure::retry(FailureKind::Timeout, format!("given up after {} s", ITEM_DEADLINE.as_secs()))),
    };
    let told = match made {
        Ok((rendered, made)) => {
            warn_of_suffix(&output, rendition.format);
            if args.timings {
                tell_timings(&rendered, &made);
            }
            if rendered.truncated {
                tracing::warn!("`{input}` ends early; what is there of it was rendered");
            }
            Ok(Line::done(input.name(), line(&rendition, &output, &made), rendered.truncated, started.elapsed()))
        }
        Err(failure) => Err((Line::failed(input.name(), &failure, started.elapsed()), failure)),
    };
    if args.timings {
        tell_usage(started.elapsed());
    }
    if args.json {
        let line = told.as_ref().unwrap_or_else(|(line, _)| line);
        console::print(&serde_json::to_string(line).map_err(std::io::Error::from)?)?;
    }
    match told {
        Ok(_) => Ok(Exit::Done),
        Err((_, failure)) if failure.ends_run() => Err(Stop::configuration(failure.message())),
        Err((_, failure)) => {
            let advice = advice(&failure, limits.allow_truncated);
            Err(Stop::failed(format!("`{input}`: {failure}{advice}")))
        }
    }
}

/// Reads, renders and stores.
async fn make(
    input: &Place,
    output: &Place,
    rendition: &Rendition,
    limits: &Limits,
    stores: &Stores,
) -> Result<(Rendered, RenderedOutput), Trouble> {
    let mut rendered = render(input, rendition, limits, stores).await?;
    let nothing = || Trouble::Failed(Failure::reject(FailureKind::Internal, "the renderer gave no output"));
    let made = rendered.outputs.pop().ok_or_else(nothing)?;
    match output.write(stores, made.bytes.clone(), made.format.media_type()).await {
        Ok(()) => Ok((rendered, made)),
        // The input is not to blame.
        Err(Trouble::Failed(failure)) => Err(Stop::failed(format!("`{output}`: {failure}")).into()),
        Err(stop) => Err(stop),
    }
}

/// Renders the input; one that breaks off on its way is begun anew.
async fn render(input: &Place, rendition: &Rendition, limits: &Limits, stores: &Stores) -> Result<Rendered, Trouble> {
    let mut round = 1;
    loop {
        let body = input.open(stores, limits).await?;
        match single::render(body, rendition, limits).await {
            Err(error) if is_worth_another_round(&error, input, round) => round += 1,
            result => return Ok(result?),
        }
    }
}

fn is_worth_another_round(error: &RenderError, input: &Place, round: u32) -> bool {
    let again = matches!(error, RenderError::Body(body) if body.is_transient());
    again && round < ROUNDS_MAX && *input != Place::Stream
}

fn check_places(input: &Place, output: &Place, json: bool) -> Result<(), Stop> {
    if input.is_same_as(output) {
        return Err(Stop::usage(format!("`{output}` is the input itself; name another output")));
    }
    if let Place::File(path) = output {
        check_output(path)?;
    }
    if *output == Place::Stream {
        if json {
            return Err(Stop::usage("--json and a picture cannot both go to the standard output"));
        }
        if std::io::stdout().is_terminal() {
            return Err(Stop::usage("a picture is nothing for a terminal: redirect it, as in `> thumb.jpg`"));
        }
    }
    Ok(())
}

/// Finds out before any work what could not be written to.
fn check_output(path: &Path) -> Result<(), Stop> {
    let shown = escape_controls(&path.to_string_lossy()).to_string();
    if shown.starts_with("/dev/std") {
        return Err(Stop::usage(format!("`{shown}` cannot be replaced by a file; write `-` for the standard output")));
    }
    if path.is_dir() || shown.ends_with('/') {
        return Err(Stop::usage(format!("`{shown}` is a folder; name a file in it")));
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.exists() => {
            let folder = escape_controls(&folder.to_string_lossy()).to_string();
            Err(Stop::failed(format!("there is no folder `{folder}` for `{shown}`; make it first: mkdir -p {folder}")))
        }
        _ => Ok(()),
    }
}

/// The one rendition that is asked for, and the limits of the work.
fn rendition(args: &MakeArgs, output: &Place) -> Result<(Rendition, Limits), Stop> {
    let mut wanted = args.rendition.clone();
    if wanted.size.is_empty() && wanted.config.is_none() {
        return Err(Stop::usage("which size? add --size 320x320, or --config thumbgate.toml --rendition NAME"));
    }
    if wanted.format.is_none() && wanted.config.is_none() {
        wanted.format = Some(format_of(output)?.as_str().to_owned());
    }
    let wishes = Wishes::of(&wanted)?;
    let limits = wishes::limits(&wishes.config, &args.limits);
    let mut renditions = wishes.config.renditions().map_err(|errors| wishes.stop(&errors))?;
    match (renditions.pop(), renditions.is_empty()) {
        (Some(rendition), true) => Ok((rendition, limits)),
        _ => Err(one_only(&wanted, &wishes)),
    }
}

fn one_only(wanted: &RenditionArgs, wishes: &Wishes) -> Stop {
    if wanted.config.is_none() {
        return Stop::usage("`make` makes one thumbnail: give one --size, or use `thumbgate batch`");
    }
    let names: Vec<_> = wishes.config.file().rendition.iter().map(|rendition| rendition.name.as_str()).collect();
    Stop::usage(format!("`make` makes one thumbnail: choose one with --rendition ({})", names.join(", ")))
}

/// The format that OUT's suffix asks for.
fn format_of(output: &Place) -> Result<OutputFormat, Stop> {
    let name = output.name();
    let last = name.rsplit('/').next().unwrap_or(&name);
    match (OutputFormat::from_suffix(last), output) {
        (Some(format), _) => Ok(format),
        (None, Place::Stream) => Ok(OutputFormat::Jpeg),
        (None, _) => Err(Stop::usage(format!(
            "`{output}` does not say which format it is to be: end it in .jpg, .png, .webp or .avif, or add --format"
        ))),
    }
}

fn warn_of_suffix(output: &Place, format: OutputFormat) {
    if *output != Place::Stream && format_of(output).is_ok_and(|asked| asked != format) {
        tracing::warn!("`{output}` holds {format}, whatever its suffix says");
    }
}

fn line(rendition: &Rendition, output: &Place, made: &RenderedOutput) -> RenditionLine {
    RenditionLine {
        name: rendition.name.to_string(),
        url: output.name(),
        width: made.size.width(),
        height: made.size.height(),
        bytes: u64::try_from(made.bytes.len()).ok(),
        sha256: Some(made.sha256_hex()),
    }
}

fn tell_timings(rendered: &Rendered, made: &RenderedOutput) {
    let timings = rendered.timings;
    let early = if rendered.stopped_early { ", stopped early" } else { "" };
    tracing::info!(
        "read {}{early}; decode {}, resize {}, encode {}; {} in {}",
        bytes_shown(rendered.bytes_read),
        ms(timings.decode),
        ms(timings.resize),
        ms(timings.encode),
        made.size,
        bytes_shown(u64::try_from(made.bytes.len()).unwrap_or(u64::MAX)),
    );
}

/// What the whole command took, whatever came of it.
fn tell_usage(elapsed: Duration) {
    let cpu = usage::cpu_time().map_or_else(String::new, |time| format!(", CPU {}", ms(time)));
    let peak = usage::peak_memory().map_or_else(String::new, |bytes| format!(", peak memory {}", bytes_shown(bytes)));
    tracing::info!("all {}{cpu}{peak}", ms(elapsed));
}

fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// The way out of a failure, where there is one on the command line.
fn advice(failure: &Failure, allow_truncated: bool) -> String {
    let flags = [
        ("limits.source_megapixels", "--limit-pixels"),
        ("limits.source_bytes", "--limit-bytes"),
        ("limits.memory", "--limit-memory"),
    ];
    let flag = flags.iter().find(|(limit, _)| failure.message().contains(limit));
    match (failure.kind(), flag) {
        (FailureKind::Truncated, _) if !allow_truncated => "; add --allow-truncated to render what is there".to_owned(),
        (FailureKind::Limit, Some((_, flag))) => format!("; if you trust the picture, raise it with {flag}"),
        _ => String::new(),
    }
}
