//! The contract of `thumbgate.toml`, and what its errors say.

use proptest::prelude::{any, proptest};

use super::Config;
use crate::file::schema;

const CONTRACT: &str = r##"
[source]
url = "s3://photos-in/uploads/"
include = ["**/*.{jpg,jpeg,png}"]
exclude = []
owner = "123456789012"

[destination]
url = "s3://photos-out/thumbs/"
key = "{path}/{name}.{rendition}.{ext}"
cache_control = "public, max-age=3600"

[[rendition]]
name = "small"
width = 320
height = 320
fit = "inside"
gravity = "center"
background = "#ffffff"
format = "jpeg"
quality = 80
enlarge = false

[limits]
source_bytes = "128 MiB"
source_megapixels = 250
memory = "512 MiB"
time_per_image = "25s"
allow_truncated = false

[server]
queue = 256
store = false
cache = "256 MiB"
revalidate = "60s"

[deployment]
account = "123456789012"
region = "ap-northeast-1"
partition = "aws"
function = "thumbgate"
role = "LambdaThumbRole"
variant = "bucket-policy"
trigger = "s3"
architecture = "arm64"
memory_mb = 512
timeout_s = 60
log_retention_days = 30
source_kms_key = "arn:aws:kms:eu-central-1:123456789012:key/1"
propagate_deletes = false
enforce_conditional_writes = true
rejects = "dead-letter"
reserved_concurrency = 0
"##;

fn minimal(rest: &str) -> String {
    format!(
        "[source]\nurl = 's3://in/a'\n[destination]\nurl = 's3://out/b'\n[[rendition]]\nname = 'x'\nwidth = 9\n{rest}"
    )
}

#[track_caller]
fn error(text: &str) -> String {
    match Config::parse(text).and_then(|config| config.check("e")) {
        Ok(()) => panic!("no error in {text}"),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn the_contracts_example_is_legal_and_says_the_defaults() {
    let config = Config::parse(CONTRACT).unwrap();
    config.check("e").unwrap();
    let short = Config::parse(&minimal("")).unwrap();
    assert_eq!(config.limits(), short.limits());
    assert_eq!(config.file().server, short.file().server);
    assert_eq!(config.file().destination.key, short.file().destination.key);
    assert_eq!(config.file().destination.cache_control, short.file().destination.cache_control);
    let (long, short) = (&config.renditions().unwrap()[0], &short.renditions().unwrap()[0]);
    assert_eq!((long.fit, long.gravity, long.quality), (short.fit, short.gravity, short.quality));
}

#[test]
fn the_resolved_form_leads_back_to_itself() {
    let config = Config::parse(CONTRACT).unwrap();
    let resolved = config.resolved().unwrap();
    let again = Config::parse(&resolved).unwrap();
    assert_eq!(again.file(), config.file());
    assert_eq!(again.resolved().unwrap(), resolved);
}

#[test]
fn unknown_keys_come_first_and_all_of_them() {
    let text = "[source]\nurls = 1\n[[rendition]]\nwidht = 'x'\n[limit]\n[deployment]\nmemory = 1";
    let lines: Vec<_> = error(text).lines().map(str::to_owned).collect();
    assert_eq!(
        lines[..3],
        [
            "2:1: unknown key `urls` in [source]; did you mean `url`?",
            "4:1: unknown key `widht` in [[rendition]]; did you mean `width`?",
            "5:2: unknown key `limit` in the top level; did you mean `limits`?",
        ]
    );
    assert!(lines[3].starts_with("7:1: unknown key `memory` in [deployment]"), "{lines:?}");
}

#[test]
fn a_file_of_nothing_but_mistakes_is_refused_quickly() {
    let text: String = (0..20_000).map(|number| format!("widht{number} = 1\n")).collect();
    assert_eq!(error(&text).lines().count(), 20);
}

#[test]
fn errors_say_where_and_what() {
    for (text, said) in [
        ("x = ".to_owned(), "1:5: no TOML"),
        ("[source]\nurl = 5".to_owned(), "2:7: `url`: invalid type: integer `5`, expected a string"),
        (minimal("fit = 'insde'"), "8:7: `insde` is no fit; did you mean `inside`?"),
        (minimal("quality = 0"), "8:11: quality 0 of rendition `x`"),
        (minimal("background = 'white'"), "8:14: `white` is no colour: write #rrggbb"),
        (
            minimal("[limits]\nmemory = '5 XB'"),
            "9:10: `memory`: invalid value: string \"5 XB\", expected a number of bytes",
        ),
        (minimal("[limits]\nmemory = 512"), "9:10: 512 B is too little for any picture"),
        (minimal("quality = 'high'"), "8:11: `quality`: invalid type: string \"high\", expected a whole number"),
        ("[rendition]\nname = 'x'".to_owned(), "1:1: write [[rendition]]"),
        ("[[rendition]]\nwidth = 9".to_owned(), "1:1: the rendition needs a name"),
        ("[source]\ninclude = '*.jpg'".to_owned(), "2:11: `include`: invalid type: string \"*.jpg\", expected a list"),
        (minimal("[deployment]\naccount = '5'"), "9:11: an account number has 12 digits"),
        (minimal("[deployment]\ntrigger = 'sns'"), "9:11: `trigger`: unknown variant `sns`"),
        (minimal("[[rendition]]\nname = 'x'\nheight = 1"), "two renditions are named `x`"),
        (minimal("[[rendition]]\nname = 'y'"), "8:1: rendition `y` needs a width or a height"),
        (minimal("").replace("s3://out/b", "s3://in/a/b"), "4:7: source `s3://in/a/` and destination `s3://in/a/b/`"),
        (minimal("").replace("'s3://out/b'", "'s3://out/b'\nkey = '{name}'"), "5:7: pattern `{name}` could give two"),
        (minimal("").replace("'s3://in/a'", "'s3://in/a'\ninclude = ['[']"), "3:11: `[` is no glob"),
        ("[source]\nurl = 's3://in'".to_owned(), "[destination] needs a url"),
        (
            minimal("").replace("'s3://out/b'", "'out'\nkey = '.thumbgate/{path}/{name}.{rendition}'"),
            "5:7: keys below `.thumbgate/` are reserved",
        ),
        ("[[rendition]]\nname = 'x'\nwidth = 1\n".repeat(101), "more than 100 renditions"),
        (String::new(), "at least one [[rendition]] is needed"),
    ] {
        let told = error(&text);
        assert!(told.contains(said), "{text}\nsaid: {told}\nnot: {said}");
    }
}

#[test]
fn the_schema_describes_every_key() {
    let schema = schema();
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.len(), 6);
    assert_eq!(schema["properties"]["rendition"]["items"]["properties"]["fit"]["enum"][0], "inside");
    assert_eq!(schema["properties"]["deployment"]["properties"].as_object().unwrap().len(), 17);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), cut in 0_usize..900) {
        let _ = Config::parse(&text);
        let _ = Config::parse(CONTRACT.get(..cut).unwrap_or(CONTRACT));
    }
}
