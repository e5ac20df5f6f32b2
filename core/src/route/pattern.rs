//! Key patterns: how an output's key is made of its source's key and the rendition.

use crate::object::escape_controls;
use crate::rendition::Rendition;

/// The default pattern of destination keys.
pub const DEFAULT_PATTERN: &str = "{path}/{name}.{rendition}.{ext}";

/// The longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 512;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A placeholder that there is not.
    #[error("`{{{0}}}` is no placeholder: use {{path}}, {{name}}, {{rendition}}, {{ext}}")]
    Unknown(String),
    /// A brace without its partner.
    #[error("`{0}` has a brace without its partner")]
    Brace(String),
    /// The pattern is too long.
    #[error("the key pattern is longer than 512 bytes")]
    TooLong,
    /// Two sources could get one output key.
    #[error("pattern `{pattern}` could give two sources one key: {why}")]
    Sources {
        /// The pattern.
        pattern: String,
        /// What it lacks.
        why: &'static str,
    },
    /// Two renditions could get one output key.
    #[error("pattern `{pattern}` could give renditions `{first}` and `{second}` one key: put `.{{rendition}}.` in it")]
    Renditions {
        /// The pattern.
        pattern: String,
        /// One rendition.
        first: String,
        /// The other.
        second: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    /// `{path}/`: everything of the key up to and with its last slash; empty where it has none.
    Path,
    /// `{name}`: what follows the last slash, its suffix included.
    Name,
    Rendition,
    Ext,
}

/// A pattern of output keys.
///
/// Invariant: two different sources never get one key for the same rendition. That holds because
/// `{path}/` stands in it exactly once and before a `{name}`: from an output, the text after the
/// last `{name}` and before `{path}/` is known, names hold no slash, so name and path can be read
/// back.
///
/// ```
/// use thumbgate_core::route::KeyPattern;
/// assert!(KeyPattern::parse("{path}/{name}.{rendition}.{ext}").is_ok());
/// assert!(KeyPattern::parse("{name}.{rendition}.{ext}").is_err()); // a/x.jpg and b/x.jpg collide
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPattern {
    text: String,
    tokens: Vec<Token>,
}

impl KeyPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`] when it is malformed or could give two sources one key.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(PatternError::TooLong);
        }
        let tokens = tokenize(text)?;
        let refuse = |why| Err(PatternError::Sources { pattern: escape_controls(text).to_string(), why });
        let paths: Vec<_> = tokens.iter().enumerate().filter(|(_, token)| **token == Token::Path).collect();
        let first_name = tokens.iter().position(|token| *token == Token::Name);
        match (paths.as_slice(), first_name) {
            ([], _) => refuse("it lacks `{path}/`, so files of one name in two folders meet"),
            (_, None) => refuse("it lacks `{name}`, so files of one folder meet"),
            ([(path, _)], Some(name)) if *path < name => Ok(Self { text: text.to_owned(), tokens }),
            ([_], _) => refuse("`{path}/` must come before `{name}`"),
            _ => refuse("`{path}/` may stand in it only once"),
        }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The output key, relative to the destination's prefix.
    #[must_use]
    pub fn expand(&self, source: &str, rendition: &Rendition) -> String {
        let (path, name) = match source.rfind('/') {
            Some(slash) => source.split_at(slash + 1),
            None => ("", source),
        };
        self.tokens.iter().fold(String::new(), |key, token| {
            key + match token {
                Token::Text(text) => text,
                Token::Path => path,
                Token::Name => name,
                Token::Rendition => rendition.name.as_str(),
                Token::Ext => rendition.format.extension(),
            }
        })
    }

    /// Checks that no two of the renditions can get one key, whatever their sources.
    ///
    /// # Errors
    /// [`PatternError::Renditions`] unless that is proved; a safe pattern may be refused.
    pub fn check_collisions<'r>(&self, renditions: impl Iterator<Item = &'r Rendition>) -> Result<(), PatternError> {
        let shapes: Vec<_> = renditions.map(|rendition| (rendition, self.shape(rendition))).collect();
        for (index, (first, first_shape)) in shapes.iter().enumerate() {
            for (second, second_shape) in shapes.iter().skip(index + 1) {
                if !first_shape.disjoint(second_shape) {
                    return Err(PatternError::Renditions {
                        pattern: escape_controls(&self.text).to_string(),
                        first: first.name.to_string(),
                        second: second.name.to_string(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The fixed texts around path and name, for one rendition.
    fn shape(&self, rendition: &Rendition) -> Shape {
        let mut shape = Shape { head: String::new(), middle: None, tail: String::new() };
        let mut seen_path = false;
        for token in &self.tokens {
            let text = match token {
                Token::Text(text) => text,
                Token::Rendition => rendition.name.as_str(),
                Token::Ext => rendition.format.extension(),
                Token::Path => {
                    seen_path = true;
                    continue;
                }
                Token::Name => {
                    // Between path and the *first* name; more names make the middle unusable.
                    let text = std::mem::take(&mut shape.tail);
                    shape.middle = if shape.middle.is_none() { Some(text) } else { Some(String::new()) };
                    continue;
                }
            };
            if seen_path { shape.tail.push_str(text) } else { shape.head.push_str(text) }
        }
        shape
    }
}

/// The fixed texts of a pattern: `head` path `middle` name `tail`.
struct Shape {
    head: String,
    middle: Option<String>,
    tail: String,
}

impl Shape {
    /// Whether no key has both shapes: a proof, so `false` may also mean "not proved".
    fn disjoint(&self, other: &Self) -> bool {
        // All keys begin with the head: two heads of which neither begins the other never meet.
        let heads = !self.head.starts_with(&other.head) && !other.head.starts_with(&self.head);
        // Likewise all end with the tail.
        let tails = !self.tail.ends_with(&other.tail) && !other.tail.ends_with(&self.tail);
        heads || tails || self.folders_differ(other)
    }

    /// Whether the folder that holds the name ends differently, as in `{path}/{rendition}/{name}`.
    ///
    /// With equal tails without a slash, all after the key's last slash belongs to the name's own
    /// segment, and what stands before it ends with the fixed text before that slash.
    fn folders_differ(&self, other: &Self) -> bool {
        let folder = |shape: &Self| {
            let middle = shape.middle.as_deref()?;
            let (folder, _) = middle.rsplit_once('/')?;
            // The segment is known whole only when a slash (that of the path, or the fixed
            // text's own) closes it on the left; the path may be empty, then the head does.
            Some(format!("/{folder}"))
        };
        let same_tail = self.tail == other.tail && !self.tail.contains('/') && self.head == other.head;
        let head_closes = self.head.is_empty() || self.head.ends_with('/');
        match (folder(self), folder(other)) {
            (Some(a), Some(b)) if same_tail && head_closes => !a.ends_with(&b) && !b.ends_with(&a),
            _ => false,
        }
    }
}

fn tokenize(text: &str) -> Result<Vec<Token>, PatternError> {
    let brace = || PatternError::Brace(escape_controls(text).to_string());
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (before, after) = rest.split_once('{').unwrap_or((rest, ""));
        if before.contains('}') {
            return Err(brace());
        }
        if !before.is_empty() {
            tokens.push(Token::Text(before.to_owned()));
        }
        if before.len() == rest.len() {
            break;
        }
        let (name, tail) = after.split_once('}').ok_or_else(brace)?;
        rest = tail;
        tokens.push(match name {
            "path" => {
                // The slash belongs to the path: it goes where the path goes, and without it
                // `/x` and `x` would meet.
                rest = tail.strip_prefix('/').ok_or_else(|| PatternError::Sources {
                    pattern: escape_controls(text).to_string(),
                    why: "`{path}` must be followed by a slash",
                })?;
                Token::Path
            }
            "name" => Token::Name,
            "rendition" => Token::Rendition,
            "ext" => Token::Ext,
            other => return Err(PatternError::Unknown(escape_controls(other).to_string())),
        });
    }
    Ok(tokens)
}
