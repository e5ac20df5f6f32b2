//! One invocation: a payload becomes changes, the changes outcomes, the outcomes an answer.

use lambda_runtime::{Context, Diagnostic};
use serde_json::Value;
use thumbgate_events::{Answer, Delivery};

use crate::clock::{since_1970, time_left};
use crate::wiring::Function;
use crate::{log, metrics};

/// Why an invocation failed, as Lambda is told: a type of our own, never one of Rust's.
#[derive(Debug)]
pub(crate) struct FunctionError {
    kind: &'static str,
    message: String,
}

impl From<FunctionError> for Diagnostic {
    fn from(error: FunctionError) -> Self {
        Self { error_type: format!("Thumbgate.{}", error.kind), error_message: error.message }
    }
}

pub(crate) async fn handle(function: &Function, payload: &Value, context: &Context) -> Result<Value, FunctionError> {
    let delivery = Delivery::of_value(payload).map_err(|error| {
        log::unreadable(&error, context);
        FunctionError { kind: "UnreadableEvent", message: error.to_string() }
    })?;
    let time_left = time_left(context.deadline, since_1970());
    let done = function.deliver.run(&delivery.changes(), time_left).await;
    let outcomes = delivery.outcomes(done);
    for outcome in outcomes.iter().flatten() {
        log::outcome(outcome, context);
    }
    metrics::tell(outcomes.iter().flatten(), &context.env_config.function_name);
    match delivery.answer(&outcomes, function.rejects) {
        Answer::Document(document) => Ok(document),
        Answer::Failed { kind, message } => Err(FunctionError { kind, message }),
    }
}
