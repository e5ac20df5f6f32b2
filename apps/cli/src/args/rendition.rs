//! What is to be made, and within which limits.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use thumbgate_config::{ByteSize, RenditionConfig};
use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::{Fit, Gravity};

use super::bytes;

/// Renditions: sizes on the command line, or those of a file; the other options change either.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Renditions")]
pub(crate) struct RenditionArgs {
    /// A size such as 320x320, 320x or x320; the rendition gets it as its name (repeatable)
    #[arg(long, value_name = "WxH", conflicts_with = "config")]
    pub(crate) size: Vec<String>,
    /// Read renditions, limits and places from a thumbgate.toml
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<String>,
    /// Only the rendition of this name from --config (repeatable)
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(crate) rendition: Vec<String>,
    /// How the picture is fitted into the size: inside, outside, cover, contain, fill
    #[arg(long, value_name = "FIT", value_parser = Fit::ALL.map(Fit::as_str), hide_possible_values = true)]
    fit: Option<String>,
    /// What stays where cover crops: center, north, north-east, ... or attention
    #[arg(long, value_name = "WHERE", value_parser = Gravity::ALL.map(Gravity::as_str), hide_possible_values = true)]
    gravity: Option<String>,
    /// The colour below transparency and around contain, such as "#ffffff"
    #[arg(long, value_name = "#RRGGBB")]
    background: Option<String>,
    /// The format: jpeg, png, webp, avif
    #[arg(long, value_name = "FORMAT", value_parser = formats(), hide_possible_values = true)]
    pub(crate) format: Option<String>,
    /// The encoder's quality, 1 to 100
    #[arg(long, value_name = "N")]
    quality: Option<u32>,
    /// Scale small pictures up
    #[arg(long)]
    enlarge: bool,
}

impl RenditionArgs {
    /// The rendition with what the command line says about it.
    pub(crate) fn change(&self, rendition: &mut RenditionConfig) {
        let set = |to: &mut String, from: &Option<String>| {
            if let Some(text) = from {
                to.clone_from(text);
            }
        };
        set(&mut rendition.fit, &self.fit);
        set(&mut rendition.gravity, &self.gravity);
        set(&mut rendition.background, &self.background);
        set(&mut rendition.format, &self.format);
        rendition.quality = self.quality.unwrap_or(rendition.quality);
        rendition.enlarge |= self.enlarge;
    }
}

/// The names of formats; `jpg` is JPEG too.
fn formats() -> PossibleValuesParser {
    let named = |format: OutputFormat| {
        let value = PossibleValue::new(format.as_str());
        if format == OutputFormat::Jpeg { value.alias("jpg") } else { value }
    };
    OutputFormat::ALL.map(named).into()
}

/// Limits that the command line changes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Render what is there of a picture that ends early
    #[arg(long)]
    pub(crate) allow_truncated: bool,
    /// The most pixels that a picture may have
    #[arg(long, value_name = "N")]
    pub(crate) limit_pixels: Option<u64>,
    /// The most bytes that a picture may have, such as "64 MiB"
    #[arg(long, value_name = "N", value_parser = bytes)]
    pub(crate) limit_bytes: Option<ByteSize>,
    /// The memory that decoding may take, per picture and in all, such as "1 GiB"
    #[arg(long, value_name = "N", value_parser = bytes)]
    pub(crate) limit_memory: Option<ByteSize>,
}
