//! The catalog, by what the linter asks of it.

use thumbgate_iam::catalog::{
    self, AccessLevel, Action, ResourceType, ValueKind, action, actions_matching, carries, condition_key,
    nearest_action, nearest_condition_key, service,
};

/// `(resource type, whether required)` of an action.
fn types_of(name: &str) -> Vec<(&'static str, bool)> {
    let types = action(name).into_iter().flat_map(Action::resource_types);
    types.map(|(kind, is_required)| (kind.name(), is_required)).collect()
}

fn resource_type(prefix: &str, name: &str) -> Option<&'static ResourceType> {
    service(prefix)?.resource_type(name)
}

#[test]
fn nine_services_are_known_in_any_letter_case() {
    let prefixes: Vec<&str> = catalog::services().iter().map(catalog::Service::prefix).collect();
    assert_eq!(prefixes, ["events", "kms", "lambda", "logs", "s3", "sns", "sqs", "sts", "xray"]);
    assert_eq!(service("S3").unwrap().name(), "Amazon S3");
    assert_eq!(action("S3:GETOBJECT").unwrap().to_string(), "s3:GetObject");
    for unknown in ["s3", "s3:", ":", "s3:Get*", "ec2:RunInstances", "", "s3:GetObject:x"] {
        assert!(action(unknown).is_none(), "{unknown}");
    }
    let count = |prefix| service(prefix).unwrap().actions().len();
    assert!(count("s3") > 150 && count("logs") > 100 && count("sqs") >= 20 && count("xray") > 30);
}

#[test]
fn actions_have_their_level_and_resources() {
    for (name, level, types) in [
        ("s3:GetObject", AccessLevel::Read, vec![("accesspointobject", false), ("object", false)]),
        ("s3:ListBucket", AccessLevel::List, vec![("accesspoint", false), ("bucket", false)]),
        ("s3:PutBucketPolicy", AccessLevel::PermissionsManagement, vec![("bucket", true)]),
        ("s3:ListAllMyBuckets", AccessLevel::List, vec![]),
        ("kms:Decrypt", AccessLevel::Write, vec![("key", true)]),
        ("sqs:SendMessage", AccessLevel::Write, vec![("queue", true)]),
        ("sqs:TagQueue", AccessLevel::Tagging, vec![("queue", true)]),
        ("logs:PutLogEvents", AccessLevel::Write, vec![("log-stream", true)]),
        ("xray:PutTraceSegments", AccessLevel::Write, vec![]),
        ("sts:AssumeRole", AccessLevel::Write, vec![("role", true)]),
    ] {
        assert_eq!(action(name).unwrap().access(), level, "{name}");
        assert_eq!(types_of(name), types, "{name}");
    }
}

#[test]
fn an_arn_is_of_the_types_it_can_name() {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:failed";
    let stream = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:log-stream:2026/11/24/[$LATEST]ab";
    for (prefix, name, arn, is_one) in [
        ("s3", "bucket", "arn:aws:s3:::photos-in", true),
        ("s3", "bucket", "arn:aws-cn:s3:::photos-in", true),
        ("s3", "bucket", "arn:aws:s3:::photos-in/a.jpg", false),
        ("s3", "bucket", "arn:aws:s3:::photos-in/", false),
        ("s3", "bucket", "arn:aws:s3:::", false),
        ("s3", "bucket", "arn:aws:s3:eu-west-1::photos-in", false),
        ("s3", "object", "arn:aws:s3:::photos-in/a.jpg", true),
        ("s3", "object", "arn:aws:s3:::photos-in/a:b/c d", true),
        ("s3", "object", "arn:aws:s3:::photos-in", false),
        ("s3", "object", "arn:aws:s3:::photos-in/", false),
        ("s3", "accesspoint", "arn:aws:s3:eu-west-1:111122223333:accesspoint/p", true),
        ("sqs", "queue", queue, true),
        ("sns", "topic", queue, false),
        ("kms", "key", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd", true),
        ("kms", "key", "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3", false),
        ("kms", "alias", "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3", true),
        ("logs", "log-group", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f", true),
        ("logs", "log-group", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:*", true),
        ("logs", "log-group", stream, false),
        ("logs", "log-stream", stream, true),
        ("lambda", "function", "arn:aws:lambda:eu-west-1:111122223333:function:f", true),
        ("lambda", "function", "arn:aws:lambda:eu-west-1:111122223333:function:f:live", false),
        ("lambda", "function alias", "arn:aws:lambda:eu-west-1:111122223333:function:f:live", true),
        ("events", "rule-on-default-event-bus", "arn:aws:events:eu-west-1:111122223333:rule/r", true),
        ("events", "rule-on-default-event-bus", "arn:aws:events:eu-west-1:111122223333:rule/b/r", false),
        ("sts", "role", "arn:aws:iam::111122223333:role/service/r", true),
    ] {
        assert_eq!(resource_type(prefix, name).unwrap().matches(arn), is_one, "{name}: {arn}");
    }
}

#[test]
fn wildcards_may_name_what_they_can_stand_for() {
    for (resource, bucket, object) in [
        ("*", true, true),
        ("arn:aws:s3:::*", true, true),
        ("arn:aws:s3:::photos*", true, true),
        ("arn:aws:s3:::photos-in/*", false, true),
        ("arn:aws:s3:::photos-in/${aws:username}/*", false, true),
        ("arn:aws:s3:::${aws:PrincipalTag/bucket}", true, true),
        ("arn:aws:s3:::photos-i?", true, false),
        // One letter of any kind, so a slash too.
        ("arn:aws:s3:::photos?in", true, true),
        ("arn:aws:s3:::a${*}b", true, false),
        ("arn:*", true, true),
        ("arn:aws:sqs:*", false, false),
        ("photos-in/*", false, false),
    ] {
        assert_eq!(resource_type("s3", "bucket").unwrap().may_match(resource), bucket, "{resource}");
        assert_eq!(resource_type("s3", "object").unwrap().may_match(resource), object, "{resource}");
    }
    let takes = |name: &str, resource: &str| action(name).unwrap().takes(resource);
    assert!(takes("s3:ListAllMyBuckets", "*") && !takes("s3:ListAllMyBuckets", "arn:aws:s3:::*"));
    assert!(takes("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*"));
    assert!(!takes("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f"));
}

#[test]
fn condition_keys_have_their_kind() {
    for (name, known, kind, is_multivalued) in [
        ("s3:if-none-match", "s3:if-none-match", ValueKind::String, false),
        ("s3:if-match", "s3:if-match", ValueKind::String, false),
        ("s3:objectcreationoperation", "s3:ObjectCreationOperation", ValueKind::Bool, false),
        ("s3:prefix", "s3:prefix", ValueKind::String, false),
        ("s3:delimiter", "s3:delimiter", ValueKind::String, false),
        ("s3:max-keys", "s3:max-keys", ValueKind::Numeric, false),
        ("s3:VersionId", "s3:versionid", ValueKind::String, false),
        ("s3:existingobjecttag/team", "s3:ExistingObjectTag/<key>", ValueKind::String, false),
        ("s3:RequestObjectTag/a:b", "s3:RequestObjectTag/<key>", ValueKind::String, false),
        ("s3:object-lock-retain-until-date", "s3:object-lock-retain-until-date", ValueKind::Date, false),
        ("s3:DataAccessPointArn", "s3:DataAccessPointArn", ValueKind::Arn, false),
        ("kms:ViaService", "kms:ViaService", ValueKind::String, false),
        ("kms:EncryptionContextKeys", "kms:EncryptionContextKeys", ValueKind::String, true),
        ("kms:EncryptionContext:aws:s3:arn", "kms:EncryptionContext:${EncryptionContextKey}", ValueKind::String, false),
        ("lambda:FunctionUrlAuthType", "lambda:FunctionUrlAuthType", ValueKind::String, false),
        ("lambda:SourceFunctionArn", "lambda:SourceFunctionArn", ValueKind::Arn, false),
        ("aws:SourceArn", "aws:SourceArn", ValueKind::Arn, false),
        ("AWS:SourceAccount", "aws:SourceAccount", ValueKind::String, false),
        ("aws:SourceOrgID", "aws:SourceOrgID", ValueKind::String, false),
        ("aws:SourceOrgPaths", "aws:SourceOrgPaths", ValueKind::String, true),
        ("aws:PrincipalArn", "aws:PrincipalArn", ValueKind::Arn, false),
        ("aws:ResourceAccount", "aws:ResourceAccount", ValueKind::String, false),
        ("aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}", ValueKind::String, false),
        ("aws:SourceIp", "aws:SourceIp", ValueKind::IpAddress, false),
        ("aws:SecureTransport", "aws:SecureTransport", ValueKind::Bool, false),
        ("aws:MultiFactorAuthAge", "aws:MultiFactorAuthAge", ValueKind::Numeric, false),
        ("aws:CurrentTime", "aws:CurrentTime", ValueKind::Date, false),
        ("aws:TagKeys", "aws:TagKeys", ValueKind::String, true),
        ("aws:CalledVia", "aws:CalledVia", ValueKind::String, true),
        (
            "token.actions.githubusercontent.com:actor",
            "token.actions.githubusercontent.com:actor",
            ValueKind::String,
            false,
        ),
        ("events:Metadata/a/Matcher", "events:Metadata/${MetadataKey}/Matcher", ValueKind::String, false),
    ] {
        let key = condition_key(name).unwrap_or_else(|| panic!("{name} is unknown"));
        assert_eq!((key.name(), key.kind(), key.is_multivalued()), (known, kind, is_multivalued), "{name}");
    }
    assert_eq!(condition_key("aws:EpochTime").unwrap().kinds(), [ValueKind::Date, ValueKind::Numeric]);
    for unknown in ["", "aws:", "aws:PrincipalTag/", "aws:PrincipalTag", "s3:HeadObject", "s3:ExistingObjectTag"] {
        assert!(condition_key(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn a_request_carries_keys_of_its_action_its_resources_and_everyones() {
    for (action, key, is_carried) in [
        ("s3:PutObject", "s3:if-none-match", true),
        ("s3:PutObject", "s3:ObjectCreationOperation", true),
        ("s3:PutObject", "s3:RequestObjectTag/team", true),
        ("s3:PutObject", "s3:prefix", false),
        ("s3:GetObject", "s3:ExistingObjectTag/team", true),
        ("s3:GetObject", "s3:if-match", false),
        ("s3:GetObject", "aws:ResourceTag/team", true),
        ("s3:GetObject", "aws:TagKeys", false),
        ("S3:LISTBUCKET", "S3:PREFIX", true),
        ("kms:Decrypt", "kms:ViaService", true),
        ("kms:Decrypt", "kms:KeySpec", true),
        ("kms:ListKeys", "kms:ViaService", false),
        ("lambda:CreateFunctionUrlConfig", "lambda:FunctionUrlAuthType", true),
        ("lambda:GetFunction", "lambda:FunctionUrlAuthType", false),
        ("s3:PutObject", "lambda:SourceFunctionArn", true),
        ("sqs:SendMessage", "aws:SourceArn", true),
        ("sqs:SendMessage", "s3:prefix", false),
        ("sqs:CreateQueue", "aws:RequestTag/team", true),
        ("sts:AssumeRole", "sts:ExternalId", true),
        ("sts:AssumeRoleWithWebIdentity", "accounts.google.com:aud", true),
        ("s3:HeadObject", "aws:SourceIp", false),
        ("s3:GetObject", "aws:Nonsense", false),
    ] {
        assert_eq!(carries(action, key), is_carried, "{action} {key}");
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_one_meant() {
    for (given, meant) in [
        ("s3:HeadObject", Some("s3:GetObject")),
        ("s3:ListObjects", Some("s3:ListBucket")),
        ("s3:listobjectsv2", Some("s3:ListBucket")),
        ("s3:CopyObject", Some("s3:PutObject")),
        ("lambda:Invoke", Some("lambda:InvokeFunction")),
        ("sqs:SendMessageBatch", Some("sqs:SendMessage")),
        ("s3:GetObjects", Some("s3:GetObject")),
        ("s3:PutObjcet", Some("s3:PutObject")),
        ("log:PutLogEvents", Some("logs:PutLogEvents")),
        ("s3:", None),
        ("GetObject", None),
        ("s3:MakeThumbnails", None),
    ] {
        assert_eq!(nearest_action(given).as_deref(), meant, "{given}");
    }
    for (given, meant) in [
        ("s3:if-none-macth", Some("s3:if-none-match")),
        ("aws:SourceAcount", Some("aws:SourceAccount")),
        ("aws:PrincipalTags/team", Some("aws:PrincipalTag/team")),
        ("kms:EncryptionContxt:aws:s3:arn", Some("kms:EncryptionContext:aws:s3:arn")),
        ("s3:ExistingObjectTags/a", Some("s3:ExistingObjectTag/a")),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(nearest_condition_key(given).as_deref(), meant, "{given}");
    }
    assert_eq!(nearest_condition_key(&"s3:".repeat(10_000)), None);
}

#[test]
fn patterns_of_actions_cover_what_their_wildcards_can_stand_for() {
    let names = |pattern| actions_matching(pattern).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names("SQS:get*"), ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]);
    assert_eq!(names("s3:GetObjec?"), ["s3:GetObject"]);
    assert_eq!(names("s3:HeadObject"), [""; 0]);
    let all: usize = catalog::services().iter().map(|service| service.actions().len()).sum();
    assert_eq!(names("*").len(), all);
}
