//! A folder that stands for a bucket: events name the bucket's keys, the folder holds what lies below
//! the configured prefix.

use thumbgate_config::StoreUrl;
use thumbgate_core::event::Change;
use thumbgate_core::generate::SkipReason;
use thumbgate_core::object::{Bucket, KeyPrefix, ObjectKey, ObjectRef};
use thumbgate_core::route::NotASource;

/// What a folder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    bucket: Bucket,
    prefix: KeyPrefix,
}

impl Standing {
    /// The place of a configuration, where it is no folder itself.
    pub(super) fn of(place: StoreUrl) -> Option<Self> {
        match place {
            StoreUrl::S3 { bucket, prefix } | StoreUrl::Memory { name: bucket, prefix } => {
                Some(Self { bucket, prefix })
            }
            StoreUrl::Folder { .. } => None,
        }
    }

    /// The change with the key that its object has in the folder; what lies elsewhere is skipped.
    pub(super) fn placed(&self, mut change: Change) -> Result<Change, SkipReason> {
        let object = match &mut change {
            Change::Created(created) => &mut created.object,
            Change::Removed(removed) => &mut removed.object,
            Change::Other { .. } => return Ok(change),
        };
        object.key = self.key(object)?;
        Ok(change)
    }

    fn key(&self, object: &ObjectRef) -> Result<ObjectKey, SkipReason> {
        if object.bucket != self.bucket {
            return Err(SkipReason::AnotherBucket);
        }
        let elsewhere = SkipReason::NotASource(NotASource::Elsewhere);
        let relative = self.prefix.strip(&object.key).ok_or(elsewhere.clone())?;
        ObjectKey::parse(relative.to_owned()).map_err(|_| elsewhere)
    }
}
