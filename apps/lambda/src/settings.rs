//! What the environment says: the configuration, and how much memory there is.

use std::env::VarError;
use std::path::PathBuf;

use thumbgate_config::{Config, Rejects, StoreUrl};
use thumbgate_core::limits::Limits;
use thumbgate_core::object::Bucket;
use thumbgate_core::port::Renderer as _;
use thumbgate_imaging::Imaging;

use crate::init_error::InitError;

/// The configuration's name beside the binary.
const CONFIG_NAME: &str = "thumbgate.toml";

/// What of the function's memory is not for pictures (contract: "thumbgate.toml").
const RESERVED_MIB: u64 = 128;

/// The least budget for pictures: a function of 128 MB still makes small ones.
const LEAST_MIB: u64 = 32;

const MIB: u64 = 1024 * 1024;

/// A place in S3.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) bucket: Bucket,
    pub(crate) owner: Option<String>,
}

/// What the function runs with.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) source: Place,
    pub(crate) destination: Place,
    pub(crate) limits: Limits,
    pub(crate) rejects: Rejects,
    pub(crate) propagate_deletes: bool,
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, InitError> {
        let (text, place) = config_text()?;
        let config = Config::parse(&text).map_err(|errors| InitError::of_config(&errors, &place))?;
        let memory = function_memory_mib()?;
        Self::of(config, &place, memory)
    }

    /// Checks all of a configuration: what would loop or cannot be written is refused before the
    /// first event.
    fn of(config: Config, place: &str, memory_mib: Option<u64>) -> Result<Self, InitError> {
        let wrong = |errors| InitError::of_config(&errors, place);
        config.check(Imaging::new().engine_version()).map_err(wrong)?;
        for rendition in config.renditions().map_err(wrong)? {
            if !thumbgate_imaging::can_encode(rendition.format) {
                let text = format!("{place}: this build of bootstrap cannot write {}; use webp", rendition.format);
                return Err(InitError::configuration(text));
            }
        }
        let file = config.file();
        let of_s3 = |url: StoreUrl, name: &str, owner: &Option<String>| match url {
            StoreUrl::S3 { bucket, .. } => Ok(Place { bucket, owner: owner.clone() }),
            other => Err(InitError::configuration(format!("{place}: [{name}] is `{other}`; the function needs s3://"))),
        };
        let source = of_s3(config.source().map_err(wrong)?, "source", &file.source.owner)?;
        let destination = of_s3(config.destination().map_err(wrong)?, "destination", &file.destination.owner)?;
        let limits = within_memory(config.limits(), memory_mib);
        let (rejects, propagate_deletes) = (file.deployment.rejects, file.deployment.propagate_deletes);
        Ok(Self { source, destination, limits, rejects, propagate_deletes, config })
    }
}

/// The budget for pictures is what the limits say, and no more than the function has.
fn within_memory(limits: Limits, memory_mib: Option<u64>) -> Limits {
    let budget =
        memory_mib.map_or(limits.memory, |mib| mib.saturating_sub(RESERVED_MIB).max(LEAST_MIB).saturating_mul(MIB));
    Limits { memory: limits.memory.min(budget), ..limits }
}

/// The configuration's text, and what to call it in errors.
fn config_text() -> Result<(String, String), InitError> {
    if let Some(text) = variable("THUMBGATE_CONFIG_TOML")? {
        return Ok((text, "THUMBGATE_CONFIG_TOML".to_owned()));
    }
    let path = match variable("THUMBGATE_CONFIG")? {
        Some(path) => PathBuf::from(path),
        None => task_root()?.join(CONFIG_NAME),
    };
    let shown = path.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        InitError::configuration(format!(
            "cannot read the configuration `{shown}`: {error}; put thumbgate.toml beside bootstrap, or set THUMBGATE_CONFIG or THUMBGATE_CONFIG_TOML"
        ))
    })?;
    Ok((text, shown))
}

/// The folder of the binary.
fn task_root() -> Result<PathBuf, InitError> {
    if let Some(root) = variable("LAMBDA_TASK_ROOT")? {
        return Ok(PathBuf::from(root));
    }
    let binary = std::env::current_exe().ok();
    let folder = binary.and_then(|path| path.parent().map(PathBuf::from));
    folder.ok_or_else(|| InitError::configuration("set THUMBGATE_CONFIG: the binary's folder is not known"))
}

fn function_memory_mib() -> Result<Option<u64>, InitError> {
    let Some(text) = variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")? else {
        return Ok(None);
    };
    // No larger than the runtime takes.
    let number = text.parse::<u32>().ok().filter(|number| i32::try_from(*number).is_ok());
    let wrong = || format!("AWS_LAMBDA_FUNCTION_MEMORY_SIZE is `{text}`, no number of megabytes");
    number.map(|number| Some(number.into())).ok_or_else(|| InitError::configuration(wrong()))
}

/// The first variable that Lambda sets and that is not set here.
pub(crate) fn missing_variable() -> Option<&'static str> {
    let all = [
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    ];
    all.into_iter().find(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()))
}

fn variable(name: &str) -> Result<Option<String>, InitError> {
    match std::env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(InitError::configuration(format!("{name} is no text in UTF-8"))),
    }
}

#[cfg(test)]
mod tests {
    use thumbgate_config::Config;

    use super::{MIB, Settings};

    fn settings(text: &str, memory_mib: Option<u64>) -> Result<Settings, String> {
        Settings::of(Config::parse(text).unwrap(), "t.toml", memory_mib).map_err(|error| error.to_string())
    }

    fn config(source: &str, destination: &str) -> String {
        format!(
            "[source]\nurl = \"{source}\"\n[destination]\nurl = \"{destination}\"\n[[rendition]]\nname = \"small\"\nwidth = 32\n"
        )
    }

    #[test]
    fn pictures_get_what_the_function_has_and_no_more_than_the_limits_say() {
        let text = config("s3://in/uploads/", "s3://out/thumbs/");
        let budget = |mib| settings(&text, mib).unwrap().limits.memory / MIB;
        assert_eq!((budget(None), budget(Some(3008)), budget(Some(256)), budget(Some(128))), (512, 512, 128, 32));
        assert_eq!(budget(Some(u64::MAX)), 512);
    }

    #[test]
    fn a_configuration_that_would_loop_is_refused_with_both_prefixes() {
        let error = settings(&config("s3://photos/", "s3://photos/thumbs/"), None).unwrap_err();
        assert!(error.contains("t.toml") && error.contains("s3://photos/thumbs/"), "{error}");
    }

    #[test]
    fn a_function_needs_buckets() {
        let error = settings(&config("/photos", "s3://out/thumbs/"), None).unwrap_err();
        assert!(error.contains("the function needs s3://"), "{error}");
    }
}
