//! The reference store keeps the contract that it is used to test with; so does a guarded one
//! whose authorizer allows everything, and the reference renderer.

mod reference_store {
    use thumbgate_contract::{reference::ReferenceStore, storage::StorageFixture};

    async fn fixture() -> StorageFixture {
        StorageFixture::new(ReferenceStore::default())
    }

    thumbgate_contract::object_storage_contract!(fixture);
}

mod reference_renderer {
    use std::sync::Arc;

    use thumbgate_contract::{reference, renderer::RendererFixture};
    use thumbgate_core::geometry::Size;

    async fn fixture() -> RendererFixture {
        RendererFixture {
            renderer: Arc::new(reference::ReferenceRenderer),
            picture: reference::picture(400, 300, &"x".repeat(70_000)).to_vec(),
            size: Size::new(400, 300).unwrap(),
            junk: b"no picture at all\n".to_vec(),
            oversized_header: b"PICTURE 60000 60000 5\n".to_vec(),
        }
    }

    thumbgate_contract::renderer_contract!(fixture);
}

mod table_authorizer {
    use std::sync::Arc;

    use thumbgate_contract::authorizer::AuthorizerFixture;
    use thumbgate_core::access::{AccessRequest, Action, Principal, Resource};
    use thumbgate_core::object::Bucket;

    use crate::world::Allow;

    async fn fixture() -> AuthorizerFixture {
        let request = |action| AccessRequest {
            principal: Principal::Anonymous,
            action,
            resource: Resource::Bucket(Bucket::parse("b").unwrap()),
            context: Vec::new(),
        };
        AuthorizerFixture {
            authorizer: Arc::new(Allow(vec![(Action::ListBucket, "b")])),
            allowed: request(Action::ListBucket),
            unmentioned: request(Action::GetObject),
        }
    }

    thumbgate_contract::authorizer_contract!(fixture);
}
