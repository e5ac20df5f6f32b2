//! One request for a verdict: who, what, on what, under which circumstances.

use thiserror::Error;

use super::context::Context;
use crate::lang::{Arn, is_account};

/// Who asks.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal" and "The request context".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular: an unsigned request.
    Anonymous,
    /// An AWS service on its own behalf, by its domain.
    Service(String),
    /// An account's root user.
    Root {
        /// The account's number.
        account: String,
    },
    /// A user.
    User {
        /// The account's number.
        account: String,
        /// The user's ARN, with its path.
        arn: String,
    },
    /// A role, whichever session of it.
    Role {
        /// The account's number.
        account: String,
        /// The role's ARN, with its path.
        arn: String,
    },
    /// A session of a role.
    Session {
        /// The account's number.
        account: String,
        /// The session's ARN, which has no path.
        arn: String,
        /// The role's name, without path: within an account it is unique (IAM User Guide, "IAM
        /// identifiers").
        role_name: String,
    },
    /// A session of a federated user (`sts:GetFederationToken`).
    FederatedUser {
        /// The account's number.
        account: String,
        /// The session's ARN.
        arn: String,
    },
}

impl Caller {
    /// The account of the caller; services and the anonymous have none.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service(_) => None,
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
        }
    }

    /// Reads `anonymous`, a service's domain, or an ARN.
    fn parse(text: &str) -> Result<Self, RequestError> {
        if text == "anonymous" || text == "*" {
            return Ok(Self::Anonymous);
        }
        let unknown = || RequestError::Principal { text: text.to_owned() };
        let Some(arn) = Arn::parse(text) else {
            let is_domain = text.contains('.') && !text.contains([':', '/', '*', ' ']);
            return if is_domain { Ok(Self::Service(text.to_owned())) } else { Err(unknown()) };
        };
        if !is_account(arn.account) {
            return Err(unknown());
        }
        let account = arn.account.to_owned();
        match (arn.service, arn.resource.split_once('/')) {
            ("iam", None) if arn.resource == "root" => Ok(Self::Root { account }),
            ("iam", Some(("user", _))) => Ok(Self::User { account, arn: text.to_owned() }),
            ("iam", Some(("role", _))) => Ok(Self::Role { account, arn: text.to_owned() }),
            ("sts", Some(("federated-user", _))) => Ok(Self::FederatedUser { account, arn: text.to_owned() }),
            ("sts", Some(("assumed-role", rest))) => {
                let (role_name, _) = rest.split_once('/').ok_or_else(unknown)?;
                Ok(Self::Session { account, arn: text.to_owned(), role_name: role_name.to_owned() })
            }
            _ => Err(unknown()),
        }
    }
}

/// The longest ARN (AWS API references give 2,048 characters where they give a limit).
const ARN_BYTES_MAX: usize = 2048;

/// Why a request makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The principal has no known form.
    #[error(
        "`{text}` is no caller: write `anonymous`, a service such as `s3.amazonaws.com`, or the ARN of a root, user, role or session"
    )]
    Principal {
        /// As given.
        text: String,
    },
    /// The action is not `service:Name`.
    #[error("`{text}` is no action: write `service:Name`, such as `s3:GetObject`")]
    Action {
        /// As given.
        text: String,
    },
    /// The resource is neither an ARN nor `*`.
    #[error(
        "`{text}` is no resource: write an ARN such as `arn:aws:s3:::bucket/key`, or `*` for an action without resource"
    )]
    Resource {
        /// As given.
        text: String,
    },
    /// A text is longer than any that AWS takes.
    #[error("a principal, action or resource has {bytes} bytes; none has more than {ARN_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The account of the resource is not known.
    #[error("`{text}` is no account: write its twelve digits")]
    Account {
        /// As given.
        text: String,
    },
}

/// A request, ready to be judged many times.
///
/// # Invariants
/// - The action has a service and a name, in the letters that policies may have there; the
///   resource is one ARN (a `*` in its last three parts is a letter) or `*`; the resource's
///   account has twelve digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    caller: Caller,
    principal: String,
    action: String,
    action_lower: String,
    resource: String,
    /// The five parts of its ARN after `arn`; none where it is `*`.
    resource_parts: Option<[String; 5]>,
    resource_account: String,
    context: Context,
}

impl Request {
    /// Reads a request.
    ///
    /// `principal` is `anonymous`, a service's domain or an ARN; `resource_account` owns the
    /// resource. The context is taken as complete: nothing is added to it.
    ///
    /// # Errors
    /// The part that has no known form.
    pub fn new(
        principal: &str,
        action: &str,
        resource: &str,
        resource_account: &str,
        context: Context,
    ) -> Result<Self, RequestError> {
        for text in [principal, action, resource] {
            if text.len() > ARN_BYTES_MAX {
                return Err(RequestError::TooLong { bytes: text.len() });
            }
        }
        let caller = Caller::parse(principal)?;
        let is_word = |word: &str, also: &[u8]| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        };
        let is_action =
            action.split_once(':').is_some_and(|(service, name)| is_word(service, b"-") && is_word(name, b"-_."));
        if !is_action {
            return Err(RequestError::Action { text: action.to_owned() });
        }
        let is_arn =
            || Arn::parse(resource).is_some_and(|arn| is_word(arn.partition, b"-") && is_word(arn.service, b"-"));
        if resource != "*" && !is_arn() {
            return Err(RequestError::Resource { text: resource.to_owned() });
        }
        if !is_account(resource_account) {
            return Err(RequestError::Account { text: resource_account.to_owned() });
        }
        Ok(Self {
            caller,
            principal: principal.to_owned(),
            action: action.to_owned(),
            action_lower: action.to_ascii_lowercase(),
            resource: resource.to_owned(),
            resource_parts: Arn::parse(resource).map(|arn| arn.parts().map(str::to_owned)),
            resource_account: resource_account.to_owned(),
            context,
        })
    }

    /// Who asks.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Who asks, as given.
    #[must_use]
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// To do what, as given.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The action in lower case: the letter case of actions does not matter.
    pub(crate) fn action_lower(&self) -> &str {
        &self.action_lower
    }

    /// To what.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    pub(crate) fn resource_parts(&self) -> Option<[&str; 5]> {
        self.resource_parts.as_ref().map(|parts| parts.each_ref().map(String::as_str))
    }

    /// The account that owns the resource.
    #[must_use]
    pub fn resource_account(&self) -> &str {
        &self.resource_account
    }

    /// Under which circumstances.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Whether the caller's account owns the resource.
    #[must_use]
    pub fn is_within_one_account(&self) -> bool {
        self.caller.account() == Some(self.resource_account.as_str())
    }
}
