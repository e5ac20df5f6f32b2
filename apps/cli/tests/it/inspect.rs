//! `thumbgate inspect`.

use std::io::Write as _;
use std::process::Stdio;

use crate::{Desk, Ran, picture, thumbgate};

#[test]
fn a_picture_is_told_about_for_people_and_machines() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(640, 480, 1));
    desk.run(&["make", "photo.bmp", "photo.jpg", "--size", "600x"]).expect(0);
    let ran = desk.run(&["inspect", "photo.jpg"]).expect(0);
    for told in ["jpeg", "600x450", "0.27 megapixels", "memory for a 320x320 thumbnail", "within the default limits"] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    let line = desk.run(&["inspect", "photo.jpg", "--json"]).expect(0).lines().remove(0);
    for (field, value) in [("format", "jpeg"), ("colour", "rgb"), ("source", "photo.jpg")] {
        assert_eq!(line[field], value);
    }
    assert_eq!((&line["width"], &line["orientation"], &line["frames"]), (&600.into(), &1.into(), &1.into()));
    assert_eq!(line["bytes"], desk.read("photo.jpg").len());
    assert!(line["cost"]["memory_bytes"].as_u64() >= line["cost"]["decode_bytes"].as_u64());
    assert_eq!(line["cost"]["within_limits"], true);
}

#[test]
fn a_picture_over_the_limits_is_told_about_without_decoding_it() {
    let desk = Desk::new();
    let mut huge = picture(2, 2, 1);
    huge[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    huge[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    desk.write("huge.bmp", huge);
    let line = desk.run(&["inspect", "huge.bmp", "--json"]).expect(0).lines().remove(0);
    assert_eq!((&line["width"], &line["cost"]["within_limits"]), (&60_000.into(), &false.into()));
    assert!(line["cost"]["limit"].as_str().unwrap().contains("source_megapixels"));
}

#[test]
fn what_is_no_picture_fails_and_the_others_are_told() {
    let desk = Desk::new();
    desk.write("photo.bmp", picture(64, 48, 1));
    desk.write("text.jpg", "no picture");
    let ran = desk.run(&["inspect", "text.jpg", "photo.bmp", "absent.jpg", "--json"]).expect(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["error"]["kind"], "unsupported");
    assert_eq!(lines[1]["format"], "bmp");
    assert_eq!(lines[2]["error"]["kind"], "not-found");
}

#[test]
fn a_pipe_can_be_inspected() {
    let mut child =
        thumbgate(&["inspect", "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&picture(64, 48, 1)).unwrap();
    let ran = Ran::of(&child.wait_with_output().unwrap()).expect(0);
    assert_eq!(ran.lines()[0]["width"], 64);
}
