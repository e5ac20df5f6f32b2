//! The address of an S3 API that is not the region's own.

use thumbgate_core::error::{StorageError, StorageErrorKind};

/// Hosts at which AWS itself answers; there buckets are addressed by host name.
///
/// Source: AWS General Reference, "Amazon Simple Storage Service endpoints and quotas".
const AWS_DOMAINS: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];

/// An endpoint, parsed: `http` or `https`, a host, and neither user nor query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: String,
    is_aws: bool,
}

impl Endpoint {
    /// Parses the address of an S3 API.
    pub(crate) fn parse(text: &str) -> Result<Self, StorageError> {
        // The text itself is not shown: it may hold a password.
        let wrong = |why: &str| {
            let message = format!("the S3 endpoint {why}; write it as `https://host:port`");
            StorageError::new(StorageErrorKind::WrongEndpoint, message)
        };
        let url = text.trim_end_matches('/');
        let rest = strip_scheme(url).ok_or_else(|| wrong("begins with neither `http://` nor `https://`"))?;
        let authority = rest.split('/').next().unwrap_or_default();
        if url.contains('@') {
            return Err(wrong("holds a user name or password, which would not be used"));
        }
        if url.contains(['?', '#']) || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong("holds more than an address"));
        }
        let host = host_of(authority);
        if host.is_empty() {
            return Err(wrong("has no host"));
        }
        let host = host.to_ascii_lowercase();
        let is_aws = AWS_DOMAINS.iter().any(|domain| host.ends_with(domain));
        Ok(Self { url: url.to_owned(), is_aws })
    }

    /// The address, without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Whether TLS is spoken.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    /// Whether buckets are addressed in the path: most other stores know no bucket host names.
    pub(crate) fn needs_path_style(&self) -> bool {
        !self.is_aws
    }
}

fn strip_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(rest)
}

/// The host of `host:port` or `[v6]:port`.
fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use thumbgate_core::error::StorageErrorKind;

    use super::Endpoint;

    #[test]
    fn other_stores_get_path_style_and_aws_does_not() {
        for (url, path_style) in [
            ("http://127.0.0.1:9000", true),
            ("http://localhost:4566/", true),
            ("https://minio.example.com", true),
            ("http://[::1]:9000", true),
            ("https://amazonaws.com.example.org", true),
            ("https://s3.eu-west-1.amazonaws.com", false),
            ("https://s3.dualstack.eu-west-1.amazonaws.com/", false),
            ("https://bucket.vpce-1a2b3c.s3.us-east-1.vpce.amazonaws.com", false),
            ("https://s3.cn-north-1.amazonaws.com.cn", false),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!(endpoint.needs_path_style(), path_style, "{url}");
            assert_eq!(endpoint.url(), url.trim_end_matches('/'));
            assert_eq!(endpoint.is_encrypted(), url.starts_with("https"), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_not_repeated() {
        for url in ["", "localhost:9000", "ftp://x", "http://", "http://u:secret@h", "http://h?secret", "http://a b"] {
            let error = Endpoint::parse(url).unwrap_err();
            assert_eq!(error.kind(), StorageErrorKind::WrongEndpoint, "{url}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
