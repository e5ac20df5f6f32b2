//! AWS policies as AWS reads them.
#![forbid(unsafe_code)]

pub mod attachments;
mod authorizer;
pub mod case;
pub mod catalog;
pub mod eval;
pub mod explain;
pub mod lang;
pub mod trust;

pub use authorizer::{PolicyAuthorizer, keys_of_caller};
