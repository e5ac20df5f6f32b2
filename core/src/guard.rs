//! A storage port behind an authorizer: nothing is asked of the backend that is not allowed.
//!
//! The one table from port method to action: `head` and `get` are `s3:GetObject`, `put` is
//! `s3:PutObject`, `list` is `s3:ListBucket` with `s3:prefix`, `delete` is `s3:DeleteObject`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::access::{AccessRequest, Action, ContextValue, Decision, Denial, Principal, Resource};
use crate::error::{StorageError, StorageErrorKind};
use crate::object::{Bucket, KeyPrefix, ObjectKey, ObjectMeta};
use crate::port::{
    Authorizer, Condition, EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite, PutOptions,
    Written,
};

/// How the keys of a physical store are named in policies.
///
/// A folder that stands for `s3://photos-in/uploads/` has bucket `photos-in`, physical prefix
/// empty and logical prefix `uploads/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The bucket that policies name.
    pub bucket: Bucket,
    /// The prefix of the store's own keys.
    pub physical: KeyPrefix,
    /// The prefix that stands in its place in policies.
    pub logical: KeyPrefix,
}

impl Naming {
    /// A store whose keys are named as they are.
    #[must_use]
    pub fn plain(bucket: Bucket) -> Self {
        Self { bucket, physical: KeyPrefix::default(), logical: KeyPrefix::default() }
    }

    fn object(&self, key: &ObjectKey) -> Result<Resource, StorageError> {
        let outside =
            || StorageError::new(StorageErrorKind::Denied, "the key has no name in the guarded bucket").at(key);
        let rest = self.physical.strip(key).ok_or_else(outside)?;
        let logical = ObjectKey::parse(format!("{}{rest}", self.logical.as_str())).map_err(|_| outside())?;
        Ok(Resource::Object(self.bucket.clone(), logical))
    }

    fn prefix(&self, prefix: &KeyPrefix) -> KeyPrefix {
        match prefix.as_str().strip_prefix(self.physical.as_str()) {
            Some(rest) => {
                KeyPrefix::parse(&format!("{}{rest}", self.logical.as_str())).unwrap_or_else(|_| prefix.clone())
            }
            None => prefix.clone(),
        }
    }
}

/// A port that asks the authorizer first.
#[derive(Debug)]
pub struct Guarded<T: ?Sized> {
    inner: Arc<T>,
    authorizer: Arc<dyn Authorizer>,
    principal: Principal,
    naming: Naming,
}

impl<T: ?Sized> Guarded<T> {
    /// Guards `inner`: everything is asked for as `principal`, under the names of `naming`.
    #[must_use]
    pub fn new(inner: Arc<T>, authorizer: Arc<dyn Authorizer>, principal: Principal, naming: Naming) -> Self {
        Self { inner, authorizer, principal, naming }
    }

    fn decide(&self, action: Action, resource: Resource, context: Vec<ContextValue>) -> Decision {
        self.authorizer.decide(&AccessRequest { principal: self.principal.clone(), action, resource, context })
    }

    fn ask(&self, action: Action, resource: Resource, context: Vec<ContextValue>) -> Result<(), StorageError> {
        let decision = self.decide(action, resource, context);
        if decision.is_allowed() {
            return Ok(());
        }
        let message = format!("{} may not {}", self.principal, action.as_str());
        Err(StorageError::new(StorageErrorKind::Denied, message).because(Denial(decision)))
    }

    fn ask_for_object(&self, action: Action, key: &ObjectKey, context: Vec<ContextValue>) -> Result<(), StorageError> {
        let resource = self.naming.object(key)?;
        self.ask(action, resource, context).map_err(|error| error.at(key))
    }

    /// What the caller learns of a key that is not there: without `s3:ListBucket` S3 answers 403,
    /// so that nobody learns which keys exist (API Reference, GetObject and HeadObject,
    /// "Permissions").
    fn hide_absence(&self, error: StorageError, key: &ObjectKey) -> StorageError {
        if error.kind() != StorageErrorKind::NotFound {
            return error;
        }
        let bucket = Resource::Bucket(self.naming.bucket.clone());
        let decision = self.decide(Action::ListBucket, bucket, Vec::new());
        if decision.is_allowed() {
            return error;
        }
        let message = "the object is not there, or may not be read (without s3:ListBucket S3 does not tell which)";
        StorageError::new(StorageErrorKind::Denied, message).at(key).because(Denial(decision))
    }
}

/// The condition keys of a put (Service Authorization Reference, Amazon S3): which header it has,
/// and that it makes an object, as the parts of a multipart upload do not.
fn put_context(condition: &Condition) -> Vec<ContextValue> {
    let creates = ContextValue { key: "s3:ObjectCreationOperation", value: "true".to_owned() };
    match condition {
        Condition::Always => vec![creates],
        Condition::IfAbsent => vec![creates, ContextValue { key: "s3:if-none-match", value: "*".to_owned() }],
        Condition::IfMatch(etag) => {
            vec![creates, ContextValue { key: "s3:if-match", value: etag.as_str().to_owned() }]
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ObjectRead + ?Sized> ObjectRead for Guarded<T> {
    async fn head(&self, key: &ObjectKey) -> Result<ObjectMeta, StorageError> {
        self.ask_for_object(Action::GetObject, key, Vec::new())?;
        self.inner.head(key).await.map_err(|error| self.hide_absence(error, key))
    }

    async fn get(&self, key: &ObjectKey, what: &Get) -> Result<ObjectBody, StorageError> {
        self.ask_for_object(Action::GetObject, key, Vec::new())?;
        self.inner.get(key, what).await.map_err(|error| self.hide_absence(error, key))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ObjectWrite + ?Sized> ObjectWrite for Guarded<T> {
    async fn put(&self, key: &ObjectKey, content: Bytes, options: &PutOptions) -> Result<Written, StorageError> {
        self.ask_for_object(Action::PutObject, key, put_context(&options.condition))?;
        self.inner.put(key, content, options).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ObjectList + ?Sized> ObjectList for Guarded<T> {
    async fn list(&self, prefix: &KeyPrefix) -> Result<EntryStream, StorageError> {
        let bucket = Resource::Bucket(self.naming.bucket.clone());
        let context = AccessRequest::prefix_context(&self.naming.prefix(prefix));
        self.ask(Action::ListBucket, bucket, context)?;
        self.inner.list(prefix).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ObjectDelete + ?Sized> ObjectDelete for Guarded<T> {
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        self.ask_for_object(Action::DeleteObject, key, Vec::new())?;
        self.inner.delete(key).await
    }
}
