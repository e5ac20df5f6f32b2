//! The core of Thumbgate: what a thumbnail pipeline *is*, without saying how any part of it is done.
//!
//! - **Domain**: [`object`], [`event`], [`route`], [`geometry`], [`orientation`], [`mod@format`],
//!   [`rendition`], [`limits`], [`plan`], [`access`]. Values are parsed once, at the edge, into
//!   types that cannot hold anything invalid.
//! - **Ports** ([`port`]): the capabilities that a use case asks for. A port method is a
//!   permission: what an app does not wire, its role need not be granted.
//! - **Use cases**: [`generate`] (one source, all its renditions), [`batch`] (a whole prefix),
//!   [`deliver`] (the changes that events tell), [`remove`] (a source that went away); [`guard`] puts an authorizer before any storage port.
//!
//! Nothing here does I/O, reads a clock, knows a wire format or a codec, or needs a runtime.
//! Start reading at [`generate`].
#![forbid(unsafe_code)]

pub mod access;
pub mod admission;
pub mod batch;
pub mod deliver;
pub mod error;
pub mod event;
pub mod format;
pub mod generate;
pub mod geometry;
pub mod guard;
pub mod limits;
pub mod object;
pub mod orientation;
pub mod plan;
pub mod port;
pub mod remove;
pub mod rendition;
pub mod route;
pub mod shrink;
