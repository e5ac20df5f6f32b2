//! Help, version, completions and manual pages.

use crate::Desk;

#[test]
fn every_help_has_examples() {
    let desk = Desk::new();
    for command in ["", "make", "batch", "inspect", "demo", "config", "completions", "man"] {
        let words: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let ran = desk.run(&words).expect(0);
        assert!(ran.out.contains("Example"), "{command}: {}", ran.out);
    }
    let version = desk.run(&["--version"]).expect(0).out;
    assert_eq!(version.trim(), format!("thumbgate {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_mistyped_command_is_usage_and_names_the_nearest() {
    let ran = Desk::new().run(&["bacth"]).expect(2);
    assert!(ran.err.contains("batch"), "{}", ran.err);
    Desk::new().run(&[]).expect(2);
}

#[test]
fn every_shell_and_every_command_has_its_page() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["completions", shell]).expect(0).out;
        assert!(script.contains("thumbgate") && script.contains("batch"), "{shell}");
    }
    assert!(desk.run(&["man"]).expect(0).out.contains(".TH thumbgate"));
    for command in ["make", "batch", "inspect", "demo", "config", "config-check"] {
        assert!(desk.run(&["man", command]).expect(0).out.contains(&format!(".TH thumbgate-{command}")), "{command}");
    }
    let page = desk.run(&["man", "batch"]).expect(0).out;
    let example = r"  thumbgate batch ./photos ./thumbs \-\-size 320x320 \-\-size 1280x1280";
    assert!(page.lines().any(|line| line == example), "an example stands on a line of its own: {page}");
    assert!(desk.run(&["man", "bach"]).expect(2).err.contains("batch"));
}
