//! Random worlds.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use thumbgate_iam::lang::Kind;

use super::statements::{Asked, statement};
use super::vocabulary::{
    ADDRESSES, ARNS, ASKED, CALLERS, DATES, DIGESTS, HERE, NUMBERS, ROLE, TAG_NAMES, TEXT_KEYS, TEXTS, THERE, TRUTHS,
};
use super::world::World;

/// A document with a few statements, one of them perhaps without a list.
pub(crate) fn document(kind: Kind, asked: Asked) -> impl Strategy<Value = Value> {
    let versions = prop_oneof![4 => Just(Some("2012-10-17")), 1 => Just(Some("2008-10-17")), 1 => Just(None)];
    (versions, vec(statement(kind, asked), 1..4)).prop_map(|(version, statements)| {
        let mut document = Map::new();
        if let Some(version) = version {
            document.insert("Version".to_owned(), json!(version));
        }
        let one = (statements.len() == 1).then(|| statements[0].clone());
        document.insert("Statement".to_owned(), one.unwrap_or_else(|| json!(statements)));
        Value::Object(document)
    })
}

fn levels(kind: Kind, asked: Asked) -> impl Strategy<Value = Vec<Vec<Value>>> {
    // Most organisations let most things pass, else little would be left to the other layers.
    let all = match kind {
        Kind::ResourceControl => json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}),
        _ => json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    };
    let all = json!({"Version": "2012-10-17", "Statement": all});
    let level = (weighted(0.9, Just(all)), vec(document(kind, asked), 0..2))
        .prop_map(|(all, documents)| all.into_iter().chain(documents).collect());
    prop_oneof![2 => Just(Vec::new()), 1 => vec(level, 1..3)]
}

/// The values of the keys that a request carries.
pub(crate) fn context() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    let one = |key: &'static str, values: &'static [&'static str]| {
        (Just(key.to_owned()), select(values).prop_map(|value| vec![value.to_owned()]))
    };
    let texts = btree_map(
        select(TEXT_KEYS).prop_map(str::to_owned),
        select(TEXTS).prop_map(|text| vec![text.to_owned()]),
        0..4,
    );
    let dates = select(DATES).prop_map(|(date, _)| vec![date.to_owned()]);
    let tags = vec(select(TAG_NAMES).prop_map(str::to_owned), 0..3);
    let typed = (
        of(one("aws:SecureTransport", TRUTHS)),
        of(one("aws:SourceIp", ADDRESSES)),
        of(one("aws:MultiFactorAuthAge", NUMBERS)),
        of(one("s3:x-digest", DIGESTS)),
        of(one("aws:SourceArn", ARNS)),
        of((Just("aws:CurrentTime".to_owned()), dates)),
        of((Just("aws:TagKeys".to_owned()), tags)),
    );
    (texts, typed).prop_map(|(mut keys, (a, b, c, d, e, f, g))| {
        keys.extend([a, b, c, d, e, f, g].into_iter().flatten());
        keys
    })
}

/// A request with everything that may apply to it.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let accounts = prop_oneof![4 => Just(HERE), 1 => Just(THERE)];
    (select(CALLERS), select(ASKED), accounts, context()).prop_flat_map(
        |(caller, (action, resource), account, context)| {
            let asked = Asked { caller, action, resource };
            let resource_kind = if resource.contains(":role/") { Kind::Trust } else { Kind::Resource };
            let documents = (
                vec(document(Kind::Identity, asked), 0..3),
                weighted(0.7, document(resource_kind, asked)),
                weighted(0.3, document(Kind::Boundary, asked)),
                weighted(0.3, document(Kind::Session, asked)),
                levels(Kind::ServiceControl, asked),
                levels(Kind::ResourceControl, asked),
            );
            documents.prop_map(move |(identity, resource_policy, boundary, session, scp, rcp)| {
                let mut context = context.clone();
                if caller.contains("assumed-role/Thumb") {
                    context.insert("aws:PrincipalArn".to_owned(), vec![ROLE.replace(HERE, account_of(caller))]);
                } else if caller.starts_with("arn:") {
                    context.insert("aws:PrincipalArn".to_owned(), vec![caller.to_owned()]);
                }
                // Who has no account has none of these, and a root user no boundary and no session.
                let has_account = caller.starts_with("arn:");
                let has_limits = has_account && !caller.ends_with(":root");
                let has_session = caller.contains(":sts:");
                World {
                    caller: caller.to_owned(),
                    action: action.to_owned(),
                    resource: resource.to_owned(),
                    resource_account: account.to_owned(),
                    context,
                    identity: if has_account { identity } else { Vec::new() },
                    resource_policy,
                    boundary: boundary.filter(|_| has_limits),
                    session: session.filter(|_| has_session),
                    scp: if has_account { scp } else { Vec::new() },
                    rcp,
                }
            })
        },
    )
}

fn account_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap()
}
