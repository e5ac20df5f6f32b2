//! The ports: what the use cases ask of the world outside.
//!
//! One trait is one capability, and one capability is one permission: `ObjectRead` is
//! `s3:GetObject`, `ObjectWrite` is `s3:PutObject`, and so on. Apps wire only what a use case
//! needs; the deployment plan derives its grants from that wiring.
//!
//! No port has a default method: a wrapper that forgot one would silently bypass itself. No type
//! of an SDK crosses a port. What each port promises is listed under "Contract" on its trait;
//! `thumbgate-contract` has one test case for each bullet.

mod authorizer;
mod clock;
mod renderer;
mod storage;

pub use authorizer::Authorizer;
pub use clock::Clock;
pub use renderer::{ColourModel, ImageInfo, Picture, Rendered, RenderedOutput, Renderer, SourceFormat, Timings};
pub use storage::{
    BodyStream, Condition, Entry, EntryStream, Get, ObjectBody, ObjectDelete, ObjectList, ObjectRead, ObjectWrite,
    PutOptions, Written,
};

#[cfg(test)]
pub(crate) use {
    clock::MockClock, renderer::MockPicture, renderer::MockRenderer, storage::MockObjectRead, storage::MockObjectWrite,
};
