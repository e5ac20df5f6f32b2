//! Cases of `ObjectList`.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use thumbgate_core::error::{StorageError, StorageErrorKind as K};
use thumbgate_core::object::KeyPrefix;
use thumbgate_core::port::{Condition, Entry};

use super::StorageFixture;

/// Every object below the prefix is listed once, none from elsewhere.
pub async fn a_listing_is_complete_and_exact(fixture: StorageFixture) {
    for key in ["in/a", "in/b/c", "in/b/d e+f%2B.jpg", "in/ü", "inX/no", "other/no"] {
        fixture.put(key, b"xyz", Condition::Always).await.unwrap();
    }
    let listed = listed(&fixture, "in").await.unwrap();
    assert_eq!(listed.keys().collect::<Vec<_>>(), ["in/a", "in/b/c", "in/b/d e+f%2B.jpg", "in/ü"]);
    assert!(listed.values().all(|size| *size == 3), "{listed:?}");
}

/// A prefix with nothing below it lists nothing (a store of folders may say that it is not there).
pub async fn an_empty_prefix_lists_nothing(fixture: StorageFixture) {
    fixture.put("a", b"", Condition::Always).await.unwrap();
    match listed(&fixture, "nothing").await {
        Ok(listed) => assert!(listed.is_empty(), "{listed:?}"),
        Err(error) => assert_eq!(error.kind(), K::NotFound),
    }
}

/// A listing of several pages has the entries of all of them.
pub async fn a_long_listing_has_every_page(fixture: StorageFixture) {
    let count = fixture.page * 2 + 3;
    for number in 0..count {
        fixture.put(&format!("many/{number:04}"), b"x", Condition::Always).await.unwrap();
    }
    assert_eq!(listed(&fixture, "many").await.unwrap().len(), count);
}

async fn listed(fixture: &StorageFixture, below: &str) -> Result<BTreeMap<String, u64>, StorageError> {
    let prefix = KeyPrefix::parse(&format!("{}{below}", fixture.prefix)).unwrap();
    let mut entries = fixture.store.list(&prefix).await?;
    let mut listed = BTreeMap::new();
    while let Some(entry) = entries.next().await {
        match entry? {
            Entry::Object { key, size } => {
                let rest = key.as_str().strip_prefix(fixture.prefix.as_str()).unwrap_or("a key from elsewhere");
                assert_eq!(listed.insert(rest.to_owned(), size), None, "{rest} is listed twice");
            }
            Entry::Unusable { name, error } => panic!("`{name}` is listed as unusable: {error:?}"),
        }
    }
    Ok(listed)
}
