//! The authorizer keeps the contract of its port.

use std::sync::Arc;

use thumbgate_contract::authorizer::AuthorizerFixture;
use thumbgate_core::access::{AccessRequest, Action, Principal, Resource};
use thumbgate_core::object::{Bucket, ObjectKey};
use thumbgate_iam::PolicyAuthorizer;
use thumbgate_iam::attachments::{Attachment, Attachments};
use thumbgate_iam::lang::Source;

const ROLE: &str = "arn:aws:iam::111122223333:role/LambdaThumbRole";

async fn fixture() -> AuthorizerFixture {
    let bucket = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"AWS": "{ROLE}"}},
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-in/uploads/*"}}}}"#
    );
    let mut documents = Attachments::new();
    let to = Attachment::Resource("arn:aws:s3:::photos-in".to_owned());
    documents.attach(Source::new("photos-in.json", bucket), to).unwrap();
    let request = |key: &str| AccessRequest {
        principal: Principal::Arn(ROLE.to_owned()),
        action: Action::GetObject,
        resource: Resource::Object(Bucket::parse("photos-in").unwrap(), ObjectKey::parse(key).unwrap()),
        context: Vec::new(),
    };
    AuthorizerFixture {
        authorizer: Arc::new(PolicyAuthorizer::new(documents, "111122223333")),
        allowed: request("uploads/a.jpg"),
        unmentioned: request("private/a.jpg"),
    }
}

thumbgate_contract::authorizer_contract!(fixture);
