//! Judged cases: a request with its documents on one line of JSON, as `policy simulate` reads them.

use std::sync::Arc;

use jsonc_parser::ast::{Object, Value};
use thiserror::Error;

use crate::eval::{Context, DuplicateKey, Policies, Policy, Request, RequestError};
use crate::lang::json::{self, NotJson, members, one_or_many, type_name};
use crate::lang::{Arn, ERRORS_MAX, Kind, Source, SyntaxError, parse};

/// A case that was read.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name, where it has one.
    pub id: Option<String>,
    /// The request.
    pub request: Request,
    /// The documents, or errors for which AWS would refuse to store one of them, the first
    /// [`ERRORS_MAX`] found.
    pub policies: Result<Policies, Vec<SyntaxError>>,
}

/// Why a line is no case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct CaseError {
    /// The case's name, where it could be read.
    pub id: Option<String>,
    /// What is wrong.
    pub reason: CaseErrorReason,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CaseErrorReason {
    /// It is not JSON.
    #[error("not JSON at byte {byte}: {message}")]
    Json {
        /// Where it ceases to be.
        byte: usize,
        /// Why.
        message: String,
    },
    /// A member is missing.
    #[error("the case needs `{0}`")]
    Missing(&'static str),
    /// A member stands twice.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// A member has another type.
    #[error("`{name}` is {expected}, not {found}")]
    WrongType {
        /// The member.
        name: String,
        /// What it takes.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A member that no case has.
    #[error("`policies` has no `{0}`; it has identity, resource, boundary, session, scp and rcp")]
    UnknownPolicies(String),
    /// The request has no known form.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A condition key stands twice.
    #[error(transparent)]
    Context(#[from] DuplicateKey),
}

impl Case {
    /// Reads a line. Members that are not named here (`expect`, a source) are passed over.
    ///
    /// # Errors
    /// What is no JSON, what lacks a member, and a request that makes no sense.
    pub fn parse(line: &str) -> Result<Self, CaseError> {
        let value = json::read(line).map_err(|NotJson { byte, message }| CaseError {
            id: None,
            reason: CaseErrorReason::Json { byte, message },
        })?;
        let id = value.as_object().and_then(|object| object.get_string("id")).map(|id| id.value.clone().into_owned());
        Self::of_value(line, &value).map_err(|reason| CaseError { id, reason })
    }

    fn of_value(line: &str, value: &Value<'_>) -> Result<Self, CaseErrorReason> {
        let case = object(value, "the case")?;
        distinct(case)?;
        let resource = text(case, "resource")?;
        let request = Request::new(
            text(case, "principal")?,
            text(case, "action")?,
            resource,
            text(case, "resourceAccount")?,
            context(case)?,
        )?;
        let mut documents = Documents { source: Source::new("case", line), errors: Vec::new() };
        let policies = documents.policies(case, resource)?;
        let policies = if documents.errors.is_empty() { Ok(policies) } else { Err(documents.errors) };
        let id = match case.get("id") {
            Some(_) => Some(text(case, "id")?.to_owned()),
            None => None,
        };
        Ok(Self { id, request, policies })
    }
}

/// Reads the documents of a case.
struct Documents {
    source: Source,
    errors: Vec<SyntaxError>,
}

impl Documents {
    fn policies(&mut self, case: &Object<'_>, resource: &str) -> Result<Policies, CaseErrorReason> {
        let mut policies = Policies::default();
        let kind_of_resource_policy = Arn::parse(resource).map_or(Kind::Resource, |arn| Kind::of_resource_policy(&arn));
        let Some(member) = case.get("policies") else {
            return Ok(policies);
        };
        let given = object(&member.value, "policies")?;
        distinct(given)?;
        for member in members(given) {
            if matches!(member.value, Value::NullKeyword(_)) {
                continue;
            }
            match member.name {
                "identity" => {
                    policies.identity =
                        one_or_many(member.value).iter().map(|value| self.read(value, Kind::Identity)).collect();
                }
                "resource" => policies.resource = Some(self.read(member.value, kind_of_resource_policy)),
                "boundary" => policies.boundary = Some(self.read(member.value, Kind::Boundary)),
                "session" => policies.session = Some(self.read(member.value, Kind::Session)),
                "scp" => policies.service_control = self.levels(member.value, Kind::ServiceControl),
                "rcp" => policies.resource_control = self.levels(member.value, Kind::ResourceControl),
                other => return Err(CaseErrorReason::UnknownPolicies(other.to_owned())),
            }
        }
        Ok(policies)
    }

    fn levels(&mut self, value: &Value<'_>, kind: Kind) -> Vec<Vec<Arc<Policy>>> {
        let levels = one_or_many(value).iter();
        levels.map(|level| one_or_many(level).iter().map(|value| self.read(value, kind)).collect()).collect()
    }

    fn read(&mut self, value: &Value<'_>, kind: Kind) -> Arc<Policy> {
        let (document, errors) = parse::embedded(&self.source, value, kind);
        let more = ERRORS_MAX.saturating_sub(self.errors.len());
        self.errors.extend(errors.into_iter().take(more));
        Arc::new(Policy::compile(document))
    }
}

fn context(case: &Object<'_>) -> Result<Context, CaseErrorReason> {
    let Some(member) = case.get("context") else {
        return Ok(Context::default());
    };
    let given = object(&member.value, "context")?;
    let mut entries = Vec::with_capacity(given.properties.len());
    for member in members(given) {
        let values: Result<Vec<_>, _> =
            one_or_many(member.value).iter().map(|value| value_text(value, member.name)).collect();
        entries.push((member.name, values?));
    }
    Ok(Context::new(entries)?)
}

fn value_text(value: &Value<'_>, name: &str) -> Result<String, CaseErrorReason> {
    match value {
        Value::StringLit(text) => Ok(text.value.clone().into_owned()),
        Value::BooleanLit(truth) => Ok(truth.value.to_string()),
        Value::NumberLit(number) => Ok(number.value.to_owned()),
        other => Err(wrong_type(name, "a text or a list of texts", other)),
    }
}

fn text<'v>(case: &'v Object<'_>, name: &'static str) -> Result<&'v str, CaseErrorReason> {
    match case.get(name).map(|member| &member.value) {
        Some(Value::StringLit(text)) => Ok(&text.value),
        Some(other) => Err(wrong_type(name, "a text", other)),
        None => Err(CaseErrorReason::Missing(name)),
    }
}

fn object<'v, 'a>(value: &'v Value<'a>, name: &str) -> Result<&'v Object<'a>, CaseErrorReason> {
    value.as_object().ok_or_else(|| wrong_type(name, "an object", value))
}

fn wrong_type(name: &str, expected: &'static str, found: &Value<'_>) -> CaseErrorReason {
    CaseErrorReason::WrongType { name: name.to_owned(), expected, found: type_name(found) }
}

fn distinct(object: &Object<'_>) -> Result<(), CaseErrorReason> {
    let mut seen = std::collections::HashSet::new();
    match members(object).find(|member| !seen.insert(member.name)) {
        Some(member) => Err(CaseErrorReason::Twice(member.name.to_owned())),
        None => Ok(()),
    }
}
