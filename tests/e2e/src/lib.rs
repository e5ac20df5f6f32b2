//! Apps and backends together: see `tests/it`. The library itself is empty, but for the guide to
//! testing, whose examples are compiled and run here, where every crate is at hand.
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/testing.md")]
struct GuideToTesting;
