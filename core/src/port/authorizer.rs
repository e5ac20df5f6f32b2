//! The judge of requests.

use std::fmt;

use crate::access::{AccessRequest, Decision};

/// Decides whether a principal may do an action on a resource.
///
/// A decision is a computation over documents that were read beforehand, so the port is not
/// asynchronous.
///
/// # Contract
/// - The same request gives the same decision.
/// - What no document allows is denied.
pub trait Authorizer: Send + Sync + fmt::Debug {
    /// The verdict on `request`, with its reason.
    fn decide(&self, request: &AccessRequest) -> Decision;
}
