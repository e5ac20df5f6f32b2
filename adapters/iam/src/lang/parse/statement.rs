//! One statement: the elements that it must have, may have and cannot have together.

use jsonc_parser::ast::Value;

use super::{Reader, shown};
use crate::lang::document::{Condition, Element, Kind, Spanned, Statement, StatementEffect};
use crate::lang::error::SyntaxErrorKind;
use crate::lang::json::{Member, one_or_many, span_of, type_name};
use crate::lang::operator::Operator;
use crate::lang::position::Span;
use crate::lang::principal::PrincipalPattern;

/// The elements of a statement.
const STATEMENT_ELEMENTS: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The types of a principal.
const PRINCIPAL_TYPES: &[&str] = &["AWS", "Service", "Federated", "CanonicalUser"];

/// The members of a statement before they are joined.
#[derive(Default)]
struct Draft {
    sid: Option<Spanned<String>>,
    effect: Option<StatementEffect>,
    has_effect: bool,
    principal: Option<Element<PrincipalPattern>>,
    action: Option<Element<String>>,
    resource: Option<Element<String>>,
    conditions: Vec<Condition>,
}

impl Reader {
    pub(super) fn statement(&mut self, value: &Value<'_>) -> Option<Statement> {
        let Value::Object(object) = value else {
            let message = format!("a statement is an object, not {}", type_name(value));
            self.fail(SyntaxErrorKind::WrongType, span_of(value).start, message);
            return None;
        };
        let count_before = self.count;
        let mut draft = Draft::default();
        for member in self.distinct_members(object) {
            self.statement_member(member, &mut draft);
        }
        let span = span_of(object);
        self.demand(&draft, span);
        let is_whole = self.count == count_before;
        match (draft.effect, draft.action) {
            (Some(effect), Some(action)) if is_whole => {
                let Draft { sid, principal, resource, conditions, .. } = draft;
                Some(Statement { sid, effect, principal, action, resource, conditions, span })
            }
            _ => None,
        }
    }

    fn statement_member(&mut self, member: Member<'_, '_>, draft: &mut Draft) {
        let negated = member.name.starts_with("Not");
        match member.name {
            "Sid" => draft.sid = self.sid(member.value),
            "Effect" => {
                draft.has_effect = true;
                draft.effect = self.effect(member.value);
            }
            "Principal" | "NotPrincipal" => {
                self.exclusive(draft.principal.is_some(), "Principal", member.span);
                let items = self.principals(member.value);
                draft.principal = Some(Element { negated, items, span: span_of(member.value) });
            }
            "Action" | "NotAction" => {
                self.exclusive(draft.action.is_some(), "Action", member.span);
                let items = self.texts(member.value, member.name);
                for item in &items {
                    self.check_action(item);
                }
                draft.action = Some(Element { negated, items, span: span_of(member.value) });
            }
            "Resource" | "NotResource" => {
                self.exclusive(draft.resource.is_some(), "Resource", member.span);
                let items = self.texts(member.value, member.name);
                for item in &items {
                    self.check_resource(item);
                }
                draft.resource = Some(Element { negated, items, span: span_of(member.value) });
            }
            "Condition" => draft.conditions = self.conditions(member.value),
            _ => self.unknown_element(member, "a statement", STATEMENT_ELEMENTS),
        }
    }

    fn exclusive(&mut self, has_other: bool, element: &str, span: Span) {
        if has_other {
            let message = format!("a statement has `{element}` or `Not{element}`, not both");
            self.fail(SyntaxErrorKind::Conflict, span.start, message);
        }
    }

    /// The elements that this kind of document must have and cannot have.
    fn demand(&mut self, draft: &Draft, span: Span) {
        if !draft.has_effect {
            self.missing("Effect", "a statement", span.start);
        }
        if draft.action.is_none() {
            self.missing("Action", "a statement", span.start);
        }
        let kind = self.kind;
        match &draft.principal {
            None if kind.names_principals() => {
                self.missing("Principal", &format!("a statement of a {kind}"), span.start);
            }
            Some(principal) if kind == Kind::Trust && principal.negated => {
                let message = "a trust policy has no `NotPrincipal`: name who may assume the role".to_owned();
                self.fail(SyntaxErrorKind::NotInThisKind, principal.span.start, message);
            }
            Some(principal) if !kind.names_principals() => {
                let message = format!(
                    "the statements of this {kind} have no `Principal`: it is attached to the one that it speaks of"
                );
                self.fail(SyntaxErrorKind::NotInThisKind, principal.span.start, message);
            }
            _ => {}
        }
        match &draft.resource {
            None if kind != Kind::Trust && !is_of_topic(kind, draft) => {
                self.missing("Resource", &format!("a statement of a {kind}"), span.start);
            }
            Some(resource) if kind == Kind::Trust => {
                let message = "a trust policy has no `Resource`: it is the role itself".to_owned();
                self.fail(SyntaxErrorKind::NotInThisKind, resource.span.start, message);
            }
            _ => {}
        }
        if kind == Kind::ResourceControl {
            self.demand_of_resource_control(draft, span);
        }
    }

    /// Source: AWS Organizations User Guide, "RCP syntax". The full access that AWS attaches
    /// itself (`RCPFullAWSAccess`) is the one statement that allows.
    fn demand_of_resource_control(&mut self, draft: &Draft, span: Span) {
        let is_everyone = |principal: &Element<PrincipalPattern>| {
            !principal.negated && principal.items.iter().all(|item| item.value == PrincipalPattern::Everyone)
        };
        if draft.principal.as_ref().is_some_and(|principal| !is_everyone(principal)) {
            let message =
                "a resource control policy has `\"Principal\": \"*\"`; name callers in a condition".to_owned();
            self.fail(SyntaxErrorKind::NotInThisKind, span.start, message);
        }
        let is_star = |element: &Option<Element<String>>| {
            element
                .as_ref()
                .is_some_and(|element| !element.negated && element.items.iter().any(|item| item.value == "*"))
        };
        let is_full_access = is_star(&draft.action) && is_star(&draft.resource) && draft.conditions.is_empty();
        match draft.effect {
            Some(StatementEffect::Allow) if !is_full_access => {
                let message = "a resource control policy only denies: full access is given beforehand".to_owned();
                self.fail(SyntaxErrorKind::NotInThisKind, span.start, message);
            }
            Some(StatementEffect::Deny) if is_star(&draft.action) => {
                let message = "a resource control policy names services in `Action`: `*` alone is refused".to_owned();
                self.fail(SyntaxErrorKind::NotInThisKind, span.start, message);
            }
            _ => {}
        }
        if draft.action.as_ref().is_some_and(|action| action.negated) {
            let message = "a resource control policy has no `NotAction`".to_owned();
            self.fail(SyntaxErrorKind::NotInThisKind, span.start, message);
        }
    }

    fn sid(&mut self, value: &Value<'_>) -> Option<Spanned<String>> {
        let sid = self.text(value, "Sid")?;
        if self.kind.is_kept_by_iam() && !sid.value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!("the Sid `{}` has other characters than A-Z, a-z and 0-9", shown(&sid.value));
            self.fail(SyntaxErrorKind::Sid, sid.span.start, message);
        }
        Some(sid)
    }

    fn effect(&mut self, value: &Value<'_>) -> Option<StatementEffect> {
        let text = self.text(value, "Effect")?;
        match text.value.as_str() {
            "Allow" => Some(StatementEffect::Allow),
            "Deny" => Some(StatementEffect::Deny),
            other => {
                let hint = self.nearest(other, ["Allow", "Deny"].into_iter());
                let message = match hint {
                    Some(hint) => format!("there is no effect `{}`; write `{hint}`, in these letters", shown(other)),
                    None => format!("there is no effect `{}`; it is `Allow` or `Deny`", shown(other)),
                };
                self.fail(SyntaxErrorKind::Effect, text.span.start, message);
                None
            }
        }
    }

    /// A text or a list of texts, at least one.
    fn texts(&mut self, value: &Value<'_>, element: &str) -> Vec<Spanned<String>> {
        let items = one_or_many(value);
        if items.is_empty() {
            let message = format!("`{element}` names at least one");
            self.fail(SyntaxErrorKind::MissingElement, span_of(value).start, message);
        }
        items.iter().filter_map(|item| self.text(item, element)).collect()
    }

    /// An action is `*` or `service:Name`, with wildcards in the name only.
    fn check_action(&mut self, action: &Spanned<String>) {
        if action.value == "*" {
            return;
        }
        let is_service = |service: &str| {
            !service.is_empty() && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-' | b'_' | b'.'))
        };
        let is_action =
            action.value.split_once(':').is_some_and(|(service, name)| is_service(service) && is_name(name));
        if !is_action {
            let message = format!(
                "`{}` is no action: write `service:Name`, such as `s3:GetObject`, with wildcards in the name only",
                shown(&action.value)
            );
            self.fail(SyntaxErrorKind::Action, action.span.start, message);
        }
    }

    /// A resource is `*` or an ARN, whose service has no wildcard; missing last parts stand for
    /// `*`, but not in session policies (IAM User Guide, "Identify AWS resources with Amazon Resource
    /// Names (ARNs)", "Paths and wildcards").
    fn check_resource(&mut self, resource: &Spanned<String>) {
        let text = &resource.value;
        if text == "*" {
            return;
        }
        let mut parts = text.split(':');
        let is_arn = parts.next() == Some("arn");
        let partition = parts.next().unwrap_or("*");
        let service = parts.next();
        let message = if !is_arn {
            format!("`{}` is no resource: write `*` or an ARN, such as `arn:aws:s3:::bucket/prefix/*`", shown(text))
        } else if partition.is_empty() {
            format!("the ARN `{}` has no partition: write `arn:aws:…`", shown(text))
        } else if service.is_some_and(|service| service.is_empty() || service.contains(['*', '?', '$'])) {
            format!("the ARN `{}` names no service: wildcards cannot stand there", shown(text))
        } else if self.kind == Kind::Session && text.split(':').nth(5).is_none() {
            format!("the ARN `{}` is cut short, which a session policy may not be: write all six parts", shown(text))
        } else {
            return;
        };
        self.fail(SyntaxErrorKind::Resource, resource.span.start, message);
    }

    fn principals(&mut self, value: &Value<'_>) -> Vec<Spanned<PrincipalPattern>> {
        let object = match value {
            Value::Object(object) => object,
            Value::StringLit(text) if text.value == "*" => {
                return vec![Spanned { value: PrincipalPattern::Everyone, span: span_of(text) }];
            }
            other => {
                let message = "a principal is `\"*\"` or an object such as `{\"AWS\": \"arn:…\"}`".to_owned();
                self.fail(SyntaxErrorKind::Principal, span_of(other).start, message);
                return Vec::new();
            }
        };
        let mut principals = Vec::new();
        for member in self.distinct_members(object) {
            let parse = match member.name {
                "AWS" => PrincipalPattern::parse_aws,
                "Service" => PrincipalPattern::parse_service,
                "Federated" => PrincipalPattern::parse_federated,
                "CanonicalUser" => PrincipalPattern::parse_canonical_user,
                _ => {
                    self.unknown_element(member, "a principal", PRINCIPAL_TYPES);
                    continue;
                }
            };
            for item in self.texts(member.value, member.name) {
                match parse(&item.value) {
                    Ok(value) => principals.push(Spanned { value, span: item.span }),
                    Err(refusal) => {
                        let message = format!("`{}` is no principal: {refusal}", shown(&item.value));
                        self.fail(SyntaxErrorKind::Principal, item.span.start, message);
                    }
                }
            }
        }
        if object.properties.is_empty() {
            self.fail(SyntaxErrorKind::Principal, span_of(object).start, "the principal names nobody".to_owned());
        }
        principals
    }

    fn conditions(&mut self, value: &Value<'_>) -> Vec<Condition> {
        let Value::Object(operators) = value else {
            let message = format!("`Condition` is an object of operators, not {}", type_name(value));
            self.fail(SyntaxErrorKind::WrongType, span_of(value).start, message);
            return Vec::new();
        };
        let mut conditions = Vec::new();
        for member in self.distinct_members(operators) {
            let operator = self.operator(member);
            let Value::Object(keys) = member.value else {
                let message =
                    format!("`{}` is an object of condition keys, not {}", shown(member.name), type_name(member.value));
                self.fail(SyntaxErrorKind::WrongType, span_of(member.value).start, message);
                continue;
            };
            for key in self.distinct_members(keys) {
                let values = self.condition_values(key);
                if let Some(operator) = operator {
                    let operator = Spanned { value: operator, span: member.span };
                    let key = Spanned { value: key.name.to_owned(), span: key.span };
                    conditions.push(Condition { operator, key, values });
                }
            }
        }
        conditions
    }

    fn operator(&mut self, member: Member<'_, '_>) -> Option<Operator> {
        let operator = Operator::parse(member.name);
        if operator.is_none() {
            let base = member.name.rsplit(':').next().unwrap_or_default();
            let base = base.strip_suffix("IfExists").unwrap_or(base);
            let message = match self.nearest(base, Operator::names()) {
                Some("Null") if member.name.ends_with("IfExists") => {
                    "`Null` takes no `IfExists`: it asks just that".to_owned()
                }
                Some(name) if name != base => {
                    format!("there is no operator `{}`; did you mean `{name}`?", shown(member.name))
                }
                Some(name) => format!(
                    "there is no operator `{}`; before `{name}` may stand `ForAllValues:` or `ForAnyValue:`, after it `IfExists`",
                    shown(member.name)
                ),
                None => format!("there is no operator `{}`", shown(member.name)),
            };
            self.fail(SyntaxErrorKind::Operator, member.span.start, message);
        }
        operator
    }

    fn condition_values(&mut self, key: Member<'_, '_>) -> Vec<Spanned<String>> {
        let mut values = Vec::new();
        for item in one_or_many(key.value) {
            let value = match item {
                Value::StringLit(text) => text.value.clone().into_owned(),
                Value::BooleanLit(truth) => truth.value.to_string(),
                Value::NumberLit(number) => number.value.to_owned(),
                other => {
                    let message =
                        format!("`{}` is compared with texts, not with {}", shown(key.name), type_name(other));
                    self.fail(SyntaxErrorKind::WrongType, span_of(other).start, message);
                    continue;
                }
            };
            values.push(Spanned { value, span: span_of(item) });
        }
        values
    }
}

/// Whether it is a statement of a topic's policy, which may leave its `Resource` out (IAM User
/// Guide, "IAM policy elements: Variables and tags", "Using variables in the Condition element").
fn is_of_topic(kind: Kind, draft: &Draft) -> bool {
    let is_sns = |action: &Spanned<String>| {
        action.value.split_once(':').is_some_and(|(service, _)| service.eq_ignore_ascii_case("sns"))
    };
    kind == Kind::Resource && draft.action.as_ref().is_some_and(|action| action.items.iter().all(is_sns))
}
