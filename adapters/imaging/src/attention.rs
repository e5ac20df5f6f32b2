//! Where to crop when the most interesting part is wanted ([`Gravity::Attention`]).
//!
//! A small, deterministic measure in the manner of libvips' smartcrop: edges, saturated colours
//! and skin tones count. The crop keeps its size; it only moves along the axis on which it has
//! room.
//!
//! [`Gravity::Attention`]: thumbgate_core::geometry::Gravity::Attention

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::{Rect, Size};

use crate::error::internal;
use crate::pixels::{Layout, Pixels, side};
use crate::samples::luma;

/// The longest side of the version that is looked at, in pixels. Smaller than that, texture
/// vanishes and what is left are things.
const SIDE: u32 = 64;

/// How much a pixel's measures count against each other.
const EDGE_WEIGHT: u32 = 5;
const SATURATION_WEIGHT: u32 = 1;
const SKIN_WEIGHT: u32 = 2;

/// Darker than this, colour is noise.
const DARK: u8 = 13;

/// The size of the version to be looked at.
pub(crate) fn small(size: Size) -> Size {
    let longest = size.width().max(size.height()).max(1);
    let shrunk = |side: u32| {
        let scaled = u64::from(side) * u64::from(SIDE.min(longest)) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(SIDE).max(1)
    };
    Size::new(shrunk(size.width()), shrunk(size.height())).unwrap_or(size)
}

/// Moves `crop`, a part of an upright picture of `size`, to where `small`, that picture at a small
/// size in sRGB, has most to show. Of equal places the one nearest the middle is taken.
pub(crate) fn most_interesting(small: &Pixels, size: Size, crop: Rect) -> Result<Rect, RenderError> {
    let scores = scores(small)?;
    let width = side(small.size().width());
    let by_column = (0..width).map(|x| scores.iter().skip(x).step_by(width).sum()).collect::<Vec<u64>>();
    let by_row = scores.chunks_exact(width).map(|row| row.iter().sum()).collect::<Vec<u64>>();
    Ok(Rect {
        x: best_start(&by_column, size.width(), crop.size.width()),
        y: best_start(&by_row, size.height(), crop.size.height()),
        size: crop.size,
    })
}

/// Where a window of `length` out of `whole` begins, so that most of `scores` falls into it.
fn best_start(scores: &[u64], whole: u32, length: u32) -> u32 {
    let slack = whole.saturating_sub(length);
    let count = scores.len();
    let window = usize::try_from(u64::from(length) * u64::try_from(count).unwrap_or(0) / u64::from(whole.max(1)));
    let window = window.unwrap_or(count).clamp(1, count.max(1));
    let places = count - window.min(count);
    if slack == 0 || places == 0 {
        return slack / 2;
    }
    let sum = |start: &usize| scores.iter().skip(*start).take(window).sum::<u64>();
    let off_middle = |start: &usize| (2 * start).abs_diff(places);
    let best = (0..=places).max_by_key(|start| (sum(start), std::cmp::Reverse(off_middle(start)))).unwrap_or(0);
    let scaled = u64::from(slack) * u64::try_from(best).unwrap_or(0) / u64::try_from(places).unwrap_or(1);
    u32::try_from(scaled).unwrap_or(slack).min(slack)
}

/// How interesting each pixel is.
fn scores(small: &Pixels) -> Result<Vec<u64>, RenderError> {
    let colours: Vec<[u8; 3]> = match small.layout() {
        Layout::Grey => small.data().iter().map(|grey| [*grey; 3]).collect(),
        Layout::Rgb => small.data().as_chunks::<3>().0.to_vec(),
        // What cannot be seen is as interesting as black.
        Layout::Rgba => small.data().as_chunks::<4>().0.iter().map(|pixel| premultiplied(*pixel)).collect(),
        Layout::Cmyk => return Err(internal("inks were not converted before they were looked at")),
    };
    let lightness: Vec<u8> = colours.iter().copied().map(luma).collect();
    let (width, height) = (side(small.size().width()), side(small.size().height()));
    let at = |x: usize, y: usize| u32::from(lightness.get(y * width + x).copied().unwrap_or(0));
    let mut scores = Vec::with_capacity(colours.len());
    for (index, (colour, light)) in colours.iter().zip(&lightness).enumerate() {
        let (x, y) = (index % width, index / width);
        // Beyond the border the border goes on.
        let around = at(x.saturating_sub(1), y)
            + at((x + 1).min(width - 1), y)
            + at(x, y.saturating_sub(1))
            + at(x, (y + 1).min(height - 1));
        let edge = around.abs_diff(4 * u32::from(*light)) / 4;
        let mut score = EDGE_WEIGHT * edge;
        if *light > DARK {
            score += SATURATION_WEIGHT * saturation(*colour) + SKIN_WEIGHT * skin(*colour);
        }
        scores.push(score.into());
    }
    Ok(scores)
}

fn premultiplied([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    [red, green, blue].map(|sample| crate::samples::scaled(sample, alpha))
}

fn saturation([red, green, blue]: [u8; 3]) -> u32 {
    u32::from(red.max(green).max(blue).abs_diff(red.min(green).min(blue)))
}

/// How near a colour's direction is to that of skin (0.78, 0.57, 0.44), which holds from pale to
/// dark; 255 for exactly that, 0 for anything further than a quarter.
fn skin([red, green, blue]: [u8; 3]) -> u32 {
    let sum = u32::from(red) + u32::from(green) + u32::from(blue);
    // Shares of red, green and blue in thousandths; of the direction above: 436, 318, 246.
    let off = [(red, 436), (green, 318), (blue, 246)]
        .into_iter()
        .map(|(sample, share)| (u32::from(sample) * 1000 / sum.max(1)).abs_diff(share))
        .sum::<u32>();
    255_u32.saturating_sub(off * 4)
}

#[cfg(test)]
mod tests {
    use thumbgate_core::geometry::{Rect, Size};

    use super::{most_interesting, small};
    use crate::pixels::{Layout, Pixels};

    fn scene(width: u32, height: u32, patch: (usize, usize), colour: [u8; 3]) -> Pixels {
        let at = |index: usize| (index % width as usize, index / width as usize);
        let pixel = |index| {
            let (x, y) = at(index);
            let in_patch = x.abs_diff(patch.0) < 4 && y.abs_diff(patch.1) < 4;
            if in_patch { colour } else { [128, 128, 128] }
        };
        let pixels = (0..(width * height) as usize).map(pixel).collect();
        Pixels::from_chunks(Size::new(width, height).unwrap(), Layout::Rgb, pixels).unwrap()
    }

    fn cropped(patch: (usize, usize), colour: [u8; 3]) -> u32 {
        let size = Size::new(640, 320).unwrap();
        let crop = Rect { x: 160, y: 0, size: Size::new(320, 320).unwrap() };
        let found = most_interesting(&scene(64, 32, patch, colour), size, crop).unwrap();
        assert_eq!((found.y, found.size), (0, crop.size));
        found.x
    }

    #[test]
    fn the_crop_follows_colour_edges_and_skin() {
        for colour in [[220, 20, 20], [255, 255, 255], [220, 160, 124]] {
            assert!(cropped((60, 16), colour) > 280, "{colour:?}");
            assert!(cropped((4, 16), colour) < 40, "{colour:?}");
        }
    }

    #[test]
    fn nothing_of_interest_stays_in_the_middle() {
        assert_eq!(cropped((1000, 1000), [0, 0, 0]), 160);
    }

    #[test]
    fn the_small_version_keeps_its_shape() {
        assert_eq!(small(Size::new(6400, 3200).unwrap()), Size::new(64, 32).unwrap());
        assert_eq!(small(Size::new(30, 20).unwrap()), Size::new(30, 20).unwrap());
        assert_eq!(small(Size::new(1, 60_000).unwrap()), Size::new(1, 64).unwrap());
    }
}
