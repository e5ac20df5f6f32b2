//! Cases about keys that are legal and odd.

use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::ObjectKey;
use thumbgate_core::port::Condition;

use super::StorageFixture;

/// Legal keys that have tripped stores.
const ODD: &[&str] = &[
    "a b",
    "a+b%2Bc%25.jpg",
    "x//y",
    "./x",
    "x/../y",
    "..",
    "x/.",
    "/leading",
    "trailing/",
    "#1",
    "a\nb",
    "tab\tbed",
    "back\\slash",
    "quote\"'`",
    "question?mark=1&b=2",
    "star*",
    "<xml>&amp;",
    "pipe|tilde~caret^",
    "{brace}[bracket]",
    "$dollar;semi:colon,comma@at=eq!",
    "%",
    "%%",
    "%2E",
    "%2F",
    "\u{1f600}/\u{1f468}\u{200d}\u{1f469}.jpg",
    "ünï/cödé",
    " leading and trailing ",
    "CON",
    "-rf",
    "~",
];

/// Any legal key reads back, or is refused as `InvalidKey`; what is refused is printed.
pub async fn every_legal_key_works_or_is_refused(fixture: StorageFixture) {
    let mut refused = Vec::new();
    for (number, rest) in ODD.iter().enumerate() {
        // Each in a folder of its own: `x` and `x/y` may stand in each other's way.
        let key = format!("{number}/{rest}");
        match fixture.put(&key, rest.as_bytes(), Condition::IfAbsent).await {
            Ok(_) => {
                assert_eq!(fixture.get(&key).await.unwrap(), rest.as_bytes(), "{key:?}");
                assert_eq!(fixture.store.head(&fixture.key(&key)).await.unwrap().key, fixture.key(&key));
            }
            Err(error) => {
                assert_eq!(error.kind(), K::InvalidKey, "{key:?}: {error:?}");
                refused.push(key);
            }
        }
    }
    let longest = format!("{}{}", fixture.prefix, "n".repeat(1024 - fixture.prefix.len()));
    let longest = ObjectKey::parse(longest).unwrap();
    let put = thumbgate_core::port::PutOptions::when(Condition::IfAbsent);
    match thumbgate_core::port::ObjectWrite::put(&*fixture.store, &longest, "x".into(), &put).await {
        Ok(_) => assert_eq!(fixture.store.head(&longest).await.unwrap().size, 1),
        Err(error) => {
            assert_eq!(error.kind(), K::InvalidKey, "{error:?}");
            refused.push("a key of 1,024 bytes in one segment".to_owned());
        }
    }
    print_refused(&refused);
}

/// Keys that differ only in case, normalisation, slashes or escapes are different objects.
pub async fn keys_that_look_alike_are_different_objects(fixture: StorageFixture) {
    let alike = ["e\u{301}", "\u{e9}", "Case", "case", "s/x", "s//x", "s/%2E/x", "s/./x", "p%20q", "p q", "p+q"];
    let mut stored = Vec::new();
    for key in alike {
        match fixture.put(key, key.as_bytes(), Condition::IfAbsent).await {
            Ok(_) => stored.push(key),
            Err(error) => assert_eq!(error.kind(), K::InvalidKey, "{key:?}: {error:?}"),
        }
    }
    for key in stored {
        assert_eq!(fixture.get(key).await.unwrap(), key.as_bytes(), "{key:?}");
    }
}

#[expect(clippy::print_stderr, reason = "what a backend cannot do is told, never passed over")]
fn print_refused(refused: &[String]) {
    if !refused.is_empty() {
        eprintln!("this store refuses as InvalidKey: {refused:?}");
    }
}
