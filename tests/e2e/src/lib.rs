//! Apps and backends together: see `tests/it`. The library itself is empty.
#![forbid(unsafe_code)]
