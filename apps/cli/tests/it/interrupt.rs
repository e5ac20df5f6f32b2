//! Signals and closed pipes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Desk, Ran, picture, thumbgate};

/// Far more than are made between the first line and a signal.
const PICTURES: u32 = 150;

/// A batch that is at work: its first line is read, and many are left.
fn at_work(desk: &Desk) -> (Child, BufReader<std::process::ChildStdout>) {
    for index in 0..PICTURES {
        desk.write(&format!("photos/{index:03}.bmp"), picture(300, 200, index));
    }
    let mut child = thumbgate(&["batch", "photos", "thumbs", "--size", "200x", "--json", "--jobs", "2"])
        .current_dir(desk.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    (child, out)
}

#[test]
fn a_request_to_stop_ends_with_a_summary_and_no_temporary_file() {
    for signal in ["INT", "TERM", "HUP"] {
        let desk = Desk::new();
        let (child, mut out) = at_work(&desk);
        assert!(Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status().unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        let ran = Ran::of(&child.wait_with_output().unwrap()).expect(130);
        let summary: serde_json::Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
        assert_eq!((&summary["summary"], &summary["interrupted"]), (&true.into(), &true.into()));
        assert!(summary["sources"].as_u64() < Some(PICTURES.into()), "{signal}: it was cut off");
        assert!(ran.err.contains("run the same command again"), "{}", ran.err);
        assert!(!desk.path().join("thumbs/.thumbgate/tmp").exists(), "{signal}");
        let summary =
            desk.run(&["batch", "photos", "thumbs", "--size", "200x", "--json"]).expect(0).lines().pop().unwrap();
        assert_eq!(summary["done"].as_u64().unwrap() + summary["skip"].as_u64().unwrap(), u64::from(PICTURES));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::new();
    let (child, out) = at_work(&desk);
    drop(out);
    let ran = Ran::of(&child.wait_with_output().unwrap()).expect(141);
    assert!(!ran.err.contains("panicked") && !ran.err.contains("error"), "{}", ran.err);
    for arguments in [&["config", "schema"][..], &["man"], &["completions", "bash"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = thumbgate(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let ran = Ran::of(&output).expect(141);
        assert_eq!(ran.err, "", "{arguments:?}");
    }
}

/// Sends a signal and gives the exit code, if the command ends within the time.
fn ends_within(mut child: Child, seconds: u64) -> Option<i32> {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    None
}

#[test]
fn a_reader_that_does_not_read_holds_up_no_signal() {
    let desk = Desk::new();
    for index in 0..600 {
        desk.write(&format!("photos/{index:03}-{}.jpg", "n".repeat(180)), "no picture");
    }
    let child = thumbgate(&["batch", "photos", "thumbs", "--size", "32x", "--json"])
        .current_dir(desk.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Far more than a pipe holds is written, and nobody reads.
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(ends_within(child, 10), Some(130));
}

#[test]
fn a_server_that_does_not_answer_holds_up_no_signal() {
    let desk = Desk::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let child = thumbgate(&["batch", "s3://in/", "thumbs", "--size", "32x", "--endpoint-url", &endpoint])
        .current_dir(desk.path())
        .envs([("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_REGION", "us-east-1")])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (_connection, _) = silent.accept().unwrap();
    assert_eq!(ends_within(child, 10), Some(130));
}
