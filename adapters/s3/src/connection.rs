//! Finding credentials, region and endpoint, once for all buckets.

use std::fmt;
use std::sync::Arc;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    ProvideCredentials as _, RequestChecksumCalculation, ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_types::service_config::ServiceConfigKey;
use thumbgate_core::error::{StorageError, StorageErrorKind};
use thumbgate_core::object::Bucket;

use crate::answers::{BoundedAnswers, TooManyRequests};
use crate::endpoint::Endpoint;
use crate::error::{Place, credentials};
use crate::objects::S3Objects;
use crate::options::{Patience, S3Options, TRIES_MAX, retry_budget};
use crate::owner::BucketOwner;
use crate::transport;

/// The region that other stores are signed for where none is set: they ask for one and use none.
const REGION_ELSEWHERE: &str = "us-east-1";

/// One account's way to S3: credentials, region, endpoint and open connections. Clones share them.
#[derive(Clone)]
pub struct S3Connection {
    client: Client,
    region: String,
    endpoint: Option<Endpoint>,
    patience: Patience,
}

impl fmt::Debug for S3Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client holds credentials: it is never shown.
        let mut shown = f.debug_struct("S3Connection");
        shown.field("region", &self.region).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl S3Connection {
    /// Connects as the AWS SDKs and tools do ("AWS SDKs and Tools Reference Guide").
    ///
    /// - Credentials: environment, profile (keys, assumed roles, `credential_process`, web
    ///   identity; SSO with this crate's feature `sso`), container, instance.
    /// - Region: `options`, environment, profile. The instance's metadata is not asked: away from
    ///   EC2 that takes seconds to fail.
    /// - Endpoint: `options`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, profile. At one that is
    ///   not AWS's, buckets are addressed in the path.
    ///
    /// # Errors
    /// `Credentials` when there are none, or their source fails; `WrongEndpoint` when there is no
    /// region, or the endpoint is no address.
    pub async fn from_environment(options: &S3Options) -> Result<Self, StorageError> {
        let environment = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(transport::encrypted())
            .region(region_providers(options))
            .load()
            .await;
        let endpoint = endpoint_url(options, &environment).map(|url| Endpoint::parse(&url)).transpose()?;
        let region = region(&environment, endpoint.as_ref())?;
        check_credentials(&environment).await?;
        let client = client(&environment, &region, endpoint.as_ref(), options.patience);
        Ok(Self { client, region, endpoint, patience: options.patience })
    }

    /// The storage ports of one bucket. With an `owner`, every call is refused by S3 unless that
    /// account owns the bucket.
    #[must_use]
    pub fn bucket(&self, bucket: Bucket, owner: Option<BucketOwner>) -> S3Objects {
        let place = Place { bucket, owner, region: self.region.clone() };
        S3Objects { client: self.client.clone(), place: Arc::new(place), patience: self.patience }
    }

    /// The region that requests are signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The endpoint, where it is not the region's own.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<&str> {
        self.endpoint.as_ref().map(Endpoint::url)
    }
}

fn region_providers(options: &S3Options) -> RegionProviderChain {
    let chosen = options.region.clone().filter(|region| !region.is_empty()).map(Region::new);
    RegionProviderChain::first_try(chosen)
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
}

fn region(environment: &SdkConfig, endpoint: Option<&Endpoint>) -> Result<String, StorageError> {
    match (environment.region(), endpoint) {
        (Some(region), _) => Ok(region.to_string()),
        (None, Some(endpoint)) if endpoint.needs_path_style() => Ok(REGION_ELSEWHERE.to_owned()),
        (None, _) => Err(StorageError::new(
            StorageErrorKind::WrongEndpoint,
            "no AWS region is set: set AWS_REGION, or `region` in the profile, or give --region",
        )),
    }
}

/// The endpoint that is set; one for S3 alone wins over one for all services.
fn endpoint_url(options: &S3Options, environment: &SdkConfig) -> Option<String> {
    let set = |url: &String| !url.is_empty();
    let of_s3 = || {
        let key = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        environment.service_config()?.load_config(key.ok()?)
    };
    let of_all = || environment.endpoint_url().map(str::to_owned);
    options.endpoint_url.clone().filter(set).or_else(|| of_s3().filter(set)).or_else(|| of_all().filter(set))
}

/// Asks for credentials once, so that a run without any ends at once and not at every object.
async fn check_credentials(environment: &SdkConfig) -> Result<(), StorageError> {
    let none = || StorageError::new(StorageErrorKind::Credentials, "no source of AWS credentials is set");
    let provider = environment.credentials_provider().ok_or_else(none)?;
    provider.provide_credentials().await.map(|_| ()).map_err(|error| credentials(&error))
}

fn client(environment: &SdkConfig, region: &str, endpoint: Option<&Endpoint>, patience: Patience) -> Client {
    let stalls = StalledStreamProtectionConfig::enabled().grace_period(patience.stall).build();
    let config = aws_sdk_s3::config::Builder::from(environment)
        .region(Region::new(region.to_owned()))
        .force_path_style(endpoint.is_some_and(Endpoint::needs_path_style))
        .retry_config(patience.retries(TRIES_MAX))
        .retry_partition(retry_budget())
        .retry_classifier(TooManyRequests)
        .timeout_config(patience.timeouts(0))
        .stalled_stream_protection(stalls)
        .request_checksum_calculation(RequestChecksumCalculation::WhenSupported)
        // A get asks for its checksum by itself, where there is one to compare: for a range the
        // SDK would compare the whole object's.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .interceptor(BoundedAnswers);
    let config = match endpoint {
        Some(endpoint) if !endpoint.is_encrypted() => {
            config.endpoint_url(endpoint.url()).http_client(transport::plain())
        }
        Some(endpoint) => config.endpoint_url(endpoint.url()),
        None => config,
    };
    Client::from_conf(config.build())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_s3::presigning::PresigningConfig;
    use thumbgate_contract::run;
    use thumbgate_core::object::Bucket;

    use super::S3Connection;
    use crate::options::S3Options;

    #[test]
    fn at_aws_the_bucket_is_the_host_and_the_key_is_the_path_as_it_is() {
        run(async {
            let options = S3Options { region: Some("eu-west-1".to_owned()), ..S3Options::default() };
            let connection = S3Connection::from_environment(&options).await.unwrap();
            let objects = connection.bucket(Bucket::parse("photos-in").unwrap(), None);
            for (key, path) in [
                ("a/b.jpg", "/a/b.jpg"),
                ("/leading", "//leading"),
                ("a//b/", "/a//b/"),
                ("./x/../y", "/./x/../y"),
                ("..", "/.."),
                ("a b+%2F", "/a%20b%2B%252F"),
            ] {
                let call = objects.client.get_object().bucket(objects.bucket().as_str()).key(key);
                let signing = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
                let request = call.presigned(signing).await.unwrap();
                let url = format!("https://photos-in.s3.eu-west-1.amazonaws.com{path}");
                assert_eq!(request.uri().split('?').next(), Some(url.as_str()), "{key}");
            }
        });
    }
}
