//! What the demo draws with: a canvas, colours, soft edges and noise.

/// A colour: red, green, blue, 0 to 255 each.
pub(super) type Colour = [f32; 3];

/// A picture of colours with opacity (0 to 1), row by row.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<(Colour, f32)>,
}

impl Canvas {
    /// Asks `shade` for the colour of every pixel.
    ///
    /// `x` runs from 0 to the aspect ratio, `y` from 0 to 1, so that circles are round.
    pub(super) fn paint(width: u32, height: u32, shade: impl Fn(f32, f32) -> (Colour, f32) + Sync) -> Self {
        let unit = 1.0 / as_f32(height);
        let row = |row: u32| {
            let y = (as_f32(row) + 0.5) * unit;
            (0..width).map(|column| shade((as_f32(column) + 0.5) * unit, y)).collect::<Vec<_>>()
        };
        // Drawing is most of the demo's work, so every processor draws a band of rows.
        let bands = std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1));
        let band_rows = height.div_ceil(bands).max(1);
        let pixels = std::thread::scope(|scope| {
            let starts = (0..height).step_by(usize::try_from(band_rows).unwrap_or(1));
            let band = |start: u32| move || (start..height.min(start + band_rows)).flat_map(row).collect::<Vec<_>>();
            let drawing: Vec<_> = starts.map(|start| scope.spawn(band(start))).collect();
            drawing.into_iter().flat_map(|band| band.join().unwrap_or_default()).collect()
        });
        Self { width, height, pixels }
    }

    /// The picture as a camera held sideways stores it: a viewer must turn it a quarter clockwise
    /// (EXIF orientation 6).
    pub(super) fn stored_sideways(&self) -> Self {
        let (width, height) = (self.height, self.width);
        // Turned clockwise, the stored left edge is the upright top, and the stored top the right.
        let pixel = |column: u32, row: u32| self.at(height - 1 - row, column);
        let all = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
        Self { width, height, pixels: all.map(|(column, row)| pixel(column, row)).collect() }
    }

    fn at(&self, x: u32, y: u32) -> (Colour, f32) {
        let index = u64::from(y) * u64::from(self.width) + u64::from(x);
        usize::try_from(index).ok().and_then(|index| self.pixels.get(index)).copied().unwrap_or(([0.0; 3], 0.0))
    }

    /// 8 bits a channel: red, green, blue, opacity.
    pub(super) fn rgba(&self) -> impl Iterator<Item = [u8; 4]> + '_ {
        self.pixels
            .iter()
            .map(|([red, green, blue], opacity)| [to_u8(*red), to_u8(*green), to_u8(*blue), to_u8(opacity * 255.0)])
    }

    /// The picture as a Windows bitmap without opacity, for the engine to encode.
    pub(super) fn bmp(&self) -> Vec<u8> {
        let row_bytes = (self.width * 3).next_multiple_of(4);
        let pixel_bytes = row_bytes * self.height;
        let mut file = Vec::new();
        file.extend(*b"BM");
        // BITMAPFILEHEADER and BITMAPINFOHEADER; a negative height is a top-down picture.
        for field in [54 + pixel_bytes, 0, 54, 40, self.width, self.height.wrapping_neg()] {
            file.extend(field.to_le_bytes());
        }
        file.extend([1, 0, 24, 0]);
        for field in [0, pixel_bytes, 0, 0, 0, 0] {
            file.extend(field.to_le_bytes());
        }
        let padding = usize::try_from(row_bytes - self.width * 3).unwrap_or(0);
        let mut column = 0;
        for [red, green, blue, _] in self.rgba() {
            file.extend([blue, green, red]);
            column += 1;
            if column == self.width {
                column = 0;
                file.extend(std::iter::repeat_n(0, padding));
            }
        }
        file
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte first")]
fn to_u8(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[expect(clippy::cast_precision_loss, reason = "picture sides are far below 2^24")]
pub(super) fn as_f32(side: u32) -> f32 {
    side as f32
}

/// Between two colours; 0 is the first, 1 the second.
pub(super) fn mix(one: Colour, two: Colour, share: f32) -> Colour {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|channel| {
        let value = |colour: Colour| colour.get(channel).copied().unwrap_or(0.0);
        value(one) + (value(two) - value(one)) * share
    })
}

/// 0 below `from`, 1 above `to`, smooth in between.
pub(super) fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// How much of a pixel lies within a disc with a soft edge.
pub(super) fn disc(x: f32, y: f32, centre: (f32, f32), radius: f32, softness: f32) -> f32 {
    let distance = (x - centre.0).hypot(y - centre.1);
    1.0 - smooth(radius - softness, radius + softness, distance)
}

/// A number from 0 to 1 that looks random, the same for the same place.
pub(super) fn chance(x: i32, y: i32, seed: u32) -> f32 {
    let mut state = seed ^ x.cast_unsigned().wrapping_mul(0x9e37_79b1) ^ y.cast_unsigned().wrapping_mul(0x85eb_ca77);
    state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
    state = (state ^ (state >> 12)).wrapping_mul(0x297a_2d39);
    as_f32((state ^ (state >> 15)) >> 8) / as_f32(1 << 24)
}

/// Smooth noise from 0 to 1 with details of several sizes.
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut scale) = (0.0, 8.0 / 15.0, 1.0);
    for octave in 0..4 {
        sum += weight * one_noise(x * scale, y * scale, seed + octave);
        weight *= 0.5;
        scale *= 2.0;
    }
    sum
}

fn one_noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (floor(x), floor(y));
    let (right, down) = (smooth(0.0, 1.0, x - x.floor()), smooth(0.0, 1.0, y - y.floor()));
    let corner = |dx, dy| chance(column + dx, row + dy, seed);
    let blend = |a: f32, b: f32, share: f32| a + (b - a) * share;
    blend(blend(corner(0, 0), corner(1, 0), right), blend(corner(0, 1), corner(1, 1), right), down)
}

#[expect(clippy::cast_possible_truncation, reason = "places in a picture are small numbers")]
pub(super) fn floor(value: f32) -> i32 {
    value.floor() as i32
}
