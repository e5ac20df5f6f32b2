//! What AWS documents of nine services: their actions, resource types, ARN formats and condition
//! keys, and the condition keys of all services.
//!
//! The facts are data, in `catalog/data`, one file a service; each names its source and date. This
//! module finds them by name, in any letter case, and says what goes together: which resources an
//! action takes, which condition keys a request for it may carry, and what a mistyped name was
//! probably meant to be. It knows nothing about policies, judges no request, and is not needed to
//! judge one. Read next: [`Service`], then [`Action`].
//!
//! ```
//! use thumbgate_iam::catalog::{self, ValueKind};
//!
//! let get = catalog::action("s3:getobject").ok_or("no such action")?;
//! assert_eq!(get.to_string(), "s3:GetObject");
//! // It acts on objects, never on a bucket.
//! assert!(get.takes("arn:aws:s3:::photos-in/uploads/*"));
//! assert!(!get.takes("arn:aws:s3:::photos-in"));
//!
//! // A condition on a key that no such request carries never does what its author meant.
//! assert!(catalog::carries("s3:PutObject", "s3:if-none-match"));
//! assert!(!catalog::carries("s3:GetObject", "s3:if-none-match"));
//! let key = catalog::condition_key("aws:PrincipalTag/team").ok_or("no such key")?;
//! assert_eq!((key.name(), key.kind()), ("aws:PrincipalTag/${TagKey}", ValueKind::String));
//!
//! assert!(catalog::action("s3:HeadObject").is_none());
//! assert_eq!(catalog::nearest_action("s3:HeadObject").as_deref(), Some("s3:GetObject"));
//! # Ok::<(), &str>(())
//! ```

mod action;
mod condition_key;
mod nearest;
mod pattern;
mod read;
mod resource_type;
mod service;

use std::sync::LazyLock;

pub use action::{AccessLevel, Action};
pub use condition_key::{ConditionKey, ValueKind};
pub use nearest::{nearest_action, nearest_condition_key};
pub use resource_type::ResourceType;
pub use service::Service;

/// The files of the services.
const SERVICES: [&str; 9] = [
    include_str!("catalog/data/events.tsv"),
    include_str!("catalog/data/kms.tsv"),
    include_str!("catalog/data/lambda.tsv"),
    include_str!("catalog/data/logs.tsv"),
    include_str!("catalog/data/s3.tsv"),
    include_str!("catalog/data/sns.tsv"),
    include_str!("catalog/data/sqs.tsv"),
    include_str!("catalog/data/sts.tsv"),
    include_str!("catalog/data/xray.tsv"),
];

/// The file of the condition keys of all services.
const GLOBAL: &str = include_str!("catalog/data/global.tsv");

/// Everything, read once.
static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog { services: SERVICES.map(read::service), global: read::service(GLOBAL) });

struct Catalog {
    services: [Service; 9],
    global: Service,
}

/// The services of the catalog, by prefix.
#[must_use]
pub fn services() -> &'static [Service] {
    &CATALOG.services
}

/// The service with this prefix (`s3`, `logs`, …), in any letter case.
#[must_use]
pub fn service(prefix: &str) -> Option<&'static Service> {
    services().iter().find(|service| service.prefix().eq_ignore_ascii_case(prefix))
}

/// The condition keys that belong to no single service: `aws:…`, and the few of other prefixes that
/// requests to every service may carry, such as `lambda:SourceFunctionArn`.
///
/// It is a service without actions and resource types.
#[must_use]
pub fn global() -> &'static Service {
    &CATALOG.global
}

/// The action with this whole name (`s3:GetObject`), in any letter case.
///
/// A name with wildcards is no action; see [`actions_matching`].
#[must_use]
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, name) = name.split_once(':')?;
    service(prefix)?.action(name)
}

/// The actions that a policy's action pattern covers: `s3:Get*`, `*`, or one name.
///
/// ```
/// use thumbgate_iam::catalog::actions_matching;
/// let names: Vec<String> = actions_matching("sqs:*message").map(ToString::to_string).collect();
/// assert_eq!(names, ["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"]);
/// ```
pub fn actions_matching(pattern: &str) -> impl Iterator<Item = &'static Action> {
    let pattern = pattern::of_policy(&pattern.to_ascii_lowercase());
    let actions = services().iter().flat_map(Service::actions);
    actions.filter(move |action| pattern::meet(&pattern, &pattern::of_text(&action.to_string().to_ascii_lowercase())))
}

/// The condition key that this name means, in any letter case.
///
/// `s3:ExistingObjectTag/team` is the key `s3:ExistingObjectTag/<key>`: what stands for a
/// placeholder may be any text but none.
#[must_use]
pub fn condition_key(name: &str) -> Option<&'static ConditionKey> {
    let all = || services().iter().chain([global()]).flat_map(Service::condition_keys);
    let exact = all().find(|key| key.name().eq_ignore_ascii_case(name));
    // `events:Metadata/${MetadataKey}/Matcher` says more than `events:Metadata/${MetadataKey}`.
    exact.or_else(|| all().filter(|key| key.matches(name)).max_by_key(|key| key.literal_length()))
}

/// Whether a request for this action may carry this condition key.
///
/// It may carry the action's own keys, those of the resource types that it takes, and the global
/// keys. `aws:RequestTag`, `aws:ResourceTag` and `aws:TagKeys` are in requests for those actions and
/// resource types only that list them. An unknown action carries nothing.
///
/// ```
/// use thumbgate_iam::catalog::carries;
/// assert!(carries("s3:ListBucket", "s3:prefix"));
/// assert!(carries("kms:Decrypt", "kms:EncryptionContext:aws:s3:arn"));
/// assert!(carries("sqs:SendMessage", "aws:SourceArn"));
/// assert!(!carries("s3:GetObject", "s3:prefix"));
/// assert!(!carries("sqs:SendMessage", "aws:RequestTag/team"));
/// ```
#[must_use]
pub fn carries(action_name: &str, key_name: &str) -> bool {
    let (Some(action), Some(key)) = (action(action_name), condition_key(key_name)) else {
        return false;
    };
    let is_global = global().condition_keys().iter().any(|global| global.name() == key.name() && !global.is_listed());
    is_global || action.lists(key.name())
}

#[cfg(test)]
mod tests;
