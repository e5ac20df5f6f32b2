//! JPEG, through `jpeg-encoder`: baseline, one interleaved scan, 4:2:0 below the qualities that ask
//! for more; then `huffman` makes it smaller.
//!
//! The quantisation is that of Klein, Silverstein and Carney ("Relevance of human vision to
//! JPEG-DCT compression", 1992), for colour, too; the file is as long as with the standard's tables.
//!
//! Its vector paths are not built in: they only speed up what is small here, and the scalar path
//! is the same on every machine.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor};
use thumbgate_core::error::RenderError;
use thumbgate_core::rendition::Quality;

use super::huffman;
use crate::error::internal;
use crate::pixels::{Layout, Pixels};

/// From this quality on, colour has the resolution of lightness.
const FULL_COLOUR_FROM: u8 = 90;

pub(super) fn encode(pixels: &Pixels, quality: Quality) -> Result<Vec<u8>, RenderError> {
    let colour = match pixels.layout() {
        Layout::Grey => ColorType::Luma,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba | Layout::Cmyk => return Err(internal("JPEG: transparency or inks were left")),
    };
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| internal("JPEG: a side over 65535"));
    let (width, height) = (side(pixels.size().width())?, side(pixels.size().height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.get());
    encoder.set_sampling_factor(if quality.get() < FULL_COLOUR_FROM {
        SamplingFactor::R_4_2_0
    } else {
        SamplingFactor::R_4_4_4
    });
    // At equal bytes two points of SSIMULACRA2 above the standard's tables and the nearest colours.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let tables = QuantizationTableType::KleinSilversteinCarney;
    encoder.set_quantization_tables(tables.clone(), tables);
    let encoded = encoder.encode(pixels.data(), width, height, colour);
    encoded.map_err(|error| internal(format!("JPEG: {error}")))?;
    huffman::optimise(&bytes)
}
