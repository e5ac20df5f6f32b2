//! TIFF: the first directory, wherever it stands (TIFF 6.0, section 2).

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::Size;
use thumbgate_core::port::{ColourModel, ImageInfo};

use super::{Prefix, Read, bare, known, memory, more};
use crate::decode::tiff::Meaning;
use crate::error::{malformed, truncated, unsupported};
use crate::ifd::{self, Directory, Found};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const FILL_ORDER: u16 = 266;
const SAMPLES: u16 = 277;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const EXTRA_SAMPLES: u16 = 338;
const PROFILE: u16 = 34_675;
const SUBFILE: u16 = 254;
const MAKE: u16 = 271;
const SUB_DIRECTORIES: u16 = 330;
const DNG_VERSION: u16 = 50_706;

/// What LZW holds of a picture of one colour.
const LZW_WINDOW: u64 = 8 * 1024 * 1024;

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
    // Several depths stand elsewhere, and may not have come yet.
    if let Some(Err(at)) = directory.bytes(BITS)
        && !prefix.whole
        && at <= prefix.length
    {
        return Ok(Read::More(at));
    }
    let depth = directory.number(BITS).unwrap_or(1);
    let meaning = Meaning::of(&directory)?;
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
    let alpha = usize::try_from(samples).is_ok_and(|samples| samples > meaning.samples())
        && matches!(directory.number(EXTRA_SAMPLES), Some(1 | 2));
    let info = ImageInfo {
        orientation: directory.orientation(),
        colour: colour(meaning),
        bit_depth: u8::try_from(depth).unwrap_or(u8::MAX),
        alpha,
        icc_profile: profile.is_some(),
        // More directories may follow; they are not counted, since that would take the whole body.
        frames: None,
        decode_bytes: memory(
            size,
            0,
            prefix.length.saturating_add(held(&directory, size, prefix.length, samples.saturating_mul(depth))),
        ),
        ..bare(SourceFormat::Tiff, size)
    };
    Ok(known(info, profile))
}

/// What is held besides the source: rows as they are stored, a row of tiles as ours, what LZW refers
/// to, a row of a JPEG's blocks, and a strip whose bits are turned.
fn held(directory: &Directory<'_>, size: Size, length: u64, bits: u64) -> u64 {
    let (width, tile) = (u64::from(size.width()), directory.number(TILE_WIDTH).unwrap_or(0));
    let height = directory.number(TILE_HEIGHT).unwrap_or(1).clamp(1, size.height().into());
    let row = width.max(tile).saturating_mul(bits).div_ceil(8).saturating_add(width.max(tile).saturating_mul(8));
    let band = if tile > 0 { width.saturating_mul(4).saturating_mul(height) } else { 0 };
    let unpacking = match directory.number(COMPRESSION) {
        Some(5) => LZW_WINDOW,
        Some(6 | 7) => width.max(tile).saturating_mul(4 * 64),
        _ => 0,
    };
    let turned = if directory.number(FILL_ORDER) == Some(2) { length } else { 0 };
    row.saturating_mul(2).saturating_add(band).saturating_add(unpacking).saturating_add(turned)
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

fn colour(meaning: Meaning) -> ColourModel {
    match meaning {
        Meaning::WhiteIsZero | Meaning::BlackIsZero => ColourModel::Grey,
        Meaning::Palette => ColourModel::Palette,
        Meaning::Inks => ColourModel::Cmyk,
        Meaning::Rgb | Meaning::YCbCr | Meaning::CieLab | Meaning::IccLab => ColourModel::Rgb,
    }
}
