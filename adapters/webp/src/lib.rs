//! A decoder of lossy WebP that gives only what a smaller picture needs.
//!
//! A lossy WebP is one key frame of VP8 (RFC 6386) in a RIFF file (RFC 9649). Every pixel of it is
//! predicted from its neighbours, so every pixel has to be made; but whoever wants a picture that is
//! at most half as large can do without the rest:
//!
//! - **The loop filter is not run.** It smooths the seams between blocks by a few levels after the
//!   prediction, which never sees its results in a key frame. Means over blocks of pixels hide it.
//! - **Colour is not spread to every pixel** and not converted: planes come as they are stored, and
//!   already brought down by means of 2, 4 or 8 pixels a side ([`Scale`]).
//! - **Only a row of macroblocks is held**, whatever the height.
//!
//! At [`Scale::Full`] the samples are those of a decoder that does not filter: use another one where
//! that would show.
//!
//! What is not decoded is told by name: lossless pictures, those with transparency, and animations.
//! Profiles, EXIF and orientation are somebody else's.
//!
//! Input may be hostile: there is no panic, memory is bounded by the width and time by the size that
//! [`Info`] tells before anything is decoded.
//!
//! Read next: `decoder`, which is the way of a picture from top to bottom.
#![forbid(unsafe_code)]

mod bools;
mod container;
mod decoder;
mod error;
mod frame;
mod info;
mod macroblock;
mod modes;
mod planes;
mod predict;
mod scale;
mod tables;
mod tokens;
mod transform;

pub use decoder::{Decoder, Ending, Rows, Strip};
pub use error::DecodeError;
pub use info::{Info, Plane};
pub use scale::Scale;
