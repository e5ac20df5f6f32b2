//! Turning a picture upright (EXIF orientation), after it was made small.

use thumbgate_core::error::RenderError;
use thumbgate_core::orientation::Orientation;

use crate::pixels::{Layout, Pixels, side};

/// The picture as it is to be looked at.
pub(crate) fn upright(pixels: Pixels, orientation: Orientation) -> Result<Pixels, RenderError> {
    if orientation == Orientation::Upright {
        return Ok(pixels);
    }
    match pixels.layout() {
        Layout::Grey => turned::<1>(&pixels, orientation),
        Layout::Rgb => turned::<3>(&pixels, orientation),
        Layout::Rgba | Layout::Cmyk => turned::<4>(&pixels, orientation),
    }
}

fn turned<const N: usize>(pixels: &Pixels, orientation: Orientation) -> Result<Pixels, RenderError> {
    let size = orientation.upright(pixels.size());
    let (stored, _) = pixels.data().as_chunks::<N>();
    let (stored_width, stored_height) = (side(pixels.size().width()), side(pixels.size().height()));
    let (right, bottom) = (stored_width - 1, stored_height - 1);
    let mut made = Vec::with_capacity(stored.len());
    for y in 0..side(size.height()) {
        for x in 0..side(size.width()) {
            // Where the pixel at (x, y) comes from: the inverse of what the orientation does.
            let (from_x, from_y) = match orientation {
                Orientation::Upright => (x, y),
                Orientation::MirrorHorizontal => (right - x, y),
                Orientation::Rotate180 => (right - x, bottom - y),
                Orientation::MirrorVertical => (x, bottom - y),
                Orientation::Transpose => (y, x),
                Orientation::Rotate90 => (y, bottom - x),
                Orientation::Transverse => (right - y, bottom - x),
                Orientation::Rotate270 => (right - y, x),
            };
            made.push(stored.get(from_y * stored_width + from_x).copied().unwrap_or([0; N]));
        }
    }
    Pixels::from_chunks(size, pixels.layout(), made)
}

#[cfg(test)]
mod tests {
    use thumbgate_core::geometry::Size;
    use thumbgate_core::orientation::Orientation;

    use super::upright;
    use crate::pixels::{Layout, Pixels};

    #[test]
    fn rows_and_columns_land_where_exif_says() {
        // 1 2 3
        // 4 5 6
        let stored = Pixels::new(Size::new(3, 2).unwrap(), Layout::Grey, vec![1, 2, 3, 4, 5, 6]).unwrap();
        for (value, expected) in [
            (1, [1, 2, 3, 4, 5, 6]),
            (2, [3, 2, 1, 6, 5, 4]),
            (3, [6, 5, 4, 3, 2, 1]),
            (4, [4, 5, 6, 1, 2, 3]),
            (5, [1, 4, 2, 5, 3, 6]),
            (6, [4, 1, 5, 2, 6, 3]),
            (7, [6, 3, 5, 2, 4, 1]),
            (8, [3, 6, 2, 5, 1, 4]),
        ] {
            let orientation = Orientation::from_exif(value).unwrap();
            let turned = upright(stored.clone(), orientation).unwrap();
            assert_eq!(turned.data(), expected, "orientation {value}");
            assert_eq!(turned.size(), orientation.upright(stored.size()), "orientation {value}");
        }
    }
}
