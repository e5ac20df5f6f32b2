//! TIFF: the first directory, wherever it stands (TIFF 6.0, section 2).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Prefix, Read, bare, known, memory, more};
use crate::error::{malformed, truncated, unsupported};
use crate::ifd::{self, Directory, Found};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const PHOTOMETRIC: u16 = 262;
const SAMPLES: u16 = 277;
const EXTRA_SAMPLES: u16 = 338;
const PROFILE: u16 = 34_675;
const SUBFILE: u16 = 254;
const MAKE: u16 = 271;
const SUB_DIRECTORIES: u16 = 330;
const DNG_VERSION: u16 = 50_706;

/// The most samples of one pixel: four inks and opacity, and room for what is left out.
const SAMPLES_MAX: u64 = 8;

pub(super) fn read(prefix: Prefix<'_>) -> Result<Read, RenderError> {
    let directory = match ifd::read(prefix.bytes) {
        Found::Directory(directory) => directory,
        Found::Nothing => return Err(malformed("TIFF: no header")),
        Found::More(_) if prefix.whole => return Err(truncated("the TIFF ends before its directory")),
        Found::More(at) if at > prefix.length => {
            return Err(truncated("the TIFF ends before the place where its directory stands"));
        }
        Found::More(at) => return Ok(Read::More(at)),
    };
    if let Some(name) = raw(&directory) {
        return Err(unsupported(format!("a camera's raw picture ({name}) is not decoded here")));
    }
    let side = |tag| directory.number(tag).unwrap_or(0);
    let size = prefix.sized(SourceFormat::Tiff, side(WIDTH), side(HEIGHT))?;
    let samples = directory.number(SAMPLES).unwrap_or(1);
    if samples > SAMPLES_MAX {
        return Err(unsupported(format!("a TIFF of {samples} samples a pixel")));
    }
    let depth = directory.number(BITS).unwrap_or(1);
    let (colour, colour_samples) = colour(&directory)?;
    let profile = match directory.bytes(PROFILE) {
        None => None,
        Some(Ok(profile)) => {
            prefix.metadata(profile.len())?;
            Some(profile.to_vec())
        }
        // A profile that lies beyond the end is no reason to refuse the picture.
        Some(Err(at)) if prefix.whole || at > prefix.length => None,
        Some(Err(at)) => return Ok(more(usize::try_from(at).unwrap_or(usize::MAX))),
    };
    let alpha = samples > colour_samples && matches!(directory.number(EXTRA_SAMPLES), Some(1 | 2));
    let stored = (samples * depth).div_ceil(8);
    let info = ImageInfo {
        orientation: directory.orientation(),
        colour,
        bit_depth: u8::try_from(depth).unwrap_or(u8::MAX),
        alpha,
        icc_profile: profile.is_some(),
        // More directories may follow; they are not counted, since that would take the whole body.
        frames: None,
        decode_bytes: memory(size, stored + 4, prefix.length),
        ..bare(SourceFormat::Tiff, size)
    };
    Ok(known(info, profile))
}

/// Which camera's raw picture this is: a small picture stands first, and the sensor's own in a
/// directory below it, as Nikon's NEF, Sony's ARW, Pentax's PEF and Adobe's DNG have it.
fn raw(directory: &Directory<'_>) -> Option<String> {
    if directory.number(DNG_VERSION).is_some() {
        return Some("DNG".to_owned());
    }
    let is_preview = directory.number(SUBFILE).is_some_and(|kind| kind & 1 == 1);
    if !is_preview || directory.number(SUB_DIRECTORIES).is_none() {
        return None;
    }
    let make = directory.bytes(MAKE)?.unwrap_or_default();
    let words = String::from_utf8_lossy(make);
    let word = words.split(|c: char| !c.is_ascii_alphanumeric()).next().filter(|word| !word.is_empty());
    Some(word.unwrap_or("of an unknown camera").to_owned())
}

fn colour(directory: &Directory<'_>) -> Result<(ColourModel, u64), RenderError> {
    Ok(match directory.number(PHOTOMETRIC) {
        // A missing one is read as black: what else could be meant?
        Some(0 | 1) | None => (ColourModel::Grey, 1),
        Some(2 | 6) => (ColourModel::Rgb, 3),
        Some(3) => (ColourModel::Palette, 1),
        Some(5) => (ColourModel::Cmyk, 4),
        Some(8..=10) => return Err(unsupported("a TIFF in CIE L*a*b*")),
        Some(other) => return Err(unsupported(format!("a TIFF of photometric interpretation {other}"))),
    })
}
