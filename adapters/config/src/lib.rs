//! Reads thumbgate.toml into the core's validated types.
