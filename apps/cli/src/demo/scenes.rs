//! The pictures of the demo, drawn in code.

mod badge;
mod landscape;
mod portrait;
mod screen;
mod skyline;

pub(super) use badge::badge;
pub(super) use landscape::{evening, morning};
pub(super) use portrait::portrait;
pub(super) use screen::{PALETTE, screen};
pub(super) use skyline::skyline;
