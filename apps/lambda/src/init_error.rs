//! Why the function cannot start: told in the log, and to Lambda, which shows it to who invoked.

use thiserror::Error;
use thumbgate_config::ConfigErrors;

/// Why the function cannot start.
#[derive(Debug, Error)]
#[error("{message}")]
pub(crate) struct InitError {
    kind: &'static str,
    message: String,
}

impl InitError {
    /// The configuration is no good.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self { kind: "Thumbgate.Configuration", message: message.into() }
    }

    /// Every error of a configuration, with its place.
    pub(crate) fn of_config(errors: &ConfigErrors, place: &str) -> Self {
        let lines: Vec<_> = errors.iter().map(|error| format!("{place}: {error}")).collect();
        Self::configuration(lines.join("\n"))
    }

    /// The credentials or the endpoint are no good.
    pub(crate) fn storage(message: impl Into<String>) -> Self {
        Self { kind: "Thumbgate.Storage", message: message.into() }
    }

    /// The Runtime API broke off.
    pub(crate) fn runtime(error: &lambda_runtime::Error) -> Self {
        Self { kind: "Thumbgate.Runtime", message: format!("the Lambda Runtime API: {error}") }
    }

    pub(crate) fn kind(&self) -> &'static str {
        self.kind
    }

    /// Tells Lambda. Where there is none, or it does not listen, the log has told it.
    pub(crate) async fn report(&self) {
        // The client panics without an address.
        if !is_in_lambda() {
            return;
        }
        let Ok(client) = lambda_runtime_api_client::Client::builder().build() else {
            return;
        };
        let body = serde_json::json!({"errorType": self.kind, "errorMessage": self.message}).to_string();
        let request = lambda_runtime_api_client::build_request()
            .method(http::Method::POST)
            .uri("/2018-06-01/runtime/init/error")
            .header("lambda-runtime-function-error-type", "unhandled")
            .body(body.into());
        if let Ok(request) = request {
            let told = tokio::time::timeout(std::time::Duration::from_secs(2), client.call(request)).await;
            tracing::debug!("told Lambda of the failed start: {}", matches!(told, Ok(Ok(_))));
        }
    }
}

/// Whether there is a Runtime API to ask.
pub(crate) fn is_in_lambda() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some_and(|address| !address.is_empty())
}
