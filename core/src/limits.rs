//! What is allowed: every limit has a name and a default.

use std::time::Duration;

const MIB: u64 = 1024 * 1024;

/// The limits of the work on one source.
///
/// Plain data: every combination is legal, a limit of zero refuses everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest source, in bytes.
    pub source_bytes: u64,
    /// The largest picture, in pixels of the stored size; read from the header.
    pub source_pixels: u64,
    /// The longest side of a source, in pixels.
    pub source_side: u32,
    /// The most metadata (EXIF, profiles, text) that is kept while decoding, in bytes.
    pub metadata_bytes: u64,
    /// The most memory that decoding one picture is estimated to take, and that all pictures in
    /// flight may take together, in bytes.
    pub memory: u64,
    /// The longest that decoding and encoding one source may take.
    pub time_per_image: Duration,
    /// The largest rendition, in pixels.
    pub output_pixels: u64,
    /// Render what is there of a truncated source, and mark it.
    pub allow_truncated: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 128 * MIB,
            source_pixels: 250_000_000,
            source_side: 100_000,
            metadata_bytes: 16 * MIB,
            memory: 512 * MIB,
            time_per_image: Duration::from_secs(25),
            output_pixels: 64_000_000,
            allow_truncated: false,
        }
    }
}
