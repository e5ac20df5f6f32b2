//! Storage ports over local folders.
