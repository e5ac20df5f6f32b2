//! The HEIF container (ISO/IEC 23008-12) that AVIF and HEIC share: what its `meta` box tells of
//! the picture that is to be shown.
//!
//! Nothing is decoded here, and no other byte of the file is looked at. `meta` reads the tables,
//! `property` what stands in them; `header::heif` and `decode::heif` both begin with a [`Still`].

mod meta;
mod property;

use thumbgate_core::error::RenderError;
use thumbgate_core::format::SourceFormat;
use thumbgate_core::geometry::{Rect, Size};
use thumbgate_core::orientation::Orientation;

pub(crate) use self::meta::Meta;
pub(crate) use self::property::Nclx;
use self::property::{Colour, Samples};
use crate::boxes::Fields;
use crate::error::{malformed, unsupported};

/// The most items that lead from the primary one to pixels.
const DERIVED_MAX: usize = 4;

/// Properties that an item may ask to be heeded, and that are heeded or change nothing here.
const KNOWN: &[&[u8; 4]] = &[
    b"av1C", b"hvcC", b"ispe", b"pixi", b"colr", b"irot", b"imir", b"clap", b"pasp", b"auxC", b"a1op", b"a1lx",
    b"lsel", b"clli", b"mdcv", b"cclv", b"amve", b"rloc", b"lhvC", b"oinf", b"tols", b"rref", b"altt", b"udes",
];

/// The picture that a file is to be shown as.
#[derive(Debug)]
pub(crate) struct Still<'a> {
    pub(crate) meta: Meta<'a>,
    /// The item of the pixels: coded, or a grid of such.
    pub(crate) item: u32,
    pub(crate) format: SourceFormat,
    /// The size before anything is cut off or turned.
    pub(crate) coded: Size,
    /// The size of what is decoded in one piece: a tile, or all of it.
    pub(crate) piece: Size,
    /// The part of it that is to be seen.
    pub(crate) window: Option<Rect>,
    pub(crate) orientation: Orientation,
    pub(crate) numbers: Option<Nclx>,
    pub(crate) profile: Option<&'a [u8]>,
    pub(crate) samples: Samples,
    /// The item of the opacity, and whether colours are multiplied by it.
    pub(crate) opacity: Option<(u32, bool)>,
}

/// How a grid is made of tiles, from left to right and from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) columns: u32,
    pub(crate) rows: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Grid {
    /// Reads the body of a `grid` item (ISO/IEC 23008-12, 6.6.2.3).
    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(content);
        fields.u8()?;
        let width = if fields.u8()? & 1 == 0 { 2 } else { 4 };
        let (rows, columns) = (fields.u8()?, fields.u8()?);
        let mut side = || u32::try_from(fields.number(width)?).ok();
        Some(Self { columns: u32::from(columns) + 1, rows: u32::from(rows) + 1, width: side()?, height: side()? })
    }
}

impl<'a> Still<'a> {
    /// What the content of a `meta` box says.
    ///
    /// # Errors
    /// `Unsupported`, naming what it is, for pictures made of what is not decoded here;
    /// `Malformed` where something is missing.
    pub(crate) fn read(content: &'a [u8]) -> Result<Self, RenderError> {
        let meta = Meta::read(content)?;
        let primary = meta.primary();
        let mut item = primary;
        // An `iden` item is another one, turned.
        let mut chain = vec![item];
        while meta.kind(item) == Some(*b"iden") {
            item = meta.targets(*b"dimg", item).next().ok_or_else(|| malformed("HEIF: a picture of no picture"))?;
            chain.push(item);
            if chain.len() > DERIVED_MAX {
                return Err(malformed(format!("HEIF: more than {DERIVED_MAX} pictures of pictures")));
            }
        }
        let first = coded_item(&meta, item)?;
        let format = format_of(meta.kind(first))?;
        let size = |item| meta.property(item, b"ispe").and_then(property::extents);
        let sized = |item| {
            let (width, height) = size(item).ok_or_else(|| malformed(format!("{format}: a picture without a size")))?;
            Size::new(width, height).ok_or_else(|| malformed(format!("a {format} without width or height")))
        };
        let (coded, piece) = (sized(item)?, sized(first)?);
        let (samples, name) = match format {
            SourceFormat::Avif => (meta.property(first, b"av1C").and_then(property::av1_samples), "av1C"),
            _ => (meta.property(first, b"hvcC").and_then(property::hevc_samples), "hvcC"),
        };
        let samples = samples.ok_or_else(|| malformed(format!("{format}: no {name}")))?;
        let mut still = Self {
            item,
            format,
            coded,
            piece,
            window: None,
            orientation: Orientation::Upright,
            numbers: None,
            profile: None,
            samples,
            opacity: None,
            meta,
        };
        for item in chain.iter().rev() {
            still.read_properties(*item, true)?;
        }
        // The colours of a grid may be told by its tiles alone.
        if first != item && still.numbers.is_none() && still.profile.is_none() {
            still.read_properties(first, false)?;
        }
        still.opacity = still.opacity_of(item).or_else(|| still.opacity_of(primary));
        Ok(still)
    }

    /// The size of the part that is to be seen.
    pub(crate) fn seen(&self) -> Size {
        self.window.map_or(self.coded, |window| window.size)
    }

    fn read_properties(&mut self, item: u32, turns: bool) -> Result<(), RenderError> {
        let properties: Vec<_> = self.meta.properties(item).collect();
        for (part, essential) in properties {
            let turn = match &part.kind {
                b"colr" => {
                    match property::colour(part.content) {
                        Some(Colour::Numbers(numbers)) => self.numbers = self.numbers.or(Some(numbers)),
                        Some(Colour::Profile(profile)) => self.profile = self.profile.or(Some(profile)),
                        None => {}
                    }
                    None
                }
                b"clap" if turns && self.window.is_none() && self.orientation == Orientation::Upright => {
                    self.window = property::window(part.content, self.coded);
                    None
                }
                b"irot" => property::rotation(part.content),
                b"imir" => property::mirror(part.content),
                kind if essential && !KNOWN.contains(&kind) => {
                    let kind = String::from_utf8_lossy(&part.kind).into_owned();
                    return Err(unsupported(format!("{}: it needs the property `{kind}`", self.format)));
                }
                _ => None,
            };
            if let Some(turn) = turn.filter(|_| turns) {
                self.orientation = property::turned(self.orientation, turn);
            }
        }
        Ok(())
    }

    fn opacity_of(&self, item: u32) -> Option<(u32, bool)> {
        let is_opacity = |aux: &u32| self.meta.property(*aux, b"auxC").is_some_and(property::is_opacity);
        let found = self.meta.sources(*b"auxl", item).find(is_opacity)?;
        Some((found, self.meta.targets(*b"prem", item).any(|target| target == found)))
    }
}

/// The item itself, or the first tile of a grid.
fn coded_item(meta: &Meta<'_>, item: u32) -> Result<u32, RenderError> {
    if meta.kind(item) != Some(*b"grid") {
        return Ok(item);
    }
    let tile = meta.targets(*b"dimg", item).next().ok_or_else(|| malformed("HEIF: a grid without tiles"))?;
    if meta.kind(tile) == Some(*b"grid") {
        return Err(unsupported("HEIF: a grid of grids"));
    }
    Ok(tile)
}

fn format_of(kind: Option<[u8; 4]>) -> Result<SourceFormat, RenderError> {
    let other = match &kind.ok_or_else(|| malformed("HEIF: the primary item is not there"))? {
        b"av01" => return Ok(SourceFormat::Avif),
        b"hvc1" | b"hev1" => return Ok(SourceFormat::Heic),
        b"iovl" => "an overlay of pictures".to_owned(),
        b"tmap" => "a picture and its gain map".to_owned(),
        b"jpeg" => "JPEG in HEIF".to_owned(),
        b"j2k1" => "JPEG 2000 in HEIF".to_owned(),
        b"avc1" => "H.264 in HEIF".to_owned(),
        b"vvc1" => "H.266 in HEIF".to_owned(),
        b"unci" => "uncompressed HEIF".to_owned(),
        other => format!("HEIF of `{}`", String::from_utf8_lossy(other)),
    };
    Err(unsupported(format!("{other} is not decoded here")))
}

#[cfg(test)]
mod tests;
