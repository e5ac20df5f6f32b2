//! The whole deployment: an upload, S3's notification, the function's zip, its renditions.
//!
//! The function's role may write logs and nothing else; what it may do in S3, the bucket policies
//! say, which name the role. The emulator holds the function to them, so these tests prove that the
//! documents are enough for the real binary, and that each is necessary. What it does otherwise than
//! AWS, so that AWS's rules are judged by our own engine in `policies`:
//!
//! - an absent key is a 404 for everybody; AWS answers 403 to a role without `s3:ListBucket`;
//! - trust policies are not enforced when a function is made;
//! - a queue's messages are handed to the function without asking its role; in AWS the role or the
//!   queue's policy must allow `sqs:ReceiveMessage`, `sqs:DeleteMessage` and
//!   `sqs:GetQueueAttributes`;
//! - a failed event is tried again after a second, not after a minute;
//! - one function's process runs on this machine, without limits of memory or processor.

mod cloud;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use thumbgate_contract::run;

use crate::function::{config, zip};
use crate::world::{Backend, picture};
use cloud::{NewFunction, Queue, new_name};

/// A function between two buckets, with nothing yet that calls it.
struct Deployment {
    function: String,
    function_arn: String,
    role: String,
    photos: (String, Backend),
    thumbs: (String, Backend),
    /// What the bucket of thumbnails tells of.
    made: Queue,
}

/// The function's timeout. A message that failed comes back a second after.
const TIMEOUT_SECONDS: u32 = 8;

impl Deployment {
    async fn new() -> Self {
        let (photos, thumbs) = (Backend::s3_named().await, Backend::s3_named().await);
        let function = new_name("thumbgate");
        let log_only = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": format!("arn:aws:logs:us-east-1:{}:log-group:/aws/lambda/{function}:log-stream:*", cloud::ACCOUNT)}});
        let role = cloud::create_role(&new_name("LambdaThumbRole"), &log_only);
        let (code_bucket, code) = Backend::s3_named().await;
        code.put("thumbgate.zip", zip(&config(&photos.0, &thumbs.0))).await;
        let function_arn = cloud::create_function(&NewFunction {
            name: &function,
            role: &role,
            timeout_seconds: TIMEOUT_SECONDS,
            code: (&code_bucket, "thumbgate.zip"),
        });
        let made = Queue::create("made", &json!({}));
        cloud::notify(&thumbs.0, "Queue", &made.arn, "thumbs/");
        let deployment = Self { function, function_arn, role, photos, thumbs, made };
        deployment.grant_reading(&deployment.role);
        deployment.grant_writing(&deployment.role);
        deployment
    }

    fn grant_reading(&self, role: &str) {
        let bucket = format!("arn:aws:s3:::{}", self.photos.0);
        cloud::put_bucket_policy(
            &self.photos.0,
            &json!({"Version": "2012-10-17", "Statement": [{"Sid": "ReadSources", "Effect": "Allow",
                "Principal": {"AWS": role}, "Action": "s3:GetObject", "Resource": format!("{bucket}/uploads/*")}]}),
        );
    }

    fn grant_writing(&self, role: &str) {
        let outputs = format!("arn:aws:s3:::{}/thumbs/*", self.thumbs.0);
        cloud::put_bucket_policy(
            &self.thumbs.0,
            &json!({"Version": "2012-10-17", "Statement": [{"Sid": "ReadAndWriteOutputs", "Effect": "Allow",
                "Principal": {"AWS": role}, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": outputs}]}),
        );
    }

    async fn upload(&self, name: &str, content: Vec<u8>) {
        self.photos.1.put(&format!("uploads/{name}"), content).await;
    }

    /// Waits until the renditions of just these sources are told of.
    #[track_caller]
    fn until_made(&self, names: &[&str]) {
        let output = |name: &&str| [format!("thumbs/{name}.large.webp"), format!("thumbs/{name}.small.jpg")];
        let expected: BTreeSet<_> = names.iter().flat_map(output).collect();
        let mut told = BTreeSet::new();
        while !told.is_superset(&expected) {
            told.extend(self.made.receive().iter().filter_map(key_of));
        }
        assert_eq!(told, expected);
    }

    /// Invokes with an upload's event, and waits for the answer.
    fn invoke(&self, name: &str) -> Result<Value, Value> {
        let object = json!({"key": format!("uploads/{name}"), "sequencer": "0055AED6DCD90281E5"});
        let event = json!({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self.photos.0}, "object": object}}]});
        cloud::invoke(&self.function, &event)
    }
}

/// The key that a notification tells of; none in the one that tests the way.
fn key_of(notification: &Value) -> Option<String> {
    Some(notification["Records"][0]["s3"]["object"]["key"].as_str()?.to_owned())
}

#[test]
fn an_upload_calls_the_function_and_a_poisoned_one_goes_where_failed_events_go() {
    run(async {
        let deployment = Deployment::new().await;
        let failed = Queue::create("failed", &json!({}));
        cloud::on_failure(&deployment.function, &failed.arn);
        cloud::allow_invocation(&deployment.function, &deployment.photos.0);
        cloud::notify(&deployment.photos.0, "CloudFunction", &deployment.function_arn, "uploads/");

        deployment.upload("a.bmp", picture(120, 80, 1)).await;
        deployment.until_made(&["a.bmp"]);

        deployment.upload("poison.jpg", b"no picture".to_vec()).await;
        let record = failed.receive().remove(0);
        assert_eq!(key_of(&record["requestPayload"]).as_deref(), Some("uploads/poison.jpg"), "{record}");
        assert_eq!(record["responsePayload"]["errorType"], "Thumbgate.ItemsRejected", "{record}");
    });
}

#[test]
fn uploads_go_through_a_queue_and_poison_alone_ends_among_the_dead_letters() {
    run(async {
        let deployment = Deployment::new().await;
        let dead = Queue::create("dead", &json!({}));
        let redrive = json!({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}).to_string();
        let visibility = (TIMEOUT_SECONDS + 1).to_string();
        let uploads = Queue::create("uploads", &json!({"RedrivePolicy": redrive, "VisibilityTimeout": visibility}));
        cloud::notify(&deployment.photos.0, "Queue", &uploads.arn, "uploads/");

        let names: Vec<_> = (0..10).map(|index| format!("{index}.bmp")).collect();
        for (index, name) in names.iter().enumerate() {
            let seed = u32::try_from(index).unwrap();
            deployment.upload(name, if index == 3 { b"no picture".to_vec() } else { picture(120, 80, seed) }).await;
        }
        // All are there when the function is first asked, so that they come as one batch.
        assert_eq!(uploads.len(), 11, "and the event that tests the way");
        cloud::feed(&deployment.function, &uploads.arn);

        let good: Vec<_> = names.iter().map(String::as_str).filter(|name| *name != "3.bmp").collect();
        deployment.until_made(&good);
        let letters = dead.receive();
        let keys: Vec<_> = letters.iter().filter_map(key_of).collect();
        assert_eq!((keys, letters.len()), (vec!["uploads/3.bmp".to_owned()], 1));
        assert_eq!((uploads.len(), dead.len()), (0, 0));
    });
}

#[test]
fn each_grant_to_the_role_is_enough_and_necessary() {
    run(async {
        let deployment = Deployment::new().await;
        let bystander = cloud::create_role(
            &new_name("Bystander"),
            &json!({"Version": "2012-10-17", "Statement":
            {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}}),
        );
        let denied = |name: &str, action: &str| {
            let error = deployment.invoke(name).unwrap_err();
            assert_eq!(error["errorType"], "Thumbgate.ItemsToRetry", "{error}");
            let told = error["errorMessage"].as_str().unwrap();
            assert!(told.contains("denied") && told.contains(action) && told.contains(name), "{told}");
        };
        for (index, name) in ["a.bmp", "b.bmp", "c.bmp"].into_iter().enumerate() {
            deployment.upload(name, picture(120, 80, 1)).await;
            match index {
                0 => {
                    cloud::delete_bucket_policy(&deployment.photos.0);
                    denied(name, "s3:GetObject");
                    deployment.grant_reading(&bystander);
                    denied(name, "s3:GetObject");
                    deployment.grant_reading(&deployment.role);
                }
                1 => {
                    cloud::delete_bucket_policy(&deployment.thumbs.0);
                    denied(name, "s3:PutObject");
                    deployment.grant_writing(&bystander);
                    denied(name, "s3:PutObject");
                    deployment.grant_writing(&deployment.role);
                }
                _ => {}
            }
            // What was handed back is made when it comes again.
            assert_eq!(deployment.invoke(name).unwrap()["done"], 1, "{name}");
            deployment.until_made(&[name]);
        }
    });
}
