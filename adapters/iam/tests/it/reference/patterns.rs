//! Wildcards and variables: a text becomes tokens, and tokens are compared letter by letter.

use super::order::Asked;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Letter(char),
    AnyOne,
    AnyMany,
}

/// The tokens of a text with wildcards and variables; nothing where a variable has no value.
/// Source: reference_policies_variables.
pub(super) fn tokens(text: &str, is_old: bool, wildcards: bool, asked: &Asked) -> Option<Vec<Token>> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !is_old && letters[at..].starts_with(&['$', '{']) {
            let end = at + letters[at..].iter().position(|letter| *letter == '}')?;
            let inner: String = letters[at + 2..end].iter().collect();
            tokens.extend(value_of(&inner, asked)?.chars().map(Token::Letter));
            at = end + 1;
            continue;
        }
        tokens.push(match letters[at] {
            '*' if wildcards => Token::AnyMany,
            '?' if wildcards => Token::AnyOne,
            letter => Token::Letter(letter),
        });
        at += 1;
    }
    Some(tokens)
}

fn value_of(inner: &str, asked: &Asked) -> Option<String> {
    if ["*", "?", "$"].contains(&inner) {
        return Some(inner.to_owned());
    }
    let (key, default) = match inner.split_once(", '") {
        Some((key, default)) => (key, default.strip_suffix('\'').map(str::to_owned)),
        None => (inner, None),
    };
    match asked.values(key) {
        Some([value]) => Some(value.clone()),
        _ => default,
    }
}

/// The tokens of a text with wildcards only.
pub(crate) fn letters(text: &str) -> Vec<Token> {
    let token = |letter| match letter {
        '*' => Token::AnyMany,
        '?' => Token::AnyOne,
        letter => Token::Letter(letter),
    };
    text.chars().map(token).collect()
}

/// Whether tokens cover a text, by trying everything.
pub(crate) fn matches(tokens: &[Token], text: &[char]) -> bool {
    match tokens.split_first() {
        None => text.is_empty(),
        Some((Token::AnyMany, rest)) => (0..=text.len()).any(|skipped| matches(rest, &text[skipped..])),
        Some((Token::AnyOne, rest)) => !text.is_empty() && matches(rest, &text[1..]),
        Some((Token::Letter(letter), rest)) => text.first() == Some(letter) && matches(rest, &text[1..]),
    }
}

/// Whether an ARN matches a pattern part by part. `is_short`: what the pattern leaves out is `*`.
/// Source: reference_policies_elements_resource, reference_policies_elements_condition_operators.
pub(super) fn arn_matches(pattern: &[Token], arn: &str, is_short: bool) -> bool {
    let mut pattern: Vec<Vec<Token>> =
        pattern.splitn(6, |token| *token == Token::Letter(':')).map(<[_]>::to_vec).collect();
    while is_short && pattern.len() < 6 {
        pattern.push(vec![Token::AnyMany]);
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    pattern.len() == 6
        && parts.len() == 6
        && pattern.iter().zip(parts).all(|(tokens, part)| matches(tokens, &part.chars().collect::<Vec<_>>()))
}
