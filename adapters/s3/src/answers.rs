//! What is watched of every answer before the SDK reads it.
//!
//! The SDK collects each answer but a downloaded body in memory, however long it is, and takes a
//! listing whose XML breaks off between two tags for a whole one.

use std::fmt;

use aws_sdk_s3::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    BeforeSerializationInterceptorContextRef, InterceptorContext,
};
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::operation::get_object::GetObjectInput;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use http_body_util::Limited;

/// The longest answer that is read into memory, in bytes: more than a page of 1,000 keys of 1,024
/// bytes that are all escapes.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bounds every answer that is read into memory.
///
/// Success of a download is streamed and has no bound here: `body` counts it.
#[derive(Debug)]
pub(crate) struct BoundedAnswers;

/// Marks a call whose success is streamed.
#[derive(Debug)]
struct Download;

impl Storable for Download {
    type Storer = StoreReplace<Self>;
}

impl Intercept for BoundedAnswers {
    fn name(&self) -> &'static str {
        "BoundedAnswers"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.input().downcast_ref::<GetObjectInput>().is_some() {
            config.interceptor_state().store_put(Download);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        let is_streamed = config.load::<Download>().is_some() && response.status().is_success();
        if !is_streamed {
            let body = response.take_body();
            *response.body_mut() =
                body.map_preserve_contents(|body| SdkBody::from_body_1_x(Limited::new(body, ANSWER_BYTES_MAX)));
        }
        Ok(())
    }
}

/// A listing that does not end with its closing tag.
#[derive(Debug)]
pub(crate) struct CutListing;

impl fmt::Display for CutListing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the listing does not end with `</ListBucketResult>`")
    }
}

impl std::error::Error for CutListing {}

/// Refuses a listing whose XML breaks off.
#[derive(Debug)]
pub(crate) struct WholeListing;

impl Intercept for WholeListing {
    fn name(&self) -> &'static str {
        "WholeListing"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Where the answer is an error already, that is the error to tell.
        if context.output_or_error().is_err() {
            return Ok(());
        }
        let body = context.response().body().bytes().unwrap_or_default();
        if body.trim_ascii_end().ends_with(b"</ListBucketResult>") { Ok(()) } else { Err(CutListing.into()) }
    }
}

/// Tries again after 429, which other stores answer and the SDK's own classifiers pass over where
/// there is no code in a body.
#[derive(Debug)]
pub(crate) struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let is_slow_down = context.response().is_some_and(|response| response.status().as_u16() == 429);
        if is_slow_down { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "TooManyRequests"
    }
}
