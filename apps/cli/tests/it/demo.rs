//! `thumbgate demo`: README's first command.

use crate::{Desk, Ran};

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/LambdaThumbRole/thumbgate";
const OTHER_ROLE: &str = "arn:aws:iam::123456789012:role/Reports";

fn demo(desk: &Desk) -> Ran {
    desk.run(&["demo", "--out", "out"]).expect(0)
}

#[track_caller]
fn tells(text: &str, told: &[&str]) {
    for told in told {
        assert!(text.contains(told), "{told}\n{text}");
    }
}

#[test]
fn the_demo_shows_five_pictures_and_three_refusals() {
    let desk = Desk::new();
    // What an earlier run has left is made again.
    desk.write("out/portrait.jpg.icon.jpg", "an older thumbnail");
    let ran = demo(&desk);
    assert_eq!(ran.err, "drawing eight uploads ...\n");
    tells(
        &ran.out,
        &[
            "landscape.jpg   card 400x250  small 320x213  icon 128x128",
            "portrait.jpg    card 400x250  small 213x320  icon 128x128",
            "panorama.jpg    card 400x250  small 320x72  icon 128x128",
            "cut-off.jpg     truncated picture",
            "notes.jpg       unsupported content",
            "bomb.png        over a limit",
            "5 of 8 made into 15 thumbnails, 3 refused",
            "look at out/index.html",
        ],
    );
    let names = desk.names("out");
    let (pictures, others): (Vec<_>, Vec<_>) =
        names.iter().map(String::as_str).partition(|name| name.ends_with(".webp") || name.ends_with(".jpg"));
    assert_eq!(pictures.len(), 15);
    let documents = ["index", "photos-in", "photos-out", "role", "trust"].map(|name| format!("policies/{name}.json"));
    assert_eq!(others, [&["index.html".to_owned()][..], &documents].concat());
    let page = String::from_utf8(desk.read("out/index.html")).unwrap();
    assert_eq!(page.matches("<article").count(), 8);
    assert_eq!(page.matches("<img").count(), 6 + 15, "what a browser can show is shown");
}

#[test]
fn the_demo_tells_who_was_let_in_and_who_was_not() {
    let desk = Desk::new();
    let report = demo(&desk).out;
    let page = String::from_utf8(desk.read("out/index.html")).unwrap();
    check_report(&report);
    check_documents(&desk, &report, &page);
    check_page(&page);
}

#[track_caller]
fn check_report(told: &str) {
    tells(
        told,
        &[
            &format!("access: as {SESSION}\n  47 requests granted, 0 of them by the role's own policy"),
            "trusted  lambda.amazonaws.com becomes the role   OnlyLambdaMayBecomeTheRole (trust.json:4:5)",
            "granted  s3:GetObject    8  photos-in/uploads/   ThumbgateReadsUploads (photos-in.json:4:5)",
            "granted  s3:GetObject   24  photos-out/thumbs/   ThumbgateKeepsThumbnails (photos-out.json:4:5)",
            "granted  s3:PutObject   15  photos-out/thumbs/   ThumbgateKeepsThumbnails (photos-out.json:4:5)",
            "denied   s3:ListBucket  24  photos-out ",
            "refused  overwrite an original: s3:PutObject photos-in/uploads/landscape.jpg\n           \
             ThumbgateReadsUploads (photos-in.json:4:5): `s3:PutObject` is not its Action `s3:GetObject`",
            "refused  read outside the prefix: s3:GetObject photos-in/private/passport.jpg\n           \
             ThumbgateReadsUploads (photos-in.json:4:5): `arn:aws:s3:::photos-in/private/passport.jpg` is not its Resource",
            "refused  read as another role: s3:GetObject photos-in/uploads/landscape.jpg\n           \
             ThumbgateReadsUploads (photos-in.json:4:5): `arn:aws:iam::123456789012:role/Reports` is not its Principal",
            "thumbgate policy explain --policies out/policies ",
        ],
    );
    assert!(!told.contains('\u{1b}'), "no colour where nobody sees it");
}

/// The documents that are left give the verdicts of report and page.
#[track_caller]
fn check_documents(desk: &Desk, report: &str, page: &str) {
    let explain = |principal: &str, action: &str, resource: &str, more: &[&str]| {
        let asked = ["--as", principal, "--action", action, "--resource", resource];
        let folder = ["policy", "explain", "--policies", "out/policies"];
        desk.run(&[&folder[..], &asked, &["--context", "aws:SecureTransport=true"], more].concat())
    };
    let original = "arn:aws:s3:::photos-in/uploads/landscape.jpg";
    let thumbnail = "arn:aws:s3:::photos-out/thumbs/landscape.jpg.icon.jpg";
    let creates = ["--context", "s3:ObjectCreationOperation=true"];
    let if_absent = [&creates[..], &["--context", "s3:if-none-match=*"]].concat();
    explain(SESSION, "s3:GetObject", original, &[]).expect(0);
    explain(SESSION, "s3:PutObject", thumbnail, &if_absent).expect(0);
    let blind = explain(SESSION, "s3:PutObject", thumbnail, &creates).expect(1).out;
    assert!(blind.contains("`ThumbgateNeverOverwritesUnseen`"), "{blind}");
    for (principal, action, resource) in [
        (SESSION, "s3:PutObject", original),
        (SESSION, "s3:GetObject", "arn:aws:s3:::photos-in/private/passport.jpg"),
        (OTHER_ROLE, "s3:GetObject", original),
    ] {
        let told = explain(principal, action, resource, &[]).expect(1).out;
        // The page calls the documents by their names alone.
        let told = told.trim_end().replace("out/policies/", "").replace('"', "&quot;");
        assert!(page.contains(&told), "{told}");
    }
    // The command of the report, as it would be typed.
    let (_, command) = report.split_once("ask why: thumbgate ").unwrap();
    let (command, _) = command.split_once("\nnext").unwrap();
    let words: Vec<_> = command.split_whitespace().filter(|word| *word != "\\").collect();
    let told = desk.run(&words).expect(1).out;
    assert!(told.contains("out/policies/photos-in.json:4:5 Allow `ThumbgateReadsUploads`"), "{told}");
}

/// The page stands alone and is well formed.
#[track_caller]
fn check_page(page: &str) {
    for loaded in ["http:", "https:", "<script", "<link", "@import", "url("] {
        assert!(!page.contains(loaded), "{loaded}");
    }
    check_nesting(page);
    // Every link leads to a place of the page, and no place has two.
    let values = |attribute: &str| -> Vec<String> {
        let begin = format!(" {attribute}=\"");
        page.split(&begin).skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let places = values("id");
    for link in values("href") {
        let found = places.iter().filter(|place| Some(place.as_str()) == link.strip_prefix('#')).count();
        assert_eq!(found, 1, "{link}");
    }
    assert!(page.contains("<tr><td><code>s3:PutObject</code></td><td><code>photos-out/thumbs/</code></td>"));
    assert_eq!(page.matches("<details>").count(), 3);
    assert_eq!(page.matches("class=\"panel document\"").count(), 4);
}

/// Whether every element is closed where it has to be.
#[track_caller]
fn check_nesting(page: &str) {
    let body = page.split("</style>").nth(1).unwrap();
    let mut open = vec!["html", "head"];
    for tag in body.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(!text.contains('>'), "a bare > behind <{tag}>");
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "<{tag}>"),
            None if ["img", "br", "meta"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
