//! `thumbgate config`.

use crate::Desk;

const GOOD: &str = "[source]\nurl = \"s3://photos-in/uploads\"\n[destination]\nurl = \"s3://photos-out/thumbs/\"\n\
                    [[rendition]]\nname = \"small\"\nwidth = 320\n";

#[test]
fn a_right_file_is_confirmed_and_shown_resolved() {
    let desk = Desk::new();
    desk.write("thumbgate.toml", GOOD);
    let ran = desk.run(&["config", "check"]).expect(0);
    assert!(ran.out.contains("s3://photos-in/uploads/ -> s3://photos-out/thumbs/, renditions small"), "{}", ran.out);
    let shown = desk.run(&["config", "show"]).expect(0).out;
    for line in ["fit = \"inside\"", "quality = 80", "memory = \"512 MiB\"", "trigger = \"s3\""] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    desk.write("shown.toml", &shown);
    desk.run(&["config", "check", "--config", "shown.toml"]).expect(0);
    assert_eq!(desk.run(&["config", "show", "--config", "shown.toml"]).expect(0).out, shown);
}

#[test]
fn mistakes_have_a_place_and_a_way_out() {
    let desk = Desk::new();
    for (text, told) in [
        ("[limits]\nmemroy = 1", "t.toml:2:1: unknown key `memroy` in [limits]; did you mean `memory`?"),
        ("[limits", "t.toml:1:8: no TOML"),
        ("", "t.toml: [source] needs a url"),
        (&GOOD.replace("320", "0"), "t.toml:7:9:"),
    ] {
        desk.write("t.toml", text);
        let ran = desk.run(&["config", "check", "--config", "t.toml"]).expect(3);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let ran = desk.run(&["config", "check"]).expect(3);
    assert!(ran.err.contains("--config FILE"), "{}", ran.err);
}

#[test]
fn the_schema_is_json() {
    let desk = Desk::new();
    let schema: serde_json::Value = serde_json::from_str(&desk.run(&["config", "schema"]).expect(0).out).unwrap();
    assert!(schema["properties"]["rendition"].is_object());
}
