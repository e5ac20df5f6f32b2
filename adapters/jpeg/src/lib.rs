//! A JPEG decoder that decodes, reads and holds only what a smaller picture needs.
//!
//! - **Decodes**: at a half, a quarter or an eighth only the coefficients that show are decoded;
//!   the others are passed over, many with one look into a table. At an eighth that is all but
//!   the mean of each block.
//! - **Reads**: of a progressive picture, the scans until those coefficients are complete. The
//!   rest of the stream is never asked for.
//! - **Holds**: a sequential picture in one scan is a row of units; others are the coefficients
//!   that are kept.
//!
//! Rows come as components at their own sampling: whoever makes a picture smaller anyway need not
//! spread colour before. What the numbers mean is in [`Info`]; profiles, EXIF and orientation are
//! somebody else's.
//!
//! Supported: baseline, extended sequential and progressive (T.81), any sampling of up to ten
//! blocks a unit, 1, 3 or 4 components, 8 and 12 bits, restarts, DNL, Huffman and arithmetic coding. Refused by name: lossless and
//! hierarchical pictures.
//!
//! Input may be hostile: there is no panic and no work or memory beyond what [`Limits`] and
//! [`Info::memory`] say. Damaged data is shown as grey up to the next restart.
//!
//! Read next: `decoder`, which is the way of a picture from top to bottom.
#![forbid(unsafe_code)]

mod arithmetic;
mod bits;
mod block;
mod buffered;
mod coefficients;
mod decoder;
mod entropy;
mod error;
mod frame;
mod huffman;
mod info;
mod limits;
mod planes;
mod scale;
mod scans;
mod sequential;
mod source;
mod tables;
mod transform;

pub use decoder::{Decoder, Ending, Rows, Strip};
pub use error::DecodeError;
pub use info::{ColourSpace, Component, Info, Process};
pub use limits::Limits;
pub use scale::{Scale, Scales};
