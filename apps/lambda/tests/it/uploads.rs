//! Upload events on a real S3 API.

use bytes::Bytes;
use serde_json::{Value, json};
use thumbgate_contract::{emulator, run};
use thumbgate_core::object::{Bucket, ObjectKey};
use thumbgate_core::port::{Condition, ObjectRead as _, ObjectWrite as _, PutOptions};
use thumbgate_s3::{S3Connection, S3Objects, S3Options};

use crate::runtime_api::{Given, RuntimeApi, TRACE};
use crate::{config, notification, picture, queued};

/// Two buckets, and the function between them.
struct World {
    api: RuntimeApi,
    names: [String; 2],
    photos: S3Objects,
    thumbs: S3Objects,
}

impl World {
    async fn new() -> Self {
        let options = S3Options { endpoint_url: Some(emulator::endpoint()), ..S3Options::default() };
        let connection = S3Connection::from_environment(&options).await.unwrap();
        let names = [emulator::new_bucket().await, emulator::new_bucket().await];
        let [photos, thumbs] = names.each_ref().map(|name| connection.bucket(Bucket::parse(name).unwrap(), None));
        Self { api: RuntimeApi::start(), names, photos, thumbs }
    }

    fn config(&self) -> String {
        config(&self.names[0], &self.names[1])
    }

    fn event(&self, key: &str) -> Value {
        notification(&self.names[0], key)
    }

    async fn upload(&self, name: &str, content: Vec<u8>) {
        self.photos.put(&key(name), Bytes::from(content), &PutOptions::when(Condition::Always)).await.unwrap();
    }

    async fn has(&self, name: &str) -> bool {
        self.thumbs.head(&key(name)).await.is_ok()
    }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

#[test]
fn an_upload_becomes_thumbnails_and_a_line_of_the_log() {
    run(async {
        let world = World::new().await;
        let function = world.api.function(&world.config(), &emulator::endpoint());
        world.upload("uploads/a.bmp", picture(120, 80, 1)).await;
        let summary =
            |done, skip| Given::Answer(json!({"sources": 1, "done": done, "skip": skip, "reject": 0, "retry": 0}));
        assert_eq!(world.api.invoke(&world.event("uploads/a.bmp")), summary(1, 0));
        assert_eq!(world.api.invoke(&world.event("uploads/a.bmp")), summary(0, 1), "it came twice");
        assert!(world.has("thumbs/a.bmp.small.jpg").await && world.has("thumbs/a.bmp.large.webp").await);
        let gone = world.api.invoke(&world.event("uploads/gone.bmp"));
        assert_eq!(gone, summary(0, 1), "a source that is gone is a success");

        let log = function.log();
        let made = &log[0];
        assert_eq!(
            (&made["level"], &made["key"], &made["outcome"]),
            (&"INFO".into(), &"uploads/a.bmp".into(), &"done".into())
        );
        assert_eq!((&made["trace_id"], &made["renditions"]), (&TRACE.into(), &2.into()));
        assert!(made["request_id"].as_str().unwrap().starts_with("8476a536") && made["timestamp"].is_string());
        assert!(made["ms_render"].is_u64() && made["bytes_in"].as_u64().unwrap() > 0);
        assert_eq!(
            (&log[1]["Done"], &log[1]["_aws"]["CloudWatchMetrics"][0]["Namespace"]),
            (&1.into(), &"Thumbgate".into())
        );
        assert_eq!(log.len(), 6);
    });
}

#[test]
fn every_legal_key_arrives_and_lands_right() {
    run(async {
        let world = World::new().await;
        let _function = world.api.function(&world.config(), &emulator::endpoint());
        let nfc_and_nfd = ["uploads/\u{e9}.bmp", "uploads/e\u{301}.bmp"];
        let hostile = [
            "uploads/a+b%2Bc%25.bmp",
            "uploads/a b  c.bmp",
            "uploads/!*'();:@&=$,?#[]<>{}|^`~.bmp",
            "uploads/\u{1f4f7}.bmp",
            "uploads/line\nbreak\u{1b}[31m.bmp",
            "uploads//twice//.bmp",
            "uploads/../up.bmp",
            "uploads/./here.bmp",
        ];
        for name in nfc_and_nfd.into_iter().chain(hostile) {
            world.upload(name, picture(60, 40, 1)).await;
            let Given::Answer(answer) = world.api.invoke(&world.event(name)) else { panic!("{name:?}") };
            assert_eq!(answer["done"], 1, "{name:?}");
            let output = name.replace("uploads/", "thumbs/") + ".small.jpg";
            assert!(world.has(&output).await, "{output:?}");
        }
    });
}

#[test]
fn a_key_that_leaves_no_room_for_its_output_is_rejected_with_the_reason() {
    run(async {
        let world = World::new().await;
        let _function = world.api.function(&world.config(), &emulator::endpoint());
        let longest = format!("uploads/{}.bmp", "x".repeat(1024 - 12));
        world.upload(&longest, picture(60, 40, 1)).await;
        let Given::Error(error) = world.api.invoke(&world.event(&longest)) else { panic!() };
        assert_eq!(error["errorType"], "Thumbgate.ItemsRejected");
        assert!(error["errorMessage"].as_str().unwrap().contains(": limit: "), "{error}");
    });
}

#[test]
fn one_poison_of_ten_messages_fails_alone() {
    run(async {
        let world = World::new().await;
        let _function = world.api.function(&world.config(), &emulator::endpoint());
        let names: Vec<_> = (0..10).map(|index| format!("uploads/{index}.bmp")).collect();
        for (index, name) in names.iter().enumerate() {
            let content =
                if index == 3 { b"no picture".to_vec() } else { picture(60, 40, u32::try_from(index).unwrap()) };
            world.upload(name, content).await;
        }
        let ids: Vec<_> = (0..10).map(|index| format!("m{index}")).collect();
        let mut bodies: Vec<_> =
            names.iter().zip(&ids).map(|(name, id)| (id.as_str(), world.event(name).to_string())).collect();
        bodies[7].1 = "not json".to_owned();
        let failed = json!({"batchItemFailures": [{"itemIdentifier": "m3"}, {"itemIdentifier": "m7"}]});
        assert_eq!(world.api.invoke(&queued(&bodies)), Given::Answer(failed));
        assert!(world.has("thumbs/9.bmp.small.jpg").await && !world.has("thumbs/3.bmp.small.jpg").await);
    });
}

#[test]
fn a_function_that_is_killed_in_the_middle_is_called_again_and_converges() {
    run(async {
        let world = World::new().await;
        let names: Vec<_> = (0..4).map(|index| format!("uploads/{index}.bmp")).collect();
        for (index, name) in names.iter().enumerate() {
            world.upload(name, picture(1200, 900, u32::try_from(index).unwrap())).await;
        }
        let payload =
            queued(&names.iter().map(|name| (name.as_str(), world.event(name).to_string())).collect::<Vec<_>>());
        for kill in 1..=5 {
            let mut function = world.api.function(&world.config(), &emulator::endpoint());
            world.api.hand_out(&payload, std::time::Duration::from_secs(60));
            world.api.until_taken(kill);
            // At another moment of the work each time.
            let until = tokio::time::Instant::now() + std::time::Duration::from_millis(20 * kill);
            tokio::time::sleep_until(until).await;
            function.kill();
        }
        let _function = world.api.function(&world.config(), &emulator::endpoint());
        // What was given back before a kill came too late may be among the answers.
        world.api.hand_out(&payload, std::time::Duration::from_secs(60));
        world.api.until_taken(6);
        let _ = world.api.given();
        for name in &names {
            let output = name.replace("uploads/", "thumbs/") + ".large.webp";
            let head = world.thumbs.head(&key(&output)).await.unwrap();
            let source = world.photos.head(&key(name)).await.unwrap();
            assert_eq!(head.metadata.get("thumbgate-source-etag").map(String::as_str), Some(source.etag.as_str()));
        }
    });
}
