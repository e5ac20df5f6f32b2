//! Amazon Resource Names: `arn:partition:service:region:account:resource`.
//!
//! Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".

/// The six parts of an ARN; the last may hold colons and slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`.
    pub partition: &'a str,
    /// The service, such as `s3`.
    pub service: &'a str,
    /// The Region; empty for S3 and IAM.
    pub region: &'a str,
    /// The account; empty for S3.
    pub account: &'a str,
    /// What stands after the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits an ARN; nothing where there are fewer than six parts or it does not begin with `arn`.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The five parts after `arn`, in order.
    pub(crate) fn parts(&self) -> [&'a str; 5] {
        [self.partition, self.service, self.region, self.account, self.resource]
    }
}

/// Whether a text is an account's number: twelve digits.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Arn, is_account};

    #[test]
    fn the_last_part_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:eu-west-1:111122223333:log-group:/a:log-stream:*").unwrap();
        assert_eq!(arn.resource, "log-group:/a:log-stream:*");
        assert_eq!(Arn::parse("arn:aws:s3:::b/k").unwrap().parts(), ["aws", "s3", "", "", "b/k"]);
    }

    #[test]
    fn other_texts_are_no_arns() {
        for text in ["", "*", "arn:aws:s3::", "ARN:aws:s3:::b", "photos-in/*"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_account_is_twelve_digits() {
        assert!(is_account("111122223333"));
        assert!(!is_account("11112222333") && !is_account("11112222333x") && !is_account("１１１１２２２２３３３３"));
    }
}
