//! Starts, refusals, deadlines, and what is asked of S3: against a store that says what a test tells
//! it to.

use std::time::Duration;

use serde_json::json;

use crate::http::Server;
use crate::runtime_api::{Given, RuntimeApi, TRACE};
use crate::{config, notification, queued};

/// A store in which nothing is.
fn empty_store() -> Server {
    Server::start(|_| (404, Vec::new(), Vec::new()))
}

fn url(store: &Server) -> String {
    format!("http://{}", store.authority)
}

#[test]
fn a_configuration_that_would_loop_is_refused_at_init_with_the_reason() {
    let api = RuntimeApi::start();
    let looping = config("photos", "photos").replace("thumbs/", "uploads/thumbs/");
    let function = api.function(&looping, "http://127.0.0.1:9");
    let Given::InitError(error) = api.given() else { panic!() };
    assert_eq!(error["errorType"], "Thumbgate.Configuration");
    assert!(error["errorMessage"].as_str().unwrap().contains("s3://photos/uploads/thumbs/"), "{error}");
    let (code, log) = function.ended();
    assert_eq!(code, Some(1));
    assert_eq!((&log[0]["level"], &log[0]["error_type"]), (&"ERROR".into(), &"Thumbgate.Configuration".into()));
}

#[test]
fn every_call_to_s3_carries_the_trace_of_its_event() {
    let (api, store) = (RuntimeApi::start(), empty_store());
    let _function = api.function(&config("photos", "thumbs"), &url(&store));
    let Given::Answer(answer) = api.invoke(&notification("photos", "uploads/a.bmp")) else { panic!() };
    assert_eq!(answer["skip"], 1);
    let requests = store.requests();
    assert_eq!(requests.len(), 3, "two looks and a read: {requests:?}");
    for request in requests {
        assert_eq!(request.header("x-amzn-trace-id"), Some(TRACE), "{request:?}");
    }
}

#[test]
fn an_event_of_an_own_output_or_another_bucket_asks_nothing_of_s3() {
    let (api, store) = (RuntimeApi::start(), empty_store());
    let one_bucket = config("photos", "photos");
    let _function = api.function(&one_bucket, &url(&store));
    for (bucket, key) in [
        ("photos", "thumbs/a.bmp.small.jpg"),
        ("other", "uploads/a.bmp"),
        ("photos", "uploads/notes.txt"),
        ("photos", "uploads/"),
    ] {
        let Given::Answer(answer) = api.invoke(&notification(bucket, key)) else { panic!("{key}") };
        assert_eq!(answer["skip"], 1, "{key}");
    }
    let test_event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"});
    let Given::Answer(answer) = api.invoke(&test_event) else { panic!() };
    assert_eq!(answer["sources"], 0);
    assert_eq!(store.requests().len(), 0);
}

#[test]
fn what_cannot_be_read_is_a_function_error_of_our_own_type() {
    let (api, store) = (RuntimeApi::start(), empty_store());
    let _function = api.function(&config("photos", "thumbs"), &url(&store));
    let Given::Error(error) = api.invoke(&json!({"hello": "world"})) else { panic!() };
    assert_eq!(error["errorType"], "Thumbgate.UnreadableEvent");
    assert!(error["errorMessage"].as_str().unwrap().contains("no event that is known"), "{error}");
}

#[test]
fn a_payload_that_is_no_json_is_an_error_of_our_own_type_and_logged() {
    let (api, store) = (RuntimeApi::start(), empty_store());
    let function = api.function(&config("photos", "thumbs"), &url(&store));
    for payload in ["no json", "", "{\"Records\": ["] {
        api.hand_out_text(payload, Duration::from_secs(60));
        let Given::Error(error) = api.given() else { panic!("{payload}") };
        assert_eq!(error["errorType"], "Thumbgate.UnreadableEvent", "{payload}");
        assert!(error["errorMessage"].as_str().unwrap().contains("no JSON"), "{error}");
    }
    let log = function.log();
    assert_eq!(log.len(), 3, "{log:?}");
    assert!(log.iter().all(|line| line["level"] == "ERROR" && line["request_id"].is_string()), "{log:?}");
}

#[test]
fn an_event_without_objects_has_its_line() {
    let (api, store) = (RuntimeApi::start(), empty_store());
    let function = api.function(&config("photos", "thumbs"), &url(&store));
    let Given::Answer(_) = api.invoke(&json!({"Event": "s3:TestEvent", "Bucket": "photos"})) else { panic!() };
    let log = function.log();
    assert_eq!((&log[0]["level"], &log[0]["message"]), (&"INFO".into(), &"the event tells of no object".into()));
}

#[test]
fn outside_of_lambda_it_ends_with_a_line_and_no_panic() {
    let good = config("photos", "thumbs");
    for (config, name, value) in [
        (&good, "AWS_LAMBDA_RUNTIME_API", ""),
        (&"[source".to_owned(), "AWS_LAMBDA_RUNTIME_API", ""),
        (&good, "AWS_LAMBDA_FUNCTION_NAME", ""),
        (&good, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "99999999999999999999"),
        (&good, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "4294967295"),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bootstrap"));
        command.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9").env("AWS_LAMBDA_FUNCTION_NAME", "f");
        command.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
        command.env("AWS_REGION", "us-east-1").env("THUMBGATE_CONFIG_TOML", config).env(name, value);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let (log, panic) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(log.contains("Thumbgate.Configuration"), "{log}");
        assert_eq!(panic, "");
    }
}

#[test]
fn what_s3_denies_is_handed_back_with_the_reason() {
    let denied = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>".to_vec();
    let (api, store) = (RuntimeApi::start(), Server::start(move |_| (403, Vec::new(), denied.clone())));
    let _function = api.function(&config("photos", "thumbs"), &url(&store));
    let Given::Error(error) = api.invoke(&notification("photos", "uploads/a.bmp")) else { panic!() };
    assert_eq!(error["errorType"], "Thumbgate.ItemsToRetry");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.contains("uploads/a.bmp: denied:") && message.contains("s3:GetObject"), "{message}");
}

#[test]
fn an_item_that_the_time_does_not_suffice_for_is_handed_back_before_the_deadline() {
    let hung = Server::start(|_| {
        loop {
            std::thread::park();
        }
    });
    let api = RuntimeApi::start();
    let _function = api.function(&config("photos", "thumbs"), &url(&hung));
    api.hand_out(&queued(&[("m1", notification("photos", "uploads/a.bmp").to_string())]), Duration::from_secs(2));
    let failed = json!({"batchItemFailures": [{"itemIdentifier": "m1"}]});
    assert_eq!(api.given(), Given::Answer(failed));
}

#[test]
fn it_tells_its_version_without_a_configuration() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bootstrap")).arg("--version").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("bootstrap 0."));
}
