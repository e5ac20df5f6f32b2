//! Any bytes as a payload, read and answered as if nothing had been worked on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thumbgate_events::{Answer, Delivery, Rejects, reason_of};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = reason_of(&text);
    for delivery in [Delivery::parse(bytes).ok(), Some(Delivery::of_message("id", &text))].into_iter().flatten() {
        let outcomes = delivery.outcomes(Vec::new());
        assert_eq!(outcomes.len(), delivery.messages().len());
        let has_work = !delivery.changes().is_empty();
        match delivery.answer(&outcomes, Rejects::Log) {
            // What was not worked on is never a success.
            Answer::Document(document) => {
                let failed = document["batchItemFailures"].as_array().is_none_or(|failures| !failures.is_empty());
                assert!(!has_work || failed);
            }
            Answer::Failed { message, .. } => assert!(!message.is_empty()),
        }
    }
});
