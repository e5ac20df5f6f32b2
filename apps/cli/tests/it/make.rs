//! `thumbgate make`.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::{Desk, Ran, picture, size_of, thumbgate};

#[test]
fn a_file_becomes_a_thumbnail_in_the_format_of_its_suffix() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(640, 480, 1));
    for (name, magic) in
        [("t.jpg", &b"\xff\xd8\xff"[..]), ("t.JPEG", b"\xff\xd8\xff"), ("t.png", b"\x89PNG"), ("t.webp", b"RIFF")]
    {
        let ran = desk.run(&["make", "photo.bmp", name, "--size", "320x320"]).expect(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""), "{name}");
        assert!(desk.read(name).starts_with(magic), "{name}");
        assert_eq!(size_of(&desk.path().join(name)), (320, 240));
    }
    assert_eq!(desk.names(".").len(), 5, "nothing else is left");
    assert!(!desk.path().join(".thumbgate").exists());
}

#[test]
fn a_pipe_becomes_a_pipe() {
    let desk = Desk::new();
    let mut child = thumbgate(&["make", "-", "-", "--size", "320x320", "--format", "jpeg"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&picture(640, 480, 1)).unwrap();
    let piped = child.wait_with_output().unwrap();
    assert!(piped.status.success());
    desk.write("photo.bmp", picture(640, 480, 1));
    desk.run(&["make", "photo.bmp", "t.jpg", "--size", "320x320"]).expect(0);
    assert_eq!(piped.stdout, desk.read("t.jpg"), "the same bytes, wherever they go");
}

#[test]
fn every_option_of_a_rendition_counts() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(640, 480, 1));
    for (options, size) in [
        ("--size 100x", (100, 75)),
        ("--size x100", (133, 100)),
        ("--size 100x100 --fit cover", (100, 100)),
        ("--size 100x100 --fit contain --background #ff0000", (100, 100)),
        ("--size 100x100 --fit fill", (100, 100)),
        ("--size 100x100 --fit outside", (133, 100)),
        ("--size 2000x2000", (640, 480)),
        ("--size 1280x1280 --enlarge", (1280, 960)),
        ("--size 100x50 --fit cover --gravity attention --quality 30", (100, 50)),
    ] {
        let options: Vec<_> = ["make", "photo.bmp", "t.jpg"].into_iter().chain(options.split(' ')).collect();
        desk.run(&options).expect(0);
        assert_eq!(size_of(&desk.path().join("t.jpg")), size, "{options:?}");
    }
}

#[test]
fn a_mistake_on_the_command_line_is_told_before_any_work() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(64, 48, 1));
    for (arguments, told) in [
        ("photo.bmp t.jpg", "add --size 320x320"),
        ("photo.bmp t.jpg --size 320", "`320` is no size"),
        ("photo.bmp t.jpg --size 32x --size 64x", "one thumbnail"),
        ("photo.bmp t.gif --size 32x", "add --format"),
        ("photo.bmp t --size 32x", "add --format"),
        ("photo.bmp . --size 32x", "is a folder"),
        ("photo.bmp /dev/stdout --size 32x --format png", "write `-`"),
        ("photo.bmp t.jpg --size 32x --fit insde", "inside"),
        ("photo.bmp t.jpg --size 32x --quality 0", "not within 1 to 100"),
        ("photo.bmp t.jpg --size 32x --quality x", "invalid value"),
        ("photo.bmp t.jpg --size 32x --background red", "#rrggbb"),
        ("photo.bmp photo.bmp --size 32x --format jpeg", "is the input itself"),
        ("photo.bmp ./photo.bmp --size 32x --format png", "is the input itself"),
        ("photo.bmp - --size 32x --json", "cannot both go"),
        ("photo.bmp ftp://x/y.jpg --size 32x", "names no single picture"),
        ("photo.bmp t.jpg --sise 32x", "--size"),
    ] {
        let words: Vec<_> = ["make"].into_iter().chain(arguments.split(' ')).collect();
        let ran = desk.run(&words).expect(2);
        assert!(ran.err.contains(told), "{arguments}: {}", ran.err);
    }
    assert_eq!(desk.names("."), ["photo.bmp"]);
}

#[test]
fn what_fails_is_told_with_a_way_out() {
    let desk = Desk::new();
    let whole = picture(640, 480, 1);
    desk.write("cut.bmp", &whole[..whole.len() / 2]);
    desk.write("photo.bmp", &whole);
    desk.write("text.jpg", "no picture");
    for (arguments, told) in [
        ("absent.jpg t.jpg --size 32x", "no such file"),
        ("text.jpg t.jpg --size 32x", "unsupported content"),
        ("cut.bmp t.jpg --size 32x", "add --allow-truncated"),
        ("photo.bmp t.jpg --size 32x --limit-pixels 1000", "--limit-pixels"),
        ("photo.bmp t.jpg --size 32x --limit-bytes 1KiB", "--limit-bytes"),
        (". t.jpg --size 32x", "is a folder"),
        ("photo.bmp no/such/t.jpg --size 32x", "mkdir -p no/such"),
        ("photo.bmp /dev/null --size 32x --format jpeg", "`/dev/null`: `/dev/null` is no regular file"),
        ("/dev/zero t.jpg --size 32x", "is no regular file"),
    ] {
        let words: Vec<_> = ["make"].into_iter().chain(arguments.split(' ')).collect();
        let ran = desk.run(&words).expect(1);
        assert!(ran.err.contains(told), "{arguments}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    assert!(!desk.path().join("t.jpg").exists());
    desk.run(&["make", "cut.bmp", "t.jpg", "--size", "32x", "--allow-truncated"]).expect(0);
}

#[test]
fn a_pipe_or_device_is_never_opened() {
    let desk = Desk::new();
    let pipe = desk.path().join("pipe.jpg");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    desk.run(&["make", "pipe.jpg", "t.jpg", "--size", "32x"]).expect(1);
    desk.write("photo.bmp", picture(64, 48, 1));
    desk.run(&["make", "photo.bmp", "pipe.jpg", "--size", "32x"]).expect(1);
    assert!(pipe.exists());
}

#[test]
fn an_output_is_replaced_whole_through_its_link() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(64, 48, 1));
    desk.write("kept/t.jpg", "an older thumbnail");
    symlink("kept/t.jpg", desk.path().join("link.jpg")).unwrap();
    desk.run(&["make", "photo.bmp", "link.jpg", "--size", "32x"]).expect(0);
    assert!(desk.path().join("link.jpg").is_symlink());
    assert!(desk.read("kept/t.jpg").starts_with(b"\xff\xd8"));
    // What fails leaves what was there.
    desk.write("text.jpg", "no picture");
    let before = desk.read("kept/t.jpg");
    desk.run(&["make", "text.jpg", "link.jpg", "--size", "32x"]).expect(1);
    assert_eq!(desk.read("kept/t.jpg"), before);
}

#[test]
fn a_configuration_can_say_what_to_make() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(640, 480, 1));
    desk.write("t.toml", "[[rendition]]\nname='a'\nwidth=64\nformat='png'\n[[rendition]]\nname='b'\nwidth=32\n");
    let ran = desk.run(&["make", "photo.bmp", "t.png", "--config", "t.toml"]).expect(2);
    assert!(ran.err.contains("--rendition (a, b)"), "{}", ran.err);
    desk.run(&["make", "photo.bmp", "t.png", "--config", "t.toml", "--rendition", "a"]).expect(0);
    assert_eq!(size_of(&desk.path().join("t.png")), (64, 48));
    let ran = desk.run(&["make", "photo.bmp", "t.png", "--config", "t.toml", "--rendition", "c"]).expect(2);
    assert!(ran.err.contains("there are: a, b"), "{}", ran.err);
    // A suffix that says something else is told.
    let ran = desk.run(&["make", "photo.bmp", "t.png", "--config", "t.toml", "--rendition", "b"]).expect(0);
    assert!(ran.err.contains("holds jpeg"), "{}", ran.err);
}

#[test]
fn machines_get_a_line_and_people_get_timings() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(640, 480, 1));
    let ran = desk.run(&["make", "photo.bmp", "t.jpg", "--size", "32x", "--json", "--timings"]).expect(0);
    let line = &ran.lines()[0];
    assert_eq!((line["outcome"].as_str(), line["renditions"][0]["width"].as_u64()), (Some("done"), Some(32)));
    assert_eq!(line["renditions"][0]["bytes"].as_u64(), u64::try_from(desk.read("t.jpg").len()).ok());
    assert!(ran.err.contains("decode") && ran.err.contains("encode"), "{}", ran.err);
    let ran = desk.run(&["make", "absent.jpg", "t.jpg", "--size", "32x", "--json"]).expect(1);
    assert_eq!(ran.lines()[0]["error"]["kind"], "not-found");
}

#[test]
fn logs_are_json_where_that_is_asked_for() {
    let desk = Desk::new();
    let mut command = thumbgate(&["make", "absent.jpg", "t.jpg", "--size", "32x"]);
    let output = command.current_dir(desk.path()).env("THUMBGATE_LOG_FORMAT", "json").output().unwrap();
    let ran = Ran::of(&output).expect(1);
    let line: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!(line["level"], "ERROR");
    assert!(line["message"].as_str().unwrap().contains("no such file"));
}
