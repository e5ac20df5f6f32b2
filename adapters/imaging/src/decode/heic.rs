//! One HEVC picture, through `heic-decoder`.
//!
//! The crate takes whole files only, so each coded picture is given to it as a file of its own:
//! what it reads of containers is what is written here. That way no more than one tile is held,
//! the watch is asked between tiles, and the tables are checked once, by our own reader.

mod parameters;

use heic_decoder::{DecodeOptions, DecodedImage, HeifError, decode_with};
use thumbgate_core::error::RenderError;
use thumbgate_core::geometry::Size;

use super::yuv::{Form, Frame, Sampling, Signal};
use crate::boxes::Fields;
use crate::error::{malformed, over_limit, truncated, unsupported};

/// How much larger than the item a coded picture may be: whole blocks are coded, and the largest
/// have 64 pixels a side.
const MARGIN: u32 = 128;

/// The kind of unit that a sequence parameter set is (ITU-T H.265, 7.4.2.2).
const SEQUENCE: u8 = 33;

/// A decoded picture, and what its numbers mean.
pub(super) struct Hevc {
    image: DecodedImage,
    form: Form,
}

/// Decodes the data of an `hvc1` item; `configuration` is its `hvcC`.
pub(super) fn frame(data: &[u8], size: Size, configuration: &[u8]) -> Result<Hevc, RenderError> {
    // The decoder makes room for what the stream says: nothing larger than was announced.
    for unit in sequences(configuration).ok_or_else(|| malformed("HEIC: a broken hvcC"))? {
        let (width, height) =
            parameters::coded_size(unit).ok_or_else(|| malformed("HEIC: a broken sequence parameter set"))?;
        let fits = |coded: u32, announced: u32| coded <= announced.saturating_add(MARGIN);
        if !fits(width, size.width()) || !fits(height, size.height()) {
            return Err(over_limit(format!("HEIC: {size} was announced, and {width}x{height} came")));
        }
    }
    let file = file(data, size, configuration).ok_or_else(|| over_limit("HEIC: a picture of 4 GiB"))?;
    let image = decode_with(&file, &DecodeOptions { apply_transforms: false }).map_err(told)?;
    if image.bit_depth_luma != image.bit_depth_chroma && image.chroma_format_idc != 0 {
        return Err(unsupported("HEIC: lightness and colours of different depths"));
    }
    let sampling = match image.chroma_format_idc {
        0 => Sampling::Grey,
        1 => Sampling::Quarter,
        2 => Sampling::Half,
        _ => Sampling::Full,
    };
    // H.265, E.3.1: what is not said is a limited range and an unknown matrix.
    let signal = image.color_info.map_or(Signal { matrix: 2, full_range: false }, |colours| Signal {
        matrix: colours.matrix_coefficients,
        full_range: colours.full_range,
    });
    let form = Form { width: image.width, height: image.height, depth: image.bit_depth_luma, sampling, signal };
    Ok(Hevc { image, form })
}

/// The sequence parameter sets of an `hvcC` (ISO/IEC 14496-15, 8.3.3).
fn sequences(content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Fields::new(content);
    fields.take(22)?;
    let mut units = Vec::new();
    for _ in 0..fields.u8()? {
        fields.u8()?;
        for _ in 0..fields.u16()? {
            let length = fields.u16()?;
            units.push(fields.take(length.into())?);
        }
    }
    units.retain(|unit| unit.first().is_some_and(|first| (first >> 1) & 0x3f == SEQUENCE));
    Some(units)
}

/// A file of one coded picture and nothing else; `None` where it is too long for its fields.
fn file(data: &[u8], size: Size, configuration: &[u8]) -> Option<Vec<u8>> {
    let sides = [size.width().to_be_bytes(), size.height().to_be_bytes()].concat();
    let properties = [part(b"hvcC", &[configuration])?, part(b"ispe", &[&[0; 4], &sides])?].concat();
    // One item, number 1, with the properties 1 (which it cannot be shown without) and 2.
    let association = part(b"ipma", &[&[0; 4], &[0, 0, 0, 1, 0, 1, 2, 0x81, 2]])?;
    let item = part(b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0], b"hvc1\0"])?;
    let length = u32::try_from(data.len()).ok()?.to_be_bytes();
    let head = |offset: u32| {
        // Version 0, offsets and lengths of 4 bytes; item 1, in this file, one piece.
        let place = part(b"iloc", &[&[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1], &offset.to_be_bytes(), &length])?;
        let meta = [
            part(b"hdlr", &[&[0; 8], b"pict", &[0; 13]])?,
            part(b"pitm", &[&[0, 0, 0, 0, 0, 1]])?,
            part(b"iinf", &[&[0, 0, 0, 0, 0, 1], &item])?,
            part(b"iprp", &[&part(b"ipco", &[&properties])?, &association])?,
            place,
        ]
        .concat();
        Some([part(b"ftyp", &[b"heic\0\0\0\0mif1heic"])?, part(b"meta", &[&[0; 4], &meta])?].concat())
    };
    let before = u32::try_from(head(0)?.len()).ok()?.checked_add(8)?;
    let mut file = head(before)?;
    file.reserve_exact(data.len().checked_add(8)?);
    file.extend_from_slice(&u32::try_from(data.len()).ok()?.checked_add(8)?.to_be_bytes());
    file.extend_from_slice(b"mdat");
    file.extend_from_slice(data);
    Some(file)
}

/// A box.
fn part(kind: &[u8; 4], content: &[&[u8]]) -> Option<Vec<u8>> {
    let length = content.iter().map(|piece| piece.len()).sum::<usize>().checked_add(8)?;
    let mut made = u32::try_from(length).ok()?.to_be_bytes().to_vec();
    made.extend_from_slice(kind);
    content.iter().for_each(|piece| made.extend_from_slice(piece));
    Some(made)
}

fn told(error: HeifError) -> RenderError {
    match error {
        HeifError::Truncated { .. } => truncated("the HEIC ends within a picture"),
        HeifError::Unsupported(what) => unsupported(format!("HEIC: {what}")),
        HeifError::LimitExceeded(what) => over_limit(format!("HEIC: {what}")),
        other => malformed(format!("HEIC: {other}")),
    }
}

impl Frame for Hevc {
    fn form(&self) -> Form {
        self.form
    }

    fn read(&self, plane: usize, row: usize, samples: &mut [u16]) {
        let (plane, width) = match plane {
            0 => (&self.image.y, self.image.width),
            1 => (&self.image.cb, self.image.cb_width),
            _ => (&self.image.cr, self.image.cb_width),
        };
        let found = plane.get(row * width..).unwrap_or_default();
        for (sample, found) in samples.iter_mut().zip(found) {
            *sample = u16::try_from(*found).unwrap_or(0);
        }
    }
}
