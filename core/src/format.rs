//! Picture formats: what can come in, what can go out, and their media types and suffixes.

use std::fmt;

/// The format of a source, as its content says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceFormat {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG, animated PNG included.
    Png,
    /// WebP, animated WebP included.
    WebP,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF.
    Tiff,
    /// AVIF: AV1 in the HEIF container.
    Avif,
    /// HEIC: HEVC in the HEIF container.
    Heic,
}

impl SourceFormat {
    /// Every format that can be decoded.
    pub const ALL: [Self; 8] =
        [Self::Jpeg, Self::Png, Self::WebP, Self::Gif, Self::Bmp, Self::Tiff, Self::Avif, Self::Heic];

    /// The format's name, as reports show it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Avif => "avif",
            Self::Heic => "heic",
        }
    }

    /// The suffixes that files of this format carry, in lower case and without the dot.
    #[must_use]
    pub fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png", "apng"],
            Self::WebP => &["webp"],
            Self::Gif => &["gif"],
            Self::Bmp => &["bmp", "dib"],
            Self::Tiff => &["tif", "tiff"],
            Self::Avif => &["avif", "avifs"],
            Self::Heic => &["heic", "heif", "hif", "heics", "heifs"],
        }
    }

    /// Whether a key's suffix, in any letter case, is one that can be decoded.
    ///
    /// ```
    /// use thumbgate_core::format::SourceFormat;
    /// assert!(SourceFormat::is_decodable_suffix("a/b.JPG"));
    /// assert!(!SourceFormat::is_decodable_suffix("a.jpg/readme"));
    /// ```
    #[must_use]
    pub fn is_decodable_suffix(key: &str) -> bool {
        let name = key.rsplit('/').next().unwrap_or(key);
        let Some((_, suffix)) = name.rsplit_once('.') else {
            return false;
        };
        Self::ALL.iter().flat_map(|format| format.suffixes()).any(|known| suffix.eq_ignore_ascii_case(known))
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The format of a rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutputFormat {
    /// JPEG, without transparency.
    Jpeg,
    /// PNG, lossless.
    Png,
    /// WebP, lossy.
    WebP,
    /// AVIF.
    Avif,
}

impl OutputFormat {
    /// Every format, in the order of documentation.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::WebP, Self::Avif];

    /// The name used in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Avif => "avif",
        }
    }

    /// The format that a name means (`jpg` is JPEG too).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "jpg" {
            return Some(Self::Jpeg);
        }
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// The format that a file name's suffix asks for, in any letter case.
    #[must_use]
    pub fn from_suffix(name: &str) -> Option<Self> {
        let (_, suffix) = name.rsplit_once('.')?;
        Self::from_name(&suffix.to_ascii_lowercase())
    }

    /// The suffix given to outputs, without the dot: `{ext}` of a key pattern.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.as_str(),
        }
    }

    /// The Content-Type (IANA media types).
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// Whether transparency can be kept.
    #[must_use]
    pub fn has_alpha(self) -> bool {
        self != Self::Jpeg
    }

    /// The longest side that the format can store, in pixels.
    ///
    /// JPEG: 16-bit fields (T.81, B.2.2). WebP: 14 bits (RFC 9649, 2.5). PNG and AVIF could store
    /// more than anybody may ask for here.
    #[must_use]
    pub fn side_max(self) -> u32 {
        match self {
            Self::WebP => 16_383,
            Self::Jpeg | Self::Png | Self::Avif => 65_535,
        }
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::OutputFormat;

    #[test]
    fn names_and_suffixes_lead_back() {
        for format in OutputFormat::ALL {
            assert_eq!(OutputFormat::from_name(format.as_str()), Some(format));
            assert_eq!(OutputFormat::from_suffix(&format!("x.{}", format.extension().to_uppercase())), Some(format));
        }
        assert_eq!(OutputFormat::from_suffix("jpg"), None);
    }
}
