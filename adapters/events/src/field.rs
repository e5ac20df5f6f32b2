//! Members of JSON values, with their path for errors.

use serde_json::Value;

use crate::error::PayloadError;

/// The longest piece of a payload that an error shows.
const SHOWN_CHARS_MAX: usize = 60;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    pub(crate) value: &'a Value,
    path: String,
}

impl<'a> Field<'a> {
    pub(crate) fn whole(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// A value that stood as text within another payload.
    pub(crate) fn within(value: &'a Value, path: String) -> Self {
        Self { value, path }
    }

    pub(crate) fn path(&self) -> String {
        if self.path.is_empty() { "the payload".to_owned() } else { self.path.clone() }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member, where it is there and not null.
    pub(crate) fn optional(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, path: self.path_of(name) })
    }

    /// A member that has to be there.
    pub(crate) fn member(&self, name: &str) -> Result<Self, PayloadError> {
        self.optional(name).ok_or_else(|| PayloadError::Missing { path: self.path_of(name) })
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Result<impl Iterator<Item = Self> + '_, PayloadError> {
        let items = self.value.as_array().ok_or_else(|| self.unexpected("a list"))?;
        let item = |(index, value)| Self { value, path: format!("{}[{index}]", self.path) };
        Ok(items.iter().enumerate().map(item))
    }

    pub(crate) fn text(&self) -> Result<&'a str, PayloadError> {
        self.value.as_str().ok_or_else(|| self.unexpected("a text"))
    }

    /// The text of a member that has to be there.
    pub(crate) fn text_of(&self, name: &str) -> Result<&'a str, PayloadError> {
        self.member(name)?.text()
    }

    pub(crate) fn unexpected(&self, expected: &'static str) -> PayloadError {
        let whole = self.value.to_string();
        let mut found: String = whole.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect();
        if whole.chars().nth(SHOWN_CHARS_MAX).is_some() {
            found.push('…');
        }
        PayloadError::Unexpected { path: self.path(), found: format!("`{found}`"), expected }
    }
}
