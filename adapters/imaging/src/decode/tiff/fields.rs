//! What the directory says of its picture (TIFF 6.0, section 8 and on), checked once.

use thumbgate_core::error::RenderError;

use super::chroma::Chroma;
use crate::error::{malformed, truncated, unsupported};
use crate::ifd::{self, Directory, Found};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_BYTES: u16 = 279;
const PLANAR: u16 = 284;
const GROUP_3_OPTIONS: u16 = 292;
const PREDICTOR: u16 = 317;
const COLOUR_MAP: u16 = 320;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;
const EXTRA_SAMPLES: u16 = 338;
const SAMPLE_FORMAT: u16 = 339;

pub(super) const NONE: u16 = 1;
pub(super) const HUFFMAN: u16 = 2;
pub(super) const GROUP_3: u16 = 3;
pub(super) const GROUP_4: u16 = 4;
pub(super) const LZW: u16 = 5;
pub(super) const OLD_JPEG: u16 = 6;
pub(super) const JPEG: u16 = 7;

/// The most strips and tiles.
const CHUNKS_MAX: usize = 1024 * 1024;

/// The most numbers of a palette: three of each 8-bit index.
const PALETTE_MAX: usize = 3 * 256;

/// What the first samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Inks,
    YCbCr,
    /// CIE L\*a\*b\*, its differences with a sign.
    CieLab,
    /// CIE L\*a\*b\* as ICC profiles have it: differences from a middle.
    IccLab,
}

impl Meaning {
    /// What the directory says, or what libtiff takes it for where that is missing.
    ///
    /// # Errors
    /// `Unsupported` for all others.
    pub(crate) fn of(directory: &Directory<'_>) -> Result<Self, RenderError> {
        let compression = directory.number(COMPRESSION).unwrap_or(1);
        Ok(match directory.number(PHOTOMETRIC) {
            Some(0) => Self::WhiteIsZero,
            // A mask (4) is drawn as what it is: white where something shows.
            Some(1 | 4) => Self::BlackIsZero,
            Some(2) => Self::Rgb,
            Some(3) => Self::Palette,
            Some(5) => Self::Inks,
            Some(6) => Self::YCbCr,
            Some(8) => Self::CieLab,
            Some(9) => Self::IccLab,
            Some(other) => return Err(unsupported(format!("a TIFF of photometric interpretation {other}"))),
            None if (2..=4).contains(&compression) => Self::WhiteIsZero,
            None => match directory.number(SAMPLES).unwrap_or(1) {
                3.. if compression == u64::from(OLD_JPEG) => Self::YCbCr,
                3.. => Self::Rgb,
                _ => Self::BlackIsZero,
            },
        })
    }

    /// How many samples it takes.
    pub(crate) fn samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::YCbCr | Self::CieLab | Self::IccLab => 3,
            Self::Inks => 4,
        }
    }

    pub(crate) fn is_lab(self) -> bool {
        matches!(self, Self::CieLab | Self::IccLab)
    }
}

/// What kind of numbers samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Signed,
    Float,
}

/// What the sample after the colours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    /// Colours are multiplied by it.
    Associated,
    Plain,
}

/// How neighbours were subtracted before packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Horizontal,
    Float,
}

/// The picture's description.
///
/// Invariants: no side is zero, of the picture or of a chunk; samples are 1 to 8, bits 1 to 64;
/// rows of a chunk are addressable.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: usize,
    pub(super) bits: usize,
    pub(super) kind: Kind,
    pub(super) little_endian: bool,
    pub(super) meaning: Meaning,
    pub(super) compression: u16,
    pub(super) is_planar: bool,
    pub(super) predictor: Predictor,
    /// The first pixel of a byte is its lowest bit.
    pub(super) lowest_first: bool,
    pub(super) alpha: Alpha,
    /// Width and height of a strip or a tile.
    pub(super) chunk: (usize, usize),
    /// Where strips or tiles begin, and how long they are where that is said.
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
    /// All reds, then all greens, then all blues.
    pub(super) palette: Vec<u16>,
    pub(super) chroma: Chroma,
    pub(super) group_3_options: u64,
    /// What JPEGs of the chunks begin with.
    pub(super) tables: Vec<u8>,
}

impl Fields {
    pub(super) fn read(source: &[u8]) -> Result<Self, RenderError> {
        match ifd::read(source) {
            Found::Directory(directory) => Self::of(&directory, source),
            Found::More(_) => Err(truncated("the TIFF ends before its directory")),
            Found::Nothing => Err(malformed("TIFF: no header")),
        }
    }

    fn of(directory: &Directory<'_>, source: &[u8]) -> Result<Self, RenderError> {
        let number = |tag, otherwise| directory.number(tag).unwrap_or(otherwise);
        let index = |tag, otherwise| usize::try_from(number(tag, otherwise)).unwrap_or(usize::MAX);
        let (width, height) = (index(WIDTH, 0), index(HEIGHT, 0));
        let meaning = Meaning::of(directory)?;
        let compression = u16::try_from(number(COMPRESSION, 1)).unwrap_or(u16::MAX);
        let is_jpeg = matches!(compression, OLD_JPEG | JPEG);
        let samples = index(SAMPLES, if is_jpeg { meaning.samples().try_into().unwrap_or(1) } else { 1 });
        let depths = directory.numbers(BITS, samples);
        let bits = depths.first().map_or(1, |bits| usize::try_from(*bits).unwrap_or(usize::MAX));
        if width == 0 || height == 0 {
            return Err(malformed("a TIFF without width or height"));
        }
        if depths.iter().any(|other| Some(other) != depths.first()) || !(1..=64).contains(&bits) {
            return Err(unsupported(format!("a TIFF whose samples have {depths:?} bits")));
        }
        if !(meaning.samples()..=8).contains(&samples) {
            return Err(unsupported(format!("a TIFF of {samples} samples a pixel ({meaning:?})")));
        }
        let is_tiled = directory.number(TILE_WIDTH).is_some_and(|width| width > 0);
        let chunk = if is_tiled {
            (index(TILE_WIDTH, 0), index(TILE_HEIGHT, 0))
        } else {
            // No rows at all are said by some to mean all of them.
            (width, Some(index(ROWS_PER_STRIP, u64::MAX)).filter(|rows| *rows > 0).unwrap_or(height).min(height))
        };
        let numbers = |tag, other| {
            let found = directory.numbers(tag, CHUNKS_MAX);
            if found.is_empty() { directory.numbers(other, CHUNKS_MAX) } else { found }
        };
        let fields = Self {
            width,
            height,
            samples,
            bits: if is_jpeg { 8 } else { bits },
            kind: kind(number(SAMPLE_FORMAT, 1), bits)?,
            little_endian: directory.is_little_endian(),
            meaning,
            compression,
            is_planar: number(PLANAR, 1) == 2 && samples > 1,
            predictor: predictor(number(PREDICTOR, 1), compression)?,
            lowest_first: number(FILL_ORDER, 1) == 2,
            alpha: alpha(directory, meaning, samples),
            chunk,
            offsets: if is_tiled { numbers(TILE_OFFSETS, STRIP_OFFSETS) } else { numbers(STRIP_OFFSETS, TILE_OFFSETS) },
            lengths: if is_tiled { numbers(TILE_BYTES, STRIP_BYTES) } else { numbers(STRIP_BYTES, TILE_BYTES) },
            palette: palette(directory, meaning),
            chroma: Chroma::of(directory, meaning),
            group_3_options: number(GROUP_3_OPTIONS, 0),
            tables: Vec::new(),
        };
        fields.checked()?.with_tables(directory, source)
    }

    fn checked(self) -> Result<Self, RenderError> {
        let (chunk_width, chunk_height) = self.chunk;
        let bits = chunk_width.checked_mul(self.samples * self.bits);
        let row = bits.and_then(|bits| bits.checked_add(64)?.checked_mul(chunk_height));
        if chunk_height == 0 || row.is_none() {
            return Err(malformed(format!("TIFF: tiles of {chunk_width}x{chunk_height}")));
        }
        if self.meaning == Meaning::Palette && (self.bits > 8 || self.palette.len() < 3) {
            return Err(malformed("TIFF: a palette without colours"));
        }
        if (self.meaning == Meaning::YCbCr && self.bits != 8) || (self.meaning.is_lab() && !matches!(self.bits, 8 | 16))
        {
            return Err(unsupported(format!("a TIFF of {} bits, {:?}", self.bits, self.meaning)));
        }
        Ok(self)
    }

    fn with_tables(mut self, directory: &Directory<'_>, source: &[u8]) -> Result<Self, RenderError> {
        match self.compression {
            JPEG => self.tables = super::jpeg::tables(directory),
            OLD_JPEG => super::jpeg::old(&mut self, directory, source)?,
            _ => {}
        }
        Ok(self)
    }

    /// Samples of a pixel that stand together.
    pub(super) fn samples_of_plane(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Bytes of an unpacked row of a strip or tile.
    pub(super) fn row_bytes(&self) -> usize {
        (self.chunk.0 * self.samples_of_plane() * self.bits).div_ceil(8)
    }

    /// Strips or tiles of one plane.
    pub(super) fn chunks(&self) -> usize {
        self.width.div_ceil(self.chunk.0) * self.height.div_ceil(self.chunk.1)
    }
}

fn kind(format: u64, bits: usize) -> Result<Kind, RenderError> {
    match (format, bits) {
        // What is of no said kind (4) is what it is by default.
        (1 | 4, _) => Ok(Kind::Whole),
        (2, 8 | 16 | 32 | 64) => Ok(Kind::Signed),
        (3, 16 | 24 | 32 | 64) => Ok(Kind::Float),
        _ => Err(unsupported(format!("a TIFF of {bits} bits, sample format {format}"))),
    }
}

fn predictor(predictor: u64, compression: u16) -> Result<Predictor, RenderError> {
    match (predictor, compression) {
        // Only where the compression has one: what others write into the tag is ignored (libtiff).
        (1, _) | (_, NONE | HUFFMAN | GROUP_3 | GROUP_4 | OLD_JPEG | JPEG) => Ok(Predictor::None),
        (2, _) => Ok(Predictor::Horizontal),
        (3, _) => Ok(Predictor::Float),
        (other, _) => Err(unsupported(format!("a TIFF with predictor {other}"))),
    }
}

fn alpha(directory: &Directory<'_>, meaning: Meaning, samples: usize) -> Alpha {
    if samples <= meaning.samples() {
        return Alpha::None;
    }
    match directory.number(EXTRA_SAMPLES) {
        Some(1) => Alpha::Associated,
        Some(2) => Alpha::Plain,
        // Old files say nothing at all.
        None if meaning == Meaning::Rgb && samples == 4 => Alpha::Plain,
        _ => Alpha::None,
    }
}

fn palette(directory: &Directory<'_>, meaning: Meaning) -> Vec<u16> {
    if meaning != Meaning::Palette {
        return Vec::new();
    }
    let colours = directory.numbers(COLOUR_MAP, PALETTE_MAX);
    // Some wrote colours of 8 bits (libtiff's `checkcmap`).
    let factor = if colours.iter().all(|colour| *colour < 256) { 257 } else { 1 };
    colours.into_iter().map(|colour| u16::try_from(colour * factor).unwrap_or(u16::MAX)).collect()
}
