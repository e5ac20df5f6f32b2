//! Proves that the files are whole: reading passes over what it does not know.

use std::collections::HashSet;

use super::read::{self, Line};
use super::{Action, ConditionKey, GLOBAL, ResourceType, SERVICES, Service, global, services};

fn files() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().chain([GLOBAL])
}

fn all() -> impl Iterator<Item = &'static Service> {
    services().iter().chain([global()])
}

/// Asserts that names rise, and differ in more than letter case.
fn assert_sorted<'a>(list: &str, names: impl IntoIterator<Item = &'a str>) {
    let names: Vec<&str> = names.into_iter().collect();
    for (name, next) in names.iter().zip(names.iter().skip(1)) {
        assert!(name < next, "{list}: `{name}` stands before `{next}`");
    }
    let lower: HashSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    assert_eq!(lower.len(), names.len(), "{list}: a name stands twice");
}

#[test]
fn every_line_is_read() {
    for text in files() {
        for (number, line) in (1..).zip(text.lines()) {
            assert!(read::line(line).is_some(), "line {number}: {line}");
        }
    }
    assert!(read::line("actoin\tGetObject\tRead\t-\t-").is_none());
    assert!(read::line("action\tGetObject\tReads\t-\t-").is_none());
    assert!(read::line("key\ts3:prefix\tText").is_none());
}

#[test]
fn the_head_stands_above_everything_and_names_page_and_day() {
    for text in files() {
        let mut lines = text.lines().filter_map(read::line).filter(|line| !matches!(line, Line::Nothing));
        assert!(matches!(lines.next(), Some(Line::Name(name)) if !name.is_empty()));
        assert!(matches!(lines.next(), Some(Line::Prefix(prefix)) if !prefix.is_empty()));
        assert!(matches!(lines.next(), Some(Line::Source(page)) if page.starts_with("https://docs.aws.amazon.com/")));
        assert!(matches!(lines.next(), Some(Line::Date(day)) if day.len() == 10 && day.starts_with("20")));
    }
}

#[test]
fn lists_are_sorted_and_names_stand_once() {
    assert_sorted("services", services().iter().map(Service::prefix));
    for service in all() {
        let prefix = service.prefix();
        assert_sorted(prefix, service.actions().iter().map(Action::name));
        assert_sorted(prefix, service.resource_types().iter().map(ResourceType::name));
        assert_sorted(prefix, service.condition_keys().iter().map(ConditionKey::name));
        assert_sorted(prefix, service.operations.iter().map(|(operation, _)| *operation));
        for action in service.actions() {
            assert_sorted(action.name(), action.resource_types.iter().map(|(name, _)| *name));
            assert_sorted(action.name(), action.condition_keys().iter().copied());
        }
        for kind in service.resource_types() {
            assert_sorted(kind.name(), kind.condition_keys().iter().copied());
        }
    }
}

#[test]
fn what_is_named_is_there() {
    for service in services() {
        let has_key = |name: &str| service.condition_keys().iter().any(|key| key.name() == name);
        for action in service.actions() {
            assert_eq!(action.resource_types().count(), action.resource_types.len(), "{action}");
            for key in action.condition_keys() {
                assert!(has_key(key), "{action}: {key}");
            }
        }
        for kind in service.resource_types() {
            assert!(kind.arn_format().starts_with("arn:${Partition}:"), "{}", kind.name());
            for key in kind.condition_keys() {
                assert!(has_key(key), "{}: {key}", kind.name());
            }
        }
        for (operation, _) in &service.operations {
            assert!(service.action_of_operation(operation).is_some(), "{operation}");
            assert!(service.action(operation).is_none(), "{operation} is an action");
        }
    }
}

#[test]
fn a_key_of_two_files_is_of_one_kind() {
    for key in all().flat_map(Service::condition_keys) {
        for other in all().flat_map(Service::condition_keys).filter(|other| other.name() == key.name()) {
            assert_eq!(key.kinds(), other.kinds(), "{}", key.name());
            assert_eq!(key.is_multivalued(), other.is_multivalued(), "{}", key.name());
        }
    }
}
