//! `thumbgate demo`: README's first command.

use crate::Desk;

#[test]
fn the_demo_shows_five_pictures_and_three_refusals() {
    let desk = Desk::new();
    // What an earlier run has left is made again.
    desk.write("out/portrait.jpg.icon.jpg", "an older thumbnail");
    let ran = desk.run(&["demo", "--out", "out"]).expect(0);
    assert_eq!(ran.err, "drawing eight uploads ...\n");
    for told in [
        "landscape.jpg   card 400x250  small 320x213  icon 128x128",
        "portrait.jpg    card 400x250  small 213x320  icon 128x128",
        "panorama.jpg    card 400x250  small 320x72  icon 128x128",
        "cut-off.jpg     truncated picture",
        "notes.jpg       unsupported content",
        "bomb.png        over a limit",
        "5 of 8 made into 15 thumbnails, 3 refused",
        "look at out/index.html",
    ] {
        assert!(ran.out.contains(told), "{told}\n{}", ran.out);
    }
    let names = desk.names("out");
    assert_eq!(names.len(), 16);
    let page = String::from_utf8(desk.read("out/index.html")).unwrap();
    assert_eq!(page.matches("<article").count(), 8);
    assert_eq!(page.matches("<img").count(), 6 + 15, "what a browser can show is shown");
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"), "nothing is loaded");
}
