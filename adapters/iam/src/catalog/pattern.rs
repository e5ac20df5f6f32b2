//! Whether two patterns have a text in common: formats of ARNs and keys, and a policy's wildcards.
//!
//! All are short lists of [`Token`]s; [`meet`] walks through two of them at once.

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// One letter of a set.
    One(Set),
    /// Any number of letters of a set.
    Many(Set),
}

/// A set of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// This letter.
    Only(char),
    /// Every letter but a colon.
    NoColon,
    /// Every letter but a colon and a slash.
    NoColonOrSlash,
    /// Every letter.
    Any,
}

/// Placeholders of ARNs whose values hold slashes: names that are paths, and partner event buses.
const SLASHED: [&str; 6] =
    ["Alias", "EventBusName", "EventSourceName", "LogGroupName", "LogStreamName", "RoleNameWithPath"];

impl Set {
    fn holds(self, letter: char) -> bool {
        match self {
            Self::Only(only) => only == letter,
            Self::NoColon => letter != ':',
            Self::NoColonOrSlash => letter != ':' && letter != '/',
            Self::Any => true,
        }
    }

    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Only(letter), set) | (set, Self::Only(letter)) => set.holds(letter),
            // Each of the others holds letters and digits.
            _ => true,
        }
    }
}

impl Token {
    /// Whether it stands for one known letter.
    pub(super) fn is_letter(self) -> bool {
        matches!(self, Self::One(Set::Only(_)))
    }

    fn set(self) -> Set {
        match self {
            Self::One(set) | Self::Many(set) => set,
        }
    }

    fn is_many(self) -> bool {
        matches!(self, Self::Many(_))
    }
}

/// A text that means itself.
pub(super) fn of_text(text: &str) -> Vec<Token> {
    text.chars().map(|letter| Token::One(Set::Only(letter))).collect()
}

/// A value in a policy: `*` and `?` are wildcards, and a variable stands for anything.
///
/// `${*}`, `${?}` and `${$}` are those letters themselves.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(super) fn of_policy(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((variable, after)) = rest.strip_prefix("${").and_then(|open| open.split_once('}')) {
            tokens.push(match variable {
                "*" | "?" | "$" => Token::One(Set::Only(variable.chars().next().unwrap_or('$'))),
                _ => Token::Many(Set::Any),
            });
            rest = after;
            continue;
        }
        tokens.push(match letter {
            '*' => Token::Many(Set::Any),
            '?' => Token::One(Set::Any),
            letter => Token::One(Set::Only(letter)),
        });
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    tokens
}

/// The format of an ARN: a placeholder stands for the letters that such a part can have, one at
/// least.
pub(super) fn of_arn_format(format: &str) -> Vec<Token> {
    of_format(format, |placeholder| match placeholder {
        // A key is any text.
        "ObjectName" => Set::Any,
        slashed if SLASHED.contains(&slashed) => Set::NoColon,
        _ => Set::NoColonOrSlash,
    })
}

/// The format of a condition key: a placeholder stands for any text but none.
pub(super) fn of_key_format(format: &str) -> Vec<Token> {
    of_format(format, |_| Set::Any)
}

fn of_format(format: &str, set: impl Fn(&str) -> Set) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(format.len());
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        let dollar = rest.strip_prefix("${").and_then(|open| open.split_once('}'));
        let placeholder = dollar.or_else(|| rest.strip_prefix('<').and_then(|open| open.split_once('>')));
        if let Some((name, after)) = placeholder {
            tokens.extend([Token::One(set(name)), Token::Many(set(name))]);
            rest = after;
        } else {
            tokens.push(Token::One(Set::Only(letter)));
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    tokens
}

/// Whether some text fits both patterns.
///
/// A row says, for each place of `right`, whether some text leads there and to the present place of
/// `left`; time is the product of both lengths.
pub(super) fn meet(left: &[Token], right: &[Token]) -> bool {
    let mut row = vec![true];
    row.extend(right.iter().scan(true, |reached, token| {
        *reached = *reached && token.is_many();
        Some(*reached)
    }));
    for token in left {
        row = after(*token, right, &row);
    }
    row.last().copied().unwrap_or(false)
}

/// The row after one more token of the left pattern.
fn after(token: Token, right: &[Token], row: &[bool]) -> Vec<bool> {
    let mut diagonal = row.first().copied().unwrap_or(false);
    let mut beside = token.is_many() && diagonal;
    let mut next = vec![beside];
    for (other, &above) in right.iter().zip(row.iter().skip(1)) {
        // The left or the right stands for nothing, …
        let by_nothing = (token.is_many() && above) || (other.is_many() && beside);
        // … or both take a letter, whether each for the first time or one of them once more.
        let before_letter = diagonal || (token.is_many() && beside) || (other.is_many() && above);
        let here = by_nothing || (before_letter && token.set().meets(other.set()));
        next.push(here);
        diagonal = above;
        beside = here;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::{Set, Token, meet, of_policy, of_text};

    /// Whether a text fits a pattern, by trying everything.
    fn fits(pattern: &[Token], text: &[char]) -> bool {
        let is_in = |set: Set, letter: char| match set {
            Set::Only(only) => letter == only,
            Set::NoColon => letter != ':',
            Set::NoColonOrSlash => !matches!(letter, ':' | '/'),
            Set::Any => true,
        };
        match (pattern, text) {
            ([], text) => text.is_empty(),
            ([Token::One(set), pattern @ ..], [letter, text @ ..]) => is_in(*set, *letter) && fits(pattern, text),
            ([Token::One(_), ..], []) => false,
            ([Token::Many(set), rest @ ..], text) => {
                fits(rest, text) || text.split_first().is_some_and(|(l, text)| is_in(*set, *l) && fits(pattern, text))
            }
        }
    }

    /// All lists of up to `length` of the items.
    fn lists<T: Copy>(items: &[T], length: usize) -> Vec<Vec<T>> {
        let mut all = vec![vec![]];
        let mut from = 0;
        for _ in 0..length {
            let until = all.len();
            for start in from..until {
                all.extend(items.iter().map(|item| [all[start].as_slice(), &[*item]].concat()).collect::<Vec<_>>());
            }
            from = until;
        }
        all
    }

    #[test]
    fn two_patterns_meet_where_some_text_fits_both() {
        let sets = [Set::Only('a'), Set::Only(':'), Set::NoColon, Set::NoColonOrSlash, Set::Any];
        let tokens: Vec<Token> = sets.iter().flat_map(|set| [Token::One(*set), Token::Many(*set)]).collect();
        let patterns = lists(&tokens, 2);
        let texts = lists(&['a', ':', '/'], 4);
        let fitting: Vec<Vec<bool>> =
            patterns.iter().map(|pattern| texts.iter().map(|text| fits(pattern, text)).collect()).collect();
        for (left, of_left) in patterns.iter().zip(&fitting) {
            for (right, of_right) in patterns.iter().zip(&fitting) {
                let by_trying = of_left.iter().zip(of_right).any(|(one, other)| *one && *other);
                assert_eq!(meet(left, right), by_trying, "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn a_policys_escapes_are_letters() {
        assert_eq!(of_policy("a${*}${?}${$}"), of_text("a*?$"));
        assert_eq!(of_policy("${aws:username}"), [Token::Many(Set::Any)]);
        assert_eq!(of_policy("${open"), of_text("${open"));
        assert_eq!(of_policy("é*"), [Token::One(Set::Only('é')), Token::Many(Set::Any)]);
    }
}
