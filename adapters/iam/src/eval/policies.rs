//! All documents that apply to a request, and the order in which they decide.

use std::fmt;
use std::sync::{Arc, LazyLock};

use super::context::Key;
use super::policy::{Answer, Policy};
use super::principal::Naming;
use super::request::{Caller, Request};

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The request may go on.
    Allow,
    /// A statement forbids it.
    ExplicitDeny,
    /// Nothing allows it.
    ImplicitDeny,
}

impl Decision {
    /// The verdict as `policy simulate` writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

/// The documents of one caller and one resource.
///
/// An absent boundary, session or resource policy does not exist; an absent organisation (no
/// levels) binds nobody. Source of the order: IAM User Guide, "How AWS enforcement code logic
/// evaluates requests to allow or deny access".
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// The caller's permission policies.
    pub identity: Vec<Arc<Policy>>,
    /// The resource's own policy; for `sts:AssumeRole` the role's trust policy.
    pub resource: Option<Arc<Policy>>,
    /// The caller's permissions boundary.
    pub boundary: Option<Arc<Policy>>,
    /// The policy that the caller's session was started with.
    pub session: Option<Arc<Policy>>,
    /// The service control policies of the caller's organisation, level by level from the root.
    /// Each level has to allow: one without documents denies.
    pub service_control: Vec<Vec<Arc<Policy>>>,
    /// The resource control policies of the resource's organisation, level by level from the root.
    /// Full access is given at each of them: they only deny.
    pub resource_control: Vec<Vec<Arc<Policy>>>,
}

/// One of the places where documents come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// A level of the service control policies, from 0 at the root.
    ServiceControl(usize),
    /// A level of the resource control policies, from 0 at the root.
    ResourceControl(usize),
    /// The resource's policy.
    Resource,
    /// The caller's permission policies.
    Identity,
    /// The caller's permissions boundary.
    Boundary,
    /// The session's policy.
    Session,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceControl(level) => write!(f, "service control policies, level {}", level + 1),
            Self::ResourceControl(level) => write!(f, "resource control policies, level {}", level + 1),
            Self::Resource => f.write_str("resource policy"),
            Self::Identity => f.write_str("identity policies"),
            Self::Boundary => f.write_str("permissions boundary"),
            Self::Session => f.write_str("session policy"),
        }
    }
}

/// What each layer says; `true` where it does not stand in the way.
#[derive(Debug, Clone, Copy)]
struct Votes {
    resource: Naming,
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Policies {
    /// The verdict on a request.
    ///
    /// The work is bounded by the documents' size times the request's: nothing is remembered
    /// between calls, and nothing is allocated but for patterns with variables.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Decision {
        match self.judge(request) {
            Ok(()) => Decision::Allow,
            Err(None) => Decision::ExplicitDeny,
            Err(Some(_)) => Decision::ImplicitDeny,
        }
    }

    /// `Ok` where the request is allowed, else the layer that lacks an Allow, or none where a
    /// statement denies.
    pub(super) fn judge(&self, request: &Request) -> Result<(), Option<Layer>> {
        let has_boundary = self.boundary.is_some();
        if needs_no_permission(request) {
            return Ok(());
        }
        let is_bound = request.caller().account().is_some();
        let is_organised = is_bound && !is_service_linked(request);
        let mut missing_level = None;
        if is_organised {
            for (level, policies) in self.service_control.iter().enumerate() {
                let allows = any_allows(policies, request, has_boundary)?;
                if !allows && missing_level.is_none() {
                    missing_level = Some(Layer::ServiceControl(level));
                }
            }
        }
        if !is_service_linked(request) {
            for policies in &self.resource_control {
                any_allows(policies, request, has_boundary)?;
            }
        }
        let resource = strongest(self.resource.as_deref(), request, has_boundary)?;
        if !is_bound {
            return if resource == Naming::Direct { Ok(()) } else { Err(Some(Layer::Resource)) };
        }
        let allows = |policy: &Option<Arc<Policy>>| match policy {
            Some(policy) => any_allows(std::slice::from_ref(policy), request, has_boundary),
            None => Ok(true),
        };
        let votes = Votes {
            resource,
            identity: self.identity_allows(request, has_boundary)?,
            boundary: allows(&self.boundary)?,
            session: allows(&self.session)?,
        };
        if let Some(level) = missing_level {
            return Err(Some(level));
        }
        let missing =
            if request.is_within_one_account() { votes.within_account(request) } else { votes.across_accounts() };
        missing.map_or(Ok(()), |layer| Err(Some(layer)))
    }

    fn identity_allows(&self, request: &Request, has_boundary: bool) -> Result<bool, Option<Layer>> {
        let allows = any_allows(&self.identity, request, has_boundary)?;
        Ok(match request.caller() {
            // The root user may do everything in its account without a policy.
            Caller::Root { .. } => true,
            // What its user may do passes to a federated session through the session policy only
            // (IAM User Guide, the page on evaluation, "Resource-based policies", federated user).
            Caller::FederatedUser { .. } => allows && self.session.is_some(),
            _ => allows,
        })
    }

    /// Every document with its layer and its index there, in the order of evaluation.
    pub(super) fn all(&self) -> impl Iterator<Item = (Layer, usize, &Arc<Policy>)> {
        levels(&self.service_control, Layer::ServiceControl)
            .chain(levels(&self.resource_control, Layer::ResourceControl))
            .chain(of_layer(Layer::Resource, self.resource.as_slice()))
            .chain(of_layer(Layer::Identity, &self.identity))
            .chain(of_layer(Layer::Boundary, self.boundary.as_slice()))
            .chain(of_layer(Layer::Session, self.session.as_slice()))
    }

    /// The documents of a layer, to change one.
    pub(super) fn of_layer_mut(&mut self, layer: Layer) -> &mut [Arc<Policy>] {
        match layer {
            Layer::ServiceControl(level) => self.service_control.get_mut(level).map_or(&mut [], Vec::as_mut_slice),
            Layer::ResourceControl(level) => self.resource_control.get_mut(level).map_or(&mut [], Vec::as_mut_slice),
            Layer::Resource => self.resource.as_mut_slice(),
            Layer::Identity => &mut self.identity,
            Layer::Boundary => self.boundary.as_mut_slice(),
            Layer::Session => self.session.as_mut_slice(),
        }
    }
}

fn levels(
    levels: &[Vec<Arc<Policy>>],
    layer: fn(usize) -> Layer,
) -> impl Iterator<Item = (Layer, usize, &Arc<Policy>)> {
    levels.iter().enumerate().flat_map(move |(level, policies)| of_layer(layer(level), policies))
}

fn of_layer(layer: Layer, policies: &[Arc<Policy>]) -> impl Iterator<Item = (Layer, usize, &Arc<Policy>)> {
    policies.iter().enumerate().map(move |(index, policy)| (layer, index, policy))
}

impl Votes {
    /// The layer that is missing where caller and resource share an account: one side suffices.
    ///
    /// A grant to the user or the session itself, or to everyone, is bound by no implicit deny; one
    /// to the role stays within boundary and session policy (IAM User Guide, "Evaluating
    /// identity-based policies with resource-based policies", and the page on `Principal`).
    fn within_account(self, request: &Request) -> Option<Layer> {
        if self.resource == Naming::Direct {
            return None;
        }
        let granted_by_resource = self.resource == Naming::Role;
        let admitted = !needs_admission(request) || self.resource >= Naming::Account;
        let granted_by_identity = self.identity && admitted;
        if !granted_by_resource && !granted_by_identity {
            return Some(if admitted { Layer::Identity } else { Layer::Resource });
        }
        self.missing_limit()
    }

    /// The layer that is missing across accounts: both sides have to allow, and the caller's side
    /// within its boundary and session policy ("Cross-account policy evaluation logic").
    fn across_accounts(self) -> Option<Layer> {
        if self.resource == Naming::None {
            return Some(Layer::Resource);
        }
        if !self.identity {
            return Some(Layer::Identity);
        }
        self.missing_limit()
    }

    fn missing_limit(self) -> Option<Layer> {
        if !self.boundary {
            return Some(Layer::Boundary);
        }
        (!self.session).then_some(Layer::Session)
    }
}

/// Whether an action is allowed whatever the policies say. Source: AWS STS API Reference,
/// "GetCallerIdentity": "no permissions are required", and an explicit deny changes nothing.
pub(super) fn needs_no_permission(request: &Request) -> bool {
    request.action_lower() == "sts:getcalleridentity"
}

/// Whether the caller is a role that a service made for itself, which the organisation's policies do
/// not bind. Source: AWS Organizations User Guide, "Service control policies", "Tasks and entities
/// not restricted by SCPs", and the same of resource control policies.
fn is_service_linked(request: &Request) -> bool {
    let is_linked = |arn: &str| arn.contains(":role/aws-service-role/");
    match request.caller() {
        Caller::Role { arn, .. } => is_linked(arn),
        Caller::Session { .. } => request.context().single(&PRINCIPAL_ARN).is_some_and(is_linked),
        _ => false,
    }
}

/// The key that tells the path of a session's role.
static PRINCIPAL_ARN: LazyLock<Key> = LazyLock::new(|| Key::new("aws:PrincipalArn"));

/// Whether the resource's own policy must admit the account before its identity policies count:
/// so it is with keys and roles.
///
/// Source: AWS KMS Developer Guide, "Default key policy"; IAM User Guide, "IAM roles", trust
/// policy.
pub(super) fn needs_admission(request: &Request) -> bool {
    match request.resource_parts() {
        Some([_, "kms", _, _, resource]) => resource.starts_with("key/"),
        Some([_, "iam", _, _, resource]) => resource.starts_with("role/") && request.action_lower().starts_with("sts:"),
        _ => false,
    }
}

/// Whether one of the documents allows; `Err(None)` where one denies.
fn any_allows(policies: &[Arc<Policy>], request: &Request, has_boundary: bool) -> Result<bool, Option<Layer>> {
    let mut allows = false;
    for policy in policies {
        match policy.answer(request, has_boundary) {
            Answer::Denies => return Err(None),
            Answer::Allows(_) => allows = true,
            Answer::Silent => {}
        }
    }
    Ok(allows)
}

fn strongest(policy: Option<&Policy>, request: &Request, has_boundary: bool) -> Result<Naming, Option<Layer>> {
    match policy.map(|policy| policy.answer(request, has_boundary)) {
        Some(Answer::Denies) => Err(None),
        Some(Answer::Allows(naming)) => Ok(naming),
        Some(Answer::Silent) | None => Ok(Naming::None),
    }
}
