//! `thumbgate policy explain`: one request, told in words or as JSON.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use thumbgate_core::object::escape_controls;
use thumbgate_iam::case::Case;
use thumbgate_iam::catalog;
use thumbgate_iam::eval::{Context, Decision, Explanation, Mismatch, Policies, Policy, Request, StatementTrace};
use thumbgate_iam::explain::told;
use thumbgate_iam::keys_of_caller;
use thumbgate_iam::lang::{Arn, Document, Kind, StatementEffect, is_account};

use super::documents;
use crate::args::ExplainArgs;
use crate::console;
use crate::exit::{Exit, Stop};

/// The largest request that is read, documents included.
const REQUEST_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub(crate) fn run(args: &ExplainArgs) -> Result<Exit, Stop> {
    let (request, given) = match &args.request {
        Some(path) => request_of_file(path)?,
        None => (request_of_flags(args)?, Policies::default()),
    };
    let policies = policies(args, &request, given)?;
    let explanation = policies.explain(&request);
    tell_assumption(args, &policies, &explanation);
    tell_unknown_action(&request);
    if args.json {
        console::print(&as_json(&explanation).to_string())?;
    } else {
        console::print(explanation.to_string().trim_end())?;
    }
    Ok(if explanation.decision == Decision::Allow { Exit::Done } else { Exit::SomeFailed })
}

/// Where the owner of the resource was not told, and the verdict rests on it, that is said.
fn tell_assumption(args: &ExplainArgs, policies: &Policies, explanation: &Explanation) {
    let request = &explanation.request;
    if args.request.is_some() || args.resource_account.is_some() || owner_of(request.resource()).is_some() {
        return;
    }
    let elsewhere = Request::new(
        request.principal(),
        request.action(),
        request.resource(),
        "000000000000",
        request.context().clone(),
    );
    if elsewhere.is_ok_and(|elsewhere| policies.decide(&elsewhere) != explanation.decision) {
        tracing::warn!(
            "this holds if the resource belongs to the caller's account {}; if it is another account's the answer is another: say it with --resource-account",
            request.resource_account()
        );
    }
}

/// An action that its service does not have is granted by nothing that means it.
fn tell_unknown_action(request: &Request) {
    let action = request.action();
    let is_of_known_service = action.split_once(':').is_some_and(|(service, _)| catalog::service(service).is_some());
    if !is_of_known_service || catalog::action(action).is_some() {
        return;
    }
    let nearest = catalog::nearest_action(action);
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    tracing::warn!("`{}` is no action that is known{hint}", escape_controls(action));
}

/// The account in a resource's ARN.
fn owner_of(resource: &str) -> Option<String> {
    Arn::parse(resource).map(|arn| arn.account.to_owned()).filter(|account| is_account(account))
}

/// The request of `--request`, with the documents that stand beside it.
fn request_of_file(path: &Path) -> Result<(Request, Policies), Stop> {
    let shown = escape_controls(&path.to_string_lossy()).to_string();
    let failed = |why: String| Stop::configuration(format!("cannot read the request `{shown}`: {why}"));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(REQUEST_BYTES_MAX).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(REQUEST_BYTES_MAX).read_to_end(&mut bytes))
    };
    read.map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is no text in UTF-8".to_owned()))?;
    let case = Case::parse(&text).map_err(|error| failed(error.to_string()))?;
    let policies = case.policies.map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(|error| format!("{shown}:{error}")).collect();
        Stop::configuration(lines.join("\n"))
    })?;
    Ok((case.request, policies))
}

fn request_of_flags(args: &ExplainArgs) -> Result<Request, Stop> {
    // Clap demands these three where there is no `--request`.
    let principal = args.principal.as_deref().unwrap_or_default();
    let resource = args.resource.as_deref().unwrap_or_default();
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for text in &args.context {
        let Some((key, value)) = text.split_once('=') else {
            let shown = escape_controls(text).to_string();
            return Err(Stop::usage(format!("`{shown}` is no condition key: write --context KEY=VALUE")));
        };
        match entries.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.to_owned()),
            None => entries.push((key.to_owned(), vec![value.to_owned()])),
        }
    }
    for (key, value) in keys_of_caller(principal) {
        if !entries.iter().any(|(known, _)| known.eq_ignore_ascii_case(key)) {
            entries.push((key.to_owned(), vec![value]));
        }
    }
    let context = Context::new(entries).map_err(|error| Stop::usage(error.to_string()))?;
    let account = account(args, principal, resource)?;
    let action = args.action.as_deref().unwrap_or_default();
    Request::new(principal, action, resource, &account, context).map_err(|error| Stop::usage(error.to_string()))
}

/// The owner of the resource.
fn account(args: &ExplainArgs, principal: &str, resource: &str) -> Result<String, Stop> {
    let given = args.resource_account.clone();
    given.or_else(|| owner_of(resource)).or_else(|| owner_of(principal)).ok_or_else(|| {
        Stop::usage("whose is the resource? its ARN does not tell: add --resource-account with the twelve digits")
    })
}

/// The documents of the request's file, the folder and the options, joined.
fn policies(args: &ExplainArgs, request: &Request, given: Policies) -> Result<Policies, Stop> {
    let mut policies = given;
    if let Some(folder) = &args.policies {
        let attachments = documents::read_folder(folder)?;
        let attached = attachments.policies(request.principal(), request.resource());
        if attached.resource.is_none() && args.resource_policy.is_none() && attachments.resources().next().is_some() {
            let known: Vec<_> = attachments.resources().collect();
            tracing::info!(
                "no document in the folder is attached to `{}`; there are some of {}",
                escape_controls(request.resource()),
                known.join(", ")
            );
        }
        policies.identity.extend(attached.identity);
        policies.resource = policies.resource.or(attached.resource);
        policies.boundary = policies.boundary.or(attached.boundary);
        policies.session = policies.session.or(attached.session);
        policies.service_control.extend(attached.service_control);
        policies.resource_control.extend(attached.resource_control);
    }
    for path in &args.identity {
        policies.identity.push(compiled(path, Kind::Identity)?);
    }
    let one = |path: &Option<PathBuf>, kind| path.as_deref().map(|path| compiled(path, kind)).transpose();
    let kind_of_resource = Arn::parse(request.resource()).map_or(Kind::Resource, |arn| Kind::of_resource_policy(&arn));
    policies.resource = one(&args.resource_policy, kind_of_resource)?.or(policies.resource);
    policies.boundary = one(&args.boundary, Kind::Boundary)?.or(policies.boundary);
    policies.session = one(&args.session, Kind::Session)?.or(policies.session);
    policies.service_control.extend(levels(&args.scp, Kind::ServiceControl)?);
    policies.resource_control.extend(levels(&args.rcp, Kind::ResourceControl)?);
    Ok(policies)
}

fn levels(levels: &[String], kind: Kind) -> Result<Vec<Vec<Arc<Policy>>>, Stop> {
    let level = |files: &String| {
        files.split(',').filter(|file| !file.is_empty()).map(|file| compiled(Path::new(file), kind)).collect()
    };
    levels.iter().map(level).collect()
}

fn compiled(path: &Path, kind: Kind) -> Result<Arc<Policy>, Stop> {
    let document = Document::parse(documents::read(path)?, kind);
    let document = document.map_err(|errors| Stop::configuration(errors.to_string()))?;
    Ok(Arc::new(Policy::compile(document)))
}

/// The form of `--json` (docs/reference/policies.md).
fn as_json(explanation: &Explanation) -> Value {
    let request = &explanation.request;
    let context: serde_json::Map<_, _> =
        request.context().iter().map(|(key, values)| (key.to_owned(), json!(values))).collect();
    json!({
        "decision": explanation.decision.as_str(),
        "reason": explanation.reason(),
        "request": {
            "principal": request.principal(),
            "action": request.action(),
            "resource": request.resource(),
            "resourceAccount": request.resource_account(),
            "context": context,
        },
        "statements": explanation.statements.iter().map(|statement| statement_json(statement, request)).collect::<Vec<_>>(),
        "changes": explanation.changes.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn statement_json(statement: &StatementTrace, request: &Request) -> Value {
    json!({
        "policy": statement.layer.to_string(),
        "document": statement.document,
        "line": statement.position.line,
        "column": statement.position.column,
        "statement": statement.index + 1,
        "sid": statement.sid,
        "effect": match statement.effect {
            StatementEffect::Allow => "Allow",
            StatementEffect::Deny => "Deny",
        },
        "matches": statement.mismatch.is_none(),
        "decides": statement.decides,
        "mismatch": statement.mismatch.as_ref().map(|mismatch| mismatch_json(mismatch, request)),
    })
}

fn mismatch_json(mismatch: &Mismatch, request: &Request) -> Value {
    let told = told(mismatch, request);
    match mismatch {
        Mismatch::Action { negated, wanted } => {
            json!({"part": "action", "negated": negated, "wanted": wanted, "told": told})
        }
        Mismatch::Resource { negated, wanted } => {
            json!({"part": "resource", "negated": negated, "wanted": wanted, "told": told})
        }
        Mismatch::Principal { negated, wanted } => {
            json!({"part": "principal", "negated": negated, "wanted": wanted, "told": told})
        }
        Mismatch::Condition { operator, key, wanted, found } => {
            json!({"part": "condition", "operator": operator, "key": key, "wanted": wanted, "found": found.as_deref(), "told": told})
        }
        _ => json!({"told": told}),
    }
}
