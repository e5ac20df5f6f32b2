//! Whom a statement names.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal".

use std::fmt;

use super::arn::{Arn, is_account};

/// One principal of a `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PrincipalPattern {
    /// `*`: everyone, the anonymous too.
    Everyone,
    /// An account, by number or as `…:root`: it delegates to the account's own policies.
    Account(String),
    /// A user, by ARN.
    User(String),
    /// A role, by ARN with its path.
    Role(String),
    /// A session of a role or of a federated user, by ARN.
    Session(String),
    /// A service, such as `lambda.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user of S3, by its id.
    CanonicalUser(String),
    /// The id that is left of a deleted user or role: it matches nobody.
    UniqueId(String),
}

/// Why a principal has no known form.
pub(crate) type Refusal = &'static str;

impl PrincipalPattern {
    /// Reads a value below `"AWS"`.
    pub(crate) fn parse_aws(text: &str) -> Result<Self, Refusal> {
        if text == "*" {
            return Ok(Self::Everyone);
        }
        if is_account(text) {
            return Ok(Self::Account(text.to_owned()));
        }
        if text.contains(['*', '?']) {
            return Err(
                "a wildcard cannot stand within a principal: name it whole, or use `*` with a condition on aws:PrincipalArn",
            );
        }
        if is_unique_id(text) {
            return Ok(Self::UniqueId(text.to_owned()));
        }
        let arn = Arn::parse(text).ok_or("a principal is `*`, an account's twelve digits, or an ARN")?;
        if !arn.region.is_empty() {
            return Err("the ARN of a principal has no Region");
        }
        if !is_account(arn.account) && arn.account != "cloudfront" {
            return Err("the ARN of a principal names an account of twelve digits");
        }
        let kind = arn.resource.split_once('/');
        match (arn.service, arn.resource, kind) {
            ("iam", "root", _) => Ok(Self::Account(arn.account.to_owned())),
            ("iam", _, Some(("user", name))) if !name.is_empty() => Ok(Self::User(text.to_owned())),
            ("iam", _, Some(("role", name))) if !name.is_empty() => Ok(Self::Role(text.to_owned())),
            ("iam", _, Some(("group", _))) => Err("a group cannot be a principal: name its users or roles"),
            ("sts", _, Some(("assumed-role", rest))) if names_role_and_session(rest) => {
                Ok(Self::Session(text.to_owned()))
            }
            ("sts", _, Some(("federated-user", name))) if !name.is_empty() => Ok(Self::Session(text.to_owned())),
            ("sts", _, Some(("assumed-role", _))) => Err(
                "the ARN of a role session is `arn:…:sts::ACCOUNT:assumed-role/ROLE/SESSION`; a role is `arn:…:iam::ACCOUNT:role/ROLE`",
            ),
            _ => Err("a principal's ARN is that of an account's root, a user, a role or a session"),
        }
    }

    /// Reads a value below `"Service"`.
    pub(crate) fn parse_service(text: &str) -> Result<Self, Refusal> {
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        if text.split('.').all(is_label) {
            Ok(Self::Service(text.to_owned()))
        } else {
            Err("a service is named by its domain, such as `lambda.amazonaws.com`")
        }
    }

    /// Reads a value below `"Federated"`.
    pub(super) fn parse_federated(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || text.contains(['*', '?']) {
            return Err("an identity provider is named whole, by its ARN or domain");
        }
        Ok(Self::Federated(text.to_owned()))
    }

    /// Reads a value below `"CanonicalUser"`.
    pub(super) fn parse_canonical_user(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("a canonical user is named by its id of letters and digits");
        }
        Ok(Self::CanonicalUser(text.to_owned()))
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("*"),
            Self::Account(text) => write!(f, "account {text}"),
            Self::User(text)
            | Self::Role(text)
            | Self::Session(text)
            | Self::Service(text)
            | Self::Federated(text)
            | Self::CanonicalUser(text)
            | Self::UniqueId(text) => f.write_str(text),
        }
    }
}

fn names_role_and_session(rest: &str) -> bool {
    rest.split_once('/')
        .is_some_and(|(role, session)| !role.is_empty() && !session.is_empty() && !session.contains('/'))
}

/// Ids begin with four letters that tell their kind (IAM User Guide, "IAM identifiers").
fn is_unique_id(text: &str) -> bool {
    let prefixes = ["AIDA", "AROA", "ANPA", "AGPA", "AIPA", "ASCA"];
    text.len() >= 16
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && prefixes.iter().any(|prefix| text.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::PrincipalPattern;

    #[test]
    fn the_forms_of_a_principal_are_told_apart() {
        let of = |text: &str| PrincipalPattern::parse_aws(text).ok();
        let account = Some(PrincipalPattern::Account("111122223333".to_owned()));
        assert_eq!(of("*"), Some(PrincipalPattern::Everyone));
        assert_eq!(of("111122223333"), account);
        assert_eq!(of("arn:aws:iam::111122223333:root"), account);
        assert!(matches!(of("arn:aws:iam::111122223333:user/team/alice"), Some(PrincipalPattern::User(_))));
        assert!(matches!(of("arn:aws-cn:iam::111122223333:role/p/Role"), Some(PrincipalPattern::Role(_))));
        assert!(matches!(of("arn:aws:sts::111122223333:assumed-role/Role/s"), Some(PrincipalPattern::Session(_))));
        assert!(matches!(of("arn:aws:sts::111122223333:federated-user/bob"), Some(PrincipalPattern::Session(_))));
        assert!(matches!(of("AROA1234567890EXAMPLE"), Some(PrincipalPattern::UniqueId(_))));
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for text in [
            "",
            "alice",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:root",
            "arn:aws:iam::111122223333:group/admins",
            "arn:aws:iam::1111:root",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:sts::111122223333:assumed-role/Role",
            "arn:aws:s3:::bucket",
        ] {
            assert!(PrincipalPattern::parse_aws(text).is_err(), "{text}");
        }
        assert!(PrincipalPattern::parse_service("").is_err());
        assert!(PrincipalPattern::parse_service("*.amazonaws.com").is_err());
        assert!(PrincipalPattern::parse_service("s3.amazonaws.com").is_ok());
    }
}
