//! The environment in which a program talks to the test stack and to nothing else.
//!
//! A developer's own AWS profile, region or endpoint must neither change a test nor be
//! reached by one.

use std::process::Command;

/// Where tests look for the S3 API's address.
pub(crate) const ENDPOINT: &str = "THUMBGATE_TEST_S3";

/// Names and values, in the order in which they are told to a developer.
pub(crate) fn variables(endpoint: &str) -> [(&'static str, String); 7] {
    [
        (ENDPOINT, endpoint.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// Takes every inherited `AWS_*` variable from `command` and sets ours.
pub(crate) fn apply(command: &mut Command, endpoint: &str) {
    forget_inherited(command);
    command.envs(variables(endpoint));
}

/// Takes every inherited `AWS_*` variable from `command`: profile, session token, endpoint, role.
pub(crate) fn forget_inherited(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::process::Command;

    use super::apply;

    #[test]
    fn the_endpoint_and_the_root_key_are_set() {
        let mut command = Command::new("true");
        apply(&mut command, "http://127.0.0.1:9");
        let value = |wanted: &str| {
            command.get_envs().find(|(name, _)| *name == OsStr::new(wanted)).and_then(|(_, value)| value)
        };
        assert_eq!(value("THUMBGATE_TEST_S3"), Some(OsStr::new("http://127.0.0.1:9")));
        assert_eq!(value("AWS_ACCESS_KEY_ID"), Some(OsStr::new("test")));
        assert_eq!(value("AWS_CONFIG_FILE"), Some(OsStr::new("/dev/null")));
        assert_eq!(value("AWS_PROFILE"), None);
    }
}
