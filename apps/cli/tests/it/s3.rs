//! The command on a real S3 API.

use std::process::Command;

use bytes::Bytes;
use futures_util::StreamExt as _;
use thumbgate_contract::{emulator, run};
use thumbgate_core::object::{Bucket, ObjectKey};
use thumbgate_core::port::{Condition, Get, ObjectRead as _, ObjectWrite as _, PutOptions};
use thumbgate_s3::{S3Connection, S3Objects, S3Options};

use crate::{Desk, Ran, picture, thumbgate};

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

async fn new_bucket() -> (String, S3Objects) {
    let name = emulator::new_bucket().await;
    let options = S3Options { endpoint_url: Some(emulator::endpoint()), ..S3Options::default() };
    let connection = S3Connection::from_environment(&options).await.unwrap();
    let objects = connection.bucket(Bucket::parse(&name).unwrap(), None);
    (name, objects)
}

async fn upload(bucket: &S3Objects, name: &str, content: Vec<u8>) {
    bucket.put(&key(name), Bytes::from(content), &PutOptions::when(Condition::Always)).await.unwrap();
}

/// The command against the emulator, with the environment that `cargo xtask test` gives.
fn on_s3(arguments: &[&str]) -> Command {
    let mut command = thumbgate(arguments);
    command.env("AWS_ENDPOINT_URL_S3", emulator::endpoint());
    command
}

#[test]
fn a_prefix_of_a_bucket_is_worked_on_and_a_rerun_skips() {
    run(async {
        let (photos, photos_bucket) = new_bucket().await;
        let (thumbs, thumbs_bucket) = new_bucket().await;
        upload(&photos_bucket, "uploads/a b+c.bmp", picture(640, 480, 1)).await;
        upload(&photos_bucket, "uploads/x/ü\n.bmp", picture(640, 480, 2)).await;
        upload(&photos_bucket, "uploadsX/no.bmp", picture(64, 48, 3)).await;
        upload(&photos_bucket, "uploads/bad.jpg", b"no picture".to_vec()).await;
        let (from, to) = (format!("s3://{photos}/uploads"), format!("s3://{thumbs}/t/"));
        let batch = ["batch", &from, &to, "--size", "32x32", "--json", "--resume"];
        let ran = Ran::of(&on_s3(&batch).output().unwrap()).expect(1);
        let lines = ran.lines();
        let summary = lines.last().unwrap();
        assert_eq!((&summary["sources"], &summary["done"], &summary["reject"]), (&3.into(), &2.into(), &1.into()));
        let first = lines.iter().find(|line| line["source"] == format!("s3://{photos}/uploads/a b+c.bmp")).unwrap();
        assert_eq!(first["renditions"][0]["url"], format!("s3://{thumbs}/t/a b+c.bmp.32x32.jpg"));
        let head = thumbs_bucket.head(&key("t/x/ü\n.bmp.32x32.jpg")).await.unwrap();
        assert_eq!(head.media_type.as_deref(), Some("image/jpeg"));
        assert_eq!(head.cache_control.as_deref(), Some("public, max-age=3600"));
        let source = photos_bucket.head(&key("uploads/x/ü\n.bmp")).await.unwrap();
        assert_eq!(head.metadata.get("thumbgate-source-etag").map(String::as_str), Some(source.etag.as_str()));
        assert!(head.metadata.contains_key("thumbgate-config"));

        let summary = Ran::of(&on_s3(&batch).output().unwrap()).expect(1).lines().pop().unwrap();
        assert_eq!((&summary["skip"], &summary["done"], &summary["bytes_in"]), (&2.into(), &0.into(), &0.into()));
    });
}

#[test]
fn one_object_is_made_and_inspected_by_its_url() {
    run(async {
        let (name, bucket) = new_bucket().await;
        upload(&bucket, "a.bmp", picture(640, 480, 1)).await;
        let desk = Desk::new();
        desk.write("a.bmp", picture(640, 480, 1));
        desk.run(&["make", "a.bmp", "local.jpg", "--size", "64x"]).expect(0);
        let (from, to) = (format!("s3://{name}/a.bmp"), format!("s3://{name}/t.jpg"));
        let endpoint = emulator::endpoint();
        let make = ["make", &from, &to, "--size", "64x", "--endpoint-url", &endpoint];
        Ran::of(&thumbgate(&make).output().unwrap()).expect(0);
        let body = bucket.get(&key("t.jpg"), &Get::default()).await.unwrap();
        assert_eq!(body.meta.media_type.as_deref(), Some("image/jpeg"));
        let parts: Vec<_> = body.bytes.map(Result::unwrap).collect().await;
        assert_eq!(parts.concat(), desk.read("local.jpg"), "the same bytes on every backend");
        let line = Ran::of(&on_s3(&["inspect", &from, "--json"]).output().unwrap()).expect(0).lines().remove(0);
        assert_eq!(line["width"], 640);
        Ran::of(&on_s3(&["make", &from, &from, "--size", "64x", "--format", "jpeg"]).output().unwrap()).expect(2);
        let absent = format!("s3://{name}/absent.jpg");
        let ran = Ran::of(&on_s3(&["inspect", &absent, "--json"]).output().unwrap()).expect(1);
        assert_eq!(ran.lines()[0]["error"]["kind"], "not-found");
    });
}

#[test]
fn what_is_wrong_with_a_bucket_or_the_credentials_ends_the_run() {
    run(async {
        let (name, bucket) = new_bucket().await;
        upload(&bucket, "a.bmp", picture(64, 48, 1)).await;
        let (from, to) = (format!("s3://{name}/"), "thumbs");
        let desk = Desk::new();
        let batch = |from: &str| {
            let mut command = on_s3(&["batch", from, to, "--size", "32x"]);
            command.current_dir(desk.path());
            command
        };
        let ran = Ran::of(&batch("s3://no-such-bucket-here/").output().unwrap()).expect(3);
        assert!(ran.err.contains("s3://no-such-bucket-here/"), "{}", ran.err);
        let ran = Ran::of(&batch(&from).env("AWS_ACCESS_KEY_ID", "wrong").output().unwrap()).expect(3);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        let mut nothing = batch(&from);
        nothing.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        let ran = Ran::of(&nothing.output().unwrap()).expect(3);
        assert!(ran.err.to_lowercase().contains("credentials"), "{}", ran.err);
        assert!(!desk.path().join("thumbs").exists());
        Ran::of(&batch(&from).output().unwrap()).expect(0);
    });
}
