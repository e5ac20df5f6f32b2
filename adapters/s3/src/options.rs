//! What a caller may choose about a connection, and how long it waits.

use std::fmt;
use std::time::Duration;

use aws_sdk_s3::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_s3::config::timeout::TimeoutConfig;

use crate::endpoint::Endpoint;

/// How often one call on an object is tried, the first time included.
///
/// Core begins an object up to three times, with up to two calls each: 12 tries in all.
pub const TRIES_MAX: u32 = 2;

/// How often one page of a listing is asked for: nobody begins a listing anew.
pub(crate) const PAGE_TRIES_MAX: u32 = 4;

/// The slowest upload that is waited for, in bytes a second.
const UPLOAD_BYTES_PER_SECOND: u64 = 256 * 1024;

/// What all calls of one connection may spend on second tries: when much fails, there are fewer.
const RETRY_BUDGET: usize = 500;

/// What a connection does not take from the environment.
#[derive(Clone, Default)]
pub struct S3Options {
    /// The address of the S3 API, `http://` or `https://`. It wins over `AWS_ENDPOINT_URL_S3`,
    /// `AWS_ENDPOINT_URL` and the profile's `endpoint_url`.
    pub endpoint_url: Option<String>,
    /// The region. It wins over `AWS_REGION`, `AWS_DEFAULT_REGION` and the profile's `region`.
    pub region: Option<String>,
    /// How long calls may take.
    pub patience: Patience,
}

impl fmt::Debug for S3Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address that is refused may hold a password: only a good one is shown.
        let endpoint = self.endpoint_url.as_deref().map(|url| Endpoint::parse(url).ok());
        let mut shown = f.debug_struct("S3Options");
        shown.field("endpoint", &endpoint).field("region", &self.region).field("patience", &self.patience).finish()
    }
}

/// How long the parts of a call may take. Every try of a call has its own share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until one try is answered. Uploads get one second more for every 256 KiB; a download is
    /// answered when its head is there.
    pub answer: Duration,
    /// How long a transfer may make no progress (less than a byte a second).
    pub stall: Duration,
    /// The wait before the second try; it doubles, and is shortened at random.
    pub backoff: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(10),
            stall: Duration::from_secs(10),
            backoff: Duration::from_millis(200),
        }
    }
}

impl Patience {
    /// The deadlines of a call that sends `bytes`.
    pub(crate) fn timeouts(&self, bytes: usize) -> TimeoutConfig {
        let sending = u64::try_from(bytes).unwrap_or(u64::MAX) / UPLOAD_BYTES_PER_SECOND;
        let one_try = self.answer.saturating_add(Duration::from_secs(sending));
        // The tries, and as long again as one of them for the waits in between.
        let all_tries = one_try.saturating_mul(TRIES_MAX.saturating_add(1));
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(one_try)
            .operation_timeout(all_tries)
            .build()
    }

    /// How failed tries are repeated, whatever `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS` say: the
    /// tries of an object are counted and promised by the core.
    pub(crate) fn retries(&self, tries: u32) -> RetryConfig {
        RetryConfig::standard().with_max_attempts(tries).with_initial_backoff(self.backoff)
    }
}

/// The second tries of one connection, counted apart from those of others.
pub(crate) fn retry_budget() -> RetryPartition {
    RetryPartition::custom("thumbgate-s3").token_bucket(TokenBucket::new(RETRY_BUDGET)).build()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Patience, S3Options};

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        let shown =
            |url: &str| format!("{:?}", S3Options { endpoint_url: Some(url.to_owned()), ..S3Options::default() });
        assert!(shown("http://localhost:9000").contains("http://localhost:9000"));
        assert!(!shown("http://user:secret@localhost").contains("secret"));
    }

    #[test]
    fn an_upload_gets_time_for_its_bytes() {
        let patience = Patience::default();
        let one_try = |bytes| patience.timeouts(bytes).operation_attempt_timeout();
        assert_eq!(one_try(0), Some(Duration::from_secs(10)));
        assert_eq!(one_try(16 * 1024 * 1024), Some(Duration::from_secs(74)));
    }
}
