//! What a file system does not keep of an object: its media type, its metadata and the hash that
//! is its ETag, in a small JSON file below `.thumbgate/meta/`.
//!
//! The content is moved into place first, its sidecar second. Whoever dies in between leaves a
//! sidecar that does not belong to its content, and so does everybody else who writes over the
//! content; that is found out (see [`Sidecar::belongs_to`]) and the content then counts as an
//! object without metadata.
//!
//! A sidecar file bears its content's modification time as its own. It is not in the JSON, which
//! is the same for every run that makes the same object.

use std::fs::{File, Metadata as FileMetadata};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::time::SystemTime;

use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thumbgate_core::error::StorageError;
use thumbgate_core::object::{ETag, Metadata, ObjectKey};
use thumbgate_core::port::PutOptions;

use crate::disk::Folder;
use crate::error::{io, os};
use crate::names::OWN;

/// The longest sidecar that is read: metadata is a few hundred bytes.
const SIDECAR_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    key: String,
    size: u64,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Metadata,
}

impl Sidecar {
    /// The sidecar of a content that is about to be written.
    pub(crate) fn new(key: &ObjectKey, content: &[u8], options: &PutOptions) -> Self {
        Self {
            key: key.as_str().to_owned(),
            size: u64::try_from(content.len()).unwrap_or(u64::MAX),
            sha256: hex(&Sha256::digest(content)),
            media_type: options.media_type.clone(),
            cache_control: options.cache_control.clone(),
            metadata: options.metadata.clone(),
        }
    }

    /// The object's ETag: half of its content's SHA-256.
    pub(crate) fn etag(&self) -> ETag {
        ETag::new(format!("\"{}\"", self.sha256.get(..32).unwrap_or(&self.sha256)))
    }

    /// Writes it as a new file with the modification time of its content.
    pub(crate) fn write(&self, folder: &Folder, name: &str, modified: SystemTime) -> Result<(), StorageError> {
        let text = serde_json::to_vec(self).map_err(|error| io(&error.into(), "writing metadata"))?;
        let mut file = folder.create_new(name).map_err(|errno| os(errno, "writing metadata"))?;
        // Not synced: a sidecar that a power cut spoils does not parse, and then counts as absent.
        file.write_all(&text).and_then(|()| file.set_modified(modified)).map_err(|error| io(&error, "writing metadata"))
    }

    /// Reads the sidecar of a key; `None` when there is none that belongs to the open content.
    pub(crate) fn read(root: &Folder, key: &ObjectKey, content: &File) -> Result<Option<Self>, StorageError> {
        let (folder, name) = place(key);
        let file = match root.descend([OWN, "meta", &folder]).and_then(|folder| folder.open_file(&name)) {
            Ok(file) => file,
            // What is no file of ours is no sidecar either.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::ISDIR | Errno::LOOP) => return Ok(None),
            Err(errno) => return Err(os(errno, "reading metadata").at(key)),
        };
        let failed = |error: std::io::Error| io(&error, "reading metadata").at(key);
        let (own, theirs) = (file.metadata().map_err(failed)?, content.metadata().map_err(failed)?);
        let mut text = Vec::new();
        file.take(SIDECAR_BYTES_MAX).read_to_end(&mut text).map_err(failed)?;
        let Ok(sidecar) = serde_json::from_slice::<Self>(&text) else { return Ok(None) };
        Ok(sidecar.belongs_to(key, &own, &theirs, content).map_err(failed)?.then_some(sidecar))
    }

    /// Whether this sidecar was written with that content.
    ///
    /// It does without a look at the content when both have the same modification time and the
    /// content's inode was not touched after the sidecar's: the modification time can be set back
    /// after a change (`touch -d`, `rsync -t`, a restored backup), the change time of an inode
    /// cannot. In every other case the hash decides.
    fn belongs_to(
        &self,
        key: &ObjectKey,
        own: &FileMetadata,
        theirs: &FileMetadata,
        content: &File,
    ) -> Result<bool, std::io::Error> {
        if self.key != key.as_str() || self.size != theirs.len() {
            return Ok(false);
        }
        let modified = |meta: &FileMetadata| (meta.mtime(), meta.mtime_nsec());
        let touched = |meta: &FileMetadata| (meta.ctime(), meta.ctime_nsec());
        if modified(own) == modified(theirs) && touched(own) >= touched(theirs) {
            return Ok(true);
        }
        let mut hash = Sha256::new();
        let (mut buffer, mut at) = (vec![0; 64 * 1024], 0);
        loop {
            let count = std::os::unix::fs::FileExt::read_at(content, &mut buffer, at)?;
            if count == 0 {
                return Ok(hex(&hash.finalize()) == self.sha256);
            }
            hash.update(buffer.get(..count).unwrap_or_default());
            at += u64::try_from(count).unwrap_or(0);
        }
    }
}

/// The folder below `.thumbgate/meta` and the file name of a key's sidecar.
///
/// The hash of the key, because a key with a suffix could be longer than a name may be.
pub(crate) fn place(key: &ObjectKey) -> (String, String) {
    let digest = hex(&Sha256::digest(key.as_str().as_bytes()));
    let (folder, name) = digest.split_at_checked(2).unwrap_or(("00", &digest));
    (folder.to_owned(), format!("{name}.json"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
