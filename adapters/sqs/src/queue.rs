//! One queue.

use std::fmt;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageSystemAttributeName as Attribute, QueueAttributeName, SendMessageBatchRequestEntry};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::error::{QueueError, QueueErrorKind};
use crate::message::{Message, Receipt};

/// The most messages of one call.
pub const BATCH_MAX: usize = 10;

/// The most bytes of one call that sends, all its messages together (Amazon SQS Developer Guide,
/// "Amazon SQS message quotas").
const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// The longest that SQS waits for a message.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// The longest that a message is handed out for.
const HIDDEN_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// What a connection does not take from the environment.
#[derive(Debug, Clone, Default)]
pub struct QueueOptions {
    /// The address of the SQS API; it wins over `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL`.
    pub endpoint_url: Option<String>,
    /// The region; it wins over `AWS_REGION` and the profile's.
    pub region: Option<String>,
}

/// One queue. Clones share the connection.
#[derive(Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client holds credentials: it is never shown.
        f.debug_struct("Queue").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A message that was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Its index among those that were to be sent.
    pub index: usize,
    /// Why.
    pub reason: String,
}

impl Queue {
    /// Opens a queue by its URL, its ARN or its name in this account and region. Credentials and
    /// region come from where the AWS SDKs take them.
    ///
    /// # Errors
    /// [`QueueError`]: no region, no credentials, no such queue.
    pub async fn open(options: &QueueOptions, queue: &str) -> Result<Self, QueueError> {
        let tls = Provider::Rustls(CryptoMode::Ring);
        let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
        let region = RegionProviderChain::first_try(options.region.clone().map(Region::new))
            .or_else(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new());
        let environment =
            aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).region(region).load().await;
        if environment.region().is_none() {
            let text = "no AWS region is set: set AWS_REGION, or `region` in the profile, or give --region";
            return Err(QueueError::new(QueueErrorKind::Configuration, text));
        }
        // A long poll is answered late on purpose.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(WAIT_MAX + Duration::from_secs(10))
            .build();
        let mut config = aws_sdk_sqs::config::Builder::from(&environment)
            .retry_config(RetryConfig::standard().with_max_attempts(4))
            .timeout_config(timeouts);
        if let Some(url) = &options.endpoint_url {
            config = config.endpoint_url(url);
        }
        let client = Client::from_conf(config.build());
        let url = if queue.contains("://") { queue.to_owned() } else { url_of(&client, queue).await? };
        Ok(Self { client, url })
    }

    /// The queue's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Receives up to `most` messages (10 at most), waiting up to `wait` (20 s at most) for the first.
    /// They are hidden from others for `hidden_for`, then come again (`sqs:ReceiveMessage`).
    ///
    /// # Errors
    /// [`QueueError`] by kind.
    pub async fn receive(&self, most: usize, wait: Duration, hidden_for: Duration) -> Result<Vec<Message>, QueueError> {
        let call = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(most.clamp(1, BATCH_MAX)).unwrap_or(1))
            .wait_time_seconds(seconds(wait.min(WAIT_MAX)))
            .visibility_timeout(seconds(hidden_for.min(HIDDEN_MAX)))
            .message_system_attribute_names(Attribute::ApproximateReceiveCount)
            .message_system_attribute_names(Attribute::SentTimestamp);
        let received = call.send().await.map_err(|error| QueueError::of("sqs:ReceiveMessage", &self.url, &error))?;
        Ok(received.messages.unwrap_or_default().into_iter().filter_map(Message::of).collect())
    }

    /// Hides a message for `hidden_for` from now on; zero hands it back at once
    /// (`sqs:ChangeMessageVisibility`).
    ///
    /// # Errors
    /// [`QueueError`] by kind; `Stale` where the delivery is over.
    pub async fn extend(&self, receipt: &Receipt, hidden_for: Duration) -> Result<(), QueueError> {
        let call = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt.as_str());
        let call = call.visibility_timeout(seconds(hidden_for.min(HIDDEN_MAX)));
        call.send().await.map(|_| ()).map_err(|error| QueueError::of("sqs:ChangeMessageVisibility", &self.url, &error))
    }

    /// Deletes a message (`sqs:DeleteMessage`). A message that is deleted already is a success where
    /// the queue says so.
    ///
    /// # Errors
    /// [`QueueError`] by kind; `Stale` where the delivery is over: the message came again, and may
    /// still be in the queue, or it is gone. A queue may also take an old receipt for a success and
    /// delete nothing, so who works longer than a message is hidden for extends it meanwhile.
    pub async fn delete(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let call = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt.as_str());
        call.send().await.map(|_| ()).map_err(|error| QueueError::of("sqs:DeleteMessage", &self.url, &error))
    }

    /// Sends messages (`sqs:SendMessage`), in as many calls as their number and their bytes need, and
    /// gives those that were not taken. Where a later call fails, all of its messages and of those
    /// after it were not; no call follows it.
    ///
    /// # Errors
    /// [`QueueError`] when the first call fails: none was taken.
    pub async fn send(&self, bodies: &[String]) -> Result<Vec<Unsent>, QueueError> {
        let entry = |(index, body): (usize, &String)| {
            let entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body).build();
            entry.map_err(|error| QueueError::new(QueueErrorKind::Other, error.to_string()))
        };
        let mut unsent = Vec::new();
        let mut rest = bodies;
        while !rest.is_empty() {
            let first = bodies.len() - rest.len();
            let (chunk, more) = rest.split_at(chunk_length(rest));
            rest = more;
            let entries: Result<Vec<_>, _> = chunk.iter().enumerate().map(entry).collect();
            let call = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries?));
            match call.send().await.map_err(|error| QueueError::of("sqs:SendMessage", &self.url, &error)) {
                Ok(sent) => unsent.extend(sent.failed.into_iter().map(|failed| Unsent {
                    index: first + failed.id.parse::<usize>().unwrap_or(0),
                    reason: failed.message.unwrap_or(failed.code),
                })),
                Err(error) if first == 0 => return Err(error),
                Err(error) => {
                    let not_taken = |index| Unsent { index, reason: error.to_string() };
                    unsent.extend((first..bodies.len()).map(not_taken));
                    break;
                }
            }
        }
        Ok(unsent)
    }

    /// How many messages wait, about (`sqs:GetQueueAttributes`).
    ///
    /// # Errors
    /// [`QueueError`] by kind.
    pub async fn waiting(&self) -> Result<u64, QueueError> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let call = self.client.get_queue_attributes().queue_url(&self.url).attribute_names(name.clone());
        let told = call.send().await.map_err(|error| QueueError::of("sqs:GetQueueAttributes", &self.url, &error))?;
        let count = told.attributes().and_then(|attributes| attributes.get(&name)?.parse().ok());
        Ok(count.unwrap_or(0))
    }

    /// Deletes every message (`sqs:PurgeQueue`).
    ///
    /// # Errors
    /// [`QueueError`] by kind; SQS takes one purge a minute.
    pub async fn purge(&self) -> Result<(), QueueError> {
        let call = self.client.purge_queue().queue_url(&self.url);
        call.send().await.map(|_| ()).map_err(|error| QueueError::of("sqs:PurgeQueue", &self.url, &error))
    }
}

/// The URL of a queue that is named, or given by its ARN (`sqs:GetQueueUrl`).
async fn url_of(client: &Client, queue: &str) -> Result<String, QueueError> {
    let mut parts = queue.split(':');
    let (account, name) = match (parts.next(), parts.nth(3), parts.next()) {
        (Some("arn"), Some(account), Some(name)) => (Some(account.to_owned()), name),
        _ => (None, queue),
    };
    let call = client.get_queue_url().queue_name(name).set_queue_owner_aws_account_id(account);
    let found = call.send().await.map_err(|error| QueueError::of("sqs:GetQueueUrl", queue, &error))?;
    found.queue_url.ok_or_else(|| QueueError::new(QueueErrorKind::NotFound, format!("there is no queue `{queue}`")))
}

/// How many of the first bodies go into one call; one that is too large goes alone, to be refused.
fn chunk_length(bodies: &[String]) -> usize {
    let mut bytes = 0;
    let fits = |body: &&String| {
        bytes += body.len();
        bytes <= BATCH_BYTES_MAX
    };
    let length = bodies.iter().take(BATCH_MAX).take_while(fits).count();
    length.max(1).min(bodies.len())
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{BATCH_BYTES_MAX, chunk_length};

    #[test]
    fn a_call_sends_at_most_ten_messages_and_a_mebibyte() {
        let of =
            |lengths: &[usize]| chunk_length(&lengths.iter().map(|length| "x".repeat(*length)).collect::<Vec<_>>());
        assert_eq!((of(&[]), of(&[1; 10]), of(&[1; 23])), (0, 10, 10));
        let half = BATCH_BYTES_MAX / 2;
        assert_eq!((of(&[half, half, 1]), of(&[half, half + 1]), of(&[BATCH_BYTES_MAX + 1, 1])), (2, 1, 1));
    }
}
