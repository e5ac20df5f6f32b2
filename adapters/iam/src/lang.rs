//! The policy language: a text becomes a [`Document`] with the place of every element, or a list
//! of everything for which AWS would refuse to store it.
//!
//! Nothing is decided here; `eval` does that. Source: IAM User Guide, "IAM JSON policy
//! reference".

mod arn;
mod document;
mod error;
pub(crate) mod json;
mod operator;
pub(crate) mod parse;
mod position;
mod principal;

pub use arn::{Arn, is_account};
pub use document::{Condition, Document, Element, Kind, Spanned, Statement, StatementEffect, Version};
pub use error::{SyntaxError, SyntaxErrorKind, SyntaxErrors};
pub use operator::{Operator, Order, Quantifier, Test};
pub use parse::{DOCUMENT_BYTES_MAX, ERRORS_MAX};
pub use position::{Position, Source, Span};
pub use principal::PrincipalPattern;
