//! A request with the documents that apply to it, as JSON that a rule may change.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use thumbgate_iam::case::Case;
use thumbgate_iam::eval::{Context, Decision, Layer, Policies, Policy, Request};
use thumbgate_iam::lang::{Document, Kind, Source, StatementEffect};

use super::vocabulary::{ALICE, HERE, THERE};

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) caller: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) resource_account: String,
    pub(crate) context: BTreeMap<String, Vec<String>>,
    pub(crate) identity: Vec<Value>,
    pub(crate) resource_policy: Option<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Option<Value>,
    pub(crate) scp: Vec<Vec<Value>>,
    pub(crate) rcp: Vec<Vec<Value>>,
}

pub(crate) fn compiled(name: &str, kind: Kind, document: &Value) -> Arc<Policy> {
    let text = serde_json::to_string_pretty(document).unwrap();
    match Document::parse(Source::new(name, text), kind) {
        Ok(document) => Arc::new(Policy::compile(document)),
        Err(errors) => panic!("{errors}\n{document}"),
    }
}

impl World {
    /// A question of a user of the resource's account, whose own policies are all that there is.
    pub(crate) fn of_own_policies(action: &str, resource: &str, identity: Vec<Value>) -> Self {
        Self {
            caller: ALICE.to_owned(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account: HERE.to_owned(),
            context: BTreeMap::new(),
            identity,
            resource_policy: None,
            boundary: None,
            session: None,
            scp: vec![],
            rcp: vec![],
        }
    }

    pub(crate) fn request(&self) -> Request {
        let context = Context::new(self.context.clone()).unwrap();
        Request::new(&self.caller, &self.action, &self.resource, &self.resource_account, context).unwrap()
    }

    /// The documents, each under the name of its layer and its index there.
    pub(crate) fn policies(&self) -> Policies {
        let list = |name: &str, kind, documents: &[Value]| {
            let named = |(index, document)| compiled(&format!("{name}-{index}"), kind, document);
            documents.iter().enumerate().map(named).collect::<Vec<_>>()
        };
        let one =
            |name, kind, document: &Option<Value>| document.as_ref().map(|document| compiled(name, kind, document));
        let levels = |name, kind, levels: &[Vec<Value>]| {
            let named = |(level, documents): (usize, &Vec<Value>)| list(&format!("{name}-{level}"), kind, documents);
            levels.iter().enumerate().map(named).collect()
        };
        Policies {
            identity: list("identity", Kind::Identity, &self.identity),
            resource: one("resource", self.resource_kind(), &self.resource_policy),
            boundary: one("boundary", Kind::Boundary, &self.boundary),
            session: one("session", Kind::Session, &self.session),
            service_control: levels("scp", Kind::ServiceControl, &self.scp),
            resource_control: levels("rcp", Kind::ResourceControl, &self.rcp),
        }
    }

    pub(crate) fn resource_kind(&self) -> Kind {
        if self.resource.contains(":role/") { Kind::Trust } else { Kind::Resource }
    }

    pub(crate) fn decide(&self) -> Decision {
        self.policies().decide(&self.request())
    }

    /// The verdict on the same world as one line of a case file.
    pub(crate) fn decide_as_case(&self) -> Decision {
        let policies = json!({
            "identity": self.identity, "resource": self.resource_policy, "boundary": self.boundary,
            "session": self.session, "scp": self.scp, "rcp": self.rcp,
        });
        let line = json!({
            "id": "x", "principal": self.caller, "action": self.action, "resource": self.resource,
            "resourceAccount": self.resource_account, "context": self.context, "policies": policies,
        });
        let case = Case::parse(&line.to_string()).unwrap();
        case.policies.unwrap().decide(&case.request)
    }

    pub(crate) fn caller_account(&self) -> Option<&str> {
        self.caller.starts_with("arn:").then(|| self.caller.split(':').nth(4)).flatten()
    }

    pub(crate) fn is_within_one_account(&self) -> bool {
        self.caller_account() == Some(&self.resource_account)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.caller.ends_with(":root")
    }

    /// All layers that have a document, and have a say for this caller.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let mut layers = Vec::new();
        if self.caller_account().is_some() {
            layers.extend((0..self.scp.len()).filter(|level| !self.scp[*level].is_empty()).map(Layer::ServiceControl));
            layers.extend((!self.identity.is_empty()).then_some(Layer::Identity));
            layers.extend(self.boundary.is_some().then_some(Layer::Boundary));
            layers.extend(self.session.is_some().then_some(Layer::Session));
        }
        layers.extend((0..self.rcp.len()).filter(|level| !self.rcp[*level].is_empty()).map(Layer::ResourceControl));
        layers.extend(self.resource_policy.is_some().then_some(Layer::Resource));
        layers
    }

    /// The documents of a layer.
    pub(crate) fn documents_mut(&mut self, layer: Layer) -> Vec<&mut Value> {
        match layer {
            Layer::ServiceControl(level) => self.scp[level].iter_mut().collect(),
            Layer::ResourceControl(level) => self.rcp[level].iter_mut().collect(),
            Layer::Resource => self.resource_policy.iter_mut().collect(),
            Layer::Identity => self.identity.iter_mut().collect(),
            Layer::Boundary => self.boundary.iter_mut().collect(),
            Layer::Session => self.session.iter_mut().collect(),
        }
    }

    pub(crate) fn all_documents_mut(&mut self) -> Vec<&mut Value> {
        let levels = self.scp.iter_mut().chain(&mut self.rcp).flatten();
        let single = self.resource_policy.iter_mut().chain(&mut self.boundary).chain(&mut self.session);
        levels.chain(single).chain(&mut self.identity).collect()
    }

    pub(crate) fn kind_of(&self, layer: Layer) -> Kind {
        match layer {
            Layer::ServiceControl(_) => Kind::ServiceControl,
            Layer::ResourceControl(_) => Kind::ResourceControl,
            Layer::Resource => self.resource_kind(),
            Layer::Identity => Kind::Identity,
            Layer::Boundary => Kind::Boundary,
            Layer::Session => Kind::Session,
        }
    }

    /// The same world with the caller's account on the other side of the border.
    pub(crate) fn across_accounts(mut self) -> Self {
        if self.is_within_one_account() {
            let other = if self.resource_account == HERE { THERE } else { HERE };
            other.clone_into(&mut self.resource_account);
        }
        self
    }
}

/// The statements of a document, one or many, as a list that can be changed.
pub(crate) fn statements_mut(document: &mut Value) -> &mut Vec<Value> {
    let statements = &mut document["Statement"];
    if statements.is_object() {
        *statements = json!([statements.take()]);
    }
    statements.as_array_mut().unwrap()
}

/// A statement of this kind of document about everything.
pub(crate) fn of_everything(effect: StatementEffect, kind: Kind) -> Value {
    let mut statement = match effect {
        StatementEffect::Allow => json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
        StatementEffect::Deny => {
            json!({"Effect": "Deny", "Action": ["s3:*", "kms:*", "sqs:*", "sts:*"], "Resource": "*"})
        }
    };
    if matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl) {
        statement["Principal"] = json!("*");
    }
    if kind == Kind::Trust {
        statement.as_object_mut().unwrap().remove("Resource");
    }
    statement
}
