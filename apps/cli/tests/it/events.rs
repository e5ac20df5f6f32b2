//! `thumbgate events`, `backfill` and `dlq`.

use serde_json::{Value, json};
use thumbgate_contract::{emulator, run};
use thumbgate_sqs::{Queue, QueueOptions};

use crate::{Desk, Ran, picture, thumbgate};

const CONFIG: &str =
    "[source]\nurl = \"photos\"\n[destination]\nurl = \"thumbs\"\n[[rendition]]\nname = \"small\"\nwidth = 32\n";

fn event(keys: &[&str]) -> Value {
    let record = |key: &&str| {
        json!({"eventVersion": "2.3", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "photos-in"}, "object": {"key": key}}})
    };
    json!({"Records": keys.iter().map(record).collect::<Vec<_>>()})
}

/// A desk with a picture, a file that is none, and a configuration of folders.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("photos/a b.bmp", picture(64, 48, 1));
    desk.write("photos/bad.bmp", "no picture");
    desk.write("thumbgate.toml", CONFIG);
    desk.write("good.json", event(&["a+b.bmp"]).to_string());
    desk.write("bad.json", event(&["a+b.bmp", "bad.bmp"]).to_string());
    desk
}

#[test]
fn a_payload_runs_through_the_functions_code() {
    let desk = desk();
    let ran = desk.run(&["events", "replay", "good.json", "--json"]).expect(0);
    let lines = ran.lines();
    assert_eq!((&lines[0]["outcome"], &lines[0]["source"]), (&"done".into(), &"photos/a b.bmp".into()));
    assert_eq!(lines[1]["answer"], json!({"sources": 1, "done": 1, "skip": 0, "reject": 0, "retry": 0}));
    assert_eq!(desk.names("thumbs"), ["a b.bmp.small.jpg"]);

    let ran = desk.run(&["events", "replay", "bad.json"]).expect(1);
    let answer: Value = serde_json::from_str(ran.out.trim()).unwrap();
    assert_eq!(answer["functionError"]["errorType"], "Thumbgate.ItemsRejected");
    assert!(ran.err.contains("reject  photos/bad.bmp"), "{}", ran.err);
}

#[test]
fn a_dry_replay_writes_nothing() {
    let desk = desk();
    desk.run(&["events", "replay", "good.json", "--dry-run"]).expect(0);
    assert_eq!(desk.names("thumbs"), [""; 0]);
}

/// A desk whose configuration names a bucket that its folder stands for.
fn standing_desk() -> Desk {
    let desk = desk();
    desk.write("s3.toml", CONFIG.replace("\"photos\"", "\"s3://photos-in/uploads/\""));
    desk.write("in.json", event(&["uploads/a+b.bmp", "other/a+b.bmp"]).to_string());
    desk
}

#[test]
fn a_folder_stands_for_the_source_of_the_configuration() {
    let desk = standing_desk();
    let args = ["events", "replay", "in.json", "--config", "s3.toml", "--source", "photos", "--json"];
    let lines = desk.run(&args).expect(0).lines();
    assert_eq!((&lines[0]["outcome"], &lines[0]["source"]), (&"done".into(), &"photos/a b.bmp".into()));
    assert_eq!((&lines[1]["outcome"], &lines[1]["source"]), (&"skip".into(), &"s3://photos-in/other/a b.bmp".into()));
    assert_eq!(desk.names("thumbs"), ["a b.bmp.small.jpg"]);
}

#[test]
fn what_is_no_object_is_not_told_as_one() {
    let desk = desk();
    let sqs = |id: &str, body: &str| json!({"messageId": id, "body": body, "eventSource": "aws:sqs"});
    let good = event(&["a+b.bmp"]).to_string();
    desk.write("queue.json", json!({"Records": [sqs("m1", &good), sqs("m2", "none")]}).to_string());
    let lines = desk.run(&["events", "replay", "queue.json", "--json"]).expect(1).lines();
    assert_eq!(lines[1]["source"], "message m2");
    assert_eq!(lines[1]["error"]["message"], "Records[1].body: not JSON at line 1, column 2");
    let mut records = event(&["a+b.bmp"]);
    records["Records"].as_array_mut().unwrap().push(json!({"eventVersion": "2.1"}));
    desk.write("mixed.json", records.to_string());
    let ran = desk.run(&["events", "replay", "mixed.json"]).expect(1);
    assert!(ran.err.contains("reject  Records[1]  ") && ran.out.contains("ItemsRejected"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_part_is_made_with_the_names_of_the_whole() {
    let desk = desk();
    desk.write("photos/2024/c.bmp", picture(64, 48, 2));
    let ran = desk.run(&["backfill", "photos/2024", "--json"]).expect(0);
    assert_eq!(ran.lines().pop().unwrap()["sources"], 1);
    assert_eq!(desk.names("thumbs"), ["2024/c.bmp.small.jpg"]);
    let told = desk.run(&["backfill", "elsewhere/2024"]).expect(2).err;
    assert!(told.contains("`elsewhere/2024`") && told.contains("`photos`"), "{told}");
}

#[test]
fn a_job_needs_the_arns_of_a_function_and_a_role_and_a_folder() {
    let desk = standing_desk();
    let function = "arn:aws:lambda:us-east-1:111122223333:function:t";
    let role = "arn:aws:iam::111122223333:role/B";
    for (function, role, told) in [
        ("thumbgate", role, "--function"),
        (role, role, "no ARN of a function"),
        (function, "Backfill", "--job-role"),
        (function, "arn:aws:iam::111122223333:user/B", "no ARN of a role"),
    ] {
        let args = ["backfill", "--manifest", "jobs", "--function", function, "--job-role", role];
        let err = desk.run(&args).expect(2).err;
        assert!(err.contains(told), "{err}");
    }
}

#[test]
fn what_is_no_event_is_told() {
    let desk = desk();
    desk.write("none.json", "{\"hello\": 1}");
    assert!(desk.run(&["events", "replay", "none.json"]).expect(1).err.contains("no event that is known"));
    assert!(desk.run(&["events", "replay", "nowhere.json"]).expect(3).err.contains("nowhere.json"));
    desk.write("test.json", json!({"Event": "s3:TestEvent", "Bucket": "photos-in"}).to_string());
    assert!(desk.run(&["events", "replay", "test.json"]).expect(0).err.contains("tells of no object"));
}

#[test]
fn a_backfill_makes_what_was_there_before() {
    let desk = desk();
    let ran = desk.run(&["backfill", "--json"]).expect(1);
    let summary = ran.lines().pop().unwrap();
    assert_eq!((&summary["done"], &summary["reject"]), (&1.into(), &1.into()));
    assert_eq!(desk.names("thumbs"), ["a b.bmp.small.jpg"]);
    assert!(desk.run(&["backfill", "--queue", "q"]).expect(2).err.contains("a function reads buckets only"));
}

/// The command against the emulator.
fn on_aws(desk: &Desk, args: &[&str]) -> Ran {
    let mut command = thumbgate(args);
    Ran::of(&command.current_dir(desk.path()).env("AWS_ENDPOINT_URL", emulator::endpoint()).output().unwrap())
}

async fn queue() -> (String, Queue) {
    let url = emulator::new_queue().await;
    let options = QueueOptions { endpoint_url: Some(emulator::endpoint()), ..QueueOptions::default() };
    let queue = Queue::open(&options, &url).await.unwrap();
    (url, queue)
}

/// A desk whose configuration names a bucket with two pictures, and the bucket's name.
async fn bucket_desk() -> (Desk, String) {
    let desk = desk();
    let (photos, thumbs) = (emulator::new_bucket().await, emulator::new_bucket().await);
    let config = CONFIG
        .replace("\"photos\"", &format!("\"s3://{photos}/in/\""))
        .replace("\"thumbs\"", &format!("\"s3://{thumbs}/out/\""));
    desk.write("aws.toml", config);
    for name in ["a b.jpg", "c,d.jpg"] {
        let to = format!("s3://{photos}/in/{name}");
        desk.write("up.bmp", picture(64, 48, 1));
        on_aws(&desk, &["make", "up.bmp", &to, "--size", "48x"]).expect(0);
    }
    (desk, photos)
}

#[test]
fn a_backfill_feeds_the_queue_or_writes_a_job() {
    run(async {
        let (desk, photos) = bucket_desk().await;
        let (url, queue) = queue().await;
        let nothing = format!("s3://{photos}/in/2024/");
        let ran = on_aws(&desk, &["backfill", &nothing, "--config", "aws.toml", "--queue", &url, "--json"]).expect(0);
        assert_eq!(ran.lines()[0]["sources"], 0);
        on_aws(&desk, &["backfill", "--config", "aws.toml", "--queue", &url, "--rate", "100", "--dry-run"]).expect(0);
        assert_eq!(queue.waiting().await.unwrap(), 0);
        let ran =
            on_aws(&desk, &["backfill", "--config", "aws.toml", "--queue", &url, "--rate", "100", "--json"]).expect(0);
        assert_eq!((&ran.lines()[0]["sources"], &ran.lines()[0]["unsent"]), (&2.into(), &0.into()));
        assert_eq!(queue.waiting().await.unwrap(), 2);
        // What was fed in is what the function takes.
        on_aws(&desk, &["dlq", "retry", &url, "--all", "--config", "aws.toml"]).expect(0);

        let (function, role) = ("arn:aws:lambda:us-east-1:111122223333:function:t", "arn:aws:iam::111122223333:role/B");
        let args =
            ["backfill", "--config", "aws.toml", "--manifest", "jobs", "--function", function, "--job-role", role];
        on_aws(&desk, &args).expect(0);
        let manifest = String::from_utf8(desk.read("jobs/manifest.csv")).unwrap();
        assert_eq!(manifest, format!("{photos},in/a%20b.jpg\n{photos},in/c%2Cd.jpg\n"));
        let job: Value = serde_json::from_slice(&desk.read("jobs/job.json")).unwrap();
        assert_eq!(job["Operation"]["LambdaInvoke"]["FunctionArn"], function);
        let args = args.map(|arg| if arg == "jobs" { "thumbgate.toml/jobs" } else { arg });
        assert!(on_aws(&desk, &args).expect(1).err.contains("cannot make the folder `thumbgate.toml/jobs`"));
    });
}

#[test]
fn dead_letters_are_listed_shown_retried_and_purged() {
    run(async {
        let desk = desk();
        let (url, queue) = queue().await;
        let failed = json!({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event(&["a+b.bmp"]),
            "responsePayload": {"errorType": "Thumbgate.ItemsToRetry", "errorMessage": "no space left"}});
        queue.send(&[failed.to_string(), event(&["bad.bmp"]).to_string()]).await.unwrap();

        let listed = on_aws(&desk, &["dlq", "list", &url, "--json"]).expect(0).lines();
        assert_eq!(listed.len(), 2);
        let of = |key: &str| listed.iter().find(|line| line["keys"][0].as_str().unwrap().ends_with(key)).unwrap();
        assert_eq!(of("a b.bmp")["reason"], "Thumbgate.ItemsToRetry: no space left");
        let bad_id = of("bad.bmp")["id"].as_str().unwrap();

        let shown = on_aws(&desk, &["dlq", "show", &url, of("a b.bmp")["id"].as_str().unwrap()]).expect(0);
        assert!(shown.err.contains("it failed with: Thumbgate.ItemsToRetry: no space left"), "{}", shown.err);
        let shown = on_aws(&desk, &["dlq", "show", &url, bad_id]).expect(0);
        assert!(
            shown.err.contains("carries no reason") && shown.err.contains("reject  photos/bad.bmp"),
            "{}",
            shown.err
        );
        assert_eq!(desk.names("thumbs"), [""; 0]);
        assert!(on_aws(&desk, &["dlq", "show", &url, "nothing"]).expect(2).err.contains("dlq list"));

        let ran = on_aws(&desk, &["dlq", "retry", &url, "--all"]).expect(1);
        assert!(ran.err.contains("1 of 2 messages are done"), "{}", ran.err);
        assert_eq!(desk.names("thumbs"), ["a b.bmp.small.jpg"]);
        let left = on_aws(&desk, &["dlq", "list", &url, "--json"]).expect(0).lines();
        assert_eq!(left.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>(), [bad_id]);

        let (other_url, other) = self::queue().await;
        on_aws(&desk, &["dlq", "retry", &url, bad_id, "--to", &other_url]).expect(0);
        assert_eq!(other.waiting().await.unwrap(), 1);
        assert!(on_aws(&desk, &["dlq", "purge", &other_url]).expect(2).err.contains("--yes"));
        on_aws(&desk, &["dlq", "purge", &other_url, "--yes"]).expect(0);
        assert_eq!(other.waiting().await.unwrap(), 0);
        assert!(on_aws(&desk, &["dlq", "list", "nowhere"]).expect(3).err.contains("check its name"));
    });
}

#[test]
fn a_message_that_nothing_was_made_of_stays() {
    run(async {
        let (desk, photos) = bucket_desk().await;
        let (url, queue) = queue().await;
        queue.send(&[event(&["in/a+b.jpg"]).to_string()]).await.unwrap();
        let left = |ran: Ran, why: &str| {
            assert!(ran.err.contains("is left in the queue") && ran.err.contains(why), "{}", ran.err);
            assert!(ran.err.contains("0 of 1 messages are done"), "{}", ran.err);
        };
        // Another bucket's configuration, a folder that has no such file, a prefix that it is not below.
        left(on_aws(&desk, &["dlq", "retry", &url, "--all", "--config", "aws.toml"]).expect(1), "of another bucket");
        left(on_aws(&desk, &["dlq", "retry", &url, "--all"]).expect(1), "not there any more");
        desk.write("s3.toml", CONFIG.replace("\"photos\"", "\"s3://photos-in/uploads/\""));
        let args = ["dlq", "retry", &url, "--all", "--config", "s3.toml", "--source", "photos"];
        left(on_aws(&desk, &args).expect(1), "outside the source's prefix");
        assert_eq!(queue.waiting().await.unwrap(), 1);
        assert_ne!(photos, "photos-in");
    });
}

#[test]
fn what_was_looked_at_is_not_taken_for_all() {
    run(async {
        let desk = desk();
        let (url, queue) = queue().await;
        let bodies: Vec<_> = (0..12).map(|_| event(&["a+b.bmp"]).to_string()).collect();
        queue.send(&bodies).await.unwrap();
        let ran = on_aws(&desk, &["dlq", "retry", &url, "--all", "--most", "1"]).expect(1);
        assert!(ran.err.contains("1 of 1 messages are done") && ran.err.contains("there may be more"), "{}", ran.err);
        let ran = on_aws(&desk, &["dlq", "retry", &url, "nothing"]).expect(1);
        assert!(ran.err.contains("0 of 0 messages are done"), "{}", ran.err);
        assert!(ran.err.contains("there is no message `nothing`"), "{}", ran.err);
        let ran = on_aws(&desk, &["dlq", "retry", &url, "--all"]).expect(0);
        assert!(ran.err.contains("11 of 11 messages are done"), "{}", ran.err);
        assert_eq!(queue.waiting().await.unwrap(), 0);
    });
}

#[test]
fn a_look_without_writing_asks_the_real_destination() {
    run(async {
        let (desk, photos) = bucket_desk().await;
        let (url, queue) = queue().await;
        let upload = json!({"Records": [{"eventVersion": "2.3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": photos}, "object": {"key": "in/a+b.jpg"}}}]});
        desk.write("upload.json", upload.to_string());
        queue.send(&[upload.to_string()]).await.unwrap();
        let listed = on_aws(&desk, &["dlq", "list", &url, "--json"]).expect(0).lines();
        let id = listed[0]["id"].as_str().unwrap();
        let show = |config: &str| on_aws(&desk, &["dlq", "show", &url, id, "--config", config]).expect(0).err;
        let replay = |more: &[&str]| {
            let args = [&["events", "replay", "upload.json", "--config", "aws.toml"], more].concat();
            on_aws(&desk, &args).expect(0).err
        };
        let told = show("aws.toml");
        assert!(told.contains("it succeeds now as far as the put, which was not tried"), "{told}");
        assert!(replay(&["--dry-run"]).contains("the put itself was not tried"));
        replay(&[]);
        assert!(replay(&["--dry-run"]).contains("already made"), "nothing was written before");

        let config = String::from_utf8(desk.read("aws.toml")).unwrap();
        let [before, after] = [0, 1].map(|index| config.split("[destination]").nth(index).unwrap().to_owned());
        let nowhere = after.split_once("[[").unwrap().1;
        desk.write("nowhere.toml", format!("{before}[destination]\nurl = \"s3://thumbs-nowhere/out/\"\n[[{nowhere}"));
        let told = show("nowhere.toml");
        assert!(told.contains("retry   ") || told.contains("reject  "), "{told}");
        assert!(!told.contains("it succeeds"), "{told}");
    });
}

#[test]
fn what_another_queue_does_not_take_is_handed_back() {
    run(async {
        let (desk, (url, queue)) = (desk(), queue().await);
        queue.send(&[event(&["a+b.bmp"]).to_string()]).await.unwrap();
        let nowhere = format!("{}/nowhere", url.rsplit_once('/').unwrap().0);
        let ran = on_aws(&desk, &["dlq", "retry", &url, "--all", "--to", &nowhere]).expect(3);
        assert!(ran.err.contains("nowhere"), "{}", ran.err);
        assert_eq!(queue.waiting().await.unwrap(), 1, "it is not hidden any more");
    });
}
