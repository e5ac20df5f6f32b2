//! From a rendition as it is written to the core's rendition.

use thumbgate_core::format::OutputFormat;
use thumbgate_core::geometry::{Fit, Gravity, WantedBox};
use thumbgate_core::rendition::{Colour, Quality, Rendition, RenditionError, RenditionName};

use crate::file::RenditionConfig;
use crate::nearest::hint;

impl RenditionConfig {
    /// A rendition named by its size, as `--size 320x320` asks for.
    ///
    /// # Errors
    /// A sentence, when the text is no size.
    pub fn sized(text: &str) -> Result<Self, String> {
        let (width, height) = parse_size(text)?;
        let name = WantedBox::new(width, height).map(|wanted| wanted.to_string()).unwrap_or_default();
        Ok(Self { name, width, height, ..Self::default() })
    }

    /// The core's rendition.
    ///
    /// # Errors
    /// The key at fault and what is wrong with it.
    pub fn resolve(&self) -> Result<Rendition, (&'static str, String)> {
        let told = |key: &'static str| move |error: RenditionError| (key, error.to_string());
        if self.name.is_empty() {
            return Err(("name", "the rendition needs a name, such as name = \"small\"".to_owned()));
        }
        let name = RenditionName::parse(&self.name).map_err(told("name"))?;
        let wanted = WantedBox::new(self.width, self.height)
            .ok_or_else(|| told("width")(RenditionError::Sides(self.name.clone())))?;
        let quality = Quality::new(self.quality)
            .ok_or_else(|| told("quality")(RenditionError::Quality(self.name.clone(), self.quality)))?;
        let rendition = Rendition {
            fit: named("fit", &self.fit, Fit::from_name, &Fit::ALL.map(Fit::as_str))?,
            gravity: named("gravity", &self.gravity, Gravity::from_name, &Gravity::ALL.map(Gravity::as_str))?,
            background: Colour::parse(&self.background).map_err(told("background"))?,
            format: named(
                "format",
                &self.format,
                OutputFormat::from_name,
                &OutputFormat::ALL.map(OutputFormat::as_str),
            )?,
            quality,
            enlarge: self.enlarge,
            ..Rendition::new(name, wanted)
        };
        rendition.checked().map_err(told("width"))
    }
}

fn named<T>(
    key: &'static str,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<T, (&'static str, String)> {
    parse(text).ok_or_else(|| {
        let shown = thumbgate_core::object::escape_controls(text);
        let hint = hint(text, known.iter().copied());
        (key, format!("`{shown}` is no {key}{hint} (known: {})", known.join(", ")))
    })
}

/// Width and height of a size as it is written on the command line: `320x200`, `320x`, `x200`.
///
/// # Errors
/// A sentence that says what a size looks like.
pub fn parse_size(text: &str) -> Result<(Option<u32>, Option<u32>), String> {
    let shown = thumbgate_core::object::escape_controls(text);
    let bad = || format!("`{shown}` is no size: write WIDTHxHEIGHT, WIDTHx or xHEIGHT, such as 320x320");
    let (width, height) = text.split_once(['x', 'X']).ok_or_else(bad)?;
    let side = |digits: &str| match digits {
        "" => Ok(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().map(Some).map_err(|_| bad()),
        _ => Err(bad()),
    };
    let (width, height) = (side(width)?, side(height)?);
    match WantedBox::new(width, height) {
        Some(_) => Ok((width, height)),
        None => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::{RenditionConfig, parse_size};

    #[test]
    fn sizes_have_one_or_two_sides() {
        assert_eq!(parse_size("320x200"), Ok((Some(320), Some(200))));
        assert_eq!(parse_size("320x"), Ok((Some(320), None)));
        assert_eq!(parse_size("x200"), Ok((None, Some(200))));
        for bad in ["", "x", "320", "0x5", "-1x5", "+1x5", "1x2x3", "ax5", "99999999999x1"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
        assert_eq!(RenditionConfig::sized("0320x").unwrap().name, "320x");
    }
}
