//! The management side of AWS, as far as a deployment needs it, on the emulator of
//! `cargo xtask test`. It takes its root key with any signature.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use thumbgate_contract::emulator;

/// The emulator's account and region.
pub(crate) const ACCOUNT: &str = "000000000000";
const REGION: &str = "us-east-1";

/// How long a queue is asked for a message before the test gives up.
const PATIENCE_SECONDS: u32 = 20;

/// An answer of the emulator.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status line and headers.
    head: String,
    body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.head.to_ascii_lowercase().contains(&format!("\r\n{}:", name.to_ascii_lowercase()))
    }
}

/// A name that no other test has.
pub(crate) fn new_name(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Asks, and expects success.
#[track_caller]
fn ask(service: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let authority = emulator::authority();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{service} {method} {path} {body}\n{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer { head: head.to_owned(), body: body.to_owned() }
}

/// Makes a role that Lambda may take, with one policy of its own; gives its ARN.
pub(crate) fn create_role(name: &str, policy: &Value) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    let form = |fields: &[(&str, &str)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        ask("iam", "POST", "/", &headers, &format!("Version=2010-05-08&{}", fields.join("&")));
    };
    form(&[("Action", "CreateRole"), ("RoleName", name), ("AssumeRolePolicyDocument", &trust.to_string())]);
    form(&[
        ("Action", "PutRolePolicy"),
        ("RoleName", name),
        ("PolicyName", "own"),
        ("PolicyDocument", &policy.to_string()),
    ]);
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

pub(crate) fn put_bucket_policy(bucket: &str, policy: &Value) {
    ask("s3", "PUT", &format!("/{bucket}?policy"), &[], &policy.to_string());
}

pub(crate) fn delete_bucket_policy(bucket: &str) {
    ask("s3", "DELETE", &format!("/{bucket}?policy"), &[], "");
}

/// Lets a bucket tell `target` of what is created below `prefix`; `kind` is `Queue` or
/// `CloudFunction`, in the words of S3's XML.
pub(crate) fn notify(bucket: &str, kind: &str, target: &str, prefix: &str) {
    let element = if kind == "Queue" { "QueueConfiguration" } else { "CloudFunctionConfiguration" };
    let xml = format!(
        "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><{element}>\
         <{kind}>{target}</{kind}><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name>\
         <Value>{prefix}</Value></FilterRule></S3Key></Filter></{element}></NotificationConfiguration>"
    );
    ask("s3", "PUT", &format!("/{bucket}?notification"), &[], &xml);
}

/// A function to make.
#[derive(Debug)]
pub(crate) struct NewFunction<'a> {
    pub(crate) name: &'a str,
    pub(crate) role: &'a str,
    pub(crate) timeout_seconds: u32,
    /// Bucket and key of its zip.
    pub(crate) code: (&'a str, &'a str),
}

/// Makes a function, and gives its ARN.
pub(crate) fn create_function(new: &NewFunction<'_>) -> String {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let wanted = json!({"FunctionName": new.name, "Role": new.role, "Runtime": "provided.al2023",
        "Handler": "bootstrap", "Architectures": [architecture], "MemorySize": 512, "Timeout": new.timeout_seconds,
        "Code": {"S3Bucket": new.code.0, "S3Key": new.code.1},
        "Environment": {"Variables": {"AWS_ENDPOINT_URL": emulator::endpoint()}}});
    let made = ask("lambda", "POST", "/2015-03-31/functions", &[JSON], &wanted.to_string()).json();
    made["FunctionArn"].as_str().unwrap().to_owned()
}

/// Lets S3 invoke a function on behalf of a bucket.
pub(crate) fn allow_invocation(function: &str, bucket: &str) {
    let permission = json!({"StatementId": "uploads", "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com", "SourceArn": format!("arn:aws:s3:::{bucket}"), "SourceAccount": ACCOUNT});
    ask("lambda", "POST", &format!("/2015-03-31/functions/{function}/policy"), &[JSON], &permission.to_string());
}

/// An event that fails goes to a queue, at once.
pub(crate) fn on_failure(function: &str, queue_arn: &str) {
    let wanted = json!({"MaximumRetryAttempts": 0, "DestinationConfig": {"OnFailure": {"Destination": queue_arn}}});
    let path = format!("/2019-09-25/functions/{function}/event-invoke-config");
    ask("lambda", "PUT", &path, &[JSON], &wanted.to_string());
}

/// Feeds a function from a queue, ten messages at a time, each of which may fail alone.
pub(crate) fn feed(function: &str, queue_arn: &str) {
    let wanted = json!({"FunctionName": function, "EventSourceArn": queue_arn, "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"]});
    ask("lambda", "POST", "/2015-03-31/event-source-mappings", &[JSON], &wanted.to_string());
}

/// Invokes a function and waits: its answer, or its error.
pub(crate) fn invoke(function: &str, payload: &Value) -> Result<Value, Value> {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    let answer = ask("lambda", "POST", &path, &[JSON], &payload.to_string());
    if answer.has_header("X-Amz-Function-Error") { Err(answer.json()) } else { Ok(answer.json()) }
}

/// A queue.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) url: String,
    pub(crate) arn: String,
}

impl Queue {
    /// Makes a queue that `s3.amazonaws.com` may send to.
    pub(crate) fn create(what: &str, attributes: &Value) -> Self {
        let name = new_name(what);
        let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
        let policy = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}});
        let mut attributes = attributes.clone();
        attributes["Policy"] = policy.to_string().into();
        let made = sqs("CreateQueue", &json!({"QueueName": name, "Attributes": attributes}));
        Self { url: made["QueueUrl"].as_str().unwrap().to_owned(), arn }
    }

    /// Waits for messages, takes them out, and gives their bodies.
    #[track_caller]
    pub(crate) fn receive(&self) -> Vec<Value> {
        let wanted = json!({"QueueUrl": self.url, "WaitTimeSeconds": PATIENCE_SECONDS, "MaxNumberOfMessages": 10});
        let received = sqs("ReceiveMessage", &wanted);
        let messages = received["Messages"].as_array().expect("no message came in time");
        let mut bodies = Vec::new();
        for message in messages {
            sqs("DeleteMessage", &json!({"QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"]}));
            bodies.push(serde_json::from_str(message["Body"].as_str().unwrap()).unwrap());
        }
        bodies
    }

    /// How many messages are there, those in somebody's hands included.
    pub(crate) fn len(&self) -> u32 {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let told = sqs("GetQueueAttributes", &json!({"QueueUrl": self.url, "AttributeNames": names}));
        let count = |name| told["Attributes"][name].as_str().unwrap().parse::<u32>().unwrap();
        names.into_iter().map(count).sum()
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn sqs(operation: &str, body: &Value) -> Value {
    let target = format!("AmazonSQS.{operation}");
    let headers = [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", target.as_str())];
    let answer = ask("sqs", "POST", "/", &headers, &body.to_string());
    serde_json::from_str(&answer.body).unwrap_or(Value::Null)
}

/// A value of a form.
fn encoded(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
