//! Baseline JPEG whose scans bring one component each, through `jpeg-decoder`.
//!
//! `zune-jpeg` 0.5 reads such scans as if they were interleaved, and loses every second row of a
//! picture with 4:2:0 sampling. They are legal, and common: encoders that optimise Huffman tables
//! scan by scan write them.

use std::io;

use jpeg_decoder::{ColorTransform, Decoder, Error};
use thumbgate_core::error::RenderError;

use crate::error::{over_limit, unsupported};

/// Why there are no pixels.
pub(super) enum Failure {
    Final(RenderError),
    Damage(String),
}

/// The pixels: greys, RGB, or four components as stored.
pub(super) fn decode(source: impl io::Read, components: usize, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut decoder = Decoder::new(source);
    decoder.set_max_decoding_buffer_size(bytes_max);
    if components == 4 {
        decoder.set_color_transform(ColorTransform::None);
    }
    decoder.decode().map_err(|error| match error {
        Error::Unsupported(what) => Failure::Final(unsupported(format!("JPEG: {what:?}"))),
        // Its own word for a picture that does not fit into the buffer.
        Error::Format(text) if text.contains("decoding buffer") => Failure::Final(over_limit(format!("JPEG: {text}"))),
        other => Failure::Damage(other.to_string()),
    })
}
