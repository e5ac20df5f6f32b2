//! One invocation: a payload becomes changes, the changes outcomes, the outcomes an answer.

use lambda_runtime::{Context, Diagnostic};
use serde::{Deserialize, Deserializer};
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

/// A payload, or why it is no JSON.
///
/// Lambda sends nothing but JSON; what else calls the Runtime API (an emulator) may. The runtime
/// reads a payload before the handler is called, and answers in its own words where that fails; so
/// this type can be read from anything, and the handler answers.
#[derive(Debug)]
pub(crate) struct Payload(Result<Value, String>);

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Value::deserialize(deserializer).map_err(|error| error.to_string())))
    }
}

impl Payload {
    fn delivery(&self) -> Result<Delivery, String> {
        let value = self.0.as_ref().map_err(|error| format!("the payload is no JSON: {error}"))?;
        Delivery::of_value(value).map_err(|error| error.to_string())
    }
}

pub(crate) async fn handle(function: &Function, payload: &Payload, context: &Context) -> Result<Value, FunctionError> {
    let delivery = payload.delivery().map_err(|message| {
        log::unreadable(&message, context);
        FunctionError { kind: "UnreadableEvent", message }
    })?;
    let time_left = time_left(context.deadline, since_1970());
    let done = function.deliver.run(&delivery.changes(), time_left).await;
    let outcomes = delivery.outcomes(done);
    for outcome in outcomes.iter().flatten() {
        log::outcome(outcome, context);
    }
    if outcomes.iter().all(Vec::is_empty) {
        log::empty(context);
    }
    metrics::tell(outcomes.iter().flatten(), &context.env_config.function_name);
    match delivery.answer(&outcomes, function.rejects) {
        Answer::Document(document) => Ok(document),
        Answer::Failed { kind, message } => Err(FunctionError { kind, message }),
    }
}
