//! What is asked for: renditions, and the identity of what shapes their bytes.

use std::fmt;

use crate::format::OutputFormat;
use crate::geometry::{Fit, Gravity, WantedBox};

/// The longest name of a rendition, in characters.
pub const NAME_MAX: usize = 32;

/// The longest side that a rendition may ask for, in pixels.
pub const SIDE_MAX: u32 = 16_384;

/// Why something is no rendition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenditionError {
    /// The name is not `[a-z0-9-]{1,32}`.
    #[error("`{0}` is no rendition name: 1 to 32 of a-z, 0-9 and -")]
    Name(String),
    /// Two renditions have one name.
    #[error("two renditions are named `{0}`")]
    Twice(String),
    /// No rendition at all.
    #[error("no rendition is asked for")]
    None,
    /// Neither width nor height, or a side out of range.
    #[error("rendition `{0}` needs a width or a height of 1 to 16384 pixels")]
    Sides(String),
    /// The quality is out of range.
    #[error("quality {1} of rendition `{0}` is not within 1 to 100")]
    Quality(String, u32),
    /// The colour is not `#rrggbb`.
    #[error("`{0}` is no colour: write #rrggbb")]
    Colour(String),
    /// The format cannot be so large.
    #[error("rendition `{0}` asks for more than the {1} pixels a side that {2} can store")]
    FormatSide(String, u32, OutputFormat),
}

/// The name of a rendition: `[a-z0-9-]{1,32}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RenditionName(String);

impl RenditionName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`RenditionError::Name`].
    pub fn parse(text: &str) -> Result<Self, RenditionError> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RenditionError::Name(crate::object::escape_controls(text).to_string()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RenditionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An opaque colour, 8 bits a channel, sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// Parses `#rrggbb`.
    ///
    /// # Errors
    /// [`RenditionError::Colour`].
    pub fn parse(text: &str) -> Result<Self, RenditionError> {
        let bad = || RenditionError::Colour(crate::object::escape_controls(text).to_string());
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).ok_or_else(bad)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The quality of a lossy encoder: 1 (worst) to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quality(u8);

impl Quality {
    /// The default, 80.
    pub const DEFAULT: Self = Self(80);

    /// A quality; `None` outside 1 to 100.
    #[must_use]
    pub fn new(value: u32) -> Option<Self> {
        u8::try_from(value).ok().filter(|v| (1..=100).contains(v)).map(Self)
    }

    /// The value, 1 to 100.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// One wanted output of every source.
///
/// Invariants, kept by [`Rendition::checked`]: no side over [`SIDE_MAX`] or over what the format
/// can store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Its name, unique among the renditions of a route.
    pub name: RenditionName,
    /// The box that it is fitted into.
    pub wanted: WantedBox,
    /// How.
    pub fit: Fit,
    /// Which part stays where it is cropped.
    pub gravity: Gravity,
    /// What lies below transparency and around a contained picture.
    pub background: Colour,
    /// The format to encode in.
    pub format: OutputFormat,
    /// The encoder's quality.
    pub quality: Quality,
    /// Whether small sources are scaled up.
    pub enlarge: bool,
}

impl Rendition {
    /// A rendition with the defaults of the contract: inside, center, white, JPEG, quality 80,
    /// never enlarged.
    #[must_use]
    pub fn new(name: RenditionName, wanted: WantedBox) -> Self {
        Self {
            name,
            wanted,
            fit: Fit::Inside,
            gravity: Gravity::Center,
            background: Colour::WHITE,
            format: OutputFormat::Jpeg,
            quality: Quality::DEFAULT,
            enlarge: false,
        }
    }

    /// The rendition, if its sides are within what can be stored.
    ///
    /// # Errors
    /// [`RenditionError::Sides`] and [`RenditionError::FormatSide`].
    pub fn checked(self) -> Result<Self, RenditionError> {
        let name = || self.name.to_string();
        let longest = self.wanted.width().max(self.wanted.height()).unwrap_or(0);
        if longest > SIDE_MAX {
            return Err(RenditionError::Sides(name()));
        }
        if longest > self.format.side_max() {
            return Err(RenditionError::FormatSide(name(), self.format.side_max(), self.format));
        }
        Ok(self)
    }

    /// Everything that shapes the bytes of this rendition, in one canonical line.
    ///
    /// The name is not part of it, and settings that cannot matter are left out (the background of
    /// a picture that keeps its transparency and fills its box still shapes nothing, but is kept:
    /// a changed line costs one render, a wrong Skip costs a wrong picture).
    #[must_use]
    pub fn canonical(&self, engine_version: &str) -> String {
        format!(
            "{wanted} {fit} {gravity} {background} {format} q{quality} enlarge={enlarge} engine={engine_version}",
            wanted = self.wanted,
            fit = self.fit.as_str(),
            gravity = self.gravity.as_str(),
            background = self.background,
            format = self.format,
            quality = self.quality.get(),
            enlarge = self.enlarge,
        )
    }
}

/// The hash of a rendition's canonical line: the metadata `thumbgate-config` of its outputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConfigHash(String);

impl ConfigHash {
    /// Takes a hash that was computed outside the core.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A rendition with the hash of what shapes its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What is asked for.
    pub rendition: Rendition,
    /// The identity of what shapes its bytes, engine version included.
    pub config: ConfigHash,
}

#[cfg(test)]
mod tests {
    use super::{Colour, Quality, Rendition, RenditionName};
    use crate::format::OutputFormat;
    use crate::geometry::WantedBox;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["a", "small", "320x320", "a-b-1", &"x".repeat(32)] {
            assert!(RenditionName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "a.b", "a/b", "ä", &"x".repeat(33)] {
            assert!(RenditionName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn colours_lead_back() {
        assert_eq!(Colour::parse("#0aF09f").unwrap().to_string(), "#0af09f");
        for bad in ["fff", "#fff", "#+12345", "#ggaabb", ""] {
            assert!(Colour::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quality_is_a_percentage() {
        assert_eq!(Quality::new(0), None);
        assert_eq!(Quality::new(101), None);
        assert_eq!(Quality::new(100).map(Quality::get), Some(100));
    }

    #[test]
    fn whatever_shapes_bytes_changes_the_canonical_line() {
        let base = Rendition::new(RenditionName::parse("a").unwrap(), WantedBox::new(Some(1), None).unwrap());
        let line = base.canonical("1");
        assert_ne!(line, base.canonical("2"));
        assert_ne!(line, Rendition { format: OutputFormat::Png, ..base.clone() }.canonical("1"));
        assert_ne!(line, Rendition { enlarge: true, ..base.clone() }.canonical("1"));
        let renamed = Rendition { name: RenditionName::parse("b").unwrap(), ..base.clone() };
        assert_eq!(line, renamed.canonical("1"));
    }
}
