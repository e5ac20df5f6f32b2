//! A listing is whole and exact, or an error.

use thumbgate_contract::{emulator, run};
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::port::Condition;

use crate::server::{Reply, Request, Server, answer, error};
use crate::{bucket_at, listed, put};

/// A page as S3 writes it, with these names as they stand in it.
fn page(names: &[&str], next: Option<&str>) -> String {
    let contents: Vec<String> =
        names.iter().map(|name| format!("<Contents><Key>{name}</Key><Size>3</Size></Contents>")).collect();
    let token = next.map(|token| format!("<NextContinuationToken>{token}</NextContinuationToken>")).unwrap_or_default();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <EncodingType>url</EncodingType><KeyCount>{}</KeyCount><IsTruncated>{}</IsTruncated>{token}{}</ListBucketResult>",
        names.len(),
        next.is_some(),
        contents.concat(),
    )
}

fn told(page: String) -> Reply {
    answer(200, &[("Content-Type", "application/xml")], page)
}

async fn listed_from(
    prefix: &str,
    script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Vec<String>, Option<K>, usize) {
    let server = Server::start(script).await;
    let (names, end) = listed(&bucket_at(&server.endpoint, "b").await, prefix).await;
    (names, end.err().map(|error| error.kind()), server.requests().len())
}

#[test]
fn every_page_is_asked_for_by_its_token() {
    run(async {
        let server = Server::start(|request| match request.parameter("continuation-token") {
            None => told(page(&["p/1", "p/2"], Some("t+1/="))),
            Some("t%2B1%2F%3D") => told(page(&["p/3"], Some("t2"))),
            Some("t2") => told(page(&["p/4"], None)),
            Some(_) => error(400, "InvalidArgument"),
        })
        .await;
        let (names, end) = listed(&bucket_at(&server.endpoint, "b").await, "p").await;
        end.unwrap();
        assert_eq!(names, ["p/1", "p/2", "p/3", "p/4"]);
        let first = &server.requests()[0];
        assert_eq!((first.parameter("prefix"), first.parameter("encoding-type")), (Some("p%2F"), Some("url")));
        assert_eq!(server.requests().len(), 3);
    });
}

#[test]
fn a_token_that_is_repeated_ends_the_listing() {
    run(async {
        let same = listed_from("", |_| told(page(&["a"], Some("t")))).await;
        assert_eq!(same, (vec!["a".to_owned()], Some(K::Protocol), 2));
        let (_, end, requests) = listed_from("", |request| {
            let next = if request.parameter("continuation-token") == Some("t1") { "t2" } else { "t1" };
            told(page(&["a"], Some(next)))
        })
        .await;
        assert_eq!(end, Some(K::Protocol));
        assert!(requests < 10, "{requests}");
    });
}

#[test]
fn a_listing_that_is_cut_is_never_a_shorter_list() {
    run(async {
        let whole = page(&["a", "b", "c"], None);
        let no_count = whole.replace("<KeyCount>3</KeyCount>", "");
        // Between two entries, in the middle of one, before the end: all with a fitting length.
        let between = no_count.find("<Contents><Key>b").unwrap();
        for cut in [between, between + 12, no_count.len() - 1, no_count.len() - "</ListBucketResult>".len(), 0] {
            let text = no_count.get(..cut).unwrap().to_owned();
            let (names, end, _) = listed_from("", move |_| told(text.clone())).await;
            assert_eq!((names.len(), end), (0, Some(K::Protocol)), "cut at {cut}");
        }
        // Shorter than its announced length: the connection broke.
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len());
        let bytes = [head.as_bytes(), &whole.as_bytes()[..between]].concat();
        let (names, end, requests) = listed_from("", move |_| Reply::Raw(bytes.clone())).await;
        assert_eq!((names.len(), end, requests), (0, Some(K::Unavailable), 4));
    });
}

#[test]
fn a_page_that_contradicts_itself_is_refused() {
    run(async {
        let whole = page(&["p/a", "p/b"], None);
        for wrong in [
            whole.replace("<KeyCount>2</KeyCount>", "<KeyCount>3</KeyCount>"),
            whole.replace("<IsTruncated>false</IsTruncated>", ""),
            whole.replace("<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated>"),
            whole.replace("<Size>3</Size>", ""),
            whole.replace("<Size>3</Size>", "<Size>-3</Size>"),
            whole.replace("<Size>3</Size>", "<Size>many</Size>"),
            whole.replace("<Key>p/b</Key>", ""),
            whole.replace("<Key>p/b</Key>", "<Key>elsewhere/b</Key>"),
        ] {
            let shown = wrong.clone();
            let (names, end, _) = listed_from("p", move |_| told(wrong.clone())).await;
            assert_eq!((names.len(), end), (0, Some(K::Protocol)), "{shown}");
        }
    });
}

#[test]
fn a_later_page_that_fails_is_an_error_of_the_stream() {
    run(async {
        let (names, end, requests) = listed_from("", |request| match request.number {
            0 => told(page(&["a"], Some("t"))),
            _ => error(403, "AccessDenied"),
        })
        .await;
        assert_eq!((names, end, requests), (vec!["a".to_owned()], Some(K::Denied), 2));
    });
}

#[test]
fn names_are_decoded_once_and_only_where_they_are_encoded() {
    run(async {
        let encoded = page(&["p/a+b", "p/%2B%252B", "p/%0A%01", "p/%F0%9F%98%80", "p/"], None);
        let (names, end, _) = listed_from("p", move |_| told(encoded.clone())).await;
        assert_eq!(end, None);
        assert_eq!(names, ["p/a b", "p/+%2B", "p/\n\u{1}", "p/\u{1f600}"], "the folder's own marker is not below it");
        let plain = page(&["p/a+b%20c"], None).replace("<EncodingType>url</EncodingType>", "");
        let (names, end, _) = listed_from("p", move |_| told(plain.clone())).await;
        assert_eq!((names, end), (vec!["p/a+b%20c".to_owned()], None));
    });
}

#[test]
fn what_is_no_key_is_listed_as_unusable() {
    run(async {
        let long = "x".repeat(1025);
        let names = ["p/%FF", "p/%", "p/%00", "p/ok"].map(str::to_owned);
        let text = page(&[&names[0], &names[1], &names[2], &format!("p/{long}"), &names[3]], None);
        let (names, end, _) = listed_from("p", move |_| told(text.clone())).await;
        assert_eq!(end, None);
        let long = format!("unusable p/{long}");
        assert_eq!(names, ["unusable p/%FF", "unusable p/%", "unusable p/%00", &long, "p/ok"]);
    });
}

#[test]
fn an_empty_listing_is_no_error() {
    run(async {
        let text = page(&[], None);
        assert_eq!(listed_from("p", move |_| told(text.clone())).await, (vec![], None, 1));
    });
}

#[test]
fn odd_keys_come_back_from_the_real_api() {
    run(async {
        let objects = bucket_at(&emulator::endpoint(), &emulator::new_bucket().await).await;
        let names = ["k/a\nb", "k/a\u{1}b", "k/a b", "k/a+b", "k/a%2Bb", "k/<&>", "k/\u{1f600}", "k//x", "k/./x"];
        for name in names {
            put(&objects, name, b"xyz", Condition::Always).await.unwrap();
        }
        let (mut found, end) = listed(&objects, "k").await;
        end.unwrap();
        let mut names = names.map(str::to_owned);
        names.sort();
        found.sort();
        assert_eq!(found, names);
    });
}
