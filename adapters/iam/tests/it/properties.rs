//! Rules that hold for all documents and requests, each under its own name.
//!
//! `worlds` makes random requests with random documents of a small vocabulary, so that statements
//! often match; the other modules are the rules. Each prints its seed where it fails.
//! `THUMBGATE_IAM_RANDOM` makes so many times as many cases.

mod changes;
mod conditions;
pub(crate) mod dates;
mod effects;
mod elements;
mod language;
mod layers;
mod reference_agrees;
mod statements;
mod vocabulary;
mod world;
mod worlds;

use proptest::test_runner::Config;

/// So many random cases, or a multiple of them. No file of failures is kept: what fails becomes a
/// test of its own.
fn random(cases: u32) -> Config {
    let times = std::env::var("THUMBGATE_IAM_RANDOM").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let cases = cases.saturating_mul(times);
    Config { cases, max_global_rejects: cases.saturating_mul(50), failure_persistence: None, ..Config::default() }
}
