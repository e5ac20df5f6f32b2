//! The cases of the authorizer port.
#![expect(clippy::unused_async, reason = "every case is async, whatever its port needs")]

use std::sync::Arc;

use thumbgate_core::access::AccessRequest;
use thumbgate_core::port::Authorizer;

/// An authorizer under test, with one request that its documents allow and one that none mentions.
#[derive(Debug)]
pub struct AuthorizerFixture {
    /// The adapter.
    pub authorizer: Arc<dyn Authorizer>,
    /// A request that is allowed.
    pub allowed: AccessRequest,
    /// A request that no document mentions.
    pub unmentioned: AccessRequest,
}

/// The same request gives the same decision.
pub async fn what_is_allowed_is_allowed_every_time(fixture: AuthorizerFixture) {
    for _ in 0..3 {
        let decision = fixture.authorizer.decide(&fixture.allowed);
        assert!(decision.is_allowed(), "{decision:?}");
    }
}

/// What no document allows is denied.
pub async fn what_no_document_allows_is_denied(fixture: AuthorizerFixture) {
    assert!(!fixture.authorizer.decide(&fixture.unmentioned).is_allowed());
}

/// A denial has a reason.
pub async fn a_denial_says_why(fixture: AuthorizerFixture) {
    assert!(!fixture.authorizer.decide(&fixture.unmentioned).reason.is_empty());
}
