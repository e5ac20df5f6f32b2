//! Where objects are, as users write it: `s3://bucket/prefix`, `memory://name`, `file:///dir`, or
//! a plain path.

use std::fmt;
use std::path::{Path, PathBuf};

use thumbgate_core::object::{Bucket, KeyPrefix, NameError, ObjectKey, escape_controls};
use thumbgate_core::route::Location;

/// Why a text is no place for objects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The scheme is not known.
    #[error("`{0}://` is no known scheme: use s3://, file://, memory:// or a plain path")]
    Scheme(String),
    /// The scheme is not known, or holds no single object that outlives the command.
    #[error("`{0}://` names no single picture: use a path, file://, s3://bucket/key or -")]
    ObjectScheme(String),
    /// The bucket, prefix or key is no such name.
    #[error("`{0}`: {1}")]
    Name(String, NameError),
    /// A `file://` URL with a host.
    #[error("`{0}` names a host: write file:///path, with three slashes")]
    Host(String),
    /// A path that a shell would have expanded.
    #[error("`{0}` is not expanded here: write the whole path (or `./{0}` for a folder of that name)")]
    Shell(String),
    /// The text is empty.
    #[error("the URL is empty")]
    Empty,
}

/// A place for objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `s3://bucket/prefix`
    S3 {
        /// The bucket.
        bucket: Bucket,
        /// The prefix of its keys.
        prefix: KeyPrefix,
    },
    /// `memory://name/prefix`: lives as long as the process.
    Memory {
        /// The name, which stands for the bucket.
        name: Bucket,
        /// The prefix of its keys.
        prefix: KeyPrefix,
    },
    /// `file:///dir` or a plain path.
    Folder {
        /// The folder.
        path: PathBuf,
        /// The text, as its user wrote it.
        text: String,
    },
}

impl StoreUrl {
    /// Parses what a user wrote.
    ///
    /// `uploads` at the end means `uploads/`, never `uploadsX/`.
    ///
    /// # Errors
    /// [`UrlError`] when the text is none of the forms.
    ///
    /// ```
    /// use thumbgate_config::StoreUrl;
    /// assert_eq!(StoreUrl::parse("s3://in/uploads")?.to_string(), "s3://in/uploads/");
    /// assert!(StoreUrl::parse("ftp://in/uploads").is_err());
    /// # Ok::<(), thumbgate_config::UrlError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            // A folder named `~` is never what was meant.
            if text == "~" || text.starts_with("~/") || text.starts_with('$') {
                return Err(UrlError::Shell(escape_controls(text).to_string()));
            }
            return Ok(Self::Folder { path: PathBuf::from(text), text: text.to_owned() });
        };
        let shown = || escape_controls(text).to_string();
        let named = |rest: &str| {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let bucket = Bucket::parse(bucket).map_err(|error| UrlError::Name(shown(), error))?;
            let prefix = KeyPrefix::parse(prefix).map_err(|error| UrlError::Name(shown(), error))?;
            Ok((bucket, prefix))
        };
        match scheme {
            "s3" => named(rest).map(|(bucket, prefix)| Self::S3 { bucket, prefix }),
            "memory" => named(rest).map(|(name, prefix)| Self::Memory { name, prefix }),
            "file" if rest.starts_with('/') => Ok(Self::Folder { path: PathBuf::from(rest), text: text.to_owned() }),
            "file" => Err(UrlError::Host(shown())),
            other => Err(UrlError::Scheme(escape_controls(other).to_string())),
        }
    }

    /// The location that the core plans with.
    ///
    /// A folder's path is made absolute and its links are resolved as far as it is there, so that
    /// two spellings of one folder are known to be one.
    #[must_use]
    pub fn location(&self) -> Location {
        match self {
            Self::S3 { bucket, prefix } => Location::bucket("s3", bucket.clone(), prefix.clone()),
            Self::Memory { name, prefix } => Location::bucket("memory", name.clone(), prefix.clone()),
            Self::Folder { path, text } => Location::folder(&resolved(path).to_string_lossy(), text),
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Memory { name, prefix } => write!(f, "memory://{name}/{prefix}"),
            Self::Folder { text, .. } => write!(f, "{}", escape_controls(text)),
        }
    }
}

/// One object, as users write it: `s3://bucket/key` or `file:///path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectUrl {
    /// `s3://bucket/key`
    S3 {
        /// The bucket.
        bucket: Bucket,
        /// The key.
        key: ObjectKey,
    },
    /// `file:///path`
    File(PathBuf),
}

impl ObjectUrl {
    /// Parses what a user wrote.
    ///
    /// # Errors
    /// [`UrlError`] when the text is none of the forms.
    ///
    /// ```
    /// use thumbgate_config::ObjectUrl;
    /// assert_eq!(ObjectUrl::parse("s3://in/uploads/a.jpg")?.to_string(), "s3://in/uploads/a.jpg");
    /// assert!(ObjectUrl::parse("s3://in/").is_err()); // a bucket is no object
    /// # Ok::<(), thumbgate_config::UrlError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let shown = || escape_controls(text).to_string();
        match text.split_once("://") {
            Some(("s3", rest)) => {
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                let bucket = Bucket::parse(bucket).map_err(|error| UrlError::Name(shown(), error))?;
                let key = ObjectKey::parse(key).map_err(|error| UrlError::Name(shown(), error))?;
                Ok(Self::S3 { bucket, key })
            }
            Some(("file", path)) if path.starts_with('/') => Ok(Self::File(PathBuf::from(path))),
            Some(("file", _)) => Err(UrlError::Host(shown())),
            Some((other, _)) => Err(UrlError::ObjectScheme(escape_controls(other).to_string())),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::File(path) => write!(f, "{}", escape_controls(&path.to_string_lossy())),
        }
    }
}

/// The path with its links resolved; parts that are not there yet are taken as they are written.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    match there {
        Some((ancestor, canonical)) => match absolute.strip_prefix(ancestor) {
            Ok(rest) if rest.as_os_str().is_empty() => canonical,
            Ok(rest) => normalised(&canonical.join(rest)),
            Err(_) => absolute,
        },
        None => absolute,
    }
}

/// The path without `.` and `..`, by text: for parts that are not there, so that no link is among
/// them.
fn normalised(path: &Path) -> PathBuf {
    use std::path::Component;
    path.components().fold(PathBuf::new(), |mut whole, part| {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            other => whole.push(other),
        }
        whole
    })
}

#[cfg(test)]
mod tests {
    use super::{StoreUrl, resolved};

    #[test]
    fn the_table_of_urls() {
        for (text, shown) in [
            ("s3://in", "s3://in/"),
            ("s3://in/a/b", "s3://in/a/b/"),
            ("s3://in//a", "s3://in//a/"),
            ("memory://m", "memory://m/"),
            ("./photos", "./photos"),
            ("file:///tmp/x", "file:///tmp/x"),
        ] {
            assert_eq!(StoreUrl::parse(text).unwrap().to_string(), shown);
        }
        for bad in ["", "~", "~/out", "$HOME/out", "s3://", "s3://a b/", "http://x/", "file://host/x", "S3://x"] {
            assert!(StoreUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_spellings_of_a_folder_are_one_place() {
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        assert_eq!(resolved(std::path::Path::new("./not/../there")), here.join("there"));
        assert_eq!(resolved(std::path::Path::new(".")), here);
        let place = |text| StoreUrl::parse(text).unwrap().location();
        assert!(place("./not-there/x/..").overlaps(&place("not-there")));
        assert!(!place("not-there-1").overlaps(&place("not-there-2")));
    }
}
