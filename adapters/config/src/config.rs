//! The configuration as a whole: read, checked, and turned into what the core works with.

use toml_edit::Document;

use thumbgate_core::limits::Limits;
use thumbgate_core::rendition::{Rendition, Wanted};
use thumbgate_core::route::{GlobError, Globs, KeyPattern, Route, RouteError, Selection};

use crate::error::{ConfigError, ConfigErrors};
use crate::file::{FileConfig, schema};
use crate::hash::config_hash;
use crate::position::{Way, at_offset, at_value, nowhere};
use crate::unknown::unknown_keys;
use crate::url::StoreUrl;

/// The longest configuration that is read, in bytes.
const CONFIG_BYTES_MAX: usize = 1024 * 1024;

/// The most renditions of one configuration.
const RENDITIONS_MAX: usize = 100;

/// What a limit in bytes must allow at least.
const LIMIT_BYTES_MIN: u64 = 64 * 1024;

/// A configuration: what the file says, and the file's text for positions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    file: FileConfig,
    text: String,
}

impl Config {
    /// Reads a configuration. What is absent has its default; nothing is required yet.
    ///
    /// # Errors
    /// Everything that is wrong with keys and values by themselves, unknown keys first.
    pub fn parse(text: &str) -> Result<Self, ConfigErrors> {
        if text.len() > CONFIG_BYTES_MAX {
            return Err(nowhere(format!("the configuration is longer than {CONFIG_BYTES_MAX} bytes")).into());
        }
        let syntax = |error: &toml_edit::TomlError| {
            at_offset(
                text,
                error.span().map_or(0, |span| span.start),
                format!("no TOML: {}", one_line(error.message())),
            )
        };
        let document = Document::parse(text).map_err(|error| syntax(&error))?;
        let unknown = unknown_keys(text, document.as_table(), &schema());
        if !unknown.is_empty() {
            return Err(ConfigErrors(unknown));
        }
        let file: FileConfig = toml_edit::de::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            at_offset(text, at, in_plain_words(text, at, error.message()))
        })?;
        let config = Self { file, text: text.to_owned() };
        config.renditions()?;
        Ok(config)
    }

    /// What the file says, defaults filled in.
    #[must_use]
    pub fn file(&self) -> &FileConfig {
        &self.file
    }

    /// The same configuration with other values, such as those of a command line. They are checked
    /// when they are asked for, as those of the file were.
    #[must_use]
    pub fn changed(mut self, change: impl FnOnce(&mut FileConfig)) -> Self {
        change(&mut self.file);
        self
    }

    /// The resolved form as TOML: every value, defaults included.
    ///
    /// # Errors
    /// A sentence, should the resolved form not be TOML.
    pub fn resolved(&self) -> Result<String, String> {
        toml_edit::ser::to_string_pretty(&self.file).map_err(|error| error.to_string())
    }

    /// The core's limits.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let limits = &self.file.limits;
        Limits {
            source_bytes: limits.source_bytes.0,
            source_pixels: limits.source_megapixels.saturating_mul(1_000_000),
            source_side: limits.source_side,
            metadata_bytes: limits.metadata_bytes.0,
            memory: limits.memory.0,
            time_per_image: limits.time_per_image.0,
            output_pixels: limits.output_megapixels.saturating_mul(1_000_000),
            allow_truncated: limits.allow_truncated,
        }
    }

    /// The core's renditions.
    ///
    /// # Errors
    /// Everything that is wrong with them, each at its place.
    pub fn renditions(&self) -> Result<Vec<Rendition>, ConfigErrors> {
        if self.file.rendition.len() > RENDITIONS_MAX {
            return Err(nowhere(format!("more than {RENDITIONS_MAX} renditions; no picture needs so many")).into());
        }
        let mut errors = Vec::new();
        let mut renditions = Vec::new();
        for (index, written) in self.file.rendition.iter().enumerate() {
            match written.resolve() {
                Ok(rendition) => renditions.push(rendition),
                Err((key, message)) => {
                    errors.push(at_value(&self.text, Way { table: "rendition", index: Some(index), key }, message));
                }
            }
        }
        if errors.is_empty() { Ok(renditions) } else { Err(ConfigErrors(errors)) }
    }

    /// Where sources are.
    ///
    /// # Errors
    /// When no URL is given, or it is none.
    pub fn source(&self) -> Result<StoreUrl, ConfigErrors> {
        self.place("source", self.file.source.url.as_deref())
    }

    /// Where renditions go.
    ///
    /// # Errors
    /// When no URL is given, or it is none.
    pub fn destination(&self) -> Result<StoreUrl, ConfigErrors> {
        self.place("destination", self.file.destination.url.as_deref())
    }

    fn place(&self, table: &'static str, url: Option<&str>) -> Result<StoreUrl, ConfigErrors> {
        let Some(url) = url else {
            return Err(nowhere(format!("[{table}] needs a url, such as \"s3://bucket/prefix/\"")).into());
        };
        StoreUrl::parse(url).map_err(|error| self.wrong(table, "url", error).into())
    }

    /// The route: both places, what is taken, and what is made of it.
    ///
    /// # Errors
    /// Everything that is missing, or the first rule of routes that is broken.
    pub fn route(&self, engine_version: &str) -> Result<Route, ConfigErrors> {
        let mut missing: Vec<ConfigError> = Vec::new();
        let mut keep = |result: Result<StoreUrl, ConfigErrors>| match result {
            Ok(url) => Some(url),
            Err(errors) => {
                missing.extend(errors.0);
                None
            }
        };
        let (source, destination) = (keep(self.source()), keep(self.destination()));
        if self.file.rendition.is_empty() {
            missing.push(nowhere("at least one [[rendition]] is needed, with a name and a width or height"));
        }
        let (Some(source), Some(destination), true) = (source, destination, missing.is_empty()) else {
            return Err(ConfigErrors(missing));
        };
        let wanted = self.renditions()?.into_iter().map(|rendition| {
            let config = config_hash(&rendition, engine_version);
            Wanted { rendition, config }
        });
        let pattern =
            KeyPattern::parse(&self.file.destination.key).map_err(|error| self.wrong("destination", "key", error))?;
        let first = pattern.as_str().split('/').next().unwrap_or_default();
        if matches!(destination, StoreUrl::Folder { .. }) && first.eq_ignore_ascii_case(".thumbgate") {
            return Err(self.wrong("destination", "key", "keys below `.thumbgate/` are reserved in a folder").into());
        }
        Route::new(source.location(), destination.location(), self.selection()?, pattern, wanted.collect())
            .map_err(|error| self.wrong_route(&error).into())
    }

    fn selection(&self) -> Result<Selection, ConfigErrors> {
        let globs = |key: &'static str, globs: &[String]| {
            let wrong = |error: GlobError| ConfigErrors::from(self.wrong("source", key, error));
            Globs::parse(globs.iter().map(String::as_str)).map_err(wrong)
        };
        let source = &self.file.source;
        Ok(Selection {
            include: source.include.as_deref().map(|include| globs("include", include)).transpose()?,
            exclude: globs("exclude", &source.exclude)?,
        })
    }

    /// Limits below which no picture can be made: a unit was forgotten.
    fn tiny_limits(&self) -> Vec<ConfigError> {
        let limits = &self.file.limits;
        let sizes = [("source_bytes", limits.source_bytes), ("memory", limits.memory)];
        let tiny = sizes.into_iter().filter(|(_, size)| size.0 < LIMIT_BYTES_MIN);
        tiny.map(|(key, size)| {
            self.wrong(
                "limits",
                key,
                format!("{size} is too little for any picture; was a unit such as \"MiB\" meant?"),
            )
        })
        .collect()
    }

    fn wrong_route(&self, error: &RouteError) -> ConfigError {
        match error {
            RouteError::Overlap { .. } => self.wrong("destination", "url", error),
            RouteError::Pattern(_) => self.wrong("destination", "key", error),
            _ => nowhere(error.to_string()),
        }
    }

    fn wrong(&self, table: &'static str, key: &'static str, error: impl std::fmt::Display) -> ConfigError {
        at_value(&self.text, Way { table, index: None, key }, error.to_string())
    }

    /// Checks everything that a deployment, a batch or a server needs.
    ///
    /// # Errors
    /// As [`Self::route`], and for account numbers that are none.
    pub fn check(&self, engine_version: &str) -> Result<(), ConfigErrors> {
        self.route(engine_version)?;
        let accounts = [
            ("source", "owner", &self.file.source.owner),
            ("destination", "owner", &self.file.destination.owner),
            ("deployment", "account", &self.file.deployment.account),
        ];
        let mut errors = self.tiny_limits();
        for (table, key, account) in accounts {
            let legal = |text: &String| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
            if account.as_ref().is_some_and(|text| !legal(text)) {
                errors.push(self.wrong(table, key, "an account number has 12 digits, in quotes"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(ConfigErrors(errors)) }
    }
}

/// What the TOML reader says of a value, with the key's name and without the names of Rust's types.
fn in_plain_words(text: &str, at: usize, message: &str) -> String {
    let mut plain = one_line(message);
    for (theirs, ours) in [
        ("expected a sequence", "expected a list such as [\"a\", \"b\"]"),
        ("expected a boolean", "expected true or false"),
        ("expected u32", "expected a whole number"),
        ("expected u64", "expected a whole number"),
        ("expected struct ", "expected a table of "),
    ] {
        plain = plain.replace(theirs, ours);
    }
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    if line.trim() == "[rendition]" {
        return "write [[rendition]]: every rendition is a table of its own".to_owned();
    }
    match line.split_once('=') {
        Some((key, _)) => format!("`{}`: {plain}", thumbgate_core::object::escape_controls(key.trim())),
        None => plain,
    }
}

/// Libraries write their messages over several lines.
fn one_line(message: &str) -> String {
    message.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
