//! `thumbgate batch` on folders.

use std::fs;

use crate::{Desk, picture, size_of, tree};

fn photos() -> Desk {
    let desk = Desk::new();
    for (index, name) in ["a.bmp", "b c.BMP", "2026/11/d.bmp"].iter().enumerate() {
        desk.write(&format!("photos/{name}"), picture(640, 480, u32::try_from(index).unwrap()));
    }
    desk.write("photos/readme.txt", "not a picture, and not named as one");
    desk
}

const TWO_SIZES: [&str; 7] = ["batch", "photos", "thumbs", "--size", "320x320", "--size", "x64"];

#[test]
fn every_picture_gets_every_size() {
    let desk = photos();
    let ran = desk.run(&TWO_SIZES).expect(0);
    assert!(ran.err.contains("3 pictures: 3 made; 6 thumbnails"), "{}", ran.err);
    assert_eq!(ran.out, "");
    assert_eq!(
        desk.names("thumbs"),
        [
            "2026/11/d.bmp.320x320.jpg",
            "2026/11/d.bmp.x64.jpg",
            "a.bmp.320x320.jpg",
            "a.bmp.x64.jpg",
            "b c.BMP.320x320.jpg",
            "b c.BMP.x64.jpg",
        ]
    );
    assert_eq!(size_of(&desk.path().join("thumbs/a.bmp.x64.jpg")), (85, 64));
    assert!(!desk.path().join("thumbs/.thumbgate/tmp").exists());
    assert!(!desk.path().join("photos/.thumbgate").exists(), "a source is only read");
}

#[test]
fn machines_get_a_line_a_source_and_a_summary() {
    let desk = photos();
    desk.write("photos/bad.jpg", "no picture");
    let ran = desk.run(&[&TWO_SIZES[..], &["--json"]].concat()).expect(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 5);
    let line = |name: &str| lines.iter().find(|line| line["source"] == name).unwrap();
    let done = line("photos/2026/11/d.bmp");
    assert_eq!(done["outcome"], "done");
    assert_eq!(done["renditions"][0]["name"], "320x320");
    assert_eq!(done["renditions"][0]["url"], "thumbs/2026/11/d.bmp.320x320.jpg");
    assert_eq!((&done["renditions"][0]["width"], &done["renditions"][0]["height"]), (&320.into(), &240.into()));
    let content = desk.read("thumbs/2026/11/d.bmp.320x320.jpg");
    assert_eq!(done["renditions"][0]["bytes"], content.len());
    assert_eq!(done["renditions"][0]["sha256"].as_str().unwrap().len(), 64);
    let bad = line("photos/bad.jpg");
    assert_eq!((&bad["outcome"], &bad["error"]["kind"]), (&"reject".into(), &"unsupported".into()));
    let summary = lines.last().unwrap();
    for (field, value) in [("sources", 4), ("done", 3), ("skip", 0), ("reject", 1), ("retry", 0), ("renditions", 6)] {
        assert_eq!(summary[field], value, "{field}");
    }
    assert_eq!(summary["summary"], true);
    assert!(summary["bytes_in"].as_u64() > summary["bytes_out"].as_u64());
    assert!(ran.err.contains("photos/bad.jpg"), "prose goes to the standard error");
}

#[test]
fn a_rerun_makes_only_what_is_missing_or_changed() {
    let desk = photos();
    let json = [&TWO_SIZES[..], &["--json", "--resume"]].concat();
    desk.run(&json).expect(0);
    let before = tree(&desk.path().join("thumbs"));
    let summary = desk.run(&json).expect(0).lines().pop().unwrap();
    assert_eq!((&summary["skip"], &summary["done"], &summary["bytes_in"]), (&3.into(), &0.into(), &0.into()));

    fs::remove_file(desk.path().join("thumbs/a.bmp.x64.jpg")).unwrap();
    desk.write("photos/b c.BMP", picture(640, 480, 99));
    let lines = desk.run(&json).expect(0).lines();
    let summary = lines.last().unwrap();
    assert_eq!((&summary["skip"], &summary["done"], &summary["renditions"]), (&1.into(), &2.into(), &3.into()));
    let after = tree(&desk.path().join("thumbs"));
    let changed: Vec<_> = before.iter().filter(|file| !after.contains(file) && !file.0.starts_with('.')).collect();
    assert_eq!(changed.len(), 2, "only the changed source's");

    // Another configuration is other work, and --force is all work.
    let other = [&TWO_SIZES[..], &["--json", "--quality", "50"]].concat();
    assert_eq!(desk.run(&other).expect(0).lines().pop().unwrap()["done"], 3);
    let forced = [&TWO_SIZES[..], &["--json", "--quality", "50", "--force"]].concat();
    assert_eq!(desk.run(&forced).expect(0).lines().pop().unwrap()["done"], 3);
}

#[test]
fn a_dry_run_tells_everything_and_makes_nothing() {
    let desk = photos();
    desk.write("photos/bad.jpg", "no picture");
    let ran = desk.run(&[&TWO_SIZES[..], &["--json", "--dry-run"]].concat()).expect(1);
    let lines = ran.lines();
    assert_eq!(lines.last().unwrap()["dry_run"], true);
    assert_eq!(lines.last().unwrap()["done"], 3);
    let done = lines.iter().find(|line| line["source"] == "photos/a.bmp").unwrap();
    assert_eq!(done["renditions"][0]["width"], 320);
    assert!(done["renditions"][0].get("bytes").is_none());
    assert!(!desk.path().join("thumbs").exists());
    let ran = desk.run(&[&TWO_SIZES[..], &["--dry-run"]].concat()).expect(1);
    assert!(ran.out.contains("would   photos/a.bmp  make 320x320: 320x240, x64: 85x64"), "{}", ran.out);
    assert!(!desk.path().join("thumbs").exists());
}

#[test]
fn a_file_configures_it_and_the_command_line_changes_it() {
    let desk = photos();
    desk.write(
        "t.toml",
        "[source]\nurl='photos'\nexclude=['2026/**']\n[destination]\nurl='thumbs'\nkey='{path}/{rendition}/{name}'\n\
         [[rendition]]\nname='s'\nwidth=32\nformat='webp'\n[[rendition]]\nname='l'\nwidth=64\n",
    );
    desk.run(&["batch", "--config", "t.toml"]).expect(0);
    assert_eq!(desk.names("thumbs"), ["l/a.bmp", "l/b c.BMP", "s/a.bmp", "s/b c.BMP"]);
    desk.run(&["batch", "photos", "other", "--config", "t.toml", "--rendition", "s", "--include", "a*"]).expect(0);
    assert_eq!(desk.names("other"), ["s/a.bmp"]);
}

#[test]
fn mistakes_are_told_before_any_work() {
    let desk = photos();
    desk.write("bad.toml", "[source]\nurls = 'x'\n");
    desk.write(
        "collide.toml",
        "[source]\nurl='photos'\n[destination]\nurl='thumbs'\nkey='{name}'\n[[rendition]]\nname='s'\nwidth=9\n",
    );
    for (arguments, code, told) in [
        ("photos thumbs", 2, "add --size 320x320"),
        ("photos --size 32x", 2, "name SRC and DST"),
        ("photos thumbs --size 32x --size 32x", 2, "two renditions are named `32x`"),
        ("photos photos/thumbs --size 32x", 2, "overlap"),
        ("photos ./photos --size 32x", 2, "overlap"),
        ("photos thumbs --size 32x --jobs 0", 2, "--jobs"),
        ("photos thumbs --size 32x --include [", 2, "is no glob"),
        ("ftp://x thumbs --size 32x", 2, "no known scheme"),
        ("absent thumbs --size 32x", 3, "cannot use `absent/`"),
        ("photos/a.bmp thumbs --size 32x", 3, "thumbgate make"),
        ("photos thumbs --config absent.toml", 3, "there is no such file"),
        ("photos thumbs --config bad.toml", 3, "bad.toml:2:1: unknown key `urls` in [source]; did you mean `url`?"),
        ("--config collide.toml", 3, "collide.toml:5:5: pattern `{name}` could give two sources one key"),
    ] {
        let words: Vec<_> = ["batch"].into_iter().chain(arguments.split(' ')).collect();
        let ran = desk.run(&words).expect(code);
        assert!(ran.err.contains(told), "{arguments}: {}", ran.err);
    }
    assert!(!desk.path().join("thumbs").exists());
}

#[test]
fn an_empty_place_says_why_nothing_was_made() {
    let desk = Desk::new();
    desk.write("photos/readme.txt", "x");
    let ran = desk.run(&["batch", "photos", "thumbs", "--size", "32x"]).expect(0);
    assert!(ran.err.contains("no pictures below `photos/`: 1 other file is no picture by its name"), "{}", ran.err);
}

#[test]
fn a_glob_that_matches_nothing_is_told_what_a_star_means() {
    let desk = photos();
    let ran = desk.run(&["batch", "photos", "thumbs", "--size", "32x", "--include", "*.jpg"]).expect(0);
    assert!(ran.err.contains("`*` stays within one folder"), "{}", ran.err);
}

#[test]
fn a_destination_that_can_hold_nothing_ends_the_run() {
    let desk = photos();
    desk.write("file", "not a folder");
    for to in ["file", "/proc/thumbs"] {
        let ran = desk.run(&["batch", "photos", to, "--size", "32x", "--jobs", "1"]).expect(3);
        assert!(ran.err.lines().count() <= 4, "{}", ran.err);
    }
}

#[test]
fn a_prefix_ends_at_a_folder() {
    let desk = Desk::new();
    desk.write("uploads/a.bmp", picture(64, 48, 1));
    desk.write("uploadsX/b.bmp", picture(64, 48, 1));
    desk.run(&["batch", "uploads", "thumbs", "--size", "32x"]).expect(0);
    assert_eq!(desk.names("thumbs"), ["a.bmp.32x.jpg"]);
}
