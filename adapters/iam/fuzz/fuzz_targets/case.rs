//! Any bytes as a judged case, decided and explained.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thumbgate_iam::case::Case;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (request, policies) = match Case::parse(&text) {
        Ok(Case { request, policies: Ok(policies), .. }) => (request, policies),
        Ok(Case { policies: Err(errors), .. }) => {
            assert!(!errors.is_empty());
            return;
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let explanation = policies.explain(&request);
    assert_eq!(explanation.decision, policies.decide(&request));
    let told = explanation.to_string();
    assert!(!told.contains(|character: char| character.is_control() && character != '\n'), "{told:?}");
});
