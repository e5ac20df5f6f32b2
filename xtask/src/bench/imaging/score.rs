//! How near a picture is to what it ought to be.

use std::path::Path;

use fast_ssim2::{LinearRgbImage, Ssimulacra2Reference, ToLinearRgb, srgb_u8_to_linear};
use image::{ImageReader, RgbImage};

/// How near it is; more is nearer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scores {
    /// SSIMULACRA2: 100 is the same, 90 cannot be told apart, 70 is good.
    pub(super) ssimulacra2: f64,
    /// Decibels of signal over noise, over all channels.
    pub(super) psnr: f64,
}

/// What others are compared with.
#[derive(Debug)]
pub(super) struct Judge {
    picture: RgbImage,
    prepared: Ssimulacra2Reference,
}

/// A picture whose values are sRGB, for SSIMULACRA2.
struct Srgb<'a>(&'a RgbImage);

impl ToLinearRgb for Srgb<'_> {
    fn to_linear_rgb(&self) -> LinearRgbImage {
        let pixels = self.0.pixels().map(|pixel| pixel.0.map(srgb_u8_to_linear)).collect();
        let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
        LinearRgbImage::new(pixels, side(self.0.width()), side(self.0.height()))
    }
}

impl Judge {
    /// Takes a picture for what it ought to be.
    pub(super) fn new(picture: RgbImage) -> Result<Self, String> {
        let prepared = Ssimulacra2Reference::new(Srgb(&picture)).map_err(|error| error.to_string())?;
        Ok(Self { picture, prepared })
    }

    /// The picture that it ought to be.
    pub(super) fn picture(&self) -> &RgbImage {
        &self.picture
    }

    /// Judges a picture of the same size.
    pub(super) fn score(&self, picture: &RgbImage) -> Result<Scores, String> {
        if picture.dimensions() != self.picture.dimensions() {
            return Err(format!("{:?} instead of {:?}", picture.dimensions(), self.picture.dimensions()));
        }
        let ssimulacra2 = self.prepared.compare(Srgb(picture)).map_err(|error| error.to_string())?;
        Ok(Scores { ssimulacra2, psnr: psnr(&self.picture, picture) })
    }
}

/// Reads a picture, whatever it is, as red, green and blue.
pub(super) fn read(path: &Path) -> Result<RgbImage, String> {
    let told = |error: image::ImageError| format!("cannot read `{}`: {error}", path.display());
    let reader = ImageReader::open(path).map_err(|error| told(error.into()))?;
    Ok(reader.decode().map_err(told)?.into_rgb8())
}

/// Decibels of signal over noise; both are of one size.
pub(super) fn psnr(one: &RgbImage, other: &RgbImage) -> f64 {
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let (sum, samples) = pairs.fold((0.0, 0.0), |(sum, samples), (one, other)| {
        let difference = f64::from(*one) - f64::from(*other);
        (sum + difference * difference, samples + 1.0)
    });
    10.0 * (255.0 * 255.0 * samples / sum).log10()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{Judge, psnr};

    fn waves(offset: u8) -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| Rgb([u8::try_from((x * x + y * 3) % 200).unwrap() + offset, 90, 60]))
    }

    #[test]
    fn the_same_picture_is_perfect_and_another_is_not() {
        let judge = Judge::new(waves(0)).unwrap();
        let same = judge.score(&waves(0)).unwrap();
        let other = judge.score(&waves(20)).unwrap();
        assert!(same.ssimulacra2 > 99.9 && same.psnr.is_infinite(), "{same:?}");
        assert!(other.ssimulacra2 < 95.0, "{other:?}");
        assert!(judge.score(&RgbImage::new(1, 1)).is_err());
    }

    #[test]
    fn decibels_are_of_the_mean_square() {
        let (grey, off_by_one) = (RgbImage::from_pixel(4, 4, Rgb([9; 3])), RgbImage::from_pixel(4, 4, Rgb([10; 3])));
        assert!((psnr(&grey, &off_by_one) - 48.13).abs() < 0.01);
    }
}
