//! The renderer port on real codecs: uploaded bytes in, upright sRGB thumbnails out.
//!
//! One source's way through this crate, top to bottom:
//!
//! 1. `renderer` takes the body, reads as much as `header` asks for and checks the limits.
//! 2. A worker thread runs `work`: it pulls the rest of the body through `body`, `decode` turns
//!    it into rows once, and every planned rendition takes what it needs of each (`sink`,
//!    `resample`, `planar`). Then `output` finishes the small pictures: `attention` (where to
//!    crop), `colour` (to sRGB), `orient`, `compose`, and last `encode`.
//! 3. `watch` stops the worker when nobody waits any more or its time is over.
//!
//! - Nothing here knows where bytes come from, what a rendition is for, or how errors are shown.
//! - Hostile content ends in a [`RenderError`](thumbgate_core::error::RenderError). A panic of a
//!   codec is caught; its message still goes through the process's panic hook, which is the
//!   application's to set.
//! - Codecs are only called where the same input gives the same bytes on every machine; what was
//!   measured for that stands in `resample` and ADR 6.
//! - No metadata is ever written: outputs are sRGB without a profile, EXIF, XMP or text.
#![forbid(unsafe_code)]

mod attention;
mod bits;
mod body;
mod boxes;
mod colour;
mod compose;
mod decode;
mod encode;
mod error;
mod header;
mod heif;
mod ifd;
mod orient;
mod output;
mod pixels;
mod planar;
mod renderer;
mod resample;
mod samples;
mod sink;
mod watch;
mod work;

pub use encode::{can_encode, encodable};
pub use renderer::Imaging;

/// What shapes the bytes of renditions made by this crate.
///
/// Part of every rendition's identity: it changes whenever the same source and plan may give
/// other bytes (a codec's update, a new filter). `tests/it/golden.rs` fails until it does.
pub const ENGINE_VERSION: &str = "imaging-2";
