//! CIE L\*a\*b\* in sRGB.
//!
//! The white point is D50's, as ICC profiles and Photoshop have it; white stays white (Bradford).

use crate::colour::encoded;

/// The light of white, D50 (ICC.1, 7.2.16).
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];

/// XYZ under D50 to sRGB's red, green and blue light.
const TO_RGB: [[f32; 3]; 3] =
    [[3.133_856, -1.616_867, -0.490_615], [-0.978_768, 1.916_142, 0.033_454], [0.071_945, -0.228_991, 1.405_243]];

/// Entries of the table from light to sRGB: the darkest step of sRGB is 5 of them.
const STEPS: u16 = 16_384;

#[derive(Debug)]
pub(super) struct Lab {
    encoded: Vec<u8>,
}

impl Lab {
    pub(super) fn new() -> Self {
        Self { encoded: (0..=STEPS).map(|step| encoded(f64::from(step) / f64::from(STEPS))).collect() }
    }

    /// The sRGB of a lightness (255 is white) and two differences.
    pub(super) fn colour(&self, lightness: u8, red: i8, yellow: i8) -> [u8; 3] {
        let middle = (f32::from(lightness) * (100.0 / 255.0) + 16.0) / 116.0;
        let [x, y, z] = [middle + f32::from(red) / 500.0, middle, middle - f32::from(yellow) / 200.0].map(light);
        let [x, y, z] = [x * WHITE[0], y * WHITE[1], z * WHITE[2]];
        TO_RGB.map(|[of_x, of_y, of_z]| {
            let light = of_x * x + of_y * y + of_z * z;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1 before")]
            let step = (light.clamp(0.0, 1.0) * f32::from(STEPS) + 0.5) as usize;
            self.encoded.get(step).copied().unwrap_or(u8::MAX)
        })
    }
}

/// The inverse of CIE 1976's function.
fn light(value: f32) -> f32 {
    if value > 6.0 / 29.0 { value * value * value } else { (value - 4.0 / 29.0) * (108.0 / 841.0) }
}

#[cfg(test)]
mod tests {
    use super::Lab;

    #[test]
    fn known_colours_come_out() {
        let lab = Lab::new();
        // L* 54.3, a* 80.8, b* 69.9 is sRGB's red under D50; greys are greys.
        for (colour, expected) in [
            ((255, 0, 0), [255, 255, 255]),
            ((0, 0, 0), [0, 0, 0]),
            ((138, 81, 70), [255, 0, 0]),
            ((137, 0, 0), [128, 128, 128]),
        ] {
            let found = lab.colour(colour.0, colour.1, colour.2);
            assert!(found.iter().zip(expected).all(|(one, two)| one.abs_diff(two) <= 2), "{colour:?}: {found:?}");
        }
    }
}
