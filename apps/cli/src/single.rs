//! One picture by its name: a file, an S3 object, or a standard stream.

use std::ffi::OsStr;
use std::fmt;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use thumbgate_config::ObjectUrl;
use thumbgate_core::error::{Failure, RenderError, StorageError, StorageErrorKind};
use thumbgate_core::limits::Limits;
use thumbgate_core::object::{Bucket, ETag, Metadata, ObjectKey, ObjectMeta, escape_controls};
use thumbgate_core::plan::Plan;
use thumbgate_core::port::{
    Condition, Get, ObjectBody, ObjectRead as _, ObjectWrite as _, PutOptions, Rendered, Renderer as _,
};
use thumbgate_core::rendition::Rendition;
use thumbgate_imaging::Imaging;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::exit::Stop;
use crate::stores::Stores;

/// How much is read of the standard input at once.
const PART_BYTES: usize = 64 * 1024;

/// Where one picture is, or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `-`
    Stream,
    /// A path.
    File(PathBuf),
    /// `s3://bucket/key`
    Object(Bucket, ObjectKey),
}

impl Place {
    pub(crate) fn parse(text: &OsStr) -> Result<Self, Stop> {
        if text == "-" {
            return Ok(Self::Stream);
        }
        match text.to_str() {
            Some(url) if url.contains("://") => match ObjectUrl::parse(url) {
                Ok(ObjectUrl::File(path)) => Ok(Self::File(path)),
                Ok(ObjectUrl::S3 { bucket, key }) => Ok(Self::Object(bucket, key)),
                Err(error) => Err(Stop::usage(error.to_string())),
            },
            _ => Ok(Self::File(PathBuf::from(text))),
        }
    }

    /// The name's end, for its suffix.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stream => "-".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Object(bucket, key) => format!("s3://{bucket}/{}", key.as_str()),
        }
    }

    /// Opens it for reading.
    pub(crate) async fn open(&self, stores: &Stores, limits: &Limits) -> Result<ObjectBody, Trouble> {
        match self {
            Self::Stream => Ok(read_stream(limits).await?),
            Self::File(path) => Ok(thumbgate_fs::open_path(path).await?),
            Self::Object(bucket, key) => {
                let bucket = stores.bucket(bucket, None).await?;
                Ok(bucket.get(key, &Get::default()).await?)
            }
        }
    }

    /// Stores a thumbnail there, over whatever was there.
    pub(crate) async fn write(&self, stores: &Stores, content: Bytes, media_type: &str) -> Result<(), Trouble> {
        match self {
            Self::Stream => Ok(write_stream(&content).await.map_err(Stop::from)?),
            Self::File(path) => Ok(thumbgate_fs::replace_path(path, content).await?),
            Self::Object(bucket, key) => {
                let bucket = stores.bucket(bucket, None).await?;
                let options =
                    PutOptions { media_type: Some(media_type.to_owned()), ..PutOptions::when(Condition::Always) };
                bucket.put(key, content, &options).await?;
                Ok(())
            }
        }
    }

    /// Whether writing to `other` would overwrite this.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(one), Self::File(two)) => thumbgate_fs::is_same_file(one, two),
            (Self::Object(..), Self::Object(..)) => self == other,
            _ => false,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", escape_controls(&self.name()))
    }
}

/// Why a picture was not made or not told about.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The place as a whole is no good: the command ends with this.
    Stop(Stop),
    /// The picture or its object failed.
    Failed(Failure),
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        Self::Failed(Failure::from(&error))
    }
}

impl From<RenderError> for Trouble {
    fn from(error: RenderError) -> Self {
        Self::Failed(Failure::from(&error))
    }
}

/// Opens, plans and renders one body.
pub(crate) async fn render(body: ObjectBody, wanted: &Rendition, limits: &Limits) -> Result<Rendered, RenderError> {
    let picture = Imaging::new().open(body, limits).await?;
    let plan = Plan::new(picture.info(), std::slice::from_ref(wanted), limits)?;
    picture.render(&plan).await
}

/// A body that is in memory already.
pub(crate) fn in_memory(name: &str, content: Bytes) -> Result<ObjectBody, StorageError> {
    let key =
        ObjectKey::parse(name).map_err(|error| StorageError::new(StorageErrorKind::InvalidKey, error.to_string()))?;
    let meta = ObjectMeta {
        key,
        size: u64::try_from(content.len()).unwrap_or(u64::MAX),
        etag: ETag::new("\"-\""),
        version: None,
        modified: None,
        media_type: None,
        cache_control: None,
        metadata: Metadata::new(),
    };
    Ok(ObjectBody { meta, bytes: Box::pin(futures_util::stream::once(std::future::ready(Ok(content)))) })
}

/// The standard input, whole: what is piped in cannot be asked for a second time.
async fn read_stream(limits: &Limits) -> Result<ObjectBody, StorageError> {
    if std::io::stdin().is_terminal() {
        return Err(StorageError::new(
            StorageErrorKind::Unsupported,
            "the standard input is a terminal: pipe a picture in",
        ));
    }
    let failed =
        |error: std::io::Error| StorageError::new(StorageErrorKind::Io, "reading the standard input").because(error);
    let mut input = tokio::io::stdin();
    let mut content = BytesMut::new();
    // One byte over the limit is enough to be refused for it.
    while u64::try_from(content.len()).unwrap_or(u64::MAX) <= limits.source_bytes {
        content.reserve(PART_BYTES);
        if input.read_buf(&mut content).await.map_err(failed)? == 0 {
            break;
        }
    }
    in_memory("-", content.freeze())
}

async fn write_stream(content: &[u8]) -> std::io::Result<()> {
    let mut output = tokio::io::stdout();
    output.write_all(content).await?;
    output.flush().await
}
