//! HTTP and HTTPS: certificates, proxies, connections.

use aws_sdk_s3::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};

/// A client that trusts the system's certificates and takes the environment's proxies
/// (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
pub(crate) fn encrypted() -> SharedHttpClient {
    client(TrustStore::default())
}

/// A client for an endpoint without TLS: it loads no certificates, and needs none to be installed.
pub(crate) fn plain() -> SharedHttpClient {
    client(TrustStore::empty())
}

fn client(trusted: TrustStore) -> SharedHttpClient {
    // The builder's own HTTPS client passes the proxies over.
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        let connector = connector.tls_provider(Provider::Rustls(CryptoMode::Ring));
        match TlsContext::builder().with_trust_store(trusted.clone()).build() {
            Ok(context) => connector.tls_context(context).build(),
            // It checks custom certificates, and there are none.
            Err(_) => connector.build(),
        }
    })
}
