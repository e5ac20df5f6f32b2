//! Cedar: another language, with a set of policies that says the same.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use super::Peer;
use super::request::{Sample, TENANT_KEY, Verdict};

pub(super) const NAME: &str = "cedar-policy";

const POLICIES: &str = include_str!("statements.cedar");

/// What stands before the tenant's name in the ARNs of tenants' objects.
const TENANTS: &str = "arn:aws:s3:::photos-out/tenants/";

pub(super) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    requests: Vec<(Request, Entities)>,
}

impl Cedar {
    /// Reads the policies and prepares the requests, each with the entities that it is about.
    pub(super) fn new(samples: &[Sample]) -> Result<Self, String> {
        let policies = POLICIES.parse().map_err(|error: cedar_policy::ParseErrors| error.to_string())?;
        let requests: Result<_, Box<dyn Error>> = samples.iter().map(request).collect();
        let requests = requests.map_err(|error| error.to_string())?;
        Ok(Self { authorizer: Authorizer::new(), policies, requests })
    }
}

fn request(sample: &Sample) -> Result<(Request, Entities), Box<dyn Error>> {
    let role = uid("Role", "thumbgate")?;
    let action = uid("Action", &sample.action)?;
    let resource = uid("Resource", &sample.resource)?;

    let mut of_role = HashMap::new();
    let mut context = Vec::new();
    for (key, value) in &sample.context {
        match key.as_str() {
            TENANT_KEY => drop(of_role.insert("tenant".to_owned(), text(value))),
            "aws:SourceIp" => context.push((key.clone(), RestrictedExpression::new_ip(value))),
            _ => context.push((key.clone(), bool_or_text(value))),
        }
    }
    let mut of_resource = HashMap::from([("arn".to_owned(), text(&sample.resource))]);
    if let Some((tenant, _)) = sample.resource.strip_prefix(TENANTS).and_then(|rest| rest.split_once('/')) {
        of_resource.insert("tenant".to_owned(), text(tenant));
    }
    let groups =
        if sample.action.starts_with("s3:") { HashSet::from([uid("Action", "s3:*")?]) } else { HashSet::new() };

    let entities = Entities::from_entities(
        [
            Entity::new(role.clone(), of_role, HashSet::new())?,
            Entity::new(resource.clone(), of_resource, HashSet::new())?,
            Entity::new(action.clone(), HashMap::new(), groups)?,
        ],
        None,
    )?;
    Ok((Request::new(role, action, resource, Context::from_pairs(context)?, None)?, entities))
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, Box<dyn Error>> {
    let kind: EntityTypeName = kind.parse()?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn bool_or_text(value: &str) -> RestrictedExpression {
    match value {
        "true" => RestrictedExpression::new_bool(true),
        "false" => RestrictedExpression::new_bool(false),
        value => text(value),
    }
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

impl Peer for Cedar {
    fn name(&self) -> &'static str {
        NAME
    }

    fn judge(&self, index: usize) -> Result<Verdict, String> {
        let (request, entities) = self.requests.get(index).ok_or("no such request")?;
        let response = self.authorizer.is_authorized(request, &self.policies, entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        let is_explicit = response.diagnostics().reason().next().is_some();
        Ok(match (response.decision(), is_explicit) {
            (Decision::Allow, _) => Verdict::Allow,
            (Decision::Deny, true) => Verdict::ExplicitDeny,
            (Decision::Deny, false) => Verdict::ImplicitDeny,
        })
    }
}
