//! AVIF, through `ravif` (`rav1e` in one thread, so that bytes do not depend on the machine).

use ravif::{EncodedImage, Encoder, Img, RGB8, RGBA8};
use thumbgate_core::error::RenderError;
use thumbgate_core::rendition::Quality;

use crate::compose::coloured;
use crate::error::internal;
use crate::pixels::{Layout, Pixels, side};

/// 1 (slow, small) to 10: what `ravif` recommends where people wait.
const SPEED: u8 = 7;

pub(super) fn encode(pixels: &Pixels, quality: Quality) -> Result<Vec<u8>, RenderError> {
    let (width, height) = (side(pixels.size().width()), side(pixels.size().height()));
    let encoder = Encoder::new().with_quality(quality.get().into()).with_speed(SPEED).with_num_threads(Some(1));
    let encoded = match pixels.layout() {
        Layout::Grey => return encode(&coloured(pixels)?, quality),
        Layout::Rgb => {
            let colours: Vec<RGB8> = pixels.data().as_chunks::<3>().0.iter().copied().map(RGB8::from).collect();
            encoder.encode_rgb(Img::new(&colours, width, height))
        }
        Layout::Rgba => {
            let colours: Vec<RGBA8> = pixels.data().as_chunks::<4>().0.iter().copied().map(RGBA8::from).collect();
            encoder.encode_rgba(Img::new(&colours, width, height))
        }
        Layout::Cmyk => return Err(internal("AVIF: inks were left")),
    };
    encoded.map(|EncodedImage { avif_file, .. }| avif_file).map_err(|error| internal(format!("AVIF: {error}")))
}
