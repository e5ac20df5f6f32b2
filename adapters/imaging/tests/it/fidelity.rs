//! Nothing moves and nothing shimmers: the scaled ways lead to the same picture as the full one.
#![expect(clippy::cast_sign_loss, reason = "waves are drawn between 0 and 255")]

use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::Fit;
use thumbgate_core::rendition::Rendition;

use crate::draw::{self, Picture};
use crate::{inside, render};

/// The samples of a rendition, as one list.
fn rendered(content: &[u8], width: u32, height: u32) -> Vec<[u8; 4]> {
    let wanted = Rendition { fit: Fit::Fill, ..inside(width, height, OutputFormat::Png) };
    let (_, rendered) = render(content, &[wanted]).unwrap();
    draw::decode_png(&rendered.outputs[0].bytes).pixels
}

/// A grating of soft bars, colours half a period behind lightness.
fn grating(x: u32, period: f64) -> [u8; 4] {
    let wave = |shift: f64| 128.0 + 80.0 * (std::f64::consts::TAU * (f64::from(x) + 0.5 - shift) / period).sin();
    [wave(0.0) as u8, wave(period / 8.0) as u8, wave(period / 4.0) as u8, 255]
}

#[test]
fn a_grating_stays_where_it_is_at_every_scale() {
    // Widths that are no multiple of a block, at every shrink from 1 to 8 and between them.
    for (width, small) in [(403, 210), (803, 160), (811, 95), (1603, 96), (1607, 61), (1601, 40)] {
        let period = f64::from(width) / 6.0;
        let across = Picture::new(width, 48, |x, _| grating(x, period));
        let down = Picture::new(48, width, |_, y| grating(y, period));
        for (picture, size) in [(across, (small, 3)), (down, (3, small))] {
            let expected = rendered(&draw::png(&picture), size.0, size.1);
            for sampling in [jpeg_encoder::SamplingFactor::R_4_4_4, jpeg_encoder::SamplingFactor::R_4_2_0] {
                let content = draw::jpeg_of(&picture, 98, |encoder| encoder.set_sampling_factor(sampling));
                let found = rendered(&content, size.0, size.1);
                for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    let apart = found.iter().zip(expected).map(|(one, other)| one.abs_diff(*other)).max().unwrap();
                    // A shift of half a sample of the shrunk picture would be 20 and more.
                    assert!(apart <= 6, "{width} to {small}, pixel {at}, {sampling:?}: {found:?} {expected:?}");
                }
            }
        }
    }
}

#[test]
fn what_an_output_cannot_show_is_grey_and_no_moire() {
    // A zone plate: rings that become finer outwards, beyond what 128 pixels can show.
    let side = 1024;
    let plate = Picture::new(side, side, |x, y| {
        let (x, y) = (f64::from(x) - 511.5, f64::from(y) - 511.5);
        let wave = (x * x + y * y) * std::f64::consts::PI / f64::from(side);
        let grey = (127.5 + 100.0 * wave.cos()) as u8;
        [grey, grey, grey, 255]
    });
    for content in [draw::png(&plate), draw::jpeg_of(&plate, 95, |_| {})] {
        let small = rendered(&content, 128, 128);
        // The rings' frequency is x / side: 1/16 of a sample, what 128 pixels can show, lies at 64.
        // At half as far again, nothing may be left of them.
        for (at, pixel) in small.iter().enumerate() {
            let (x, y) = (f64::from((at % 128) as u32) - 63.5, f64::from((at / 128) as u32) - 63.5);
            let away = (x * x + y * y).sqrt() * 8.0;
            if (110.0..500.0).contains(&away) {
                let off = pixel[0].abs_diff(127);
                assert!(off <= 16, "{away}: {pixel:?}");
            }
        }
    }
}
