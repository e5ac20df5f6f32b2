//! Headers that `image` does not know, as ones that it does, and the runs of OS/2.

use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;

use crate::error::{malformed, truncated};
use crate::pixels::{Layout, Pixels, side};
use crate::watch::Watch;

/// Lengths of headers: Windows's usual one, with masks and opacity's, and OS/2's second one.
const INFO: u32 = 40;
const V3: u32 = 56;
const OS2: u32 = 64;

const FILE_HEADER: usize = 14;

/// Compressions: of Windows with masks, and with opacity's; of OS/2 runs of 24 bits.
const MASKS: u32 = 3;
const FOUR_MASKS: u32 = 6;
const OS2_RUNS: u32 = 4;

fn number(source: &[u8], at: usize) -> Option<u32> {
    source.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn write(source: &mut [u8], at: usize, value: u32) {
    if let Some(place) = source.get_mut(at..at + 4) {
        place.copy_from_slice(&value.to_le_bytes());
    }
}

/// Brings a header into a form that is better known.
pub(super) fn adapt(source: &mut Vec<u8>) {
    let (length, compression) = (number(source, FILE_HEADER), number(source, FILE_HEADER + 16));
    match (length, compression) {
        // The fourth mask stands where a longer header has it.
        (Some(INFO), Some(FOUR_MASKS)) => {
            write(source, FILE_HEADER, V3);
            write(source, FILE_HEADER + 16, MASKS);
        }
        // OS/2's begins as Windows's does; what it has besides is about printing.
        (Some(OS2), Some(0..=2)) if source.len() >= FILE_HEADER + 64 => {
            source.drain(FILE_HEADER + 40..FILE_HEADER + 64);
            write(source, FILE_HEADER, INFO);
            let pixels = number(source, 10).unwrap_or(0);
            write(source, 10, pixels.saturating_sub(OS2 - INFO));
        }
        _ => {}
    }
}

/// Where the pixels are, if they are OS/2's runs of 24 bits.
pub(super) fn runs(source: &[u8]) -> Option<&[u8]> {
    let is_os2 = number(source, FILE_HEADER) == Some(OS2) && number(source, FILE_HEADER + 16) == Some(OS2_RUNS);
    let depth = number(source, FILE_HEADER + 14).map(|number| number & 0xffff);
    let at = number(source, 10).and_then(|at| usize::try_from(at).ok())?;
    (is_os2 && depth == Some(24)).then(|| source.get(at..).unwrap_or_default())
}

/// Runs of 24 bits, from the lowest row up; where none says anything it is black. Whether they end
/// early comes with the pixels.
pub(super) fn draw(runs: &[u8], size: Size, watch: &Watch) -> Result<(Pixels, Result<(), RenderError>), RenderError> {
    let mut pixels = Pixels::zeroed(size, Layout::Rgb)?;
    let mut canvas = Canvas { width: side(size.width()), height: side(size.height()), at: (0, 0) };
    let result = canvas.draw(runs, pixels.data_mut(), watch);
    Ok((pixels, result))
}

struct Canvas {
    width: usize,
    height: usize,
    at: (usize, usize),
}

impl Canvas {
    fn draw(&mut self, mut runs: &[u8], data: &mut [u8], watch: &Watch) -> Result<(), RenderError> {
        while self.at.1 < self.height {
            runs = match runs {
                [0, 0, rest @ ..] => {
                    watch.check()?;
                    self.at = (0, self.at.1 + 1);
                    rest
                }
                [0, 1, ..] => return Ok(()),
                [0, 2, right, up, rest @ ..] => {
                    self.at = (self.at.0 + usize::from(*right), self.at.1 + usize::from(*up));
                    rest
                }
                [0, 2, ..] => return Err(early()),
                [0, count, rest @ ..] => {
                    let length = usize::from(*count) * 3;
                    let colours = rest.get(..length).ok_or_else(early)?;
                    colours.as_chunks::<3>().0.iter().for_each(|colour| self.dot(*colour, data));
                    // Such a run is a whole number of words.
                    rest.get(length.next_multiple_of(2)..).unwrap_or_default()
                }
                [count, blue, green, red, rest @ ..] => {
                    (0..*count).for_each(|_| self.dot([*blue, *green, *red], data));
                    rest
                }
                _ => return Err(early()),
            };
            if self.at.0 > self.width.saturating_mul(2).saturating_add(65_536) {
                return Err(malformed("BMP: a run far beyond its row"));
            }
        }
        Ok(())
    }

    /// Sets a pixel; what lies beyond the row is left out.
    fn dot(&mut self, [blue, green, red]: [u8; 3], data: &mut [u8]) {
        let (x, y) = self.at;
        if x < self.width && y < self.height {
            let start = ((self.height - 1 - y) * self.width + x) * 3;
            if let Some(pixel) = data.get_mut(start..start + 3) {
                pixel.copy_from_slice(&[red, green, blue]);
            }
        }
        self.at.0 += 1;
    }
}

fn early() -> RenderError {
    truncated("the BMP ends before its last run")
}
