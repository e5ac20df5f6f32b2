//! One document, compiled.

use super::principal::Naming;
use super::request::Request;
use super::statement::Statement;
use crate::lang::{Document, StatementEffect};

/// A policy document, ready to be asked many times.
#[derive(Debug, Clone)]
pub struct Policy {
    document: Document,
    statements: Vec<Statement>,
}

/// What a document says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A statement denies.
    Denies,
    /// None denies; the strongest Allow names the caller so.
    Allows(Naming),
    /// None matches.
    Silent,
}

impl Policy {
    /// Prepares a document.
    #[must_use]
    pub fn compile(document: Document) -> Self {
        let version = document.version();
        let statements = document.statements().iter().map(|statement| Statement::compile(statement, version)).collect();
        Self { document, statements }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    pub(super) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(super) fn answer(&self, request: &Request, has_boundary: bool) -> Answer {
        let mut answer = Answer::Silent;
        for statement in &self.statements {
            let Some(naming) = statement.matches(request, has_boundary) else {
                continue;
            };
            match (statement.effect, answer) {
                (StatementEffect::Deny, _) => return Answer::Denies,
                (StatementEffect::Allow, Answer::Allows(before)) => answer = Answer::Allows(before.max(naming)),
                (StatementEffect::Allow, _) => answer = Answer::Allows(naming),
            }
        }
        answer
    }
}
