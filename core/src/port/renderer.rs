//! The renderer: one source's bytes in, all its renditions out, in two steps.
//!
//! `open` reads as much as it takes to know the picture, `render` does the planned work. Between
//! the two the use case plans and asks for memory, so nothing is decoded before it is allowed.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::storage::ObjectBody;
use crate::error::RenderError;
use crate::format::OutputFormat;
use crate::geometry::Size;
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::plan::Plan;
use crate::shrink::DecodeBytes;

pub use crate::format::SourceFormat;

/// The colours that a source's pixels are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColourModel {
    /// One channel of lightness.
    Grey,
    /// Red, green and blue (or what converts to it without a profile, such as YCbCr).
    Rgb,
    /// Indices into a palette.
    Palette,
    /// Four inks.
    Cmyk,
}

impl ColourModel {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Rgb => "rgb",
            Self::Palette => "palette",
            Self::Cmyk => "cmyk",
        }
    }
}

/// What is known of a picture before its pixels are decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInfo {
    /// The format, by content, never by suffix.
    pub format: SourceFormat,
    /// The size as stored, before orientation.
    pub stored: Size,
    /// How the stored picture is to be turned to stand upright.
    pub orientation: Orientation,
    /// The colours of its pixels.
    pub colour: ColourModel,
    /// Bits of one channel as stored, 1 to 32.
    pub bit_depth: u8,
    /// Whether some pixel may be transparent.
    pub alpha: bool,
    /// Whether a colour profile is embedded.
    pub icc_profile: bool,
    /// Whether the picture is stored in several passes (progressive JPEG, interlaced PNG or GIF).
    pub progressive: bool,
    /// The number of frames, where the header tells it; 1 for a still picture.
    pub frames: Option<u32>,
    /// What decoding is estimated to hold in memory.
    pub decode_bytes: DecodeBytes,
}

impl ImageInfo {
    /// The size of the upright picture.
    #[must_use]
    pub fn upright(&self) -> Size {
        self.orientation.upright(self.stored)
    }
}

/// One finished rendition.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedOutput {
    /// The encoded picture.
    pub bytes: Bytes,
    /// Its size in pixels.
    pub size: Size,
    /// The format it is encoded in.
    pub format: OutputFormat,
    /// The SHA-256 of `bytes`.
    pub sha256: [u8; 32],
}

impl RenderedOutput {
    /// The SHA-256 as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        use fmt::Write as _;
        self.sha256.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for RenderedOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderedOutput")
            .field("size", &self.size)
            .field("format", &self.format)
            .field("bytes", &self.bytes.len())
            .field("sha256", &self.sha256_hex())
            .finish()
    }
}

/// Time that a renderer's own worker spent, by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timings {
    /// Reading and decoding, waits for the body included.
    pub decode: Duration,
    /// Colour, resize and orientation.
    pub resize: Duration,
    /// Encoding.
    pub encode: Duration,
}

/// Everything that came of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One output for each planned one, in the plan's order.
    pub outputs: Vec<RenderedOutput>,
    /// How many bytes of the source were read.
    pub bytes_read: u64,
    /// Whether the renderer had seen enough before the source's end.
    pub stopped_early: bool,
    /// Whether the source was truncated and rendered all the same.
    pub truncated: bool,
    /// Where the time went.
    pub timings: Timings,
}

/// Makes renditions of pictures.
///
/// # Contract
/// - The format is decided by content; what is no picture is `Unsupported`.
/// - Limits are checked from the header: no pixel buffer is allocated for a picture over them.
/// - A body that fails is `Body`, with the body's own error inside; never `Truncated`.
/// - A body that ends early without an error is `Truncated`, unless `allow_truncated`.
/// - Dropping the future of `open` or `render` stops the worker at its next row or read.
/// - A panic of a codec is `Internal`; the process lives on.
/// - The same source, plan and `engine_version` give the same bytes.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Renderer: Send + Sync + fmt::Debug {
    /// Reads the header and tells what the picture is.
    ///
    /// # Errors
    /// [`RenderError`] by kind.
    async fn open(&self, body: ObjectBody, limits: &Limits) -> Result<Box<dyn Picture>, RenderError>;

    /// Names everything that shapes output bytes; it changes whenever they may.
    fn engine_version(&self) -> &str;
}

/// An opened picture, ready to be rendered once.
///
/// # Contract
/// - `render` gives one output for each one planned, upright, of exactly the planned size.
/// - Unless it stopped early, `render` reads the body to its end before it returns, so that an
///   error at the very end (a checksum) comes before anything is stored.
/// - No metadata of the source is in an output.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Picture: Send + fmt::Debug {
    /// What is known of the picture.
    fn info(&self) -> &ImageInfo;

    /// Decodes once and makes every planned output.
    ///
    /// # Errors
    /// [`RenderError`] by kind.
    async fn render(self: Box<Self>, plan: &Plan) -> Result<Rendered, RenderError>;
}
