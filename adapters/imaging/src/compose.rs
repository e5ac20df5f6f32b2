//! The last step before encoding: canvas, background and transparency.

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Placement;
use thumbgate_core::rendition::Colour;

use crate::error::internal;
use crate::pixels::{Layout, Pixels, side};
use crate::samples::narrow;

/// Puts a scaled, upright sRGB picture on its canvas.
///
/// The canvas around it has the background's colour. Transparency stays where `keep_alpha` says
/// so, else the background shows through it. Transparency that no pixel uses is dropped: the
/// picture is the same and smaller.
pub(crate) fn compose(
    pixels: Pixels,
    placement: &Placement,
    background: Colour,
    keep_alpha: bool,
) -> Result<Pixels, RenderError> {
    let ground = [background.red, background.green, background.blue];
    let mut pixels = if pixels.layout() == Layout::Rgba && (!keep_alpha || is_opaque(&pixels)) {
        flattened(&pixels, ground)?
    } else {
        pixels
    };
    if placement.canvas == pixels.size() {
        return Ok(pixels);
    }
    let is_grey = background.red == background.green && background.green == background.blue;
    if pixels.layout() == Layout::Grey && !is_grey {
        pixels = coloured(&pixels)?;
    }
    let pixel: &[u8] = match (pixels.layout(), ground) {
        (Layout::Grey, [lightness, ..]) => &[lightness],
        (Layout::Rgb, [red, green, blue]) => &[red, green, blue],
        (Layout::Rgba, [red, green, blue]) => &[red, green, blue, 255],
        (Layout::Cmyk, _) => return Err(internal("inks were not converted before they were placed")),
    };
    let canvas_pixels = usize::try_from(placement.canvas.pixels()).unwrap_or(usize::MAX);
    let mut canvas = Pixels::new(placement.canvas, pixels.layout(), pixel.repeat(canvas_pixels))?;
    let left = side(placement.at.0) * pixels.layout().channels();
    for (from, to) in pixels.rows().zip(canvas.rows_mut().skip(side(placement.at.1))) {
        let to = to.get_mut(left..).and_then(|to| to.get_mut(..from.len()));
        to.ok_or_else(|| internal("a picture that hangs over its canvas"))?.copy_from_slice(from);
    }
    Ok(canvas)
}

fn is_opaque(pixels: &Pixels) -> bool {
    pixels.data().as_chunks::<4>().0.iter().all(|[.., alpha]| *alpha == 255)
}

/// Laid on the background. Mixed as browsers do it, in sRGB's own numbers.
fn flattened(pixels: &Pixels, [red, green, blue]: [u8; 3]) -> Result<Pixels, RenderError> {
    let mixed = |top: u8, ground: u8, alpha: u8| {
        let sum = u32::from(top) * u32::from(alpha) + u32::from(ground) * u32::from(255 - alpha);
        narrow((sum + 127) / 255)
    };
    let opaque = pixels.data().as_chunks::<4>().0.iter().map(|[r, g, b, alpha]| {
        if *alpha == 255 {
            [*r, *g, *b]
        } else {
            [mixed(*r, red, *alpha), mixed(*g, green, *alpha), mixed(*b, blue, *alpha)]
        }
    });
    Pixels::from_chunks(pixels.size(), Layout::Rgb, opaque.collect())
}

/// Lightness as colour.
pub(crate) fn coloured(pixels: &Pixels) -> Result<Pixels, RenderError> {
    Pixels::from_chunks(pixels.size(), Layout::Rgb, pixels.data().iter().map(|grey| [*grey; 3]).collect())
}

#[cfg(test)]
mod tests {
    use thumbgate_core::geometry::{Fit, Gravity, Placement, Size, WantedBox, place};
    use thumbgate_core::rendition::Colour;

    use super::compose;
    use crate::pixels::{Layout, Pixels};

    const RED: Colour = Colour { red: 255, green: 0, blue: 0 };

    fn contain(width: u32, height: u32) -> Placement {
        let wanted = WantedBox::new(Some(4), Some(4)).unwrap();
        place(Size::new(width, height).unwrap(), wanted, Fit::Contain, Gravity::Center, false)
    }

    fn pixels(layout: Layout, data: &[u8]) -> Pixels {
        Pixels::new(Size::new(1, 2).unwrap(), layout, data.to_vec()).unwrap()
    }

    #[test]
    fn the_background_shows_through() {
        let source = pixels(Layout::Rgba, &[0, 0, 0, 0, 0, 0, 0, 128]);
        let whole = Placement { canvas: source.size(), ..contain(1, 2) };
        let flat = compose(source.clone(), &whole, RED, false).unwrap();
        assert_eq!((flat.layout(), flat.data()), (Layout::Rgb, &[255, 0, 0, 127, 0, 0][..]));
        assert_eq!(compose(source.clone(), &whole, RED, true).unwrap(), source);
    }

    #[test]
    fn unused_transparency_is_dropped() {
        let source = pixels(Layout::Rgba, &[1, 2, 3, 255, 4, 5, 6, 255]);
        let whole = Placement { canvas: source.size(), ..contain(1, 2) };
        assert_eq!(compose(source, &whole, RED, true).unwrap().layout(), Layout::Rgb);
    }

    #[test]
    fn a_grey_picture_on_a_coloured_canvas_gets_colours() {
        let made = compose(pixels(Layout::Grey, &[7, 9]), &contain(1, 2), RED, false).unwrap();
        assert_eq!((made.size(), made.layout()), (Size::new(4, 4).unwrap(), Layout::Rgb));
        assert_eq!(&made.data()[..3], [255, 0, 0]);
        let grey = compose(pixels(Layout::Grey, &[7, 9]), &contain(1, 2), Colour::WHITE, false).unwrap();
        assert_eq!(grey.data(), [255, 255, 255, 255, 255, 7, 255, 255, 255, 9, 255, 255, 255, 255, 255, 255]);
    }
}
