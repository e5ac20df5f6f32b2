//! From the command line and the file to one configuration: what is to be made, within what.

use thumbgate_config::{Config, RenditionConfig};
use thumbgate_core::format::OutputFormat;
use thumbgate_core::limits::Limits;
use thumbgate_core::object::escape_controls;

use crate::args::{LimitArgs, RenditionArgs};
use crate::exit::Stop;

/// A configuration is a page of text; what is far longer is something else.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// A configuration, and the file that it came from, if any.
#[derive(Debug)]
pub(crate) struct Wishes {
    pub(crate) config: Config,
    pub(crate) file: Option<String>,
}

impl Wishes {
    /// What the arguments ask for; `--config` first, the other options on top of it.
    pub(crate) fn of(args: &RenditionArgs) -> Result<Self, Stop> {
        let wishes = match &args.config {
            Some(path) => Self { config: read(path)?, file: Some(path.clone()) },
            None => Self { config: of_sizes(&args.size)?, file: None },
        };
        let chosen = choose(&wishes.config.file().rendition, &args.rendition)?;
        let config = wishes.config.changed(|file| {
            file.rendition = chosen;
            file.rendition.iter_mut().for_each(|rendition| args.change(rendition));
        });
        // The file by itself is right, so what is wrong now came from the command line.
        let renditions = config.renditions().map_err(|errors| Stop::of_config(&errors, None))?;
        for rendition in &renditions {
            check_encoder(rendition.format)?;
        }
        Ok(Self { config, ..wishes })
    }

    /// The errors of this configuration, with the name of its file.
    pub(crate) fn stop(&self, errors: &thumbgate_config::ConfigErrors) -> Stop {
        Stop::of_config(errors, self.file.as_deref())
    }
}

/// Reads a configuration file.
pub(crate) fn read(path: &str) -> Result<Config, Stop> {
    let shown = escape_controls(path).to_string();
    let failed = |why: String| Stop::configuration(format!("cannot read the configuration `{shown}`: {why}"));
    let hint = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => failed("there is no such file; name it with --config FILE".to_owned()),
        _ => failed(error.to_string()),
    };
    let found = std::fs::metadata(path).map_err(hint)?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        return Err(failed("it is no file of text".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(hint)?;
    Config::parse(&text).map_err(|errors| Stop::of_config(&errors, Some(&shown)))
}

/// The limits of a configuration, as the command line changes them.
pub(crate) fn limits(config: &Config, args: &LimitArgs) -> Limits {
    let limits = config.limits();
    Limits {
        source_pixels: args.limit_pixels.unwrap_or(limits.source_pixels),
        source_bytes: args.limit_bytes.map_or(limits.source_bytes, |size| size.0),
        memory: args.limit_memory.map_or(limits.memory, |size| size.0),
        allow_truncated: args.allow_truncated || limits.allow_truncated,
        ..limits
    }
}

fn of_sizes(sizes: &[String]) -> Result<Config, Stop> {
    let renditions = sizes.iter().map(|size| RenditionConfig::sized(size).map_err(Stop::usage));
    let renditions = renditions.collect::<Result<Vec<_>, _>>()?;
    Ok(Config::default().changed(|file| file.rendition = renditions))
}

fn choose(all: &[RenditionConfig], names: &[String]) -> Result<Vec<RenditionConfig>, Stop> {
    if names.is_empty() {
        return Ok(all.to_vec());
    }
    let find = |name: &String| {
        all.iter().find(|rendition| rendition.name == *name).cloned().ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|rendition| rendition.name.as_str()).collect();
            Stop::usage(format!("there is no rendition `{}`; there are: {}", escape_controls(name), known.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

/// Refuses a format before any work, when this build cannot write it.
fn check_encoder(format: OutputFormat) -> Result<(), Stop> {
    if thumbgate_imaging::can_encode(format) {
        return Ok(());
    }
    Err(Stop::usage(format!(
        "this build of thumbgate cannot write {format}; build it with `--features {format}`, or use webp"
    )))
}
