//! Storage ports over the object_store crate.
