//! What the samples of planes mean, and how they become pixels once they are few.

use crate::pixels::Layout;
use crate::resample::rounded;
use crate::samples::scaled;

/// What the rows of a decoder mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    /// One plane of whole pixels.
    Pixels(Layout),
    /// Lightness and two differences of colour, full range (JFIF 1.02).
    YCbCr,
    /// The same in the range of video: lightness from 16 to 235 (ITU-R BT.601).
    Video,
    /// Red, green, blue.
    Rgb,
    /// Four inks; whether 255 is none of them.
    Inks { inverted: bool },
    /// Lightness, two differences, and black, inverted (Adobe technical note 5116).
    Ycck,
}

impl Model {
    /// Samples of a pixel in each plane.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Pixels(layout) => layout.channels(),
            _ => 1,
        }
    }

    /// What the pixels are when they are made.
    pub(crate) fn layout(self) -> Layout {
        match self {
            Self::Pixels(layout) => layout,
            Self::YCbCr | Self::Video | Self::Rgb => Layout::Rgb,
            Self::Inks { .. } | Self::Ycck => Layout::Cmyk,
        }
    }

    /// A row of pixels of a row of each plane.
    pub(crate) fn join(self, rows: &[Vec<f32>], out: &mut Vec<u8>) {
        match (self, rows) {
            (Self::YCbCr, [luma, blue, red]) => {
                out.extend(triples(luma, blue, red).flat_map(|(luma, blue, red)| full_range(luma, blue, red)));
            }
            (Self::Video, [luma, blue, red]) => {
                out.extend(triples(luma, blue, red).flat_map(|(luma, blue, red)| video_range(luma, blue, red)));
            }
            (Self::Rgb, [red, green, blue]) => {
                out.extend(triples(red, green, blue).flat_map(|(red, green, blue)| [red, green, blue].map(rounded)));
            }
            (Self::Ycck, [luma, blue, red, black]) => {
                // What YCbCr leads back to are the inks, since they were inverted first.
                for ((luma, blue, red), black) in triples(luma, blue, red).zip(black) {
                    out.extend(full_range(luma, blue, red));
                    out.push(255 - rounded(*black));
                }
            }
            (Self::Inks { inverted }, [cyan, magenta, yellow, black]) => {
                let ink = |value: f32| if inverted { 255 - rounded(value) } else { rounded(value) };
                for ((cyan, magenta, yellow), black) in triples(cyan, magenta, yellow).zip(black) {
                    out.extend([cyan, magenta, yellow, *black].map(ink));
                }
            }
            // A decoder gives as many planes as its form has: there is nothing else.
            _ => {}
        }
    }
}

fn triples<'a>(one: &'a [f32], two: &'a [f32], three: &'a [f32]) -> impl Iterator<Item = (f32, f32, f32)> + 'a {
    one.iter().zip(two).zip(three).map(|((one, two), three)| (*one, *two, *three))
}

#[inline]
fn full_range(luma: f32, blue: f32, red: f32) -> [u8; 3] {
    let (blue, red) = (blue - 128.0, red - 128.0);
    [luma + 1.402 * red, luma - 0.344_136_3 * blue - 0.714_136_3 * red, luma + 1.772 * blue].map(rounded)
}

#[inline]
fn video_range(luma: f32, blue: f32, red: f32) -> [u8; 3] {
    let (luma, blue, red) = (1.164_383 * (luma - 16.0), blue - 128.0, red - 128.0);
    [luma + 1.596_027 * red, luma - 0.391_762 * blue - 0.812_968 * red, luma + 2.017_232 * blue].map(rounded)
}

/// Multiplies the colours of RGBA pixels by their opacity, so that invisible colours do not bleed
/// into visible ones.
pub(crate) fn multiply(row: &mut [u8]) {
    for pixel in row.as_chunks_mut::<4>().0 {
        let [red, green, blue, alpha] = *pixel;
        if alpha != 255 {
            *pixel = [scaled(red, alpha), scaled(green, alpha), scaled(blue, alpha), alpha];
        }
    }
}

/// Undoes [`multiply`].
pub(crate) fn divide(row: &mut [u8]) {
    for pixel in row.as_chunks_mut::<4>().0 {
        *pixel = divided(pixel.map(f32::from));
    }
}

/// A pixel whose colours were multiplied by its opacity, without that.
pub(crate) fn divided([red, green, blue, alpha]: [f32; 4]) -> [u8; 4] {
    if alpha < 0.5 {
        return [0; 4];
    }
    let factor = 255.0 / alpha.min(255.0);
    [rounded(red * factor), rounded(green * factor), rounded(blue * factor), rounded(alpha)]
}

#[cfg(test)]
mod tests {
    use super::{Model, divided, multiply};
    use crate::pixels::Layout;

    fn joined(model: Model, samples: &[f32]) -> Vec<u8> {
        let rows: Vec<Vec<f32>> = samples.iter().map(|sample| vec![*sample]).collect();
        let mut out = Vec::new();
        model.join(&rows, &mut out);
        assert_eq!(out.len(), model.layout().channels(), "{model:?}");
        out
    }

    #[test]
    fn known_colours_come_out() {
        assert_eq!(joined(Model::YCbCr, &[76.0, 85.0, 255.0]), [254, 0, 0]);
        assert_eq!(joined(Model::Video, &[81.0, 90.0, 240.0]), [254, 0, 0]);
        assert_eq!(joined(Model::Video, &[235.0, 128.0, 128.0]), [255, 255, 255]);
        assert_eq!(joined(Model::Video, &[7.0, 128.0, 128.0]), [0, 0, 0]);
        assert_eq!(joined(Model::Inks { inverted: true }, &[255.0, 0.0, 100.0, 255.0]), [0, 255, 155, 0]);
        assert_eq!(joined(Model::Ycck, &[255.0, 128.0, 128.0, 55.0]), [255, 255, 255, 200]);
        assert_eq!(Model::Pixels(Layout::Rgba).channels(), 4);
    }

    #[test]
    fn opacity_is_taken_out_again() {
        let mut row = [200, 100, 50, 128, 9, 9, 9, 0, 1, 2, 3, 255];
        multiply(&mut row);
        assert_eq!(row, [100, 50, 25, 128, 0, 0, 0, 0, 1, 2, 3, 255]);
        assert_eq!(divided([100.0, 50.0, 25.0, 128.0]), [199, 100, 50, 128]);
        assert_eq!(divided([9.0, 9.0, 9.0, 0.2]), [0; 4]);
    }
}
