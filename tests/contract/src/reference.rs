//! A small store and a small renderer: the plainest things that keep the contracts, so that
//! core's own tests need no adapter.

mod renderer;
mod store;

pub use renderer::{ReferenceRenderer, picture};
pub use store::ReferenceStore;
