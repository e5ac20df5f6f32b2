//! Tables of routes and patterns, and searches for counterexamples.

use proptest::prelude::{Strategy, prop_assert, prop_assert_ne, proptest};

use super::{Globs, KeyPattern, Location, NotASource, Route, RouteError, Selection};
use crate::format::OutputFormat;
use crate::geometry::WantedBox;
use crate::object::{Bucket, KeyPrefix, ObjectKey};
use crate::rendition::{ConfigHash, Rendition, RenditionName, Wanted};

fn wanted(name: &str) -> Wanted {
    let rendition = Rendition::new(RenditionName::parse(name).unwrap(), WantedBox::new(Some(1), None).unwrap());
    Wanted { rendition, config: ConfigHash::new("x") }
}

fn at(bucket: &str, prefix: &str) -> Location {
    Location::bucket("s3", Bucket::parse(bucket).unwrap(), KeyPrefix::parse(prefix).unwrap())
}

fn route(source: Location, destination: Location, pattern: &str) -> Result<Route, RouteError> {
    let pattern = KeyPattern::parse(pattern)?;
    Route::new(source, destination, Selection::default(), pattern, vec![wanted("small"), wanted("large")])
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

#[test]
fn the_table_of_overlaps() {
    for (source, destination, legal) in [
        (at("in", ""), at("out", ""), true),
        (at("in", "uploads"), at("in", "thumbs"), true),
        (at("in", "uploads"), at("in", "uploadsX"), true),
        (at("in", ""), at("in", "thumbs"), false),
        (at("in", "a"), at("in", "a/b"), false),
        (at("in", "a/b"), at("in", "a"), false),
        (at("in", "a"), at("in", "a"), false),
        (Location::folder("/p/photos", "photos"), Location::folder("/p/thumbs", "thumbs"), true),
        (Location::folder("/p/photos", "photos"), Location::folder("/p/photos2", "photos2"), true),
        (Location::folder("/p/photos", "photos"), Location::folder("/p/photos/thumbs", "t"), false),
        (Location::folder("/p", "p"), at("p", ""), true),
    ] {
        let made = route(source.clone(), destination.clone(), super::DEFAULT_PATTERN);
        assert_eq!(made.is_ok(), legal, "{source:?} {destination:?}");
        if let Err(error) = made {
            let text = error.to_string();
            assert!(text.contains(&source.url(source.prefix.as_str())), "{text}");
        }
    }
}

#[test]
fn the_default_pattern_is_the_contract() {
    let route = route(at("in", "uploads/"), at("out", "thumbs/"), super::DEFAULT_PATTERN).unwrap();
    for (source, output) in [
        ("uploads/a.jpg", "thumbs/a.jpg.small.jpg"),
        ("uploads/2026/11/a.jpg", "thumbs/2026/11/a.jpg.small.jpg"),
        ("uploads//a.jpg", "thumbs//a.jpg.small.jpg"),
        ("uploads/x//a.jpg", "thumbs/x//a.jpg.small.jpg"),
    ] {
        assert_eq!(route.output_key(&key(source), &route.wanted()[0]).unwrap().as_str(), output);
    }
}

#[test]
fn what_is_taken_and_what_is_not() {
    let selection = Selection {
        include: Some(Globs::parse(["**/*.jpg"]).unwrap()),
        exclude: Globs::parse(["private/**"]).unwrap(),
    };
    let pattern = KeyPattern::parse(super::DEFAULT_PATTERN).unwrap();
    let route = Route::new(at("b", "in/"), at("b", "out/"), selection, pattern, vec![wanted("s")]).unwrap();
    for (source, verdict) in [
        ("in/a.jpg", Ok(())),
        ("in/a.JPG", Err(NotASource::NotIncluded)),
        ("in/private/a.jpg", Err(NotASource::Excluded)),
        ("in/d.jpg/", Err(NotASource::FolderMarker)),
        ("inX/a.jpg", Err(NotASource::Elsewhere)),
        ("out/a.jpg.s.jpg", Err(NotASource::OwnOutput)),
    ] {
        assert_eq!(route.accept(&key(source)), verdict, "{source}");
    }
}

#[test]
fn without_include_the_suffix_decides_in_any_letter_case() {
    let route = route(at("in", ""), at("out", ""), super::DEFAULT_PATTERN).unwrap();
    for name in ["a.jpg", "b.JPEG", "x/c.Png", "d.webp", "e.GIF", "f.bmp", "g.TIFF"] {
        assert_eq!(route.accept(&key(name)), Ok(()), "{name}");
    }
    for name in ["a.txt", "jpg", "a.jpg.zip"] {
        assert_eq!(route.accept(&key(name)), Err(NotASource::NotIncluded), "{name}");
    }
}

#[test]
fn patterns_that_can_collide_are_refused() {
    for bad in [
        "{name}.{rendition}.{ext}",
        "{path}/{rendition}.{ext}",
        "{name}/{path}/{rendition}.{ext}",
        "{path}{name}.{rendition}",
        "{path}/{path}/{name}.{rendition}",
        "{path}/{name}.{ext}",
        "{path}/{rendition}{name}",
        "{path}/x{rendition}/{name}/{name}",
        "{path}/{nam}",
        "{path}/{name",
        "{path}/}name{",
        "",
    ] {
        assert!(route(at("in", ""), at("out", ""), bad).is_err(), "{bad}");
    }
    for good in [
        "{path}/{name}.{rendition}.{ext}",
        "{rendition}/{path}/{name}.{ext}",
        "{path}/{rendition}/{name}",
        "{path}/{name}/{rendition}.{ext}",
        "{path}/{name}{rendition}.{ext}",
        "{path}/{name}/{name}-{rendition}.{ext}",
    ] {
        assert!(route(at("in", ""), at("out", ""), good).is_ok(), "{good}");
    }
}

/// Small alphabets in which collisions would be found quickly.
fn pattern_text() -> impl Strategy<Value = String> {
    let part = proptest::sample::select(vec!["{path}/", "{name}", "{rendition}", "{ext}", "/", "s", "l", "."]);
    proptest::collection::vec(part, 2..6).prop_map(|parts| parts.concat())
}

fn tiny() -> Vec<Wanted> {
    let mut png = wanted("ls");
    png.rendition.format = OutputFormat::Png;
    vec![wanted("s"), wanted("l"), png]
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]

    #[test]
    fn two_sources_or_renditions_never_share_a_key(
        text in pattern_text(), a in "[sl/.]{1,5}", b in "[sl/.]{1,5}", i in 0_usize..3, j in 0_usize..3,
    ) {
        let Ok(pattern) = KeyPattern::parse(&text) else { return Ok(()) };
        let wanted = tiny();
        // The renditions of one route, or one rendition alone.
        let pair = [&wanted[i].rendition, &wanted[j].rendition];
        let safe = i == j || pattern.check_collisions(pair.into_iter()).is_ok();
        if safe && (a != b || i != j) {
            prop_assert_ne!(pattern.expand(&a, pair[0]), pattern.expand(&b, pair[1]), "{}", text);
        }
    }

    #[test]
    fn an_output_is_never_an_accepted_source(
        from in "[ab/]{0,4}", to in "[ab/]{0,4}", source in "[ab/.]{1,6}", text in pattern_text(),
    ) {
        let selection = Selection { include: Some(Globs::parse(["**"]).unwrap()), exclude: Globs::default() };
        let Ok(pattern) = KeyPattern::parse(&text) else { return Ok(()) };
        let Ok(route) = Route::new(at("b", &from), at("b", &to), selection, pattern, vec![wanted("s")]) else {
            return Ok(());
        };
        let source = key(&source);
        if route.accept(&source).is_ok() {
            let output = route.output_key(&source, &route.wanted()[0]).unwrap();
            prop_assert!(route.accept(&output).is_err(), "{source} -> {output}");
        }
    }
}
