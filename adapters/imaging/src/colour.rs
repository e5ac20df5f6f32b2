//! Colours to sRGB, after the picture was made small.
//!
//! - A matrix or table profile of RGB goes through `moxcms`; one that changes nothing by more
//!   than a step (sRGB in its many editions) is left out, so that such pictures keep their pixels.
//! - A profile of greys, and PNG's `gAMA`, is a curve: 256 values, looked up. With `cHRM` it is a
//!   matrix profile.
//! - Inks go through their profile, or by the plain formula where they have none.
//! - What H.273's numbers say (AVIF, HEIC, PNG) is in `numbers`, high dynamic range too.
//! - A profile that cannot be read, or that is made for other pixels, is ignored, never an error.
//!
//! Only the library's scalar paths are built in: a thumbnail is small, and they are the same on
//! every machine of an architecture.

mod numbers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moxcms::{
    Chromaticity, ColorPrimaries, ColorProfile, DataColorSpace, Layout as Channels, ToneReprCurve, TransformExecutor,
    TransformOptions, XyY,
};
use thumbgate_core::error::RenderError;

use self::numbers::Bright;
use crate::decode::Profile;
use crate::pixels::{Layout, Pixels};
use crate::samples::scaled;

/// The exponent that sRGB's curve is nearest to; a `gAMA` this near to it is sRGB.
const SRGB_GAMMA: f64 = 0.454_55;
const GAMMA_TOLERANCE: f64 = 0.02;

/// Where sRGB's white, red, green and blue are (IEC 61966-2-1).
const SRGB_PLACES: [[f32; 2]; 4] = [[0.3127, 0.3290], [0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];

type Transform = Arc<dyn TransformExecutor<u8> + Send + Sync>;

/// What is to be done to the colours of one source.
pub(crate) enum Conversion {
    /// Nothing.
    None,
    /// Every sample by itself, through a curve.
    Curve(Box<[u8; 256]>),
    /// Red, green and blue through a transform.
    Colours(Transform),
    /// Inks through a transform, or by the plain formula.
    Inks(Option<Transform>),
    /// High dynamic range to that of a common screen.
    Bright(Box<Bright>),
}

impl Conversion {
    /// What it takes to bring pixels of this layout and profile to sRGB.
    pub(crate) fn new(profile: &Profile, layout: Layout, is_grey: bool) -> Self {
        let found = match profile {
            Profile::Standard => None,
            Profile::Gamma(gamma) => curve_of_gamma(*gamma),
            Profile::Places { gamma, places } => of_places(*gamma, places, layout),
            Profile::Numbers { primaries, transfer } => numbers::of_numbers(*primaries, *transfer, layout),
            // A hostile profile may drive the library anywhere; it is ignored like any bad one.
            Profile::Icc(bytes) => catch_unwind(AssertUnwindSafe(|| of_icc(bytes, layout, is_grey))).unwrap_or(None),
        };
        match (found, layout) {
            (Some(conversion), _) => conversion,
            (None, Layout::Cmyk) => Self::Inks(None),
            (None, _) => Self::None,
        }
    }

    /// Brings the pixels to sRGB; what comes out is grey, RGB or RGBA.
    pub(crate) fn apply(&self, mut pixels: Pixels) -> Result<Pixels, RenderError> {
        match self {
            Self::None => Ok(pixels),
            Self::Curve(curve) => {
                let has_alpha = pixels.layout() == Layout::Rgba;
                for (index, sample) in pixels.data_mut().iter_mut().enumerate() {
                    if !has_alpha || index % 4 != 3 {
                        *sample = curve.get(usize::from(*sample)).copied().unwrap_or(*sample);
                    }
                }
                Ok(pixels)
            }
            Self::Colours(transform) => {
                let mut made = vec![0; pixels.data().len()];
                let done = catch_unwind(AssertUnwindSafe(|| transform.transform(pixels.data(), &mut made)));
                if !matches!(done, Ok(Ok(()))) {
                    return Ok(pixels);
                }
                Pixels::new(pixels.size(), pixels.layout(), made)
            }
            Self::Bright(bright) => {
                let channels = pixels.layout().channels();
                for pixel in pixels.data_mut().chunks_exact_mut(channels) {
                    let made = bright.colour(match pixel {
                        [red, green, blue, ..] => [*red, *green, *blue],
                        [grey, ..] => [*grey; 3],
                        [] => [0; 3],
                    });
                    for (sample, value) in pixel.iter_mut().zip(made) {
                        *sample = value;
                    }
                }
                Ok(pixels)
            }
            Self::Inks(transform) => {
                let mut made = vec![0; pixels.data().len() / 4 * 3];
                let done = transform
                    .as_ref()
                    .map(|transform| catch_unwind(AssertUnwindSafe(|| transform.transform(pixels.data(), &mut made))));
                if !matches!(done, Some(Ok(Ok(())))) {
                    plain_inks(pixels.data(), &mut made);
                }
                Pixels::new(pixels.size(), Layout::Rgb, made)
            }
        }
    }
}

fn of_icc(bytes: &[u8], layout: Layout, is_grey: bool) -> Option<Conversion> {
    of_profile(&ColorProfile::new_from_slice(bytes).ok()?, layout, is_grey)
}

fn of_profile(profile: &ColorProfile, layout: Layout, is_grey: bool) -> Option<Conversion> {
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = |from, to| profile.create_transform_8bit(from, &srgb, to, options).ok();
    match (profile.color_space, layout) {
        (DataColorSpace::Gray, Layout::Grey | Layout::Rgba) if is_grey => {
            let transform = transform(Channels::Gray, Channels::Rgb)?;
            let greys: Vec<u8> = (0..=255).collect();
            let mut made = [0; 256 * 3];
            transform.transform(&greys, &mut made).ok()?;
            let mut curve = Box::new([0; 256]);
            for (value, [_, green, _]) in curve.iter_mut().zip(made.as_chunks::<3>().0) {
                *value = *green;
            }
            let is_srgb = curve.iter().zip(&greys).all(|(made, grey)| made.abs_diff(*grey) <= 1);
            (!is_srgb).then_some(Conversion::Curve(curve))
        }
        (DataColorSpace::Rgb, Layout::Rgb | Layout::Rgba) => {
            let channels = if layout == Layout::Rgb { Channels::Rgb } else { Channels::Rgba };
            let probe = transform(Channels::Rgb, Channels::Rgb)?;
            if changes_nothing(&probe) {
                return None;
            }
            Some(Conversion::Colours(transform(channels, channels)?))
        }
        // The library takes four inks for the four channels that they are.
        (DataColorSpace::Cmyk, Layout::Cmyk) => Some(Conversion::Inks(Some(transform(Channels::Rgba, Channels::Rgb)?))),
        _ => None,
    }
}

/// Whether colours from all over the cube keep their places, but for a step of rounding.
fn changes_nothing(transform: &Transform) -> bool {
    let steps = [0, 32, 64, 96, 128, 160, 192, 224, 255];
    let planes = steps.into_iter().flat_map(|red| steps.map(|green| (red, green)));
    let cube: Vec<u8> = planes.flat_map(|(red, green)| steps.map(|blue| [red, green, blue])).flatten().collect();
    let mut made = vec![0; cube.len()];
    transform.transform(&cube, &mut made).is_ok() && cube.iter().zip(&made).all(|(from, to)| from.abs_diff(*to) <= 1)
}

/// A gamma with places of its own; with sRGB's, or with ones that no screen has, the gamma alone.
fn of_places(gamma: f64, places: &[[f32; 2]; 4], layout: Layout) -> Option<Conversion> {
    let is_srgb =
        places.as_flattened().iter().zip(SRGB_PLACES.as_flattened()).all(|(one, two)| (one - two).abs() < 0.003);
    // What is left of a triangle without an area, or of light without a height, is no colour.
    let is_possible = places.iter().all(|[x, y]| (0.0..=1.0).contains(x) && (0.005..=1.0).contains(y));
    let [white, red, green, blue] = *places;
    let area = (red[0] - blue[0]) * (green[1] - blue[1]) - (green[0] - blue[0]) * (red[1] - blue[1]);
    if is_srgb || !is_possible || area.abs() < 0.01 || !(0.05..=5.0).contains(&gamma) || layout == Layout::Grey {
        return curve_of_gamma(gamma);
    }
    let place = |[x, y]: [f32; 2]| Chromaticity::new(x, y);
    let mut profile = ColorProfile::new_srgb();
    profile.update_rgb_colorimetry(
        XyY { x: white[0].into(), y: white[1].into(), yb: 1.0 },
        ColorPrimaries { red: place(red), green: place(green), blue: place(blue) },
    );
    if (gamma - SRGB_GAMMA).abs() >= GAMMA_TOLERANCE {
        #[expect(clippy::cast_possible_truncation, reason = "five digits are told")]
        let curve = ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]);
        (profile.red_trc, profile.green_trc, profile.blue_trc) =
            (Some(curve.clone()), Some(curve.clone()), Some(curve));
    }
    of_profile(&profile, layout, false)
}

fn curve_of_gamma(gamma: f64) -> Option<Conversion> {
    // Beyond this, no camera and no screen is meant.
    if !(0.05..=5.0).contains(&gamma) || (gamma - SRGB_GAMMA).abs() < GAMMA_TOLERANCE {
        return None;
    }
    let mut curve = Box::new([0; 256]);
    for (value, sample) in curve.iter_mut().zip(0_u8..=255) {
        *value = encoded((f64::from(sample) / 255.0).powf(1.0 / gamma));
    }
    Some(Conversion::Curve(curve))
}

/// The sRGB of light, of which 1 is white (IEC 61966-2-1).
pub(crate) fn encoded(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 255 before")]
    let byte = (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    byte
}

/// What is left of white light behind four inks, each absorbing its share.
fn plain_inks(inks: &[u8], colours: &mut [u8]) {
    for ([cyan, magenta, yellow, key], colour) in inks.as_chunks::<4>().0.iter().zip(colours.as_chunks_mut::<3>().0) {
        *colour = [cyan, magenta, yellow].map(|ink| scaled(255 - ink, 255 - key));
    }
}

#[cfg(test)]
mod tests {
    use moxcms::ColorProfile;
    use thumbgate_core::geometry::Size;

    use super::Conversion;
    use crate::decode::Profile;
    use crate::pixels::{Layout, Pixels};

    fn converted(profile: &Profile, layout: Layout, pixel: &[u8]) -> Vec<u8> {
        let pixels = Pixels::new(Size::new(1, 1).unwrap(), layout, pixel.to_vec()).unwrap();
        let conversion = Conversion::new(profile, layout, layout == Layout::Grey);
        conversion.apply(pixels).unwrap().data().to_vec()
    }

    fn icc(profile: &ColorProfile) -> Profile {
        Profile::Icc(profile.encode().unwrap())
    }

    #[test]
    fn wide_colours_are_brought_to_srgb() {
        let p3 = icc(&ColorProfile::new_display_p3());
        // By the matrices of CSS Color 4, Display P3 (200, 100, 50) is sRGB (215, 93, 31).
        let [red, green, blue] = converted(&p3, Layout::Rgb, &[200, 100, 50])[..] else { panic!() };
        assert!(red.abs_diff(215) <= 2 && green.abs_diff(93) <= 2 && blue.abs_diff(31) <= 2, "{red} {green} {blue}");
        assert_eq!(converted(&p3, Layout::Rgba, &[0, 0, 0, 77]), [0, 0, 0, 77]);
    }

    #[test]
    fn srgb_and_nonsense_change_nothing() {
        let srgb = icc(&ColorProfile::new_srgb());
        for profile in [&srgb, &Profile::Standard, &Profile::Icc(vec![0; 200]), &Profile::Gamma(0.45455)] {
            assert_eq!(converted(profile, Layout::Rgb, &[1, 77, 200]), [1, 77, 200], "{profile:?}");
        }
        // Made for colours, but the pixels are greys.
        assert_eq!(converted(&icc(&ColorProfile::new_display_p3()), Layout::Grey, &[99]), [99]);
    }

    #[test]
    fn linear_greys_become_lighter() {
        let linear = Profile::Gamma(1.0);
        assert_eq!(converted(&linear, Layout::Grey, &[55]), [128]);
        let profile = icc(&ColorProfile::new_gray_with_gamma(1.0));
        assert!(converted(&profile, Layout::Grey, &[55])[0].abs_diff(128) <= 1);
    }

    #[test]
    fn inks_without_a_profile_absorb_their_share() {
        for (inks, colour) in [
            ([0, 0, 0, 0], [255, 255, 255]),
            ([255, 0, 0, 0], [0, 255, 255]),
            ([0, 0, 0, 255], [0, 0, 0]),
            ([0, 255, 255, 128], [127, 0, 0]),
        ] {
            assert_eq!(converted(&Profile::Standard, Layout::Cmyk, &inks), colour);
        }
    }
}
