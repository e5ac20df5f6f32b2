//! Colours that are told by ITU-T H.273's numbers, as AVIF and HEIC have them.
//!
//! - The transfer functions of television are taken for sRGB's, as every viewer does.
//! - Other primaries, and plain exponents, go through `moxcms`.
//! - High dynamic range (PQ, HLG) is brought down to the screen's: diffuse white of 203 cd/m²
//!   (ITU-R BT.2408) is white, what is darker than half of it keeps its light, and what is
//!   brighter is bent so that 1,000 cd/m² is white, too. Mastering metadata is not looked at.

use moxcms::{CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients, TransferCharacteristics};

use super::{Conversion, encoded, of_profile};
use crate::pixels::Layout;

const LINEAR: u16 = 8;
const PQ: u16 = 16;
const HLG: u16 = 18;

/// What it takes to bring such pixels to sRGB; nothing where they are that, or unknown.
pub(super) fn of_numbers(primaries: u16, transfer: u16, layout: Layout) -> Option<Conversion> {
    if transfer == PQ || transfer == HLG {
        return Some(Conversion::Bright(Box::new(Bright::new(primaries, transfer))));
    }
    // Those of Rec. 601 are so near that nobody converts them.
    let is_wide = matches!(primaries, 4 | 9 | 11 | 12 | 22);
    let is_curved = matches!(transfer, 4 | 5 | LINEAR);
    if !is_wide && !is_curved {
        return None;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: if is_wide {
            u8::try_from(primaries).ok()?.try_into().ok()?
        } else {
            CicpColorPrimaries::Bt709
        },
        transfer_characteristics: if is_curved {
            u8::try_from(transfer).ok()?.try_into().ok()?
        } else {
            TransferCharacteristics::Srgb
        },
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    of_profile(&profile, layout, false)
}

/// Entries of the table from light to sRGB: the darkest step of sRGB is 12 of them.
const STEPS: u16 = 40_000;

/// Where bending begins, in parts of white.
const KNEE: f64 = 0.5;

/// cd/m² of diffuse white, and of what becomes white.
const WHITE: f64 = 203.0;
const PEAK: f64 = 1000.0;

/// From a bright screen to a common one.
pub(crate) struct Bright {
    /// The light of each sample, in parts of diffuse white.
    light: Vec<f32>,
    /// From the primaries to sRGB's.
    matrix: [[f32; 3]; 3],
    encoded: Vec<u8>,
}

impl Bright {
    fn new(primaries: u16, transfer: u16) -> Self {
        let light = |sample: u8| {
            let value = f64::from(sample) / 255.0;
            single(if transfer == PQ { from_pq(value) } else { from_hlg(value) } / WHITE)
        };
        Self {
            light: (0..=255).map(light).collect(),
            // ITU-R BT.2407, and CSS Color 4 for P3.
            matrix: match primaries {
                9 => [[1.6605, -0.5877, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
                11 | 12 => [[1.2249, -0.2249, 0.0], [-0.0420, 1.0420, 0.0], [-0.0197, -0.0786, 1.0983]],
                _ => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            },
            encoded: (0..=STEPS).map(|step| encoded(f64::from(step) / f64::from(STEPS))).collect(),
        }
    }

    /// The sRGB of a pixel.
    pub(super) fn colour(&self, samples: [u8; 3]) -> [u8; 3] {
        let light = samples.map(|sample| self.light.get(usize::from(sample)).copied().unwrap_or(0.0));
        let brightest = light.iter().copied().fold(0.0, f32::max);
        let scale = if brightest > 0.0 { bent(brightest) / brightest } else { 0.0 };
        let [red, green, blue] = light.map(|light| light * scale);
        self.matrix.map(|[of_red, of_green, of_blue]| {
            let light = of_red * red + of_green * green + of_blue * blue;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1 before")]
            let step = (light.clamp(0.0, 1.0) * f32::from(STEPS) + 0.5) as usize;
            self.encoded.get(step).copied().unwrap_or(u8::MAX)
        })
    }
}

/// SMPTE ST 2084, 5.2: cd/m² of a value.
fn from_pq(value: f64) -> f64 {
    let power = value.powf(1.0 / 78.843_75);
    let light = (power - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.687_5 * power);
    10_000.0 * light.powf(1.0 / 0.159_301_757_812_5)
}

/// ITU-R BT.2100: cd/m² of a value, on a screen of 1,000.
fn from_hlg(value: f64) -> f64 {
    let scene = if value <= 0.5 {
        value * value / 3.0
    } else {
        (((value - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    };
    PEAK * scene.powf(1.2)
}

/// Light beyond the knee, bent so that the peak is white.
fn bent(light: f32) -> f32 {
    let (knee, peak) = (single(KNEE), single((PEAK / WHITE - KNEE) / (1.0 - KNEE)));
    let over = (light - knee) / (1.0 - knee);
    if over <= 0.0 {
        return light;
    }
    knee + (1.0 - knee) * over * (1.0 + over / (peak * peak)) / (1.0 + over)
}

fn single(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "seven digits are plenty for eight bits")]
    let single = value as f32;
    single
}

#[cfg(test)]
mod tests {
    use super::{Bright, HLG, PQ, of_numbers};
    use crate::colour::Conversion;
    use crate::pixels::Layout;

    #[test]
    fn what_is_srgb_stays() {
        for (primaries, transfer) in [(1, 13), (2, 2), (1, 1), (6, 6), (5, 6), (1, 14), (0, 999)] {
            assert!(of_numbers(primaries, transfer, Layout::Rgb).is_none(), "{primaries} {transfer}");
        }
        for (primaries, transfer) in [(9, 1), (12, 13), (1, 8), (9, 14)] {
            let found = of_numbers(primaries, transfer, Layout::Rgb);
            assert!(matches!(found, Some(Conversion::Colours(_))), "{primaries} {transfer}");
        }
    }

    #[test]
    fn black_is_black_and_the_peak_is_white() {
        // 1,000 cd/m² are 0.7518 of PQ, 1 of HLG.
        for (transfer, peak) in [(PQ, 192), (HLG, 255)] {
            let bright = Bright::new(9, transfer);
            assert_eq!(bright.colour([0; 3]), [0; 3]);
            assert!(bright.colour([peak; 3]).iter().all(|sample| *sample >= 253), "{:?}", bright.colour([peak; 3]));
            let steps: Vec<_> = (0..=255).map(|sample| bright.colour([sample; 3])[0]).collect();
            assert!(steps.is_sorted());
        }
        // 100 of 255 in PQ are 30 cd/m², 30 of 203, and that is 107 in sRGB: nothing is bent there.
        assert!(Bright::new(1, PQ).colour([100; 3])[0].abs_diff(107) <= 1);
    }
}
