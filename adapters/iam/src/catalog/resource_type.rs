//! Types of resources and the ARNs that name them.

use super::pattern;

/// A type of resource: `bucket`, `log-group`.
#[derive(Debug)]
pub struct ResourceType {
    pub(super) name: &'static str,
    /// Never empty; the first is the one that AWS documents for policies.
    pub(super) arn_formats: Vec<&'static str>,
    pub(super) condition_keys: Vec<&'static str>,
}

impl ResourceType {
    /// Its name, as AWS writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How its ARNs look: `arn:${Partition}:s3:::${BucketName}`.
    #[must_use]
    pub fn arn_format(&self) -> &'static str {
        self.arn_formats.first().copied().unwrap_or_default()
    }

    /// The condition keys of requests that name such a resource.
    #[must_use]
    pub fn condition_keys(&self) -> &[&'static str] {
        &self.condition_keys
    }

    /// Whether an ARN names a resource of this type; `*` and `?` are letters like others.
    ///
    /// ```
    /// use thumbgate_iam::catalog;
    /// let bucket = catalog::service("s3").and_then(|s3| s3.resource_type("bucket")).ok_or("no bucket")?;
    /// assert!(bucket.matches("arn:aws:s3:::photos-in"));
    /// assert!(!bucket.matches("arn:aws:s3:::photos-in/a.jpg"));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn matches(&self, arn: &str) -> bool {
        self.meets(&pattern::of_text(arn))
    }

    /// Whether a policy's resource, with its wildcards and variables, matches any ARN of this type.
    ///
    /// `arn:aws:s3:::photos*` may name buckets and, as `*` stands for slashes too, their objects.
    #[must_use]
    pub fn may_match(&self, resource: &str) -> bool {
        self.meets(&pattern::of_policy(resource))
    }

    fn meets(&self, other: &[pattern::Token]) -> bool {
        self.arn_formats.iter().any(|format| pattern::meet(&pattern::of_arn_format(format), other))
    }
}
