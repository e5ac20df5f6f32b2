//! Credentials, region and endpoint are found, or it is said what to set.

use std::process::Command;

use thumbgate_contract::run;
use thumbgate_core::error::StorageErrorKind as K;
use thumbgate_core::object::Bucket;
use thumbgate_core::port::ObjectRead as _;
use thumbgate_s3::{S3Connection, S3Options};

use crate::server::{Server, error};
use crate::{connect, key};

/// What [`the_environment_connects`] writes before its result.
const MARK: &str = "connected: ";

/// Runs as itself in `cargo test`, and as the child of the tests below in other environments.
#[test]
fn the_environment_connects() {
    let told = run(async {
        match S3Connection::from_environment(&S3Options::default()).await {
            Ok(connection) if std::env::var_os("THUMBGATE_TEST_HEAD").is_some() => {
                let objects = connection.bucket(Bucket::parse("b").unwrap(), None);
                format!("{:?}", objects.head(&key("a")).await.map_err(|error| error.kind()))
            }
            Ok(connection) => format!("{} {}", connection.region(), connection.endpoint_url().unwrap_or("aws")),
            Err(error) => format!("{:?} {error}", error.kind()),
        }
    });
    println!("\n{MARK}{told}");
    if std::env::var_os("THUMBGATE_TEST_CHILD").is_none() {
        assert_eq!(told, "us-east-1 aws", "run me with `cargo xtask test`");
    }
}

/// What a connection in this environment tells; no `AWS_*` variable but these is set.
fn connected_with(variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "connection::the_environment_connects", "--nocapture"]).env("THUMBGATE_TEST_CHILD", "1");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        child.env_remove(name);
    }
    let nowhere = [
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    child.envs(nowhere).envs(variables.iter().copied());
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    output.lines().find_map(|line| line.strip_prefix(MARK)).map(str::to_owned).unwrap_or(output)
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

fn with_keys(variables: &[(&str, &str)]) -> String {
    connected_with(&[&KEYS[..], variables].concat())
}

#[test]
fn missing_credentials_are_told_with_what_to_set() {
    let told = connected_with(&[("AWS_REGION", "eu-west-1")]);
    assert!(told.starts_with("Credentials no AWS credentials were found: set AWS_ACCESS_KEY_ID"), "{told}");
}

#[test]
fn a_missing_region_is_told_with_what_to_set() {
    let told = with_keys(&[]);
    assert!(told.starts_with("WrongEndpoint no AWS region is set: set AWS_REGION"), "{told}");
    let told = with_keys(&[("AWS_ENDPOINT_URL", "https://s3.eu-west-1.amazonaws.com")]);
    assert!(told.starts_with("WrongEndpoint no AWS region"), "an endpoint of AWS needs its region: {told}");
}

#[test]
fn the_endpoint_of_s3_wins_and_other_stores_need_no_region() {
    assert_eq!(with_keys(&[("AWS_REGION", "eu-west-1")]), "eu-west-1 aws");
    let all = ("AWS_ENDPOINT_URL", "http://localhost:1");
    assert_eq!(with_keys(&[all]), "us-east-1 http://localhost:1");
    assert_eq!(with_keys(&[all, ("AWS_ENDPOINT_URL_S3", "http://localhost:2/")]), "us-east-1 http://localhost:2");
    let told = with_keys(&[("AWS_ENDPOINT_URL", "http://user:secret@localhost:1")]);
    assert!(told.starts_with("WrongEndpoint") && !told.contains("secret"), "{told}");
}

#[test]
fn the_proxy_of_the_environment_is_taken() {
    run(async {
        let proxy = Server::start(|_| error(404, "NoSuchKey")).await;
        let endpoint = proxy.endpoint.clone();
        let told = tokio::task::spawn_blocking(move || {
            let elsewhere = ("AWS_ENDPOINT_URL", "http://s3.example.invalid");
            with_keys(&[elsewhere, ("HTTP_PROXY", &endpoint), ("THUMBGATE_TEST_HEAD", "1")])
        })
        .await
        .unwrap();
        assert_eq!(told, "Err(NotFound)");
        assert_eq!(proxy.requests()[0].target, "http://s3.example.invalid/b/a");
    });
}

#[test]
fn a_profile_gives_region_endpoint_and_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    let text = "[profile work]\nregion = ap-northeast-1\nservices = local\naws_access_key_id = test\n\
                aws_secret_access_key = test\n[services local]\ns3 =\n  endpoint_url = http://localhost:3\n";
    std::fs::write(&path, text).unwrap();
    let told = connected_with(&[("AWS_CONFIG_FILE", path.to_str().unwrap()), ("AWS_PROFILE", "work")]);
    assert_eq!(told, "ap-northeast-1 http://localhost:3");
}

#[test]
fn a_source_of_credentials_that_fails_later_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (config, script, mark) =
        (folder.path().join("config"), folder.path().join("credentials.sh"), folder.path().join("asked"));
    // Gives credentials once, for the connection, and none for the first call.
    let told = r#"{"Version": 1, "AccessKeyId": "test", "SecretAccessKey": "test"}"#;
    let text = format!("[ ! -e {0} ] || exit 1\ntouch {0}\necho '{told}'\n", mark.display());
    std::fs::write(&script, text).unwrap();
    std::fs::write(&config, format!("[default]\ncredential_process = sh {}\n", script.display())).unwrap();
    let told = connected_with(&[
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("THUMBGATE_TEST_HEAD", "1"),
    ]);
    assert_eq!(told, "Err(Credentials)");
}

#[test]
fn options_win_over_the_environment() {
    run(async {
        let options = S3Options {
            endpoint_url: Some("http://localhost:9".to_owned()),
            region: Some("eu-central-1".to_owned()),
            ..S3Options::default()
        };
        let connection = S3Connection::from_environment(&options).await.unwrap();
        assert_eq!((connection.region(), connection.endpoint_url()), ("eu-central-1", Some("http://localhost:9")));
    });
}

#[test]
fn no_secret_is_shown() {
    run(async {
        let server = Server::start(|_| error(403, "SignatureDoesNotMatch")).await;
        let connection = connect(&server.endpoint, crate::PATIENCE).await;
        let objects = connection.bucket(Bucket::parse("b").unwrap(), None);
        let error = objects.head(&key("a")).await.unwrap_err();
        assert_eq!(error.kind(), K::Denied, "a head says no more");
        for shown in [format!("{connection:?}"), format!("{objects:?}"), format!("{error:?}")] {
            assert!(!shown.contains("test\"") && !shown.to_lowercase().contains("signature="), "{shown}");
        }
    });
}

#[test]
fn requests_are_signed_for_the_region() {
    run(async {
        let server = Server::start(|_| error(404, "NoSuchKey")).await;
        let connection = connect(&server.endpoint, crate::PATIENCE).await;
        connection.bucket(Bucket::parse("b").unwrap(), None).head(&key("a")).await.unwrap_err();
        let request = &server.requests()[0];
        assert!(request.header("authorization").unwrap().contains("/us-east-1/s3/aws4_request"), "{request:?}");
    });
}

#[test]
fn other_stores_are_addressed_in_the_path() {
    run(async {
        let server = Server::start(|_| error(404, "NoSuchKey")).await;
        // A name, since the SDK addresses an IP address in the path by itself.
        let endpoint = server.endpoint.replace("127.0.0.1", "localhost");
        let connection = connect(&endpoint, crate::PATIENCE).await;
        connection.bucket(Bucket::parse("photos-in").unwrap(), None).head(&key("a")).await.unwrap_err();
        let request = &server.requests()[0];
        let host = request.header("host").unwrap();
        assert!(
            request.target.starts_with("/photos-in/a") && host.starts_with("localhost:"),
            "{host}{}",
            request.target
        );
    });
}
