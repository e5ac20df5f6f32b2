//! The tables of a `meta` box: items, what they are made of, and how they refer to each other.
//!
//! ISO/IEC 14496-12, 8.11 and ISO/IEC 23008-12, 9.3. A table that breaks off is read as far as it
//! goes; one with more entries than any picture has is refused.

use std::borrow::Cow;
use std::collections::BTreeMap;

use thumbgate_core::error::RenderError;

use crate::boxes::{Fields, Part, Parts};
use crate::error::{malformed, truncated, unsupported};

/// The most entries of a table: a grid has at most 65,536 tiles, with a thumbnail each.
const ENTRIES_MAX: usize = 200_000;

/// Where the bytes of an item are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    File,
    /// In the `idat` box beside the tables.
    Beside,
    Elsewhere,
}

#[derive(Debug)]
struct Item {
    kind: [u8; 4],
    place: Place,
    /// Offset and length of each piece; a length of zero is "to the end".
    extents: Vec<(u64, u64)>,
    /// Which properties it has, counted from one, and whether it cannot be shown without.
    properties: Vec<(u16, bool)>,
}

#[derive(Debug)]
struct Reference {
    kind: [u8; 4],
    from: u32,
    to: u32,
}

/// The tables.
#[derive(Debug)]
pub(crate) struct Meta<'a> {
    primary: u32,
    items: BTreeMap<u32, Item>,
    references: Vec<Reference>,
    properties: Vec<Part<'a>>,
    beside: &'a [u8],
}

impl<'a> Meta<'a> {
    /// Reads the content of a `meta` box.
    pub(crate) fn read(content: &'a [u8]) -> Result<Self, RenderError> {
        let missing = |what: &str| malformed(format!("HEIF: no {what}"));
        let parts = Parts::new(content.get(4..).unwrap_or_default());
        let find = |kind: &[u8; 4]| parts.clone().find(kind);
        let primary = find(b"pitm").and_then(primary).ok_or_else(|| missing("primary item"))?;
        let properties = find(b"iprp").unwrap_or_default();
        let held = Parts::new(properties).find(b"ipco").unwrap_or_default();
        let mut meta = Self {
            primary,
            items: BTreeMap::new(),
            references: Vec::new(),
            properties: Parts::new(held).take(ENTRIES_MAX).collect(),
            beside: find(b"idat").unwrap_or_default(),
        };
        let mut room = ENTRIES_MAX;
        meta.read_items(find(b"iinf").ok_or_else(|| missing("items"))?);
        meta.read_places(find(b"iloc").unwrap_or_default(), &mut room);
        meta.read_references(find(b"iref").unwrap_or_default(), &mut room);
        for part in Parts::new(properties).filter(|part| part.kind == *b"ipma") {
            meta.read_associations(part.content, &mut room);
        }
        if room == 0 || meta.items.len() > ENTRIES_MAX {
            return Err(malformed(format!("HEIF: more than {ENTRIES_MAX} entries in its tables")));
        }
        Ok(meta)
    }

    pub(crate) fn primary(&self) -> u32 {
        self.primary
    }

    /// What an item is: `av01`, `hvc1`, `grid`, ...
    pub(crate) fn kind(&self, item: u32) -> Option<[u8; 4]> {
        self.items.get(&item).map(|item| item.kind)
    }

    /// What an item refers to, in order.
    pub(crate) fn targets(&self, kind: [u8; 4], from: u32) -> impl Iterator<Item = u32> {
        let fits = move |reference: &&Reference| reference.kind == kind && reference.from == from;
        self.references.iter().filter(fits).map(|reference| reference.to)
    }

    /// Which items refer to one.
    pub(crate) fn sources(&self, kind: [u8; 4], to: u32) -> impl Iterator<Item = u32> {
        let fits = move |reference: &&Reference| reference.kind == kind && reference.to == to;
        self.references.iter().filter(fits).map(|reference| reference.from)
    }

    /// The properties of an item in order, and whether it cannot be shown without.
    pub(crate) fn properties(&self, item: u32) -> impl Iterator<Item = (Part<'a>, bool)> {
        let associated = self.items.get(&item).map(|item| item.properties.as_slice()).unwrap_or_default();
        associated.iter().filter_map(|(index, essential)| {
            let at = usize::from(*index).checked_sub(1)?;
            Some((*self.properties.get(at)?, *essential))
        })
    }

    /// The first property of a kind.
    pub(crate) fn property(&self, item: u32, kind: &[u8; 4]) -> Option<&'a [u8]> {
        self.properties(item).find(|(part, _)| part.kind == *kind).map(|(part, _)| part.content)
    }

    /// The bytes of an item.
    ///
    /// # Errors
    /// `Truncated` where the file ends before they do.
    pub(crate) fn data(&self, item: u32, file: &'a [u8]) -> Result<Cow<'a, [u8]>, RenderError> {
        let found = self.items.get(&item).ok_or_else(|| malformed("HEIF: an item that is not there"))?;
        let whole = match found.place {
            Place::File => file,
            Place::Beside => self.beside,
            Place::Elsewhere => return Err(unsupported("HEIF: pixels that are stored in another item or file")),
        };
        let piece = |(offset, length): (u64, u64)| {
            let start = usize::try_from(offset).ok()?;
            match length {
                0 => whole.get(start..),
                length => whole.get(start..start.checked_add(usize::try_from(length).ok()?)?),
            }
        };
        let short = || truncated("the HEIF ends before its pixels do");
        match found.extents.as_slice() {
            [] => Err(malformed("HEIF: an item without bytes")),
            [one] => piece(*one).map(Cow::Borrowed).ok_or_else(short),
            many => {
                let mut joined = Vec::new();
                for extent in many {
                    let piece = piece(*extent).ok_or_else(short)?;
                    // Pieces that overlap could make terabytes of a file.
                    if joined.len().saturating_add(piece.len()) > file.len() {
                        return Err(malformed("HEIF: an item of more bytes than the file"));
                    }
                    joined.extend_from_slice(piece);
                }
                Ok(Cow::Owned(joined))
            }
        }
    }

    fn read_items(&mut self, content: &[u8]) {
        let mut fields = Fields::new(content);
        let Some((version, _)) = fields.version() else { return };
        if fields.number(if version == 0 { 2 } else { 4 }).is_none() {
            return;
        }
        for part in Parts::new(fields.rest()).filter(|part| part.kind == *b"infe").take(ENTRIES_MAX + 1) {
            if let Some((id, kind)) = item(part.content) {
                let item = Item { kind, place: Place::Elsewhere, extents: Vec::new(), properties: Vec::new() };
                self.items.entry(id).or_insert(item);
            }
        }
    }

    /// `iloc`: where the bytes of items are. Ends at the first entry that breaks off.
    fn read_places(&mut self, content: &[u8], room: &mut usize) -> Option<()> {
        let mut fields = Fields::new(content);
        let (version, _) = fields.version()?;
        let widths = fields.u16()?;
        let width = |shift: u32| usize::from((widths >> shift) & 0xf);
        let (offset_width, length_width, base_width) = (width(12), width(8), width(4));
        let index_width = if version == 0 { 0 } else { width(0) };
        if [offset_width, length_width, base_width, index_width].into_iter().any(|width| width > 8) {
            return None;
        }
        let id_width = if version < 2 { 2 } else { 4 };
        let count = fields.number(id_width)?;
        for _ in 0..count {
            let id = u32::try_from(fields.number(id_width)?).ok()?;
            let method = if version == 0 { 0 } else { fields.u16()? & 0xf };
            let in_file = fields.u16()? == 0;
            let base = fields.number(base_width)?;
            let extents = fields.u16()?;
            // Pieces without fields cost no bytes, so any number of them could be claimed.
            if extents > 1 && offset_width + length_width + index_width == 0 {
                return None;
            }
            let mut found = Vec::new();
            for _ in 0..extents {
                fields.number(index_width)?;
                let offset = base.saturating_add(fields.number(offset_width)?);
                found.push((offset, fields.number(length_width)?));
                *room = room.checked_sub(1)?;
            }
            if let Some(item) = self.items.get_mut(&id) {
                item.extents = found;
                item.place = match (method, in_file) {
                    (0, true) => Place::File,
                    (1, _) => Place::Beside,
                    _ => Place::Elsewhere,
                };
            }
        }
        Some(())
    }

    fn read_references(&mut self, content: &[u8], room: &mut usize) -> Option<()> {
        let mut fields = Fields::new(content);
        let (version, _) = fields.version()?;
        let id_width = if version == 0 { 2 } else { 4 };
        for part in Parts::new(fields.rest()) {
            let mut fields = Fields::new(part.content);
            let from = u32::try_from(fields.number(id_width)?).ok()?;
            for _ in 0..fields.u16()? {
                let to = u32::try_from(fields.number(id_width)?).ok()?;
                self.references.push(Reference { kind: part.kind, from, to });
                *room = room.checked_sub(1)?;
            }
        }
        Some(())
    }

    fn read_associations(&mut self, content: &[u8], room: &mut usize) -> Option<()> {
        let mut fields = Fields::new(content);
        let (version, flags) = fields.version()?;
        let is_wide = flags & 1 == 1;
        for _ in 0..fields.u32()? {
            let id = u32::try_from(fields.number(if version == 0 { 2 } else { 4 })?).ok()?;
            let mut found = Vec::new();
            for _ in 0..fields.u8()? {
                let (index, essential) = if is_wide {
                    let word = fields.u16()?;
                    (word & 0x7fff, word & 0x8000 != 0)
                } else {
                    let byte = fields.u8()?;
                    (u16::from(byte & 0x7f), byte & 0x80 != 0)
                };
                found.push((index, essential));
                *room = room.checked_sub(1)?;
            }
            if let Some(item) = self.items.get_mut(&id) {
                item.properties.append(&mut found);
            }
        }
        Some(())
    }
}

fn primary(content: &[u8]) -> Option<u32> {
    let mut fields = Fields::new(content);
    let (version, _) = fields.version()?;
    u32::try_from(fields.number(if version == 0 { 2 } else { 4 })?).ok()
}

/// `infe`: the number of an item and what it is. Versions below 2 are of other files.
fn item(content: &[u8]) -> Option<(u32, [u8; 4])> {
    let mut fields = Fields::new(content);
    let (version, _) = fields.version()?;
    let id_width = match version {
        2 => 2,
        3 => 4,
        _ => return None,
    };
    let id = u32::try_from(fields.number(id_width)?).ok()?;
    fields.u16()?;
    Some((id, fields.kind()?))
}
