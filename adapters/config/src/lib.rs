//! `thumbgate.toml`: one file that configures the command line, Lambda and the server alike.
//!
//! - [`Config::parse`] reads the text: unknown keys come first, all of them, each with the nearest
//!   known key; every error has a line and a column.
//! - [`Config::route`] and [`Config::limits`] turn it into the core's validated types.
//! - [`schema`] is the JSON Schema of the same types, for editors.
//! - [`config_hash`] is the identity of what shapes a rendition's bytes.
//!
//! This crate does not know who reads the file or which backends an app has.
//!
//! ```
//! use thumbgate_config::Config;
//! let config = Config::parse(r#"
//! [source]
//! url = "s3://photos-in/uploads/"
//! [destination]
//! url = "s3://photos-out/thumbs/"
//! [[rendition]]
//! name = "small"
//! width = 320
//! "#)?;
//! let route = config.route("engine/1")?;
//! assert_eq!(route.wanted().len(), 1);
//!
//! let errors = Config::parse("[source]\nurls = 1").unwrap_err();
//! assert_eq!(errors.to_string(), "2:1: unknown key `urls` in [source]; did you mean `url`?");
//! # Ok::<(), thumbgate_config::ConfigErrors>(())
//! ```
#![forbid(unsafe_code)]

mod config;
mod error;
mod file;
mod hash;
mod nearest;
mod position;
mod rendition;
mod units;
mod unknown;
mod url;

pub use config::Config;
pub use error::{ConfigError, ConfigErrors};
pub use file::{
    Architecture, DeploymentConfig, DestinationConfig, FileConfig, LimitsConfig, Partition, Rejects, RenditionConfig,
    ServerConfig, SourceConfig, Trigger, Variant, schema,
};
pub use hash::config_hash;
pub use rendition::parse_size;
pub use units::{ByteSize, Seconds};
pub use url::{ObjectUrl, StoreUrl, UrlError};
