//! What samples of 8 bits mean: pixels of a layout that the sink takes.

use thumbgate_core::error::RenderError;

use super::chroma::Chroma;
use super::fields::{Alpha, Fields, Kind, Meaning};
use super::lab::Lab;
use crate::pixels::Layout;
use crate::samples::{from_16, narrow};

/// How the pixels of one picture are made.
#[derive(Debug)]
pub(super) struct Colours {
    meaning: Meaning,
    alpha: Alpha,
    are_stored: bool,
    maker: Maker,
}

/// What three samples become.
#[derive(Debug)]
enum Maker {
    /// What they are.
    Plain,
    /// A colour of each index.
    Palette(Vec<[u8; 3]>),
    YCbCr(Box<Sums>),
    Lab(Lab),
}

impl Colours {
    pub(super) fn new(fields: &Fields) -> Result<Self, RenderError> {
        let maker = match fields.meaning {
            Meaning::Palette => Maker::Palette(palette(&fields.palette)),
            Meaning::YCbCr => Maker::YCbCr(Box::new(Sums::new(&fields.chroma))),
            Meaning::CieLab | Meaning::IccLab => Maker::Lab(Lab::new()),
            Meaning::WhiteIsZero | Meaning::BlackIsZero | Meaning::Rgb | Meaning::Inks => Maker::Plain,
        };
        let mut made = Self { meaning: fields.meaning, alpha: fields.alpha, are_stored: false, maker };
        made.are_stored = matches!(made.maker, Maker::Plain)
            && (fields.bits, fields.kind, fields.is_planar) == (8, Kind::Whole, false)
            && fields.samples == made.layout().channels();
        Ok(made)
    }

    pub(super) fn layout(&self) -> Layout {
        match self.meaning {
            Meaning::Inks => Layout::Cmyk,
            _ if self.alpha != Alpha::None => Layout::Rgba,
            Meaning::WhiteIsZero | Meaning::BlackIsZero => Layout::Grey,
            _ => Layout::Rgb,
        }
    }

    /// How many samples of a pixel are looked at.
    pub(super) fn samples(&self) -> usize {
        self.meaning.samples() + usize::from(self.alpha != Alpha::None && self.meaning != Meaning::Inks)
    }

    /// Whether the samples of a row are those of its pixels, but for [`Self::finish`].
    pub(super) fn are_stored(&self) -> bool {
        self.are_stored
    }

    /// What is left to be done to a row of stored pixels.
    pub(super) fn finish(&self, row: &mut [u8]) {
        if self.meaning == Meaning::WhiteIsZero {
            row.iter_mut().for_each(|sample| *sample = !*sample);
        }
        if self.alpha == Alpha::Associated {
            row.as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| *pixel = separated(*pixel));
        }
    }

    /// A row of which nothing came.
    pub(super) fn missing(&self, row: &mut [u8]) {
        row.fill(0);
        if self.meaning == Meaning::Inks {
            row.as_chunks_mut::<4>().0.fill([0, 0, 0, 255]);
        }
    }

    /// A row of pixels, of so many samples a pixel.
    pub(super) fn row(&self, samples: &[u8], per_pixel: usize, row: &mut [u8]) {
        let pixels = samples.chunks_exact(per_pixel);
        let alpha = |pixel: &[u8]| pixel.get(self.meaning.samples()).copied().unwrap_or(255);
        match self.layout() {
            Layout::Grey => {
                for (to, pixel) in row.iter_mut().zip(pixels) {
                    *to = self.grey(pixel);
                }
            }
            Layout::Rgb => {
                for (to, pixel) in row.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    *to = self.colour(pixel);
                }
            }
            Layout::Rgba => {
                for (to, pixel) in row.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                    let [red, green, blue] = self.colour(pixel);
                    let made = [red, green, blue, alpha(pixel)];
                    *to = if self.alpha == Alpha::Associated { separated(made) } else { made };
                }
            }
            Layout::Cmyk => {
                for (to, pixel) in row.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                    if let Some(inks) = pixel.first_chunk::<4>() {
                        *to = *inks;
                    }
                }
            }
        }
    }

    /// A row of pixels whose samples stand in planes.
    pub(super) fn planar_row(&self, planes: &[&[u8]], row: &mut [u8]) {
        let length = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
        let mut together = vec![0; length * planes.len()];
        for (nth, plane) in planes.iter().enumerate() {
            for (to, sample) in together.iter_mut().skip(nth).step_by(planes.len()).zip(*plane) {
                *to = *sample;
            }
        }
        self.row(&together, planes.len().max(1), row);
    }

    #[inline]
    fn grey(&self, pixel: &[u8]) -> u8 {
        let grey = pixel.first().copied().unwrap_or(0);
        if self.meaning == Meaning::WhiteIsZero { !grey } else { grey }
    }

    #[inline]
    fn colour(&self, pixel: &[u8]) -> [u8; 3] {
        match (&self.maker, pixel) {
            (Maker::Plain, [_] | [_, _]) => [self.grey(pixel); 3],
            (Maker::Plain, [grey, _, _, ..]) if self.meaning != Meaning::Rgb => [self.grey(&[*grey]); 3],
            (Maker::Plain, [red, green, blue, ..]) => [*red, *green, *blue],
            (Maker::Palette(colours), [index, ..]) => colours.get(usize::from(*index)).copied().unwrap_or_default(),
            (Maker::YCbCr(sums), [luma, blue, red, ..]) => sums.colour(*luma, *blue, *red),
            (Maker::Lab(lab), [lightness, red, yellow, ..]) => {
                let signed = |value: u8| if self.meaning == Meaning::IccLab { value ^ 0x80 } else { value };
                lab.colour(*lightness, signed(*red).cast_signed(), signed(*yellow).cast_signed())
            }
            _ => [0; 3],
        }
    }
}

fn palette(numbers: &[u16]) -> Vec<[u8; 3]> {
    let entries = numbers.len() / 3;
    let number = |nth: usize| from_16(numbers.get(nth).copied().unwrap_or(0));
    (0..entries).map(|index| [number(index), number(entries + index), number(2 * entries + index)]).collect()
}

/// Colours that are multiplied by their opacity, without it.
fn separated([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    let divided = |value: u8| match alpha {
        0 => 0,
        255 => value,
        alpha => narrow((u32::from(value) * 255 + u32::from(alpha) / 2) / u32::from(alpha)),
    };
    [divided(red), divided(green), divided(blue), alpha]
}

/// What each sample adds to a colour, in 16 bits of fraction.
#[derive(Debug)]
struct Sums {
    luma: [i32; 256],
    red_of_red: [i32; 256],
    green_of_red: [i32; 256],
    green_of_blue: [i32; 256],
    blue_of_blue: [i32; 256],
}

impl Sums {
    fn new(chroma: &Chroma) -> Self {
        let [red, green, blue] = chroma.weights;
        let [black, white, blue_zero, blue_max, red_zero, red_max] = chroma.reference;
        let table = |of: &dyn Fn(f64) -> f64| {
            let mut table = [0; 256];
            for (sum, value) in table.iter_mut().zip(0_u8..=255) {
                #[expect(clippy::cast_possible_truncation, reason = "what is too large is not meant to be seen")]
                let fixed = (of(f64::from(value)).clamp(-8192.0, 8192.0) * 65_536.0).round() as i32;
                *sum = fixed;
            }
            table
        };
        // TIFF 6.0, section 20: differences reach to 127 from nought.
        let of_blue = |value: f64| (value - blue_zero) * 127.0 / (blue_max - blue_zero);
        let of_red = |value: f64| (value - red_zero) * 127.0 / (red_max - red_zero);
        Self {
            luma: table(&|value| (value - black) * 255.0 / (white - black)),
            red_of_red: table(&|value| of_red(value) * (2.0 - 2.0 * red)),
            green_of_red: table(&|value| -of_red(value) * (2.0 - 2.0 * red) * red / green),
            green_of_blue: table(&|value| -of_blue(value) * (2.0 - 2.0 * blue) * blue / green),
            blue_of_blue: table(&|value| of_blue(value) * (2.0 - 2.0 * blue)),
        }
    }

    #[inline]
    fn colour(&self, luma: u8, blue: u8, red: u8) -> [u8; 3] {
        let of = |table: &[i32; 256], value: u8| table.get(usize::from(value)).copied().unwrap_or(0);
        let luma = of(&self.luma, luma);
        let sums = [
            luma + of(&self.red_of_red, red),
            luma + of(&self.green_of_red, red) + of(&self.green_of_blue, blue),
            luma + of(&self.blue_of_blue, blue),
        ];
        sums.map(|sum| narrow(u32::try_from((sum + 32_768) >> 16).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Chroma, Sums, separated};

    #[test]
    fn lightness_and_differences_make_colours() {
        let mut chroma = Chroma {
            shared: (1, 1),
            weights: [0.299, 0.587, 0.114],
            reference: [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
        };
        let sums = Sums::new(&chroma);
        assert_eq!(sums.colour(76, 85, 255), [254, 0, 0]);
        assert_eq!(sums.colour(200, 128, 128), [200; 3]);
        chroma.reference = [16.0, 235.0, 128.0, 240.0, 128.0, 240.0];
        assert_eq!(Sums::new(&chroma).colour(235, 128, 128), [255; 3]);
        assert_eq!(Sums::new(&chroma).colour(16, 128, 128), [0; 3]);
    }

    #[test]
    fn opacity_is_taken_out() {
        assert_eq!(separated([100, 50, 0, 128]), [199, 100, 0, 128]);
        assert_eq!((separated([9, 9, 9, 0]), separated([9, 8, 7, 255])), ([0; 4], [9, 8, 7, 255]));
    }
}
