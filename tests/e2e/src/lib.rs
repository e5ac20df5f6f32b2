//! Apps and backends together.
