//! Hostile names and files, and systems that refuse.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::{Desk, Ran, picture};

const BATCH: [&str; 6] = ["batch", "photos", "thumbs", "--size", "32x", "--json"];

/// The command behind limits that a shell sets.
fn limited(desk: &Desk, limit: &str) -> Ran {
    let line = format!("{limit}; exec {} {}", env!("CARGO_BIN_EXE_thumbgate"), BATCH.join(" "));
    Ran::of(&Command::new("sh").args(["-c", &line]).current_dir(desk.path()).output().unwrap())
}

#[test]
fn every_name_gets_one_line_and_none_reaches_the_terminal_raw() {
    let desk = Desk::new();
    let long = format!("{}.bmp", "n".repeat(251));
    for name in ["new\nline.bmp", "esc\u{1b}[2J.bmp", "ünïcödé-\u{1f600}.bmp", "rtl\u{202e}gpj.bmp", "-rf.bmp", &long]
    {
        desk.write(&format!("photos/{name}"), picture(64, 48, 1));
    }
    fs::write(desk.path().join("photos").join(OsStr::from_bytes(b"\xff\xfe.bmp")), picture(64, 48, 1)).unwrap();
    let ran = desk.run(&BATCH).expect(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 8, "{}", ran.out);
    let rejected: Vec<_> = lines.iter().filter(|line| line["outcome"] == "reject").collect();
    assert_eq!(rejected.len(), 2, "the long one and the one that is not Unicode: {}", ran.out);
    let raw = |text: &str| text.contains('\u{1b}') || text.contains('\u{202e}');
    let told = desk.run(&["batch", "photos", "again", "--size", "32x", "--verbose"]).expect(1);
    assert!(!raw(&ran.err) && !raw(&told.err) && !raw(&told.out), "{}{}", told.err, told.out);
    assert!(told.out.contains(r"esc\u{1b}[2J.bmp"), "{}", told.out);
    assert_eq!(desk.names("thumbs").len(), 5);
}

#[test]
fn links_pipes_and_devices_are_left_alone() {
    let desk = Desk::new();
    desk.write("elsewhere/secret.bmp", picture(64, 48, 1));
    desk.write("photos/a.bmp", picture(64, 48, 1));
    symlink("../elsewhere", desk.path().join("photos/folder")).unwrap();
    symlink("../elsewhere/secret.bmp", desk.path().join("photos/link.bmp")).unwrap();
    let pipe = desk.path().join("photos/pipe.bmp");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    desk.run(&BATCH).expect(0);
    assert_eq!(desk.names("thumbs"), ["a.bmp.32x.jpg"]);
}

#[test]
fn an_output_never_leaves_through_a_link() {
    let desk = Desk::new();
    desk.write("photos/sub/a.bmp", picture(64, 48, 1));
    fs::create_dir_all(desk.path().join("thumbs")).unwrap();
    fs::create_dir_all(desk.path().join("outside")).unwrap();
    symlink("../outside", desk.path().join("thumbs/sub")).unwrap();
    let ran = desk.run(&BATCH).expect(1);
    assert_eq!(ran.lines()[0]["outcome"], "reject");
    assert_eq!(desk.names("outside"), Vec::<String>::new());
}

#[test]
fn a_file_in_the_way_of_a_folder_fails_its_item_only() {
    let desk = Desk::new();
    desk.write("photos/x/a.bmp", picture(64, 48, 1));
    desk.write("photos/b.bmp", picture(64, 48, 1));
    desk.write("thumbs/x", "a file");
    let ran = desk.run(&BATCH).expect(1);
    let summary = ran.lines().pop().unwrap();
    assert_eq!((&summary["done"], &summary["reject"]), (&1.into(), &1.into()));
    assert!(ran.err.contains("a file stands where a folder is needed"), "{}", ran.err);
}

#[test]
fn a_file_size_limit_fails_items_and_kills_nobody() {
    let desk = Desk::new();
    desk.write("photos/a.bmp", picture(3000, 2000, 1));
    desk.write("t.toml", "[[rendition]]\nname='l'\nwidth=3000\nformat='png'\n");
    let line =
        format!("ulimit -f 8; exec {} batch photos thumbs --config t.toml --json", env!("CARGO_BIN_EXE_thumbgate"));
    let ran = Ran::of(&Command::new("sh").args(["-c", &line]).current_dir(desk.path()).output().unwrap()).expect(1);
    assert_eq!(ran.lines()[0]["error"]["kind"], "io");
    assert!(ran.err.contains("ulimit -f"), "{}", ran.err);
    assert_eq!(desk.names("thumbs"), Vec::<String>::new());
    assert!(!desk.path().join("thumbs/.thumbgate/tmp").exists());
}

#[test]
fn too_few_file_descriptors_fail_items_and_a_rerun_converges() {
    let desk = Desk::new();
    for index in 0..20 {
        desk.write(&format!("photos/{index}.bmp"), picture(64, 48, index));
    }
    let ran = limited(&desk, "ulimit -n 14").expect(1);
    assert!(ran.err.contains("too many open files: use fewer --jobs or raise `ulimit -n`"), "{}", ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    let summary = desk.run(&BATCH).expect(0).lines().pop().unwrap();
    assert_eq!(summary["done"].as_u64().unwrap() + summary["skip"].as_u64().unwrap(), 20);
    assert_eq!(desk.names("thumbs").len(), 20);
}

#[test]
fn an_output_that_takes_nothing_is_told() {
    let desk = Desk::new();
    desk.write("photos/a.bmp", picture(64, 48, 1));
    let ran = Ran::of(
        &crate::thumbgate(&["make", "photos/a.bmp", "-", "--size", "32x"])
            .current_dir(desk.path())
            .stdout(fs::File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap(),
    )
    .expect(1);
    assert!(ran.err.contains("cannot write to the standard output"), "{}", ran.err);
}

#[test]
fn hostile_pictures_fail_alone() {
    let desk = Desk::new();
    desk.write("photos/good.bmp", picture(64, 48, 1));
    let mut huge = picture(2, 2, 1);
    huge[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    huge[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    desk.write("photos/huge.bmp", huge);
    desk.write("photos/empty.png", "");
    desk.write("photos/magic.png", b"\x89PNG\r\n\x1a\n");
    desk.write("photos/noise.jpg", b"\xff\xd8\xff\xe0".iter().copied().cycle().take(5000).collect::<Vec<_>>());
    let ran = desk.run(&BATCH).expect(1);
    let lines = ran.lines();
    let kind = |name: &str| {
        lines.iter().find(|line| line["source"] == format!("photos/{name}")).unwrap()["error"]["kind"].clone()
    };
    assert_eq!(kind("huge.bmp"), "limit");
    for name in ["empty.png", "magic.png", "noise.jpg"] {
        let kind = kind(name);
        assert!(kind == "malformed" || kind == "truncated" || kind == "unsupported", "{name}: {kind}");
    }
    assert_eq!(lines.last().unwrap()["done"], 1);
}
