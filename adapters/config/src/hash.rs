//! The identity of what shapes a rendition's bytes.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use thumbgate_core::rendition::{ConfigHash, Rendition};

/// The hash that outputs carry as `thumbgate-config`: half of the SHA-256 of the rendition's
/// canonical line, in hexadecimal.
#[must_use]
pub fn config_hash(rendition: &Rendition, engine_version: &str) -> ConfigHash {
    let digest = Sha256::digest(rendition.canonical(engine_version).as_bytes());
    let text = digest.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    ConfigHash::new(text)
}
