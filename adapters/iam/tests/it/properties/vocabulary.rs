//! The words of the random documents and requests: few, so that they meet.

pub(crate) const HERE: &str = "111122223333";
pub(crate) const THERE: &str = "444455556666";

pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/svc/Thumb";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/Thumb/s1";
pub(crate) const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";

pub(crate) const CALLERS: &[&str] = &[
    ALICE,
    ALICE,
    ROLE,
    SESSION,
    SESSION,
    SESSION,
    FEDERATED,
    ROOT,
    "arn:aws:iam::111122223333:user/team/bob",
    "arn:aws:sts::111122223333:assumed-role/Thumb/s2",
    "arn:aws:sts::444455556666:assumed-role/Thumb/s1",
    "arn:aws:iam::444455556666:user/alice",
    "arn:aws:iam::444455556666:root",
    "anonymous",
    "s3.amazonaws.com",
    "lambda.amazonaws.com",
];

/// What may stand below `"AWS"`, besides `*`.
pub(crate) const NAMED: &[&str] = &[
    ALICE,
    ROLE,
    SESSION,
    HERE,
    ROOT,
    FEDERATED,
    THERE,
    "arn:aws:iam::111122223333:user/team/bob",
    "arn:aws:iam::444455556666:role/Thumb",
    "arn:aws:iam::444455556666:user/alice",
    "arn:aws:sts::444455556666:assumed-role/Thumb/s1",
    "AIDAJQABLZS4A3QDU576Q",
];

pub(crate) const SERVICES: &[&str] = &["s3.amazonaws.com", "lambda.amazonaws.com"];

/// Actions with the resources that they are asked for.
pub(crate) const ASKED: &[(&str, &str)] = &[
    ("s3:GetObject", "arn:aws:s3:::photos/a/x.jpg"),
    ("s3:GetObject", "arn:aws:s3:::photos/alice/y:z.jpg"),
    ("s3:PutObject", "arn:aws:s3:::photos/red/*"),
    ("s3:PutObject", "arn:aws:s3:::photos/alice/${x}?\n"),
    ("s3:GetObject", "arn:aws:s3:::other/a/x.jpg"),
    ("s3:ListBucket", "arn:aws:s3:::photos"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k1"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:photos"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/svc/Other"),
    ("sqs:ListQueues", "*"),
];

pub(crate) const ACTIONS: &[&str] = &[
    "*",
    "s3:*",
    "s3:GetObject",
    "S3:getobject",
    "s3:Get*",
    "s3:?etObject",
    "s3:P*t",
    "s3:PutObject",
    "s3:ListBucket",
    "kms:*",
    "kms:Decrypt",
    "sqs:*",
    "sqs:Send*",
    "sts:AssumeRole",
    "sts:*",
];

/// Resources of six parts, for every kind of document.
pub(crate) const RESOURCES: &[&str] = &[
    "*",
    "*",
    "arn:aws:s3:::photos/*",
    "arn:aws:s3:::photos",
    "arn:aws:s3:::*",
    "arn:*:s3:::photos/a/x.jpg",
    "arn:aws:s3:::photos/a/?.jpg",
    "arn:aws:s3:::photos/red/*",
    "arn:aws:s3:::photos/${aws:username}/*",
    "arn:aws:s3:::photos/${aws:PrincipalTag/team, 'red'}/*",
    "arn:aws:s3:::photos/red/${*}",
    "arn:aws:s3:::${aws:PrincipalTag/team}*",
    "arn:aws:s3:*:*:ph*s/a*",
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:kms:eu-west-1:111122223333:*",
    "arn:aws:sqs:*:*:*",
    "arn:aws:sqs:eu-west-1:111122223333:ph?tos",
    "arn:aws:iam::111122223333:role/*",
];

/// Cut short: the rest is `*`.
pub(crate) const SHORT_RESOURCES: &[&str] = &["arn:aws:s3", "arn:aws:sqs:eu-west-1", "arn:aws:kms:us-*"];

pub(crate) const TEXT_KEYS: &[&str] = &["aws:username", "aws:PrincipalTag/team", "s3:prefix"];
pub(crate) const TEXTS: &[&str] = &["alice", "Alice", "red", "*", "a*", "", "x?", "${*}", "re d\n"];
pub(crate) const TEXT_PATTERNS: &[&str] = &[
    "alice",
    "ALICE",
    "red",
    "*",
    "a*",
    "?lice",
    "*e*",
    "",
    "${aws:username}",
    "${AWS:UserName}*",
    "${aws:PrincipalTag/team, 'alice'}",
    "${aws:PrincipalTag/team,'alice'}",
    "a${*}",
    "${*}",
    "${$}{${*}}",
    "x${?}",
];
pub(crate) const TAG_NAMES: &[&str] = &["team", "Team", "cost", "alice", "*"];

pub(crate) const ARNS: &[&str] =
    &["arn:aws:s3:::photos", ROLE, "arn:aws:s3:::ph*", "arn:aws:sqs:eu-west-1:111122223333:q:r/s"];
pub(crate) const ARN_PATTERNS: &[&str] = &[
    "arn:aws:s3:::photos",
    "arn:aws:s3:::ph*",
    "arn:aws:*:*:*:*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::*:role/svc/Th?mb",
    "arn:aws:sqs:*:111122223333:q*",
    "arn:aws:s*:photos:*:*:*",
    "arn:aws:s3:::${aws:username}",
];

/// Dates with their seconds since 1970.
pub(crate) const DATES: &[(&str, f64)] = &[
    ("2026-01-15T12:00:00Z", 1_768_478_400.0),
    ("2026-01-15T21:00:00+09:00", 1_768_478_400.0),
    ("1768478400", 1_768_478_400.0),
    ("2024-06-01", 1_717_200_000.0),
    ("2024-06-01T00:00:00.5Z", 1_717_200_000.5),
    ("2026", 1_767_225_600.0),
];
pub(crate) const NUMBERS: &[&str] = &["0", "60", "60.0", "3600", "6e1", "-5", "59.5"];
pub(crate) const TRUTHS: &[&str] = &["true", "false", "True", "FALSE"];
pub(crate) const ADDRESSES: &[&str] = &["203.0.113.7", "10.1.2.3", "2001:db8::1"];
pub(crate) const RANGES: &[&str] =
    &["203.0.113.0/24", "203.0.113.9/24", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "::/0", "203.0.113.8/29"];
pub(crate) const DIGESTS: &[&str] = &["cGhvdG8=", "cGhvdG8z"];
