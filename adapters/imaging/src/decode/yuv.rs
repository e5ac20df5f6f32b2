//! From planes of lightness and colour difference to 8 bits a channel (ITU-T H.273, 8.3).

use thumbgate_core::error::RenderError;

use crate::error::unsupported;
use crate::heif::Nclx;
use crate::pixels::{Layout, Pixels};
use crate::samples::narrow;

/// How many colour samples there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    /// None: 4:0:0.
    Grey,
    /// One for two by two pixels: 4:2:0.
    Quarter,
    /// One for two pixels of a row: 4:2:2.
    Half,
    /// One for each pixel: 4:4:4.
    Full,
}

/// What a decoder says of its numbers, where the container says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signal {
    /// H.273's number of the matrix; 2 is unknown.
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

/// The form of a decoded picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Bits of a sample, 8 to 12.
    pub(super) depth: u32,
    pub(super) sampling: Sampling,
    pub(super) signal: Signal,
}

impl Form {
    fn chroma_width(self) -> usize {
        match self.sampling {
            Sampling::Grey => 0,
            Sampling::Quarter | Sampling::Half => self.width.div_ceil(2),
            Sampling::Full => self.width,
        }
    }
}

/// A decoded picture.
pub(super) trait Frame {
    fn form(&self) -> Form;

    /// Copies the beginning of a row of a plane: 0 is lightness, 1 and 2 are blue and red.
    fn read(&self, plane: usize, row: usize, samples: &mut [u16]);
}

/// Puts the colours of a frame on a picture; what stands over its edges is left out.
pub(super) fn paint_colours(
    frame: &dyn Frame,
    numbers: Option<Nclx>,
    pixels: &mut Pixels,
    left: usize,
    top: usize,
) -> Result<(), RenderError> {
    let form = frame.form();
    let signal = numbers.map_or(form.signal, |numbers| Signal {
        // A container that leaves it open leaves it to the stream.
        matrix: if numbers.matrix == 2 { form.signal.matrix } else { numbers.matrix },
        full_range: numbers.full_range,
    });
    let primaries = numbers.map_or(2, |numbers| numbers.primaries);
    let converter = Converter::new(signal, primaries, form)?;
    let layout = pixels.layout();
    let mut chroma = Chroma::new(form);
    let mut light = vec![0; form.width];
    let rows = pixels.rows_mut().skip(top).take(form.height);
    for (y, row) in rows.enumerate() {
        let row = row.get_mut(left * layout.channels()..).unwrap_or_default();
        frame.read(0, y, &mut light);
        if form.sampling == Sampling::Grey {
            converter.greys(&light, row, layout);
            continue;
        }
        let (blue, red) = chroma.rows(frame, y);
        match layout {
            Layout::Rgb => converter.colours::<3>(&light, blue, red, row),
            Layout::Rgba => converter.colours::<4>(&light, blue, red, row),
            // A grid that begins with a grey tile: the others are shown without their colours.
            Layout::Grey | Layout::Cmyk => converter.greys(&light, row, layout),
        }
    }
    Ok(())
}

/// Puts the lightness of a frame into the opacity of a picture.
pub(super) fn paint_opacity(
    frame: &dyn Frame,
    pixels: &mut Pixels,
    left: usize,
    top: usize,
) -> Result<(), RenderError> {
    let form = frame.form();
    let converter = Converter::new(Signal { matrix: 6, ..form.signal }, 2, form)?;
    let mut light = vec![0; form.width];
    for (y, row) in pixels.rows_mut().skip(top).take(form.height).enumerate() {
        frame.read(0, y, &mut light);
        let row = row.get_mut(left * 4..).unwrap_or_default();
        for ([_, _, _, opacity], sample) in row.as_chunks_mut().0.iter_mut().zip(&light) {
            *opacity = converter.grey(*sample);
        }
    }
    Ok(())
}

/// Colour samples spread to one for each pixel, by the triangle filter: the sample lies in the
/// middle of the pixels that it is for, as JPEG has it and most encoders of HEIF do.
struct Chroma {
    form: Form,
    near: Vec<u16>,
    far: Vec<u16>,
    blue: Vec<u16>,
    red: Vec<u16>,
}

impl Chroma {
    fn new(form: Form) -> Self {
        let row = vec![0; form.chroma_width()];
        let spread = vec![0; form.chroma_width() * if form.sampling == Sampling::Full { 1 } else { 2 }];
        Self { form, near: row.clone(), far: row, blue: spread.clone(), red: spread }
    }

    /// Blue and red of a row of pixels.
    fn rows(&mut self, frame: &dyn Frame, y: usize) -> (&[u16], &[u16]) {
        for (plane, spread) in [(1, &mut self.blue), (2, &mut self.red)] {
            match self.form.sampling {
                Sampling::Grey => {}
                Sampling::Full => frame.read(plane, y, spread),
                Sampling::Half => {
                    frame.read(plane, y, &mut self.near);
                    self.near.iter_mut().for_each(|sample| *sample = sample.saturating_mul(4));
                    spread_row(&self.near, spread);
                }
                Sampling::Quarter => {
                    let last = self.form.height.div_ceil(2).saturating_sub(1);
                    let beside = if y.is_multiple_of(2) { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(last) };
                    frame.read(plane, y / 2, &mut self.near);
                    frame.read(plane, beside, &mut self.far);
                    for (near, far) in self.near.iter_mut().zip(&self.far) {
                        *near = near.saturating_mul(3).saturating_add(*far);
                    }
                    spread_row(&self.near, spread);
                }
            }
        }
        (&self.blue, &self.red)
    }
}

/// Spreads samples that are multiplied by four to two each.
fn spread_row(samples: &[u16], spread: &mut [u16]) {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return };
    let before = std::iter::once(first).chain(samples);
    let after = samples.iter().skip(1).chain(std::iter::once(last));
    for (((sample, before), after), [left, right]) in
        samples.iter().zip(before).zip(after).zip(spread.as_chunks_mut::<2>().0)
    {
        // Four times four times a sample of 12 bits, and a half: just within 16 bits.
        let middle = u32::from(*sample) * 3 + 8;
        let mixed = |other: &u16| u16::try_from((middle + u32::from(*other)) >> 4).unwrap_or(u16::MAX);
        (*left, *right) = (mixed(before), mixed(after));
    }
}

/// Bits behind the point of the factors.
const FRACTION: u32 = 16;
const HALF: i32 = 1 << (FRACTION - 1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Differences,
    /// The planes are green, blue and red.
    Identity,
    /// The planes are lightness, green and orange.
    YCgCo,
}

/// The way from samples to 8 bits.
struct Converter {
    kind: Kind,
    black: i32,
    light: i32,
    middle: i32,
    red: i32,
    green: [i32; 2],
    blue: i32,
    /// The 8 bits of each lightness.
    greys: Vec<u8>,
}

impl Converter {
    fn new(signal: Signal, primaries: u16, form: Form) -> Result<Self, RenderError> {
        if !(8..=12).contains(&form.depth) {
            return Err(unsupported(format!("HEIF of {} bits", form.depth)));
        }
        let shift = form.depth - 8;
        let max = f64::from((1_u32 << form.depth) - 1);
        let (black, range, chroma_range) = if signal.full_range {
            (0, max, max)
        } else {
            (16 << shift, f64::from(219_u32 << shift), f64::from(224_u32 << shift))
        };
        let (kind, [red_weight, blue_weight]) = match (signal.matrix, primaries) {
            (0, _) if form.sampling == Sampling::Full => (Kind::Identity, [0.0; 2]),
            (8, _) => (Kind::YCgCo, [0.0; 2]),
            (1, _) | (12, 1) => (Kind::Differences, [0.2126, 0.0722]),
            (4, _) => (Kind::Differences, [0.30, 0.11]),
            (7, _) => (Kind::Differences, [0.212, 0.087]),
            (9 | 10, _) | (12 | 13, 9) => (Kind::Differences, [0.2627, 0.0593]),
            (11 | 14.., _) if form.sampling != Sampling::Grey => {
                return Err(unsupported(format!("HEIF of matrix coefficients {}", signal.matrix)));
            }
            _ => (Kind::Differences, [0.299, 0.114]),
        };
        let green_weight = 1.0 - red_weight - blue_weight;
        let chroma = 255.0 / chroma_range;
        let light = fixed(255.0 / range);
        let mut made = Self {
            kind,
            black,
            light,
            middle: 1 << (form.depth - 1),
            red: fixed(2.0 * (1.0 - red_weight) * chroma),
            green: [
                fixed(2.0 * (1.0 - blue_weight) * blue_weight / green_weight * chroma),
                fixed(2.0 * (1.0 - red_weight) * red_weight / green_weight * chroma),
            ],
            blue: fixed(2.0 * (1.0 - blue_weight) * chroma),
            greys: Vec::new(),
        };
        made.greys = (0..1 << form.depth).map(|sample| made.byte((sample - black) * light)).collect();
        Ok(made)
    }

    fn byte(&self, value: i32) -> u8 {
        clamped((value + HALF) >> FRACTION)
    }

    fn grey(&self, sample: u16) -> u8 {
        self.greys.get(usize::from(sample)).copied().unwrap_or(u8::MAX)
    }

    fn greys(&self, light: &[u16], row: &mut [u8], layout: Layout) {
        for (pixel, sample) in row.chunks_exact_mut(layout.channels()).zip(light) {
            let grey = self.grey(*sample);
            pixel.iter_mut().take(3).for_each(|channel| *channel = grey);
        }
    }

    fn colours<const N: usize>(&self, light: &[u16], blue: &[u16], red: &[u16], row: &mut [u8]) {
        let pixels = row.as_chunks_mut::<N>().0.iter_mut().zip(light).zip(blue.iter().zip(red));
        for ((pixel, light), (blue, red)) in pixels {
            let made = match self.kind {
                Kind::Differences => {
                    let light = (i32::from(*light) - self.black) * self.light + HALF;
                    let (blue, red) = (i32::from(*blue) - self.middle, i32::from(*red) - self.middle);
                    [
                        (light + red * self.red) >> FRACTION,
                        (light - blue * self.green[0] - red * self.green[1]) >> FRACTION,
                        (light + blue * self.blue) >> FRACTION,
                    ]
                    .map(clamped)
                }
                Kind::Identity => [self.grey(*red), self.grey(*light), self.grey(*blue)],
                Kind::YCgCo => {
                    let light = (i32::from(*light) - self.black) * self.light;
                    let green = (i32::from(*blue) - self.middle) * self.light;
                    let orange = (i32::from(*red) - self.middle) * self.light;
                    [light - green + orange, light + green, light - green - orange].map(|value| self.byte(value))
                }
            };
            for (channel, value) in pixel.iter_mut().zip(made) {
                *channel = value;
            }
        }
    }
}

fn clamped(value: i32) -> u8 {
    narrow(u32::try_from(value).unwrap_or(0))
}

fn fixed(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "below 600,000 for every weight and depth")]
    let fixed = (value * f64::from(1_u32 << FRACTION)).round() as i32;
    fixed
}

#[cfg(test)]
mod tests;
