//! How much work a picture may ask for.

/// Limits of the work on one picture. Memory is bounded by the header alone, see
/// [`Info::memory`](crate::Info::memory).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most scans. Encoders write about ten; a file of nothing but scans costs hours
    /// (libjpeg-turbo's "scan bomb").
    pub scans: u32,
    /// The most pixels that all scans may pass over together.
    pub scanned_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { scans: 100, scanned_pixels: 4_000_000_000 }
    }
}
